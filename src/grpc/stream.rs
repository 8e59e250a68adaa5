//! `StreamEvaluate`: frames in, frames out, at the pace of the slower side.
//!
//! One frame of items is in hand at a time: the next is read when the answers to the last were taken, so that memory is
//! bounded whatever the client does.

use std::{collections::VecDeque, sync::Arc, time::Instant};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{
    answer::Api,
    codec::{self, Item, ItemReader, Items, Results},
    decisions::Page,
    from_proto::{Target, View},
    limits::{ITEMS_PER_LOOK, MAX_FRAME_ITEMS, RESULTS_FRAME_BYTES, TURN},
    proto::{
        EvaluationItem, EvaluationItems, EvaluationResult, EvaluationTarget, StreamEvaluateRequest,
        StreamEvaluateResponse, StreamNotice, StreamNoticeKind, StreamStarted, StreamSummary, Verdict,
        evaluation_result::Result::{Error as Failed, Evaluation as Evaluated},
        stream_evaluate_request::Frame as In,
        stream_evaluate_response::Frame as Out,
    },
    record::{CallRecord, Counts},
    refusal::{Path, Refusal, Violation, Violations},
    served::ServedCatalog,
    status::{enrich, status},
    to_proto,
};
use crate::engine::{Terms, evaluate, explain};

/// An encoded frame to the client, or the status that ends the stream.
type Answer = Result<Bytes, Status>;

/// Answers the encoded `frames` by encoded frames, as the method `StreamEvaluate` does.
pub fn stream_evaluate(
    api: Api,
    frames: impl Stream<Item = Result<Bytes, Status>> + Send + Unpin + 'static,
) -> impl Stream<Item = Answer> + Send + 'static {
    answers(ServedCatalog::new(api.catalog().clone()), frames, CancellationToken::new(), Arc::default())
}

/// The answers to `frames`, from the catalogue that is served when the target comes, counted in `record`. When `draining` is cancelled
/// what was read is answered, and the stream ends UNAVAILABLE.
pub(super) fn answers(
    catalog: ServedCatalog,
    frames: impl Stream<Item = Result<Bytes, Status>> + Send + Unpin + 'static,
    draining: CancellationToken,
    record: Arc<CallRecord>,
) -> impl Stream<Item = Answer> + Send + 'static {
    let conversation = Conversation {
        api: catalog.kept().api.clone(),
        replaced: catalog.replacements(),
        catalog,
        frames,
        draining,
        record,
        target: None,
        over: false,
        reader: ItemReader::default(),
        results: Results::default(),
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
    catalog: ServedCatalog,
    replaced: watch::Receiver<()>,
    /// Over the catalogue that was served when the target came.
    api: Api,
    frames: S,
    draining: CancellationToken,
    record: Arc<CallRecord>,
    /// What the first frame named.
    target: Option<Arc<Target<'static>>>,
    /// Whether nothing more is read.
    over: bool,
    reader: ItemReader,
    /// Results that are not yet in a frame.
    results: Results,
    /// Frames made and not yet taken; more are made only when it is empty.
    outgoing: VecDeque<Answer>,
    /// What was answered so far.
    summary: StreamSummary,
}

