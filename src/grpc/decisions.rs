//! The decision log: a line for each decision, put together here and written by whoever serves. Of the profile it has a keyed
//! hash alone.

use std::{
    fmt,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{SecondsFormat, Utc};
use hmac::{Hmac, Mac};
use prost::Message;
use serde::Serialize;
use sha2::Sha256;

use super::{proto, refusal::Refusal, to_proto};
use crate::engine::Decision;

/// Bytes of lines that wait to be written, at most.
const MOST: usize = 4 << 20;

/// What happens to a call whose decisions can't be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// It is refused.
    Refuse,
    /// It is answered, and the lines that there is no room for are counted.
    Drop,
}

/// Lines of decisions on their way to a file.
pub struct DecisionLog {
    key: Hmac<Sha256>,
    on_failure: OnFailure,
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// Whether the last attempt at writing failed.
    failing: AtomicBool,
    written: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    text: Vec<u8>,
    lines: u64,
    /// No more will come.
    over: bool,
    /// The last is written, or given up.
    done: bool,
}

/// Whose decisions these are.
#[derive(Debug)]
pub struct Decider {
    /// Where they are recorded.
    pub log: Arc<DecisionLog>,
    /// The caller's name, if it is known.
    pub caller: Option<Arc<str>>,
    /// The id of the call.
    pub request_id: String,
}

/// The hash of a profile under the key of the log.
pub(super) struct ProfileHash(Option<String>);

/// The lines of one call, or of one frame of a stream, all against one draw.
pub(super) struct Page<'a> {
    decider: &'a Decider,
    draw: &'a str,
    catalog: &'a str,
    time: String,
    text: Vec<u8>,
    lines: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    time: &'a str,
    caller: Option<&'a str>,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<i64>,
    draw: &'a str,
    verdict: &'a str,
    #[serde(serialize_with = "as_map")]
    criteria: &'a [(&'static str, &'static str)],
    catalog: &'a str,
    profile_hmac: Option<&'a str>,
}

impl DecisionLog {
    /// A log whose hashes are under `key`; none when it can't be one, though HMAC takes any length.
    pub fn new(key: &[u8], on_failure: OnFailure) -> Option<Arc<Self>> {
        let key = Hmac::new_from_slice(key).ok()?;
        Some(Arc::new(Self {
            key,
            on_failure,
            waiting: Mutex::default(),
            changed: Condvar::new(),
            failing: AtomicBool::new(false),
            written: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }))
    }

    /// Whether the last attempt at writing failed.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Relaxed)
    }

    /// Decisions written so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Decisions that were answered and are not recorded.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Bytes of lines that wait to be written.
    pub fn waiting_bytes(&self) -> usize {
        self.waiting().text.len()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses what could not be recorded, before it is worked out.
    fn ready(&self) -> Result<(), Refusal> {
        match self.on_failure {
            OnFailure::Refuse if self.is_failing() => Err(Refusal::DecisionLogFailing),
            OnFailure::Refuse | OnFailure::Drop => Ok(()),
        }
    }

    fn add(&self, text: &[u8], lines: u64) -> Result<(), Refusal> {
        let mut waiting = self.waiting();
        if waiting.text.len() + text.len() > MOST || waiting.over {
            return match self.on_failure {
                OnFailure::Refuse => Err(Refusal::DecisionLogFailing),
                OnFailure::Drop => {
                    self.dropped.fetch_add(lines, Ordering::Relaxed);
                    Ok(())
                }
            };
        }
        waiting.text.extend_from_slice(text);
        waiting.lines += lines;
        drop(waiting);
        self.changed.notify_all();
        Ok(())
    }

    /// Waits for lines and takes them into `text`, which is empty; how many, or none when no more will come.
    pub fn take(&self, text: &mut Vec<u8>) -> Option<u64> {
        let idle = |waiting: &mut Waiting| waiting.text.is_empty() && !waiting.over;
        let waited = self.changed.wait_while(self.waiting(), idle);
        let mut waiting = waited.unwrap_or_else(PoisonError::into_inner);
        if waiting.text.is_empty() {
            return None;
        }
        std::mem::swap(&mut waiting.text, text);
        Some(std::mem::take(&mut waiting.lines))
    }

    /// Waits for `pause`, or less when no more lines will come, and says whether that is so.
    pub fn pause(&self, pause: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.waiting(), pause, |waiting| !waiting.over);
        waited.unwrap_or_else(PoisonError::into_inner).0.over
    }

    /// Notes how an attempt at writing went, and says whether the one before went otherwise.
    pub fn note(&self, failing: bool) -> bool {
        self.failing.swap(failing, Ordering::Relaxed) != failing
    }

    /// Counts what became of `lines` that were taken.
    pub fn account(&self, lines: u64, written: bool) {
        let count = if written { &self.written } else { &self.dropped };
        count.fetch_add(lines, Ordering::Relaxed);
    }

    /// The writer is at its end.
    pub fn done(&self) {
        self.waiting().done = true;
        self.changed.notify_all();
    }

    /// Takes no more lines, and waits until those there are have been written, for so long at most.
    pub fn end(&self, patience: Duration) {
        let mut waiting = self.waiting();
        waiting.over = true;
        self.changed.notify_all();
        let _ = self.changed.wait_timeout_while(waiting, patience, |waiting| !waiting.done);
    }
}

