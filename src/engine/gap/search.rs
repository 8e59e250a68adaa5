//! The search for changes of one or two parts that would have been enough.

use super::{apply::applied, steps::Dimension};
use crate::{
    engine::{
        Terms, Unsaid,
        decide::{Decision, decide_but_programs},
        derived::Derived,
    },
    model::{Change, CrsScore, GapChangeKind, Profile, Verdict},
};

/// Changed profiles evaluated at most.
const MOST_TRIALS: usize = 4_000;
/// Trials made of the most expensive profile.
const FEWEST_TRIALS: usize = 400;
/// What all trials may cost together, in the measure of [`cost`].
const MOST_COST: usize = 4_000_000;

/// Profiles evaluated one after the other, up to a number of them.
pub(super) struct Trials<'a> {
    pub profile: &'a Profile,
    /// The exact score of the facts as they are.
    pub total: Option<u16>,
    pub terms: &'a Terms<'a>,
    pub unsaid: Unsaid,
    left: usize,
}

/// How a changed profile comes out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    pub invited: bool,
    pub score: Option<CrsScore>,
}

/// Changes that are enough, none of which can be left out.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub parts: Vec<(GapChangeKind, Change)>,
    pub score: Option<CrsScore>,
    /// The score without each part.
    pub without: Vec<Option<CrsScore>>,
}

/// There are no trials left.
pub(super) struct Exhausted;

impl<'a> Trials<'a> {
    pub fn new(profile: &'a Profile, total: Option<u16>, terms: &'a Terms<'a>, unsaid: Unsaid) -> Self {
        let left = (MOST_COST / cost(profile)).clamp(FEWEST_TRIALS, MOST_TRIALS);
        Self { profile, total, terms, unsaid, left }
    }

    /// Trials of another profile, as many as are left of these.
    pub fn of_other<'b>(&self, profile: &'b Profile, total: Option<u16>) -> Trials<'b>
    where
        'a: 'b,
    {
        Trials { profile, total, ..*self }
    }

    fn of(&mut self, changes: &[&Change]) -> Result<Trial, Exhausted> {
        self.left = self.left.checked_sub(1).ok_or(Exhausted)?;
        let profile = applied(self.profile, self.total, self.terms, self.unsaid, changes);
        Ok(Trial::of(&profile, self.terms, self.unsaid))
    }

    /// Everything that is enough, in order; what was found so far when the trials ran out, and whether they did not.
    pub fn search(&mut self, dimensions: &[Dimension], now: Option<CrsScore>) -> (Vec<Found>, bool) {
        let mut found = Vec::new();
        let complete = self.fill(dimensions, now, &mut found).is_ok();
        found.sort_by_key(|option| (option.parts.len(), option.kinds()));
        (found, complete)
    }

    fn fill(
        &mut self,
        dimensions: &[Dimension],
        now: Option<CrsScore>,
        found: &mut Vec<Found>,
    ) -> Result<(), Exhausted> {
        // Of each dimension, the steps that are not enough by themselves, with the score that each gives.
        let mut short: Vec<(GapChangeKind, Vec<(&Change, Trial)>)> = Vec::with_capacity(dimensions.len());
        for Dimension { kind, steps } in dimensions {
            let mut not_enough = Vec::with_capacity(steps.len());
            for step in steps {
                let trial = self.of(&[step])?;
                if trial.invited {
                    let parts = vec![(*kind, step.clone())];
                    found.push(Found { parts, score: trial.score, without: vec![now] });
                    break;
                }
                not_enough.push((step, trial));
            }
            short.push((*kind, not_enough));
        }
        for (place, (first_kind, first)) in short.iter().enumerate() {
            for (second_kind, second) in short.iter().skip(place + 1) {
                if first_kind != second_kind {
                    self.pairs((*first_kind, first), (*second_kind, second), found)?;
                }
            }
        }
        Ok(())
    }

    /// Walks down the staircase of the smallest steps that are enough together.
    fn pairs(
        &mut self,
        (first_kind, first): (GapChangeKind, &[(&Change, Trial)]),
        (second_kind, second): (GapChangeKind, &[(&Change, Trial)]),
        found: &mut Vec<Found>,
    ) -> Result<(), Exhausted> {
        let (Some((most_first, _)), Some((most_second, _))) = (first.last(), second.last()) else { return Ok(()) };
        if !self.of(&[most_first, most_second])?.invited {
            return Ok(());
        }
        let mut upper = second.len();
        for (first_step, first_alone) in first {
            let mut smallest = None;
            while let Some((second_step, second_alone)) = upper.checked_sub(1).and_then(|place| second.get(place)) {
                let trial = self.of(&[first_step, second_step])?;
                if !trial.invited {
                    break;
                }
                upper -= 1;
                smallest = Some(Found {
                    parts: vec![(first_kind, (*first_step).clone()), (second_kind, (*second_step).clone())],
                    score: trial.score,
                    without: vec![second_alone.score, first_alone.score],
                });
            }
            found.extend(smallest);
        }
        Ok(())
    }
}

impl Trial {
    /// The verdict on a profile and its score. Eligibility is worked out only where the rest leaves it open.
    pub fn of(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Self {
        let derived = Derived::needed(profile, terms, unsaid);
        let mut decision: Decision = decide_but_programs(profile, terms, unsaid, derived.as_ref());
        if decision.verdict() != Verdict::NotInvited {
            decision.decide_programs(derived.as_ref().and_then(Derived::candidate).as_ref(), terms);
        }
        Self { invited: decision.verdict() == Verdict::Invited, score: decision.score.exact() }
    }
}

impl Found {
    fn kinds(&self) -> Vec<GapChangeKind> {
        self.parts.iter().map(|(kind, _)| *kind).collect()
    }
}

/// What a trial of a profile costs, roughly: spells are compared with each other, once for each combination of their unsaid
/// countries, and tests once for each combination of their unsaid days.
fn cost(profile: &Profile) -> usize {
    let spells = &profile.work_experiences;
    let countries = spells.iter().filter(|spell| spell.country.is_none()).count().min(8);
    let undated = profile.language_tests.iter().filter(|test| test.taken_on.is_none()).count().min(6);
    let work = (spells.len() * spells.len() + 1) << countries;
    let tests = (profile.language_tests.len() * profile.language_tests.len() + 1) << undated;
    work.saturating_add(tests).max(1)
}
