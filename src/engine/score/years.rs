//! Whole years of work, asked of many completions of the same spells.

use smallvec::SmallVec;

use super::{points::WorkYears, space::Few};
use crate::{
    engine::{
        experience::{Step, Timeline},
        work::{Settled, Side},
    },
    model::{CreditedMonths, WeeklyHours},
};

/// Spells laid out with what is counted between one change and the next, so that a question adds and compares only.
pub(super) struct YearsLayout {
    steps: SmallVec<[Step; 16]>,
}

/// What the spells of one side come to.
#[derive(Clone, Copy, Default)]
pub(super) struct Measured {
    /// Hundredths of weekly hours since the last change.
    pub weekly: u32,
    pub hours: u64,
    pub shares: u64,
}

/// A set of years. Those that a window holds are bits, so that many of them need no sorting.
#[derive(Debug, Default)]
pub(super) struct YearsSet {
    bits: u128,
    others: Few<WorkYears>,
}

impl YearsSet {
    /// Years of each side that have a bit with each of the other.
    const NEAR: u32 = 11;

    pub fn insert(&mut self, years: WorkYears) {
        if years.canadian < Self::NEAR && years.foreign < Self::NEAR {
            self.bits |= 1 << (years.canadian * Self::NEAR + years.foreign);
        } else {
            self.others.push(years);
        }
    }

    /// All of them, those beyond the bits as often as they were inserted.
    pub fn into_all(self) -> Few<WorkYears> {
        let bits = std::iter::successors(Some(self.bits), |bits| Some(bits & bits.saturating_sub(1)));
        let places = bits.take_while(|bits| *bits != 0).map(u128::trailing_zeros);
        let near = places.map(|place| WorkYears { canadian: place / Self::NEAR, foreign: place % Self::NEAR });
        near.chain(self.others).collect()
    }
}

impl YearsLayout {
    pub fn new(timeline: &Timeline) -> Self {
        Self { steps: timeline.steps().collect() }
    }

    /// The years that settled spells come to, as laid out.
    pub fn years(&self, settled: &[Settled<'_>]) -> WorkYears {
        let (mut canadian, mut foreign) = (Measured::default(), Measured::default());
        for step in &self.steps {
            if let Some(spell) = settled.get(step.nth) {
                if spell.counts_on(Side::Canada) {
                    canadian.change(step, spell.hours);
                } else if spell.counts_on(Side::Abroad) {
                    foreign.change(step, spell.hours);
                }
            }
            canadian.pass(step);
            foreign.pass(step);
        }
        let years = |measured: Measured| whole_years(measured.hours, measured.shares);
        WorkYears { canadian: years(canadian), foreign: years(foreign) }
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl Measured {
    pub fn change(&mut self, step: &Step, weekly: u32) {
        self.weekly = if step.begins { self.weekly + weekly } else { self.weekly.saturating_sub(weekly) };
    }

    pub fn pass(&mut self, step: &Step) {
        let weekly = u64::from(self.weekly.min(WeeklyHours::FULL_TIME));
        self.hours += weekly * step.days;
        self.shares += weekly * step.shares;
    }
}

/// The whole years that hours and shares come to. Full-time work by dates makes no more of them: a year by dates has 365 days or more, and
/// by hours 364 are enough.
pub(super) fn whole_years(hours: u64, shares: u64) -> u32 {
    CreditedMonths::from_hours(hours).max(CreditedMonths::from_shares(shares)).whole_years()
}
