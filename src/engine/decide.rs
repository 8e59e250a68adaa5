//! The criteria, each always evaluated.

use chrono::{DateTime, Months, Utc};

use super::{Terms, Unsaid, category};
use crate::model::{CriterionKind, CrsScore, Outcome, Profile, Programs, TieBreak, Verdict};

/// How each criterion came out; one that does not apply is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// In the pool at the instant of the draw.
    pub in_pool: Outcome,
    /// Eligible for one of the draw's programs.
    pub program: Outcome,
    /// A member of the draw's category; only for category-based draws.
    pub category: Option<Outcome>,
    /// A score that reaches the cut-off.
    pub crs_score: Outcome,
    /// Submitted before the tie-break; only when the score can equal the cut-off.
    pub tie_break: Option<Outcome>,
}

/// Decides every criterion, without allocating.
pub fn decide(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Decision {
    let draw = terms.draw;
    Decision {
        in_pool: in_pool(profile.submitted_at, draw.held_at),
        program: program(profile.eligible_programs, draw.programs),
        category: terms.category.map(|version| category::decide(profile, terms, version, unsaid)),
        crs_score: crs_score(profile.crs_score, draw.crs_cut_off),
        tie_break: tie_break(profile, draw.crs_cut_off, draw.tie_break),
    }
}

impl Decision {
    /// The criteria that apply, in order.
    pub fn outcomes(&self) -> impl Iterator<Item = (CriterionKind, Outcome)> {
        [
            (CriterionKind::InPool, Some(self.in_pool)),
            (CriterionKind::Program, Some(self.program)),
            (CriterionKind::Category, self.category),
            (CriterionKind::CrsScore, Some(self.crs_score)),
            (CriterionKind::TieBreak, self.tie_break),
        ]
        .into_iter()
        .filter_map(|(kind, outcome)| Some((kind, outcome?)))
    }

    /// The verdict that the criteria add up to.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.outcomes().map(|(_, outcome)| outcome))
    }
}

/// The instant from which a profile submitted at `submitted_at` is no longer in the pool: one year on, the day cut to
/// the end of February. Source: IRPA s. 10.3(1)(f).
pub(super) fn leaves_pool_at(submitted_at: DateTime<Utc>) -> DateTime<Utc> {
    submitted_at.checked_add_months(Months::new(12)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn in_pool(submitted_at: Option<DateTime<Utc>>, held_at: DateTime<Utc>) -> Outcome {
    match submitted_at {
        None => Outcome::Unknown,
        Some(at) if at <= held_at && held_at < leaves_pool_at(at) => Outcome::Met,
        Some(_) => Outcome::NotMet,
    }
}

fn program(eligible: Programs, invited: Programs) -> Outcome {
    if eligible.is_empty() {
        Outcome::Unknown
    } else if eligible.and(invited).is_empty() {
        Outcome::NotMet
    } else {
        Outcome::Met
    }
}

fn crs_score(score: Option<CrsScore>, cut_off: CrsScore) -> Outcome {
    match score {
        None if cut_off.points() == 0 => Outcome::Met,
        None => Outcome::Unknown,
        Some(score) if score >= cut_off => Outcome::Met,
        Some(_) => Outcome::NotMet,
    }
}

/// An unknown score can equal the cut-off, so that the criterion applies; being too late then depends on the score.
fn tie_break(profile: &Profile, cut_off: CrsScore, tie_break: TieBreak) -> Option<Outcome> {
    let tied = match profile.crs_score {
        Some(score) if score != cut_off => return None,
        Some(_) => Outcome::NotMet,
        None => Outcome::Unknown,
    };
    Some(match (tie_break, profile.submitted_at) {
        (TieBreak::NotApplied, _) => Outcome::Met,
        (TieBreak::Unknown, _) | (TieBreak::Published(_), None) => Outcome::Unknown,
        (TieBreak::Published(instant), Some(submitted_at)) if submitted_at < instant => Outcome::Met,
        (TieBreak::Published(_), Some(_)) => tied,
    })
}
