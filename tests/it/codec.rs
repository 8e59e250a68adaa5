//! The codec of `StreamEvaluate` against the generated types: the same answer and the same refusal for every frame.

use bytes::Bytes;
use express_entry::grpc::{
    Api,
    codec::{FrameCodec, ItemReader},
    proto::{
        EvaluationItem, EvaluationItems, EvaluationTarget, EvaluationView, StreamEvaluateRequest,
        StreamEvaluateResponse, stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
    },
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    strategy::ValueTree,
    test_runner::TestRunner,
};
use prost::Message;
use tonic::Code;

use crate::support::{
    both_ways::{Told, by_codec, by_generated_types, encoded, target},
    catalog,
    error::told,
    items::{Wrongs, item},
    nurse,
    server::TestServer,
    wire::{change, changed, damage, damaged},
};

fn frame(items: Vec<EvaluationItem>) -> Vec<u8> {
    encoded(In::Items(EvaluationItems { items }))
}

/// The frame answered both ways, which must come to the same.
fn same(target: &EvaluationTarget, frame: &[u8]) -> Told {
    let api = Api::new(catalog());
    let (codec, generated) = (by_codec(&api, target, frame), by_generated_types(&api, target, frame));
    assert_eq!(codec, generated);
    codec
}

fn nurses(many: usize) -> Vec<EvaluationItem> {
    (0..many).map(|place| EvaluationItem { correlation_id: place.to_string(), profile: Some(nurse()) }).collect()
}

/// A field of number 1 to 15 that is a text or a message.
fn chunk(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut chunk = vec![number << 3 | 2];
    prost::encoding::encode_varint(bytes.len() as u64, &mut chunk);
    chunk.extend(bytes);
    chunk
}

fn targets() -> impl Strategy<Value = EvaluationTarget> {
    let views = prop_oneof![3 => Just(EvaluationView::Verdict), 1 => Just(EvaluationView::Full)];
    (views, any::<bool>()).prop_map(|(view, strict)| target(view, strict))
}

/// Items in order, with a wrong value now and then, and mostly wrong.
fn items() -> impl Strategy<Value = Vec<EvaluationItem>> {
    select(vec![0, 60, 6]).prop_flat_map(|wrongs| vec(item(Wrongs(wrongs)), 1..4))
}

proptest! {
    /// The generated types are for what is wrong or unusual. They would answer all else just as well, and so hide that they do.
    #[test]
    fn items_in_order_are_read_without_the_generated_types(item in item(Wrongs(0))) {
        prop_assert!(ItemReader::default().read(&item.encode_to_vec(), &catalog()).is_ok());
    }

    #[test]
    fn items_are_answered_alike(target in targets(), items in items()) {
        same(&target, &frame(items));
    }

    #[test]
    fn frames_that_no_encoder_makes_are_answered_alike(
        target in targets(),
        items in items(),
        changes in vec((any::<Index>(), change()), 1..4),
    ) {
        same(&target, &changed(&frame(items), &changes));
    }

    #[test]
    fn damaged_frames_are_refused_alike(
        target in targets(),
        items in items(),
        damage in vec(damage(), 1..3),
    ) {
        same(&target, &damaged(frame(items), &damage));
    }

    #[test]
    fn any_bytes_are_refused_alike(target in targets(), bytes in vec(any::<u8>(), 0..64)) {
        same(&target, &bytes);
    }
}

#[test]
fn the_ends_of_a_frame_are_told_alike() {
    let verdict = target(EvaluationView::Verdict, false);
    let results = |told: &Told| match StreamEvaluateResponse::decode(told.frames[1].clone()).unwrap().frame {
        Some(Out::Results(results)) => results.results.len(),
        other => panic!("{other:?}"),
    };
    for many in [1, 2, 255, 256, 257, 1_000] {
        assert_eq!(results(&same(&verdict, &frame(nurses(many)))), many);
    }
    assert_eq!(same(&verdict, &frame(vec![])).frames.len(), 1, "started, and refused");
    assert_eq!(same(&verdict, &[]).frames.len(), 1, "started, and refused");
    let items = EvaluationItems { items: nurses(1) }.encode_to_vec();
    // Items in two pieces, after a target, before an unknown field.
    assert_eq!(results(&same(&verdict, &[chunk(2, &items), chunk(2, &items)].concat())), 2);
    assert_eq!(results(&same(&verdict, &[chunk(1, &[]), chunk(2, &items)].concat())), 1);
    assert_eq!(results(&same(&verdict, &[chunk(2, &items), chunk(9, &items)].concat())), 1);
    assert_eq!(same(&verdict, &[chunk(2, &items), chunk(1, &[])].concat()).frames.len(), 1, "the target is last");
}

