//! A stream of two frames, a target and one more, answered by the codec of the stream and by the generated types alone.

use bytes::Bytes;
use express_entry::grpc::{
    Api, Refusal, Violation, enrich,
    proto::{
        BatchEvaluateRequest, EvaluationItems, EvaluationResults, EvaluationTarget, EvaluationView,
        StreamEvaluateRequest, StreamEvaluateResponse, StreamStarted, StreamSummary, Verdict,
        evaluation_result::Result, evaluation_target, stream_evaluate_request::Frame as In,
        stream_evaluate_response::Frame as Out,
    },
    status, stream_evaluate,
};
use futures_util::{FutureExt, StreamExt, stream};
use prost::Message;
use tonic::Status;

/// What comes back: encoded frames, and the status that ended the stream before its time.
#[derive(Debug, Default)]
pub struct Told {
    pub frames: Vec<Bytes>,
    ended: Option<Status>,
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        let told = |ended: &Option<Status>| {
            ended.as_ref().map(|status| (status.code(), status.message().to_owned(), status.details().to_vec()))
        };
        self.frames == other.frames && told(&self.ended) == told(&other.ended)
    }
}

/// Draw 284, whose cut-off is 422.
pub fn target(view: EvaluationView, strict: bool) -> EvaluationTarget {
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    EvaluationTarget { draw, view: view.into(), strict }
}

/// A frame as a client encodes it.
pub fn encoded(frame: In) -> Vec<u8> {
    StreamEvaluateRequest { frame: Some(frame) }.encode_to_vec()
}

/// By the codec of the stream.
pub fn by_codec(api: &Api, target: &EvaluationTarget, frame: &[u8]) -> Told {
    let frames = [encoded(In::Target(target.clone())), frame.to_vec()].map(|frame| Ok(Bytes::from(frame)));
    let mut answers = std::pin::pin!(stream_evaluate(api.clone(), stream::iter(frames)));
    let mut told = Told::default();
    // Nothing is waited for but the turns of others.
    let mut next = || std::iter::repeat_with(|| answers.next().now_or_never()).flatten().next().flatten();
    while let Some(answer) = next() {
        match answer {
            Ok(frame) => told.frames.push(frame),
            Err(status) => told.ended = Some(status),
        }
    }
    told
}

/// By the generated types: as a batch, which knows no codec but theirs, and in the words of a stream.
pub fn by_generated_types(api: &Api, target: &EvaluationTarget, frame: &[u8]) -> Told {
    let batch = |items| {
        let request = BatchEvaluateRequest { target: Some(target.clone()), items };
        api.batch_evaluate(request, async |_| ()).now_or_never().unwrap().unwrap()
    };
    let answer = |frame: Out| StreamEvaluateResponse { frame: Some(frame) }.encode_to_vec().into();
    let out_of_order = |field: &str, description: &str| {
        let violation = Violation { field: field.into(), description: description.into() };
        Some(status(&Refusal::StreamProtocol(violation)))
    };
    let empty = batch(vec![]);
    let started = StreamStarted { draw: empty.draw, catalog_digest: empty.catalog_digest.clone() };
    let mut told = Told { frames: vec![answer(Out::Started(started))], ended: None };
    match StreamEvaluateRequest::decode(frame).map(|request| request.frame) {
        Err(malformed) => told.ended = Some(enrich(&Status::internal(malformed.to_string()))),
        Ok(None) => told.ended = out_of_order("frame", "is required: target first, then items"),
        Ok(Some(In::Target(_))) => {
            told.ended = out_of_order("target", "was given already; it comes first and once");
        }
        Ok(Some(In::Items(EvaluationItems { items }))) if items.is_empty() => {
            told.ended = out_of_order("items", "is empty; a frame has 1 to 1000 items");
        }
        Ok(Some(In::Items(EvaluationItems { items }))) => {
            let results = batch(items).results;
            let mut summary = StreamSummary { catalog_digest: empty.catalog_digest, ..StreamSummary::default() };
            for result in &results {
                summary.received += 1;
                summary.last_sequence = result.sequence;
                match &result.result {
                    Some(Result::Evaluation(evaluation)) => match evaluation.verdict() {
                        Verdict::Unspecified => {}
                        Verdict::Invited => summary.invited += 1,
                        Verdict::NotInvited => summary.not_invited += 1,
                        Verdict::Indeterminate => summary.indeterminate += 1,
                    },
                    _ => summary.failed += 1,
                }
            }
            told.frames.push(answer(Out::Results(EvaluationResults { results })));
            told.frames.push(answer(Out::Summary(summary)));
        }
    }
    told
}
