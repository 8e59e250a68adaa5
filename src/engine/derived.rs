//! What an evaluation works out where the caller states nothing: score and programs on the day of the draw.

use std::cell::OnceCell;

use super::{
    Terms, Unsaid,
    effort::Effort,
    named::NamedFields,
    programs::Candidate,
    score::{self, Day, Space},
};
use crate::model::{Assumption, CrsScore, Profile, ScoreRange, TieBreak};

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

    /// What was taken as true of work and tests.
    pub fn assumptions(&self, candidate: Option<&Candidate<'_>>) -> Vec<Assumption> {
        let mut assumed = score::assumptions(self.profile, self.space(), &self.day);
        assumed.extend(candidate.into_iter().flat_map(Candidate::assumptions));
        assumed
    }

    /// The facts that can still carry the score over the cut-off, or away from it where the tie-break tells.
    pub fn missing_for_score(&self, terms: &Terms<'_>, effort: &Effort, found: &mut NamedFields) {
        let cut_off = u16::try_from(terms.draw.crs_cut_off.points()).unwrap_or(0);
        let (reached, passed) = (cut_off, cut_off.saturating_add(1));
        let thresholds: &[u16] = match (terms.draw.tie_break, self.profile.submitted_at) {
            _ if terms.posed_on.is_some() => &[reached],
            (TieBreak::NotApplied, _) => &[reached],
            (TieBreak::Published(at), Some(submitted_at)) if submitted_at < at => &[reached],
            (TieBreak::Published(_), Some(_)) => &[passed],
            (TieBreak::Published(_), None) | (TieBreak::Unknown, _) => &[reached, passed],
        };
        score::missing_fields(self.profile, self.space(), &self.day, thresholds, effort, found);
    }

    /// The candidate for the programs, where none is stated and their rules are known.
    pub fn candidate(&self) -> Option<Candidate<'_>> {
        let unsaid = self.profile.eligible_programs.is_empty();
        if unsaid { Candidate::new(self.profile, &self.day, self.space()) } else { None }
    }
}
