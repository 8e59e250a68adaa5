use express_entry::grpc::{Api, Refusal, limits::MAX_MESSAGE_BYTES, simulate_draw, status};
use futures_util::{FutureExt, StreamExt, stream};
use prost::Message;
use tonic::Code;

use super::{API, today};

/// Bytes of an error's details, for which clients take 8 KiB with all else.
const MOST_DETAILS: usize = 6 << 10;

/// Any bytes as a request: it is answered in a message that clients take, or refused for a reason. The first byte says the method, the
/// others are the message.
pub fn request(input: &[u8]) {
    let Some((method, bytes)) = input.split_first() else { return };
    let (api, today): (&Api, _) = (&API, today());
    match method % 12 {
        0 => ask(bytes, |request| api.evaluate(request)),
        1 => ask(bytes, |request| api.batch_evaluate(request, async |_| ()).now_or_never().unwrap()),
        2 => ask(bytes, |request| api.score_profile(request, today)),
        3 => ask(bytes, |request| api.list_occupations(request, today)),
        4 => ask(bytes, |request| api.get_occupation(request, today)),
        5 => ask(bytes, |request| api.list_draws(request)),
        6 => ask(bytes, |request| api.get_draw(request)),
        7 => ask(bytes, |request| api.list_categories(request, today)),
        8 => ask(bytes, |request| api.explain_gap(request)),
        9 => ask(bytes, |request| api.project_profile(request, today)),
        10 => {
            let Ok(request) = Message::decode(bytes) else { return };
            match api.evaluate_history(request, today) {
                Ok(answers) => answers.for_each(told),
                Err(refusal) => refused(&refusal),
            }
        }
        _ => simulation(api, bytes),
    }
}

fn ask<Q: Message + Default, A: Message>(bytes: &[u8], answer: impl FnOnce(Q) -> Result<A, Refusal>) {
    if let Ok(request) = Q::decode(bytes) {
        told(answer(request));
    }
}

fn told<A: Message>(answer: Result<A, Refusal>) {
    match answer {
        Ok(answer) => assert!(answer.encoded_len() <= MAX_MESSAGE_BYTES),
        Err(refusal) => refused(&refusal),
    }
}

fn refused(refusal: &Refusal) {
    let status = status(refusal);
    assert_ne!(status.code(), Code::Internal, "{status:?}");
    assert!(status.details().len() <= MOST_DETAILS, "{} bytes of details", status.details().len());
}

/// Frames, each after its length in two bytes.
fn simulation(api: &Api, mut bytes: &[u8]) {
    let mut frames = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (frame, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        match Message::decode(frame) {
            Ok(frame) => frames.push(Ok(frame)),
            Err(_) => break,
        }
        bytes = rest;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut answers = std::pin::pin!(simulate_draw(api.clone(), stream::iter(frames)));
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(frame) => assert!(frame.encoded_len() <= MAX_MESSAGE_BYTES),
                Err(status) => assert_ne!(status.code(), Code::Internal, "{status:?}"),
            }
        }
    });
}
