use std::{collections::HashSet, sync::LazyLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use express_entry::grpc::{
    Refusal,
    proto::{ListDrawsRequest, ListOccupationsRequest},
};

use super::{API, today};

/// A page: the token of the next one, and how many entries it has.
type Page = Result<(String, usize), Refusal>;

const LISTS: [fn(String, i32) -> Page; 2] = [draws, occupations];

/// All tokens of each list: those that pages of one entry are told.
static TOKENS: LazyLock<[HashSet<String>; 2]> = LazyLock::new(|| {
    LISTS.map(|list| {
        let next = |token: &String| list(token.clone(), 1).map(|(next, _)| next).ok().filter(|next| !next.is_empty());
        std::iter::successors(next(&String::new()), next).collect()
    })
});

fn draws(page_token: String, page_size: i32) -> Page {
    let page = API.list_draws(ListDrawsRequest { page_size, page_token, ..Default::default() })?;
    Ok((page.next_page_token, page.draws.len()))
}

fn occupations(page_token: String, page_size: i32) -> Page {
    // Few enough for all their tokens to be had in a moment.
    let query = "nurs".to_owned();
    let request = ListOccupationsRequest { page_size, page_token, query, ..Default::default() };
    let page = API.list_occupations(request, today())?;
    Ok((page.next_page_token, page.occupations.len()))
}

/// Any bytes as a page token: only one that a list gave is taken, and only by that list. The first byte says the list, the size of the page,
/// and whether the other bytes are the token or what it encodes.
pub fn page_tokens(input: &[u8]) {
    let Some((manner, bytes)) = input.split_first() else { return };
    let token =
        if manner & 2 == 0 { String::from_utf8_lossy(bytes).into_owned() } else { URL_SAFE_NO_PAD.encode(bytes) };
    let size = i32::from(manner >> 2);
    for (list, tokens) in LISTS.iter().zip(TOKENS.iter()) {
        match list(token.clone(), size) {
            Ok((next, entries)) => {
                assert!(token.is_empty() || tokens.contains(&token), "{token:?} was never given");
                assert!(next.is_empty() || tokens.contains(&next), "{next:?} is none of those of single entries");
                assert!(entries > 0 && entries <= if size == 0 { 50 } else { usize::from(manner >> 2) });
            }
            Err(Refusal::InvalidFields(wrong)) => {
                assert!(!tokens.contains(&token), "{token:?} was given");
                assert!(wrong.iter().all(|violation| violation.field == "page_token"), "{wrong:?}");
            }
            Err(refusal) => panic!("{refusal:?}"),
        }
    }
}
