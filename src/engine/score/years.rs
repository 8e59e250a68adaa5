//! Whole years of work, asked of many completions of the same spells.

use chrono::NaiveDate;
use smallvec::SmallVec;

use super::{points::WorkYears, space::Few};
use crate::{
    engine::{
        experience::{Step, Timeline},
        work::{Settled, Side},
    },
    model::{CreditedMonths, WeeklyHours, whole_months},
};

/// Shares by which a stretch of whole calendar months at full time may fall short of as many months: its days in a longer month weigh
/// less than those that they stand for in a shorter one, by 27 (1/28 - 1/31) at most, less than a tenth.
const SHORT: u64 = CreditedMonths::SHARES_PER_MONTH.unsigned_abs() * WeeklyHours::FULL_TIME as u64 / 10;

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
        let years = |measured: Measured, side| {
            whole_years(measured.hours, measured.shares, || {
                let mut so_far = Measured::default();
                let weekly = self.steps.iter().map(|step| {
                    if let Some(spell) = settled.get(step.nth).filter(|spell| spell.counts_on(side)) {
                        so_far.change(step, spell.hours);
                    }
                    so_far.weekly
                });
                full_time_years(&self.steps, weekly)
            })
        };
        WorkYears { canadian: years(canadian, Side::Canada), foreign: years(foreign, Side::Abroad) }
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

/// The whole years that hours and shares come to; `by_dates` tells those of the longest full-time stretch, where it may make one more.
pub(super) fn whole_years(hours: u64, shares: u64, by_dates: impl FnOnce() -> u32) -> u32 {
    let years = |shares| CreditedMonths::from_hours(hours).max(CreditedMonths::from_shares(shares)).whole_years();
    let least = years(shares);
    if years(shares + SHORT) == least { least } else { least.max(by_dates()) }
}

/// The whole years, by dates, of the longest full-time stretch; `weekly` tells the hundredths of weekly hours after each step.
pub(super) fn full_time_years(steps: &[Step], weekly: impl Iterator<Item = u32>) -> u32 {
    let (mut months, mut since, mut until) = (0, None::<NaiveDate>, NaiveDate::MIN);
    for (step, weekly) in steps.iter().zip(weekly).filter(|(step, _)| step.days > 0) {
        if weekly >= WeeklyHours::FULL_TIME {
            since = since.or(Some(step.from));
            until = step.until;
        } else if let Some(since) = since.take() {
            months = months.max(whole_months(since, until));
        }
    }
    since.map_or(months, |since| months.max(whole_months(since, until))) / 12
}
