//! Whole years of work in every combination of the countries that are not said.

use std::ops::Range;

use smallvec::SmallVec;

use super::{
    points::WorkYears,
    years::{Measured, YearsLayout, whole_years},
};
use crate::{
    engine::{
        experience::Step,
        work::{Settled, Side},
    },
    model::WeeklyHours,
};

/// What the spells of one side come to, kept up as spells come and go.
struct Counted<'l> {
    steps: &'l [Step],
    /// Hundredths of weekly hours after each step.
    weekly: SmallVec<[u32; 32]>,
    hours: u64,
    shares: u64,
}

impl YearsLayout {
    /// Calls `each` with the years in every combination of the sides of the spells at `unknown`, always in the same order. Each
    /// differs from the one before in the side of one spell, mostly of one that takes few steps: little is counted anew.
    pub fn each_side(&self, settled: &mut [Settled<'_>], unknown: &[usize], mut each: impl FnMut(WorkYears)) {
        let of = |nth: usize| (self.steps_of(nth), nth);
        let mut unknown: SmallVec<[(Range<usize>, usize); 8]> = unknown.iter().copied().map(of).collect();
        unknown.sort_unstable_by_key(|(steps, nth)| (steps.len(), *nth));
        let of = |side| Counted::new(self.steps(), settled, side);
        let (mut canadian, mut foreign) = (of(Side::Canada), of(Side::Abroad));
        for combination in 1_u64.. {
            each(WorkYears { canadian: canadian.years(), foreign: foreign.years() });
            let turned = usize::try_from(combination.trailing_zeros()).ok().and_then(|place| unknown.get(place));
            let Some((steps, nth)) = turned else { return };
            let Some(spell) = settled.get_mut(*nth) else { return };
            let (from, to, side) = match spell.side {
                Side::Canada => (&mut canadian, &mut foreign, Side::Abroad),
                Side::Abroad => (&mut foreign, &mut canadian, Side::Canada),
            };
            if spell.counts_on(spell.side) {
                from.remove(steps.clone(), spell.hours);
            }
            spell.side = side;
            if spell.counts_on(side) {
                to.add(steps.clone(), spell.hours);
            }
        }
    }

    /// The steps from the beginning of a spell to its end.
    fn steps_of(&self, nth: usize) -> Range<usize> {
        let at = |begins: bool| self.steps().iter().position(|step| step.nth == nth && step.begins == begins);
        at(true).unwrap_or(0)..at(false).unwrap_or(0)
    }
}

impl<'l> Counted<'l> {
    fn new(steps: &'l [Step], settled: &[Settled<'_>], side: Side) -> Self {
        let mut measured = Measured::default();
        let weekly = steps.iter().map(|step| {
            if let Some(spell) = settled.get(step.nth).filter(|spell| spell.counts_on(side)) {
                measured.change(step, spell.hours);
            }
            measured.pass(step);
            measured.weekly
        });
        let weekly = weekly.collect();
        Self { steps, weekly, hours: measured.hours, shares: measured.shares }
    }

    fn add(&mut self, steps: Range<usize>, hours: u32) {
        for (step, weekly) in self.steps.iter().zip(&mut self.weekly).take(steps.end).skip(steps.start) {
            let before = (*weekly).min(WeeklyHours::FULL_TIME);
            *weekly += hours;
            let more = u64::from((*weekly).min(WeeklyHours::FULL_TIME) - before);
            self.hours += more * step.days;
            self.shares += more * step.shares;
        }
    }

    fn remove(&mut self, steps: Range<usize>, hours: u32) {
        for (step, weekly) in self.steps.iter().zip(&mut self.weekly).take(steps.end).skip(steps.start) {
            let before = (*weekly).min(WeeklyHours::FULL_TIME);
            *weekly = weekly.saturating_sub(hours);
            let less = u64::from(before - (*weekly).min(WeeklyHours::FULL_TIME));
            self.hours = self.hours.saturating_sub(less * step.days);
            self.shares = self.shares.saturating_sub(less * step.shares);
        }
    }

    fn years(&self) -> u32 {
        whole_years(self.hours, self.shares)
    }
}
