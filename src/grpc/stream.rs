//! `StreamEvaluate`: frames in, frames out, at the pace of the slower side.
//!
//! One frame of items is in hand at a time: the next is read when the answers to the last were taken, so that memory is
//! bounded whatever the client does.

use std::{collections::VecDeque, sync::Arc};

use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{
    answer::Api,
    from_proto::Target,
    limits::{ITEMS_PER_TURN, MAX_FRAME_ITEMS, RESULTS_FRAME_BYTES},
    proto::{
        self, EvaluationItems, EvaluationResult, EvaluationResults, EvaluationTarget, StreamEvaluateRequest,
        StreamEvaluateResponse, StreamNotice, StreamNoticeKind, StreamStarted, StreamSummary, Verdict,
        evaluation_result, stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
    },
    refusal::{Path, Refusal, Violation, Violations},
    status::{enrich, status},
    to_proto,
};
use crate::engine::Terms;

/// A frame to the client, or the status that ends the stream.
type Answer = Result<StreamEvaluateResponse, Status>;

/// The answers to `frames`. When `draining` is cancelled what was read is answered, and the stream ends UNAVAILABLE.
pub(super) fn answers(
    api: Api,
    frames: impl Stream<Item = Result<StreamEvaluateRequest, Status>> + Send + Unpin + 'static,
    draining: CancellationToken,
) -> impl Stream<Item = Answer> + Send + 'static {
    let conversation = Conversation {
        api,
        frames,
        draining,
        target: None,
        over: false,
        outgoing: VecDeque::new(),
        summary: StreamSummary { last_sequence: -1, ..StreamSummary::default() },
    };
    stream::unfold(conversation, |mut conversation| async {
        let answer = conversation.next().await?;
        Some((answer, conversation))
    })
}

/// A stream in progress.
struct Conversation<S> {
    api: Api,
    frames: S,
    draining: CancellationToken,
    /// What the first frame named.
    target: Option<Arc<Target<'static>>>,
    /// Whether nothing more is read.
    over: bool,
    /// Frames made and not yet taken; more are made only when it is empty.
    outgoing: VecDeque<Answer>,
    /// What was answered so far.
    summary: StreamSummary,
}

impl<S: Stream<Item = Result<StreamEvaluateRequest, Status>> + Unpin> Conversation<S> {
    async fn next(&mut self) -> Option<Answer> {
        while self.outgoing.is_empty() && !self.over {
            let frame = tokio::select! {
                biased;
                () = self.draining.cancelled() => {
                    self.drain();
                    break;
                }
                frame = self.frames.next() => frame,
            };
            match frame {
                Some(Ok(frame)) => self.take(frame).await,
                Some(Err(broken)) => self.end(Err(enrich(&broken))),
                None => self.half_closed(),
            }
        }
        self.outgoing.pop_front()
    }

    /// The last frame of the stream.
    fn end(&mut self, last: Answer) {
        self.outgoing.push_back(last);
        self.over = true;
    }

    fn refuse(&mut self, refusal: &Refusal) {
        self.end(Err(status(refusal)));
    }

    fn out_of_order(&mut self, field: &str, description: impl Into<String>) {
        let violation = Violation { field: field.to_owned(), description: description.into() };
        self.refuse(&Refusal::StreamProtocol(violation));
    }

    async fn take(&mut self, frame: StreamEvaluateRequest) {
        let StreamEvaluateRequest { frame } = frame;
        match (frame, self.target.clone()) {
            (None, _) => self.out_of_order("frame", "is required: target first, then items"),
            (Some(In::Target(target)), None) => self.open(target),
            (Some(In::Target(_)), Some(_)) => self.out_of_order("target", "was given already; it comes first and once"),
            (Some(In::Items(_)), None) => self.out_of_order("target", "is required before the first items"),
            (Some(In::Items(EvaluationItems { items })), Some(target)) => match items.len() {
                0 => self.out_of_order("items", format!("is empty; a frame has 1 to {MAX_FRAME_ITEMS} items")),
                1..=MAX_FRAME_ITEMS => self.evaluate(items, &target).await,
                many => {
                    let mut wrong = Violations::default();
                    wrong.add(
                        Path::Root.field("items"),
                        format!("{many} items are too many; a frame has 1 to {MAX_FRAME_ITEMS}"),
                    );
                    self.refuse(&Refusal::InvalidFields(wrong));
                }
            },
        }
    }

    fn open(&mut self, target: EvaluationTarget) {
        match self.api.target(Some(target), Violations::default()).map(Target::into_owned) {
            Ok(target) => {
                let draw = Some(to_proto::draw(&target.draw));
                let started = StreamStarted { draw, catalog_digest: self.api.digest() };
                self.outgoing.push_back(Ok(frame(Out::Started(started))));
                self.target = Some(Arc::new(target));
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }

    /// Answers a frame of items in one frame of results, or in several when the results are large.
    async fn evaluate(&mut self, items: Vec<proto::EvaluationItem>, target: &Target<'static>) {
        let api = self.api.clone();
        let Some(terms) = Terms::new(api.catalog(), &target.draw) else {
            self.refuse(&Refusal::Internal);
            return;
        };
        let mut results = Vec::with_capacity(items.len());
        let mut bytes = 0;
        for (place, item) in items.into_iter().enumerate() {
            let sequence = self.summary.last_sequence + 1;
            let result = api.item(sequence, item, target, &terms);
            self.count(&result);
            bytes += result.encoded_len();
            results.push(result);
            if bytes > RESULTS_FRAME_BYTES {
                self.send(std::mem::take(&mut results));
                bytes = 0;
            }
            if (place + 1) % ITEMS_PER_TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
        if !results.is_empty() {
            self.send(results);
        }
    }

    fn send(&mut self, results: Vec<EvaluationResult>) {
        self.outgoing.push_back(Ok(frame(Out::Results(EvaluationResults { results }))));
    }

    fn count(&mut self, result: &EvaluationResult) {
        let summary = &mut self.summary;
        summary.received += 1;
        summary.last_sequence = result.sequence;
        match &result.result {
            Some(evaluation_result::Result::Evaluation(evaluation)) => match evaluation.verdict() {
                Verdict::Invited => summary.invited += 1,
                Verdict::NotInvited => summary.not_invited += 1,
                Verdict::Indeterminate => summary.indeterminate += 1,
                Verdict::Unspecified => {}
            },
            Some(evaluation_result::Result::Error(_)) | None => summary.failed += 1,
        }
    }

    fn half_closed(&mut self) {
        if self.target.is_none() {
            self.out_of_order("target", "is required; the stream ended without one");
            return;
        }
        self.summary.catalog_digest = self.api.digest();
        let summary = std::mem::take(&mut self.summary);
        self.end(Ok(frame(Out::Summary(summary))));
    }

    /// Everything read was answered, so the last sequence answered is the last that will be.
    fn drain(&mut self) {
        let notice =
            StreamNotice { kind: StreamNoticeKind::Draining.into(), last_sequence: self.summary.last_sequence };
        self.outgoing.push_back(Ok(frame(Out::Notice(notice))));
        self.refuse(&Refusal::Draining);
    }
}

fn frame(frame: Out) -> StreamEvaluateResponse {
    StreamEvaluateResponse { frame: Some(frame) }
}
