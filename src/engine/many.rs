//! One profile against many draws: what does not depend on the draw is worked out once.

use chrono::{DateTime, Utc};
use smallvec::SmallVec;

use super::{
    Decision, Score, Terms, Unsaid, category,
    decide::{decide, in_pool_until, leaves_pool_at, program, tie_break},
    listed_work::{ListedSpells, ListedWork},
};
use crate::model::{Category, CategoryRule, OccupationRule, Outcome, Profile};

/// Calls `each` with the decision of every draw, in order: the same as [`decide`] gives. Where score and programs are stated, most
/// draws take a few comparisons.
pub fn decide_each<'a>(
    profile: &'a Profile,
    draws: impl IntoIterator<Item = &'a Terms<'a>>,
    unsaid: Unsaid,
    mut each: impl FnMut(Decision),
) {
    let draws = draws.into_iter();
    match profile.crs_score {
        Some(score) if !profile.eligible_programs.is_empty() => {
            let mut stated = Stated {
                profile,
                unsaid,
                score: Score::Stated(score),
                in_pool: profile.submitted_at.map(|at| (at, leaves_pool_at(at))),
                members: SmallVec::new(),
            };
            draws.for_each(|terms| each(stated.decide(terms)));
        }
        _ => draws.for_each(|terms| each(decide(profile, terms, unsaid))),
    }
}

/// A profile whose score and programs are stated.
struct Stated<'a> {
    profile: &'a Profile,
    unsaid: Unsaid,
    score: Score,
    /// When it was submitted, and when it leaves the pool.
    in_pool: Option<(DateTime<Utc>, DateTime<Utc>)>,
    members: SmallVec<[(&'a Category, Membership<'a>); 4]>,
}

/// What of a category does not depend on the day.
#[allow(clippy::large_enum_variant, reason = "spells are held in place, so that nothing is allocated")]
enum Membership<'a> {
    /// The outcome.
    Fixed(Outcome),
    /// The spells in listed occupations that count, or may, on some day.
    Work(&'a OccupationRule, ListedSpells<'a>),
    /// Nothing.
    ByDay,
}

impl<'a> Stated<'a> {
    #[inline]
    fn decide(&mut self, terms: &Terms<'a>) -> Decision {
        let draw = terms.draw;
        let submission_counts = terms.posed_on.is_none();
        let submitted_at = self.profile.submitted_at;
        Decision {
            in_pool: submission_counts.then(|| in_pool_until(self.in_pool, draw.held_at)),
            program: program(self.profile.eligible_programs, draw.programs),
            category: terms.category.map(|version| self.category(version, terms)),
            crs_score: self.score.reaches(draw.crs_cut_off),
            tie_break: tie_break(submitted_at, self.score, draw.crs_cut_off, draw.tie_break)
                .filter(|_| submission_counts),
            score: self.score,
        }
    }

    /// Few draws ask for a category: kept apart, so that the others are decided without room for it.
    #[inline(never)]
    fn category(&mut self, version: &'a Category, terms: &Terms<'a>) -> Outcome {
        let (profile, unsaid) = (self.profile, self.unsaid);
        let known = self.members.iter().position(|(of, _)| std::ptr::eq(*of, version));
        let place = known.unwrap_or_else(|| {
            self.members.push((version, Membership::new(profile, version, unsaid, terms)));
            self.members.len() - 1
        });
        match self.members.get(place) {
            Some((_, Membership::Fixed(outcome))) => *outcome,
            Some((_, Membership::Work(rule, spells))) => {
                category::of_listed(&ListedWork::new(profile, terms, rule, unsaid), spells)
            }
            Some((_, Membership::ByDay)) | None => category::decide(profile, terms, version, unsaid),
        }
    }
}

impl<'a> Membership<'a> {
    fn new(profile: &'a Profile, version: &'a Category, unsaid: Unsaid, terms: &Terms<'a>) -> Self {
        match &version.rule {
            CategoryRule::Occupations(rule) if !profile.work_experiences.is_empty() => {
                let spells = ListedWork::new(profile, terms, rule, unsaid).counting_on_some_day();
                if spells.is_empty() { Self::Fixed(Outcome::NotMet) } else { Self::Work(rule, spells) }
            }
            CategoryRule::French { .. } if !profile.language_tests.is_empty() => Self::ByDay,
            _ => Self::Fixed(category::decide(profile, terms, version, unsaid)),
        }
    }
}
