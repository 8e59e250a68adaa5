//! Pages of lists (AIP-158): tokens are opaque, and belong to their filter and their catalogue.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{
    limits::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE},
    refusal::{Path, Violations},
};

/// Bytes of the place in a token, before the seal.
const PLACE_BYTES: usize = 4;
/// Bytes of the seal.
const SEAL_BYTES: usize = 16;

/// What a page belongs to: the method, its filter and the catalogue, in a seal over all three.
pub(super) struct List {
    seal: Sha256,
}

/// One page: where it begins and how long it is.
pub(super) struct Page {
    pub start: usize,
    pub size: usize,
}

impl List {
    /// The list that `method` gives for `filter` over the catalogue of `digest`.
    pub(super) fn new(method: &str, filter: &[u8], digest: &str) -> Self {
        let mut seal = Sha256::new();
        for part in [method.as_bytes(), digest.as_bytes(), filter] {
            seal.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            seal.update(part);
        }
        Self { seal }
    }

    /// The page that a request asks for.
    pub(super) fn page(&self, size: i32, token: &str, wrong: &mut Violations) -> Option<Page> {
        let size = match usize::try_from(size) {
            Ok(0) => DEFAULT_PAGE_SIZE,
            Ok(size) => size.min(MAX_PAGE_SIZE),
            Err(_) => {
                wrong.add(
                    Path::Root.field("page_size"),
                    format!("{size} is below 0; a page has 1 to {MAX_PAGE_SIZE} entries, 0 means {DEFAULT_PAGE_SIZE}"),
                );
                return None;
            }
        };
        if token.is_empty() {
            return Some(Page { start: 0, size });
        }
        let start = self.start_of(token);
        if start.is_none() {
            wrong.add(
                Path::Root.field("page_token"),
                "is not one that this filter was given; begin again without a token",
            );
        }
        start.map(|start| Page { start, size })
    }

    /// The token of the page that begins at `start`.
    fn token(&self, start: u32) -> String {
        let place = start.to_be_bytes();
        let mut seal = self.seal.clone();
        seal.update(place);
        let seal = seal.finalize();
        URL_SAFE_NO_PAD.encode([&place[..], seal.get(..SEAL_BYTES).unwrap_or_default()].concat())
    }

    fn start_of(&self, token: &str) -> Option<usize> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let place: [u8; PLACE_BYTES] = bytes.get(..PLACE_BYTES)?.try_into().ok()?;
        let start = u32::from_be_bytes(place);
        (self.token(start) == token).then_some(usize::try_from(start).ok()?)
    }

    /// The entries of `page`, the token of the next one, empty when there is none, and how many entries there are in all.
    pub(super) fn cut<T>(&self, entries: Vec<T>, page: &Page) -> (Vec<T>, String, i32) {
        let total = entries.len();
        let end = page.start.saturating_add(page.size);
        let next =
            if end < total { u32::try_from(end).map(|end| self.token(end)).unwrap_or_default() } else { String::new() };
        let entries = entries.into_iter().skip(page.start).take(page.size).collect();
        (entries, next, super::to_proto::count(total))
    }
}
