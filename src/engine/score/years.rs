//! Whole years of work, asked of many completions of the same spells.

use smallvec::SmallVec;

use super::points::WorkYears;
use crate::{
    engine::{
        experience::{Step, Timeline},
        work::{Settled, Side},
    },
    model::{CreditedMonths, WeeklyHours},
};

/// Shares by which a stretch of whole calendar months at full time may fall short of as many months: its days in a longer month weigh
/// less than those that they stand for in a shorter one, by 27 (1/28 - 1/31) at most, less than a tenth.
const SHORT: u64 = CreditedMonths::SHARES_PER_MONTH.unsigned_abs() * WeeklyHours::FULL_TIME as u64 / 10;

/// Spells laid out with what is counted between one change and the next, so that a question adds and compares only.
pub(super) struct YearsLayout {
    timeline: Timeline,
    steps: SmallVec<[Step; 16]>,
}

/// What the spells of one side come to.
#[derive(Clone, Copy, Default)]
struct Measured {
    /// Hundredths of weekly hours since the last change.
    weekly: u32,
    hours: u64,
    shares: u64,
}

impl YearsLayout {
    pub fn new(timeline: Timeline) -> Self {
        Self { steps: timeline.steps().collect(), timeline }
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
        let years = |measured: Measured, side| {
            measured.years().unwrap_or_else(|| {
                let counting = |nth: usize| settled.get(nth).filter(|spell| spell.counts_on(side));
                self.timeline.whole_years(|nth| counting(nth).map(|spell| spell.hours))
            })
        };
        WorkYears { canadian: years(canadian, Side::Canada), foreign: years(foreign, Side::Abroad) }
    }
}

impl Measured {
    fn change(&mut self, step: &Step, weekly: u32) {
        self.weekly = if step.begins { self.weekly + weekly } else { self.weekly.saturating_sub(weekly) };
    }

    fn pass(&mut self, step: &Step) {
        let weekly = u64::from(self.weekly.min(WeeklyHours::FULL_TIME));
        self.hours += weekly * step.days;
        self.shares += weekly * step.shares;
    }

    /// The whole years; none where full-time work by dates may make one more.
    fn years(self) -> Option<u32> {
        let years =
            |shares| CreditedMonths::from_hours(self.hours).max(CreditedMonths::from_shares(shares)).whole_years();
        let least = years(self.shares);
        (years(self.shares + SHORT) == least).then_some(least)
    }
}
