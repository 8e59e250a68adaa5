//! The hot paths by themselves, so many times over, for tools that count instead of timing: `hot_paths verdict 1000`.
//!
//! `benches/hot_paths.py` runs it under callgrind and holds the instructions of each path to `benches/hot_paths.json`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench fails by panicking")]

#[path = "engine/profiles.rs"]
#[allow(dead_code, reason = "shared with the bench of the engine")]
mod profiles;

use std::{hint::black_box, sync::Arc};

use bytes::Bytes;
use express_entry::{
    catalog::Catalog,
    engine::{Terms, Unsaid, decide_each, evaluate, explain},
    grpc::{
        Api, from_json,
        proto::{
            EvaluationItem, EvaluationItems, EvaluationTarget, Profile, StreamEvaluateRequest, evaluation_target,
            stream_evaluate_request::Frame,
        },
        stream_evaluate,
    },
};
use futures_util::{FutureExt, StreamExt, stream};
use prost::Message;

/// Items of a frame.
const FRAME: usize = 250;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (Some(path), Some(times)) = (arguments.next(), arguments.next().and_then(|times| times.parse().ok())) else {
        // `cargo bench` runs every bench.
        eprintln!("usage: hot_paths verdict|computed|full|history|stream TIMES");
        return;
    };
    let catalog = Arc::new(Catalog::embedded().unwrap());
    if path == "stream" {
        return stream_items(catalog, times);
    }
    let terms = Terms::new(&catalog, catalog.draw("284").unwrap()).unwrap();
    let all: Vec<Terms<'_>> = catalog.draws().iter().map(|draw| Terms::new(&catalog, draw).unwrap()).collect();
    let stated = profiles::stated(100, 3);
    let computed = profiles::computed(100);
    let profiles = if path == "computed" { &computed } else { &stated };
    for profile in profiles.iter().cycle().take(times) {
        let profile = black_box(profile);
        match path.as_str() {
            "verdict" | "computed" => {
                black_box(evaluate(profile, &terms, Unsaid::Assumed));
            }
            "full" => {
                black_box(explain(profile, &terms, Unsaid::Assumed));
            }
            "history" => decide_each(profile, &all, Unsaid::Assumed, |decision| {
                black_box(decision.verdict());
            }),
            _ => panic!("no such path: {path}"),
        }
    }
}

/// Items from the bytes of their frames to the bytes of their results.
fn stream_items(catalog: Arc<Catalog>, times: usize) {
    let profile: Profile =
        from_json("expressentry.v1.Profile", include_str!("../examples/profiles/nurse.json")).unwrap();
    let item = EvaluationItem { correlation_id: "client-0000001".into(), profile: Some(profile) };
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    let encoded = |frame| Ok(Bytes::from(StreamEvaluateRequest { frame: Some(frame) }.encode_to_vec()));
    let target = encoded(Frame::Target(EvaluationTarget { draw, ..EvaluationTarget::default() }));
    let items = encoded(Frame::Items(EvaluationItems { items: vec![item; FRAME] }));
    let frames = stream::iter([target]).chain(stream::repeat(items).take(times / FRAME));
    let mut answers = Box::pin(stream_evaluate(Api::new(catalog), frames));
    loop {
        match answers.next().now_or_never() {
            Some(None) => return,
            Some(answer) => drop(black_box(answer)),
            // Other work has its turn, and there is none.
            None => {}
        }
    }
}
