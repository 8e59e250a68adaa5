use express_entry::grpc::proto::EvaluationView;

#[path = "../../tests/it/support/both_ways.rs"]
mod both_ways;

/// Any bytes as a frame of `StreamEvaluate`: the codec of the stream answers, or refuses, as the generated types do. The first byte says
/// what is asked, the others are the frame.
pub fn stream_frame(input: &[u8]) {
    let Some((manner, frame)) = input.split_first() else { return };
    let view = if manner & 1 == 0 { EvaluationView::Verdict } else { EvaluationView::Full };
    let target = both_ways::target(view, manner & 2 != 0);
    let api = &super::API;
    assert_eq!(both_ways::by_codec(api, &target, frame), both_ways::by_generated_types(api, &target, frame));
}
