//! `SimulateDraw`: terms and a pool in, the invited out.
//!
//! Of a candidate no more is kept than ranks and names them, and of the ranked not many more than can be invited. The
//! invited are told a frame at a time, each made when the last was taken.

use std::{collections::VecDeque, sync::Arc, vec};

use futures_util::{Stream, StreamExt, stream};
use prost::Message;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{
    answer::Api,
    at_work::off_thread,
    from_proto::{self, ToHold},
    limits::{ITEMS_PER_TURN, MAX_FRAME_ITEMS, RESULTS_FRAME_BYTES},
    proto::{
        EvaluationItem, EvaluationItems, EvaluationResult, EvaluationResults, SimulateDrawRequest,
        SimulateDrawResponse, SimulatedInvitation, SimulatedInvitations, SimulationResult, SimulationStarted,
        SimulationSummary, SimulationTerms, StreamNotice, StreamNoticeKind, evaluation_result::Result::Error,
        simulate_draw_request::Frame as In, simulate_draw_response::Frame as Out,
    },
    record::{CallRecord, Counts},
    refusal::{Path, Refusal, Violation, Violations},
    served::ServedCatalog,
    status::{enrich, rpc_status, status},
    to_proto,
};
use crate::engine::{Ranked, Ranking, Simulation, Terms};

/// A frame to the client, or the status that ends the stream.
type Answer = Result<SimulateDrawResponse, Status>;

/// Holds a draw on the pool in `frames`, as the method `SimulateDraw` does.
pub fn simulate_draw(
    api: Api,
    frames: impl Stream<Item = Result<SimulateDrawRequest, Status>> + Send + Unpin + 'static,
) -> impl Stream<Item = Answer> + Send + 'static {
    answers(ServedCatalog::new(api.catalog().clone()), frames, CancellationToken::new(), Arc::default())
}

/// The answers to `frames`, from the catalogue that is served when the terms come. When `draining` is cancelled before the whole pool was read, the stream ends UNAVAILABLE.
pub(super) fn answers(
    catalog: ServedCatalog,
    frames: impl Stream<Item = Result<SimulateDrawRequest, Status>> + Send + Unpin + 'static,
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
        pool: None,
        received: 0,
        refused: 0,
        over: false,
        outgoing: VecDeque::new(),
        invited: Vec::new().into_iter(),
        summary: None,
    };
    stream::unfold(conversation, |mut conversation| async {
        let answer = conversation.next().await?;
        Some((answer, conversation))
    })
}

/// A simulation in progress.
struct Conversation<S> {
    catalog: ServedCatalog,
    replaced: watch::Receiver<()>,
    /// Over the catalogue that was served when the terms came.
    api: Api,
    frames: S,
    draining: CancellationToken,
    record: Arc<CallRecord>,
    /// What the first frame asked for, and the candidates so far.
    pool: Option<(ToHold, Ranking)>,
    received: u64,
    refused: u64,
    /// Whether nothing more is read.
    over: bool,
    /// Frames made and not yet taken; more are made only when it is empty.
    outgoing: VecDeque<Answer>,
    /// The invited who were not told yet.
    invited: vec::IntoIter<Ranked>,
    /// The last frame, when all went well.
    summary: Option<SimulationSummary>,
}

impl<S: Stream<Item = Result<SimulateDrawRequest, Status>> + Unpin> Conversation<S> {
    async fn next(&mut self) -> Option<Answer> {
        while self.outgoing.is_empty() && !self.over {
            let frame = tokio::select! {
                biased;
                () = self.draining.cancelled() => {
                    self.drain();
                    break;
                }
                Ok(()) = self.replaced.changed(), if self.pool.is_some() => {
                    self.tell_reload();
                    continue;
                }
                frame = self.frames.next() => frame,
            };
            match frame {
                Some(Ok(frame)) => self.take(frame).await,
                Some(Err(broken)) => self.end(Err(enrich(&broken))),
                None => self.half_closed().await,
            }
        }
        self.outgoing.pop_front().or_else(|| self.tell_invited()).or_else(|| {
            let summary = self.summary.take()?;
            Some(Ok(frame(Out::Summary(summary))))
        })
    }

    /// Nothing more is read after this frame.
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

    async fn take(&mut self, frame: SimulateDrawRequest) {
        let SimulateDrawRequest { frame } = frame;
        match (frame, self.pool.is_some()) {
            (None, _) => self.out_of_order("frame", "is required: terms first, then the pool"),
            (Some(In::Terms(terms)), false) => self.open(terms),
            (Some(In::Terms(_)), true) => self.out_of_order("terms", "was given already; it comes first and once"),
            (Some(In::Pool(_)), false) => self.out_of_order("terms", "is required before the first of the pool"),
            (Some(In::Pool(EvaluationItems { items })), true) => match items.len() {
                0 => self.out_of_order("pool.items", format!("is empty; a frame has 1 to {MAX_FRAME_ITEMS} items")),
                1..=MAX_FRAME_ITEMS => self.rank(items).await,
                many => {
                    let mut wrong = Violations::default();
                    wrong.add(
                        Path::Root.field("pool").field("items"),
                        format!("{many} items are too many; a frame has 1 to {MAX_FRAME_ITEMS}"),
                    );
                    self.refuse(&Refusal::InvalidFields(wrong));
                }
            },
        }
    }