/// Items that break off anywhere, in a frame whose own length is right.
#[test]
fn items_that_break_off_are_refused_alike() {
    let items = EvaluationItems { items: nurses(2) }.encode_to_vec();
    let answered = |items: &[u8]| same(&target(EvaluationView::Verdict, false), &chunk(2, items)).frames.len() > 1;
    let whole: Vec<usize> = (0..=items.len()).filter(|end| answered(&items[..*end])).collect();
    assert_eq!(whole, [items.len() / 2, items.len()], "after one item and after both");
}

/// Of a frame that turns out to be malformed nothing is answered, however far down it is found.
#[test]
fn nothing_is_answered_of_a_malformed_frame() {
    for view in [EvaluationView::Verdict, EvaluationView::Full] {
        let mut items = EvaluationItems { items: nurses(700) }.encode_to_vec();
        items.extend(chunk(1, &chunk(1, &[0xff])));
        assert_eq!(same(&target(view, false), &chunk(2, &items)).frames.len(), 1, "only that it started");
    }
}

/// Groups are unknown fields, and may be so deep and no deeper, counted from the frame.
#[test]
fn unknown_groups_are_skipped_as_deep_as_the_generated_types_skip_them() {
    let answered = |depth: usize| {
        let item = [nurses(1)[0].encode_to_vec(), vec![0x63; depth], vec![0x64; depth]].concat();
        same(&target(EvaluationView::Verdict, false), &chunk(2, &chunk(1, &item))).frames.len() > 1
    };
    let deepest = (1..120).take_while(|depth| answered(*depth)).count();
    assert!((90..110).contains(&deepest) && !answered(deepest + 1), "{deepest}");
}

/// The same over a socket, where frames pass the server's limits and its way of ending a stream.
#[tokio::test]
async fn a_server_answers_as_the_codec_does() {
    let server = TestServer::start().await;
    let verdict = target(EvaluationView::Verdict, true);
    let mut runner = TestRunner::deterministic();
    for wrongs in [0, 6, 60] {
        let items = vec(item(Wrongs(wrongs)), 20).new_tree(&mut runner).unwrap().current();
        let request = |frame: In| StreamEvaluateRequest { frame: Some(frame) };
        let frames =
            [request(In::Target(verdict.clone())), request(In::Items(EvaluationItems { items: items.clone() }))];
        let mut answers = server.client().await.stream_evaluate(tokio_stream::iter(frames)).await.unwrap().into_inner();
        for frame in same(&verdict, &frame(items)).frames {
            assert_eq!(answers.message().await.unwrap().unwrap().encode_to_vec(), frame);
        }
        assert!(answers.message().await.unwrap().is_none());
    }
}

/// An item that the generated types can't decode ends the call with the reason that they give.
#[tokio::test]
async fn a_server_refuses_a_malformed_frame_with_a_reason() {
    let server = TestServer::start().await;
    let malformed = chunk(2, &chunk(1, &chunk(1, &[0xff])));
    let frames = [encoded(In::Target(target(EvaluationView::Verdict, false))), malformed].map(Bytes::from);
    let mut raw = tonic::client::Grpc::new(server.channel().await);
    raw.ready().await.unwrap();
    let path = "/expressentry.v1.ExpressEntryService/StreamEvaluate".parse().unwrap();
    let request = tonic::Request::new(tokio_stream::iter(frames));
    let mut answers = raw.streaming(request, path, FrameCodec).await.unwrap().into_inner();
    assert!(answers.message().await.unwrap().is_some(), "started");
    let told = told(&answers.message().await.unwrap_err());
    assert_eq!((told.code, told.reason.as_str()), (Code::InvalidArgument, "MALFORMED_MESSAGE"));
}
