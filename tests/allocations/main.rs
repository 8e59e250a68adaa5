//! What the stream of evaluations asks of the allocator: nothing, once it is under way. A binary of its own, since it counts.

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../benches/engine/profiles.rs"]
#[allow(dead_code, reason = "shared with the benches")]
mod profiles;

use std::sync::Arc;

use bytes::Bytes;
use express_entry::{
    catalog::Catalog,
    engine::{Terms, Unsaid, evaluate},
    grpc::{
        Api, from_json,
        proto::{
            EvaluationItem, EvaluationItems, EvaluationTarget, Profile, StreamEvaluateRequest, StreamEvaluateResponse,
            evaluation_result::Result::Evaluation, evaluation_target, stream_evaluate_request::Frame as In,
            stream_evaluate_response::Frame as Out,
        },
        stream_evaluate,
    },
    model::{self, Programs, Verdict},
};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use prost::Message;
use tonic::Status;

/// Profiles that are in order: one that says little, and one that says everything.
const PROFILES: [&str; 2] = [include_str!("../../examples/profiles/nurse.json"), include_str!("full.json")];

const FRAMES: usize = 4;

/// The next frame, whatever turns others are given before it.
fn next(answers: &mut (impl Stream<Item = Result<Bytes, Status>> + Unpin)) -> Bytes {
    std::iter::repeat_with(|| answers.next().now_or_never()).flatten().next().unwrap().unwrap().unwrap()
}

/// An item that went the long way, by the generated types, would ask for memory: none does.
#[test]
fn a_stream_under_way_asks_for_no_memory() {
    let api = Api::new(Arc::new(Catalog::embedded().unwrap()));
    for text in PROFILES {
        let profile: Profile = from_json("expressentry.v1.Profile", text).unwrap();
        let item = EvaluationItem { correlation_id: "client-0000001".into(), profile: Some(profile) };
        let target = EvaluationTarget {
            draw: Some(evaluation_target::Draw::DrawNumber("284".into())),
            ..EvaluationTarget::default()
        };
        let encoded = |frame: In| Ok(Bytes::from(StreamEvaluateRequest { frame: Some(frame) }.encode_to_vec()));
        let items = encoded(In::Items(EvaluationItems { items: vec![item; 256] }));
        let frames = stream::iter([encoded(In::Target(target))]).chain(stream::repeat(items));
        let mut answers = Box::pin(stream_evaluate(api.clone(), frames));
        // The target; then the lists and the buffer grow to their size.
        for _ in 0..3 {
            next(&mut answers);
        }
        let asked = allocation_counter::measure(|| (0..FRAMES).for_each(|_| drop(next(&mut answers))));
        let Some(Out::Results(results)) = StreamEvaluateResponse::decode(next(&mut answers)).unwrap().frame else {
            panic!("no results");
        };
        assert!(matches!(&results.results[255].result, Some(Evaluation(evaluation)) if evaluation.crs_score.is_some()));
        assert_eq!(asked.count_total, 0, "in {FRAMES} frames of 256 items, {} bytes", asked.bytes_total);
    }
}

/// A verdict asks for no memory, with a score and programs stated, and with them worked out from facts that are all said.
#[test]
fn a_verdict_asks_for_no_memory() {
    let catalog = Catalog::embedded().unwrap();
    let terms = Terms::new(&catalog, catalog.draw("284").unwrap()).unwrap();
    let mut profiles = profiles::stated(64, 3);
    profiles.extend(profiles::computed(64));
    profiles.extend(
        profiles::computed(64)
            .into_iter()
            .map(|profile| model::Profile { eligible_programs: Programs::default(), ..profile }),
    );
    for profile in &profiles {
        let asked = allocation_counter::measure(|| {
            let evaluation = evaluate(profile, &terms, Unsaid::Assumed);
            assert_ne!(evaluation.verdict, Verdict::Indeterminate);
        });
        assert_eq!(asked.count_total, 0, "{profile:?}");
    }
}
