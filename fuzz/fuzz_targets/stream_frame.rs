//! Any bytes as a frame of `StreamEvaluate`: the codec of the stream answers, or refuses, as the generated types do.

#![no_main]

use std::sync::{Arc, LazyLock};

use express_entry::{
    catalog::Catalog,
    grpc::{Api, proto::EvaluationView},
};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/support/both_ways.rs"]
mod both_ways;

static API: LazyLock<Api> = LazyLock::new(|| Api::new(Arc::new(Catalog::embedded().unwrap())));

// The first byte says what is asked, the others are the frame.
fuzz_target!(|input: &[u8]| {
    let Some((manner, frame)) = input.split_first() else { return };
    let view = if manner & 1 == 0 { EvaluationView::Verdict } else { EvaluationView::Full };
    let target = both_ways::target(view, manner & 2 != 0);
    assert_eq!(both_ways::by_codec(&API, &target, frame), both_ways::by_generated_types(&API, &target, frame));
});