impl<S: Stream<Item = Result<Bytes, Status>> + Unpin> Conversation<S> {
    async fn next(&mut self) -> Option<Answer> {
        while self.outgoing.is_empty() && !self.over {
            let frame = tokio::select! {
                biased;
                () = self.draining.cancelled() => {
                    self.drain();
                    break;
                }
                Ok(()) = self.replaced.changed(), if self.target.is_some() => {
                    self.tell_reload();
                    continue;
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

    async fn take(&mut self, frame: Bytes) {
        let before = self.summary.clone();
        let answered = match (codec::items(&frame), self.target.clone()) {
            // What is recorded is hashed as a message, and takes the way of one.
            (Ok(items), Some(target)) if self.record.decider().is_none() => self.evaluate(items, &target).await,
            _ => false,
        };
        if !answered {
            match codec::decode(frame) {
                Ok(frame) => self.take_decoded(frame).await,
                Err(malformed) => self.end(Err(enrich(&malformed))),
            }
        }
        self.record.add(Counts::between(&before, &self.summary));
    }

    async fn take_decoded(&mut self, frame: StreamEvaluateRequest) {
        let StreamEvaluateRequest { frame } = frame;
        match (frame, self.target.clone()) {
            (None, _) => self.out_of_order("frame", "is required: target first, then items"),
            (Some(In::Target(target)), None) => self.open(target),
            (Some(In::Target(_)), Some(_)) => self.out_of_order("target", "was given already; it comes first and once"),
            (Some(In::Items(_)), None) => self.out_of_order("target", "is required before the first items"),
            (Some(In::Items(EvaluationItems { items })), Some(target)) => match items.len() {
                0 => self.out_of_order("items", format!("is empty; a frame has 1 to {MAX_FRAME_ITEMS} items")),
                1..=MAX_FRAME_ITEMS => self.evaluate_decoded(items, &target).await,
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
        // What is seen first can only be told once too often, which `tell_reload` knows.
        self.replaced.mark_unchanged();
        self.api = self.catalog.kept().api.clone();
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

    /// Answers a frame of items in one frame of results, or in several when the results are large. False when the frame is
    /// malformed, and nothing of it was answered.
    async fn evaluate(&mut self, mut items: Items<'_>, target: &Target<'static>) -> bool {
        let api = self.api.clone();
        let Some(terms) = Terms::new(api.catalog(), &target.draw) else {
            self.refuse(&Refusal::Internal);
            return true;
        };
        let before = self.summary.clone();
        let mut turn = Turn::default();
        while let Some(bytes) = items.next() {
            let answered = self.evaluate_one(bytes, target, &terms)
                && items.by_ref().take(ITEMS_PER_LOOK - 1).all(|bytes| self.evaluate_one(bytes, target, &terms));
            if !answered {
                self.outgoing.clear();
                self.results.clear();
                self.summary = before;
                return false;
            }
            turn.end_when_over().await;
        }
        self.send();
        true
    }

    /// Answers one item. False when it is malformed.
    fn evaluate_one(&mut self, bytes: &[u8], target: &Target<'static>, terms: &Terms<'_>) -> bool {
        let sequence = self.summary.last_sequence + 1;
        let verdict = if let Ok(item) = self.reader.read(bytes, self.api.catalog()) {
            let Item { correlation_id, profile_id, profile } = item;
            match target.view {
                View::Verdict => {
                    let evaluation = evaluate(profile, terms, target.unsaid);
                    self.results.add_evaluation(sequence, correlation_id, profile_id, &evaluation);
                    Some(to_proto::verdict(evaluation.verdict))
                }
                View::Full => {
                    let explained = explain(profile, terms, target.unsaid);
                    let evaluation = to_proto::explained(profile_id.to_owned(), explained);
                    let correlation_id = correlation_id.to_owned();
                    self.answer(&EvaluationResult { sequence, correlation_id, result: Some(Evaluated(evaluation)) })
                }
            }
        } else if let Some(item) = codec::decode_item(bytes) {
            let result = self.api.item(sequence, item, target, terms, None);
            self.answer(&result)
        } else {
            return false;
        };
        self.count(verdict);
        true
    }

    /// Answers a frame of items that the generated types have read.
    async fn evaluate_decoded(&mut self, items: Vec<EvaluationItem>, target: &Target<'static>) {
        let api = self.api.clone();
        let Some(terms) = Terms::new(api.catalog(), &target.draw) else {
            self.refuse(&Refusal::Internal);
            return;
        };
        let record = self.record.clone();
        let mut page = match api.page(record.decider(), target) {
            Ok(page) => page,
            Err(refusal) => return self.refuse(&refusal),
        };
        let before = self.summary.clone();
        let mut turn = Turn::default();
        for (place, item) in items.into_iter().enumerate() {
            let sequence = self.summary.last_sequence + 1;
            let verdict = self.answer(&api.item(sequence, item, target, &terms, page.as_mut()));
            self.count(verdict);
            if place.is_multiple_of(ITEMS_PER_LOOK) {
                turn.end_when_over().await;
            }
        }
        // No answer goes out before its line is on its way.
        if let Err(refusal) = page.map_or(Ok(()), Page::close) {
            self.outgoing.clear();
            self.results.clear();
            self.summary = before;
            return self.refuse(&refusal);
        }
        self.send();
    }

    /// Adds a result to those to be sent, and says what it came to.
    fn answer(&mut self, result: &EvaluationResult) -> Option<Verdict> {
        self.results.add(result);
        match &result.result {
            Some(Evaluated(evaluation)) => Some(evaluation.verdict()),
            Some(Failed(_)) | None => None,
        }
    }

    /// Counts a result that was added; one without a verdict is an error.
    fn count(&mut self, verdict: Option<Verdict>) {
        let summary = &mut self.summary;
        summary.received += 1;
        summary.last_sequence += 1;
        match verdict {
            Some(Verdict::Invited) => summary.invited += 1,
            Some(Verdict::NotInvited) => summary.not_invited += 1,
            Some(Verdict::Indeterminate) => summary.indeterminate += 1,
            Some(Verdict::Unspecified) => {}
            None => summary.failed += 1,
        }
        if self.results.size() > RESULTS_FRAME_BYTES {
            self.send();
        }
    }

    fn send(&mut self) {
        self.outgoing.extend(self.results.take().map(Ok));
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
        self.tell(StreamNoticeKind::Draining);
        self.refuse(&Refusal::Draining);
    }

    /// The server has another catalogue, and this stream goes on with its own.
    fn tell_reload(&mut self) {
        if !Arc::ptr_eq(&self.catalog.catalog(), self.api.catalog()) {
            self.tell(StreamNoticeKind::CatalogReloaded);
        }
    }

    fn tell(&mut self, kind: StreamNoticeKind) {
        let notice = StreamNotice { kind: kind.into(), last_sequence: self.summary.last_sequence };
        self.outgoing.push_back(Ok(frame(Out::Notice(notice))));
    }
}

fn frame(frame: Out) -> Bytes {
    StreamEvaluateResponse { frame: Some(frame) }.encode_to_vec().into()
}

/// The time since other work of the thread had its turn.
struct Turn(Instant);

impl Default for Turn {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Turn {
    /// Lets others have their turn when this one has lasted. To be asked every few items: they differ a thousandfold in cost, and
    /// looking at a clock costs as much as a cheap one.
    async fn end_when_over(&mut self) {
        if self.0.elapsed() > TURN {
            tokio::task::yield_now().await;
            self.0 = Instant::now();
        }
    }
}
