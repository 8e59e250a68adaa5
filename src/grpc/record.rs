//! What is recorded of a call while it goes on, for whoever watches the server: counts, never what was counted.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    decisions::Decider,
    proto::{StreamSummary, Verdict},
};

/// Items by what they came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Evaluated, and invited.
    pub invited: u64,
    /// Evaluated, and not invited.
    pub not_invited: u64,
    /// Evaluated, with facts missing.
    pub indeterminate: u64,
    /// Not evaluated, since something in them is wrong.
    pub refused: u64,
    /// Taken into the ranking of a simulated draw.
    pub ranked: u64,
}

thread_local! {
    /// The record of the call that this thread is answering.
    static CURRENT: Cell<Option<Arc<CallRecord>>> = const { Cell::new(None) };
}

/// Counts that go up.
#[derive(Debug, Default)]
pub struct Tally {
    invited: AtomicU64,
    not_invited: AtomicU64,
    indeterminate: AtomicU64,
    refused: AtomicU64,
    ranked: AtomicU64,
}

/// One call as it is recorded. Whoever serves has it answered within [`CallRecord::while_polled`].
#[derive(Debug, Default)]
pub struct CallRecord {
    items: Tally,
    /// Those of all calls of the method, where they are to be seen while this one goes on.
    of_method: Option<Arc<Tally>>,
    /// Who records its decisions, if anyone does.
    decider: Option<Decider>,
}

impl Counts {
    /// The counts of these answers; one without a verdict is a refusal.
    pub(super) fn of(verdicts: impl IntoIterator<Item = Option<Verdict>>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            match verdict {
                Some(Verdict::Invited) => counts.invited += 1,
                Some(Verdict::NotInvited) => counts.not_invited += 1,
                Some(Verdict::Indeterminate) => counts.indeterminate += 1,
                Some(Verdict::Unspecified) => {}
                None => counts.refused += 1,
            }
        }
        counts
    }

    /// What a stream answered after it had answered `before`.
    pub(super) fn between(before: &StreamSummary, now: &StreamSummary) -> Self {
        let more = |of: fn(&StreamSummary) -> i64| u64::try_from(of(now) - of(before)).unwrap_or_default();
        Self {
            invited: more(|summary| summary.invited),
            not_invited: more(|summary| summary.not_invited),
            indeterminate: more(|summary| summary.indeterminate),
            refused: more(|summary| summary.failed),
            ranked: 0,
        }
    }

    /// All of them, by the names that logs and metrics have for them.
    pub fn named(self) -> [(&'static str, u64); 5] {
        let Self { invited, not_invited, indeterminate, refused, ranked } = self;
        [
            ("invited", invited),
            ("not_invited", not_invited),
            ("indeterminate", indeterminate),
            ("refused", refused),
            ("ranked", ranked),
        ]
    }
}

impl Tally {
    /// Adds counts, of which most are 0.
    pub fn add(&self, counts: Counts) {
        let Counts { invited, not_invited, indeterminate, refused, ranked } = counts;
        for (count, more) in [
            (&self.invited, invited),
            (&self.not_invited, not_invited),
            (&self.indeterminate, indeterminate),
            (&self.refused, refused),
            (&self.ranked, ranked),
        ] {
            if more > 0 {
                count.fetch_add(more, Ordering::Relaxed);
            }
        }
    }

    /// The counts of this moment.
    pub fn counts(&self) -> Counts {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Counts {
            invited: of(&self.invited),
            not_invited: of(&self.not_invited),
            indeterminate: of(&self.indeterminate),
            refused: of(&self.refused),
            ranked: of(&self.ranked),
        }
    }
}

impl CallRecord {
    /// A call of which nothing is counted yet; what will be is counted in `of_method`, too, as it comes.
    pub fn new(of_method: Option<Arc<Tally>>, decider: Option<Decider>) -> Self {
        Self { items: Tally::default(), of_method, decider }
    }

    /// Does `poll`, which asks the answer to a call, with `record` as that of the call. The extensions of its request would be a map made and
    /// taken down for it.
    pub fn while_polled<T>(record: &mut Option<Arc<Self>>, poll: impl FnOnce() -> T) -> T {
        CURRENT.set(record.take());
        let polled = poll();
        *record = CURRENT.take();
        polled
    }

    /// The record of the call that is being answered; one that no one looks at when it has none.
    pub(super) fn current() -> Arc<Self> {
        Self::with_current(Arc::clone)
    }

    /// Does `ask` with that record, without a share of it.
    pub(super) fn with_current<T>(ask: impl FnOnce(&Arc<Self>) -> T) -> T {
        let Some(record) = CURRENT.take() else { return ask(&Arc::default()) };
        let asked = ask(&record);
        CURRENT.set(Some(record));
        asked
    }

    /// What the call's items have come to so far.
    pub fn items(&self) -> Counts {
        self.items.counts()
    }

    pub(super) fn decider(&self) -> Option<&Decider> {
        self.decider.as_ref()
    }

    pub(super) fn add(&self, counts: Counts) {
        self.items.add(counts);
        if let Some(of_method) = &self.of_method {
            of_method.add(counts);
        }
    }
}
