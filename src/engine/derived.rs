//! What an evaluation works out where the caller states nothing: score and programs on the day of the draw.

use std::cell::OnceCell;

use smallvec::SmallVec;

use super::{
    Terms, Unsaid,
    named::NamedFields,
    programs::{self, Candidate},
    score::{self, Day, Space},
};
use crate::model::{Assumption, CrsScore, Outcome, Profile, Program, Programs, ScoreRange, TieBreak};

/// The facts of a profile, laid out for the day of a draw when they are first asked for.
pub(super) struct Derived<'a> {
    profile: &'a Profile,
    day: Day<'a>,
    space: OnceCell<Space>,
}

impl<'a> Derived<'a> {
    /// The facts; none where the rules of the day are not known.
    pub fn new(profile: &'a Profile, terms: &Terms<'a>, unsaid: Unsaid) -> Option<Self> {
        let day = Day::new(terms.catalog, terms.draw.held_on, unsaid)?.with_facts_of(terms.facts_on());
        Some(Self { profile, day, space: OnceCell::new() })
    }

    /// The facts, where something is not stated.
    pub fn needed(profile: &'a Profile, terms: &Terms<'a>, unsaid: Unsaid) -> Option<Self> {
        let stated = profile.crs_score.is_some() && !profile.eligible_programs.is_empty();
        if stated { None } else { Self::new(profile, terms, unsaid) }
    }

    /// Whether no program is stated.
    pub fn programs_unsaid(&self) -> bool {
        self.profile.eligible_programs.is_empty()
    }

    fn space(&self) -> &Space {
        self.space.get_or_init(|| Space::of(self.profile, &self.day))
    }

    /// The score, as far as the facts go.
    pub fn range(&self) -> Option<ScoreRange> {
        if self.space.get().is_none()
            && let Some(total) = score::total(self.profile, &self.day)
        {
            return Some(ScoreRange { min: total, max: total });
        }
        score::ends(self.space(), self.day.tables).map(|ends| ends.range)
    }

    /// The score, where the facts leave one only.
    pub fn exact(&self) -> Option<CrsScore> {
        CrsScore::new(self.range()?.exact()?.into()).ok()
    }

    /// Whether the candidate is eligible for one of the programs.
    pub fn eligible_for_one_of(&self, invited: Programs) -> Outcome {
        self.candidate().map_or(Outcome::Unknown, |candidate| candidate.eligible_for_one_of(invited))
    }

    /// How eligibility for each of the programs comes out.
    pub fn eligibility(&self, invited: Programs) -> SmallVec<[(Program, Outcome); 4]> {
        let Some(candidate) = self.candidate() else { return SmallVec::new() };
        invited.iter().map(|program| (program, candidate.eligible(program))).collect()
    }

    /// What was taken as true of work and tests.
    pub fn assumptions(&self) -> Vec<Assumption> {
        let mut assumed = score::assumptions(self.profile, self.space(), &self.day);
        if self.programs_unsaid() {
            assumed.extend(self.candidate().iter().flat_map(Candidate::assumptions));
        }
        assumed
    }

    /// The facts that can still carry the score over the cut-off, or away from it where the tie-break tells.
    pub fn missing_for_score(&self, terms: &Terms<'_>, found: &mut NamedFields) {
        let cut_off = u16::try_from(terms.draw.crs_cut_off.points()).unwrap_or(0);
        let (reached, passed) = (cut_off, cut_off.saturating_add(1));
        let thresholds: &[u16] = match (terms.draw.tie_break, self.profile.submitted_at) {
            _ if terms.posed_on.is_some() => &[reached],
            (TieBreak::NotApplied, _) => &[reached],
            (TieBreak::Published(at), Some(submitted_at)) if submitted_at < at => &[reached],
            (TieBreak::Published(_), Some(_)) => &[passed],
            (TieBreak::Published(_), None) | (TieBreak::Unknown, _) => &[reached, passed],
        };
        score::missing_fields(self.profile, self.space(), &self.day, thresholds, found);
    }

    /// The facts that can still change whether the candidate is eligible for one of the programs.
    pub fn missing_for_programs(&self, invited: Programs, found: &mut NamedFields) {
        if let Some(candidate) = self.candidate() {
            invited.iter().for_each(|program| programs::missing_fields(&candidate, program, found));
        }
    }

    fn candidate(&self) -> Option<Candidate<'_>> {
        Candidate::new(self.profile, &self.day, self.space())
    }
}