impl Decider {
    /// A page for decisions against one draw.
    pub(super) fn page<'a>(&'a self, draw: &'a str, catalog: &'a str) -> Result<Page<'a>, Refusal> {
        self.log.ready()?;
        let time = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        Ok(Page { decider: self, draw, catalog, time, text: Vec::new(), lines: 0 })
    }

    /// The hash of a profile: HMAC-SHA-256 of the message without its id, as it is encoded here. It is the same however the profile
    /// came.
    pub(super) fn hash(&self, profile: &mut proto::Profile) -> ProfileHash {
        let id = std::mem::take(&mut profile.profile_id);
        let hash = self.log.key.clone().chain_update(profile.encode_to_vec()).finalize();
        profile.profile_id = id;
        ProfileHash(Some(format!("{:x}", hash.into_bytes())))
    }
}

impl ProfileHash {
    /// Of no profile.
    pub(super) const NONE: Self = Self(None);
}

impl<'a> Page<'a> {
    pub(super) fn decider(&self) -> &'a Decider {
        self.decider
    }

    /// Adds a line; without a decision the item was refused.
    pub(super) fn add(&mut self, sequence: Option<i64>, ProfileHash(hash): &ProfileHash, decision: Option<&Decision>) {
        let outcomes = decision.into_iter().flat_map(Decision::outcomes);
        let criteria: Vec<_> = outcomes
            .map(|(kind, outcome)| {
                let (kind, outcome) = (to_proto::criterion_kind(kind), to_proto::outcome(outcome));
                (without(kind.as_str_name(), "CRITERION_KIND_"), without(outcome.as_str_name(), "OUTCOME_"))
            })
            .collect();
        let verdict = decision.map(|decision| to_proto::verdict(decision.verdict()).as_str_name());
        let line = Line {
            time: &self.time,
            caller: self.decider.caller.as_deref(),
            request_id: &self.decider.request_id,
            sequence,
            draw: self.draw,
            verdict: verdict.map_or("REFUSED", |verdict| without(verdict, "VERDICT_")),
            criteria: &criteria,
            catalog: self.catalog,
            profile_hmac: hash.as_deref(),
        };
        // Writing to a growing text does not fail.
        let _ = serde_json::to_writer(&mut self.text, &line);
        self.text.push(b'\n');
        self.lines += 1;
    }

    /// Leaves the lines to be written.
    ///
    /// # Errors
    /// When there is no room for them, and calls are refused then.
    pub(super) fn close(self) -> Result<(), Refusal> {
        self.decider.log.add(&self.text, self.lines)
    }
}

/// The name of a value of an enum, without what all of them begin with.
fn without(name: &'static str, prefix: &str) -> &'static str {
    name.strip_prefix(prefix).unwrap_or(name)
}

fn as_map<S: serde::Serializer>(pairs: &&[(&'static str, &'static str)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().copied())
}

impl fmt::Debug for DecisionLog {
    /// Never tells the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecisionLog").field("on_failure", &self.on_failure).finish_non_exhaustive()
    }
}