    fn open(&mut self, terms: SimulationTerms) {
        let path = Path::Root.field("terms");
        // What is seen first can only be told once too often, which `tell_reload` knows.
        self.replaced.mark_unchanged();
        self.api = self.catalog.kept().api.clone();
        match from_proto::to_hold(terms, self.api.catalog(), &path, Violations::default()) {
            Ok(to_hold) => {
                let mut draw = to_proto::draw(&to_hold.draw);
                (draw.crs_cut_off, draw.tie_break, draw.tie_break_at) = (0, 0, None);
                let started = SimulationStarted { draw: Some(draw), catalog_digest: self.api.digest() };
                self.outgoing.push_back(Ok(frame(Out::Started(started))));
                let ranking = Ranking::new(to_hold.invitations, to_hold.unsaid);
                self.pool = Some((to_hold, ranking));
            }
            Err(refusal) => self.refuse(&refusal),
        }
    }

    /// Ranks a frame of candidates, and answers those that can't be read.
    async fn rank(&mut self, items: Vec<EvaluationItem>) {
        let api = self.api.clone();
        let Some((to_hold, mut ranking)) = self.pool.take() else { return };
        let Some(terms) = Terms::new(api.catalog(), &to_hold.draw) else {
            self.refuse(&Refusal::Internal);
            return;
        };
        let (before, refused_before) = (self.received, self.refused);
        let mut refused = Vec::new();
        let mut bytes = 0;
        for (place, item) in items.into_iter().enumerate() {
            let sequence = self.received;
            self.received += 1;
            let (correlation_id, profile) = api.candidate(item);
            match profile {
                Ok(profile) => ranking.add(&profile, &terms, sequence, &correlation_id),
                Err(refusal) => {
                    self.refused += 1;
                    let result = Some(Error(rpc_status(&refusal)));
                    let result = EvaluationResult { sequence: whole(sequence), correlation_id, result };
                    bytes += result.encoded_len();
                    refused.push(result);
                }
            }
            if bytes > RESULTS_FRAME_BYTES {
                self.send(std::mem::take(&mut refused));
                bytes = 0;
            }
            if (place + 1) % ITEMS_PER_TURN == 0 {
                tokio::task::yield_now().await;
            }
        }
        if !refused.is_empty() {
            self.send(refused);
        }
        self.pool = Some((to_hold, ranking));
        let refused = self.refused - refused_before;
        let ranked = self.received - before - refused;
        self.record.add(Counts { refused, ranked, ..Counts::default() });
    }

    fn send(&mut self, results: Vec<EvaluationResult>) {
        self.outgoing.push_back(Ok(frame(Out::Refused(EvaluationResults { results }))));
    }

    async fn half_closed(&mut self) {
        let Some((to_hold, ranking)) = self.pool.take() else {
            self.out_of_order("terms", "is required; the stream ended without them");
            return;
        };
        // The invited of a large pool take seconds to sort.
        let simulation = match off_thread(move || ranking.finish(&to_hold.draw)).await {
            Ok(simulation) => simulation,
            Err(refusal) => return self.refuse(&refusal),
        };
        let Simulation { draw, standing, invited, inseparable } = simulation;
        let count = whole(invited.len() as u64);
        self.summary = Some(SimulationSummary {
            invited: count,
            last_sequence: whole(self.received) - 1,
            catalog_digest: self.api.digest(),
        });
        self.invited = invited.into_iter();
        self.end(Ok(frame(Out::Result(SimulationResult {
            draw: draw.as_ref().map(to_proto::draw),
            received: whole(self.received),
            eligible: whole(standing.eligible),
            not_eligible: whole(standing.not_eligible),
            indeterminate: whole(standing.indeterminate),
            refused: whole(self.refused),
            invited: count,
            inseparable: whole(inseparable),
        }))));
    }

    /// The next frame of the invited.
    fn tell_invited(&mut self) -> Option<Answer> {
        let next = self.invited.by_ref().take(MAX_FRAME_ITEMS);
        let invitations: Vec<_> = next
            .map(|Ranked { score, sequence, id, .. }| SimulatedInvitation {
                sequence: whole(sequence),
                correlation_id: id.into(),
                crs_score: score.points(),
            })
            .collect();
        (!invitations.is_empty()).then(|| Ok(frame(Out::Invited(SimulatedInvitations { invitations }))))
    }

    /// No one is invited before the whole pool is known, so that nothing was answered, and another server starts over.
    fn drain(&mut self) {
        self.tell(StreamNoticeKind::Draining);
        self.refuse(&Refusal::Draining);
    }

    /// The server has another catalogue, and this draw goes on with its own.
    fn tell_reload(&mut self) {
        if !Arc::ptr_eq(&self.catalog.catalog(), self.api.catalog()) {
            self.tell(StreamNoticeKind::CatalogReloaded);
        }
    }

    fn tell(&mut self, kind: StreamNoticeKind) {
        let notice = StreamNotice { kind: kind.into(), last_sequence: -1 };
        self.outgoing.push_back(Ok(frame(Out::Notice(notice))));
    }
}

fn frame(frame: Out) -> SimulateDrawResponse {
    SimulateDrawResponse { frame: Some(frame) }
}

/// A count as the contract has it; no pool comes near the end of its 63 bits.
fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
