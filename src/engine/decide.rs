//! The criteria, each always evaluated.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{Terms, Unsaid, category, derived::Derived, programs::Candidate};
use crate::model::{CriterionKind, CrsScore, Outcome, Profile, Programs, ScoreRange, TieBreak, Verdict};

/// How each criterion came out; one that does not apply is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// In the pool at the instant of the draw; absent when the submission has no say.
    pub in_pool: Option<Outcome>,
    /// Eligible for one of the draw's programs.
    pub program: Outcome,
    /// A member of the draw's category; only for category-based draws.
    pub category: Option<Outcome>,
    /// A score that reaches the cut-off.
    pub crs_score: Outcome,
    /// Submitted before the tie-break; only when the score can equal the cut-off and the submission has a say.
    pub tie_break: Option<Outcome>,
    /// The score that was gone by.
    pub score: Score,
}

/// The score that a decision goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Score {
    /// As the caller states it.
    Stated(CrsScore),
    /// As worked out, as far as the facts go.
    Computed(ScoreRange),
    /// Not stated, and the tables of the day are not known.
    Unknown,
}

/// Decides every criterion. What the caller states is taken as stated; nothing is allocated when score and programs are.
pub fn decide(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Decision {
    let derived = Derived::needed(profile, terms, unsaid);
    let mut decision = decide_but_programs(profile, terms, unsaid, derived.as_ref());
    decision.decide_programs(derived.as_ref().and_then(Derived::candidate).as_ref(), terms);
    decision
}

/// Decides what is not worked out from all of the facts: eligibility, when it is not stated, is left unknown.
pub(super) fn decide_but_programs(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    derived: Option<&Derived<'_>>,
) -> Decision {
    let category = terms.category.map(|version| category::decide(profile, terms, version, unsaid));
    decide_beside(category, Score::of(profile, derived), profile, terms)
}

/// The same, where it is known how the category came out, and by which score to go.
#[inline(always)]
#[allow(clippy::inline_always, reason = "a stated score leaves half of it, and takes a fifth of a verdict otherwise")]
pub(super) fn decide_beside(category: Option<Outcome>, score: Score, profile: &Profile, terms: &Terms<'_>) -> Decision {
    let draw = terms.draw;
    let submission_counts = terms.posed_on.is_none();
    Decision {
        in_pool: submission_counts.then(|| in_pool(profile.submitted_at, terms)),
        program: program(profile.eligible_programs, draw.programs),
        category,
        crs_score: score.reaches(draw.crs_cut_off),
        tie_break: tie_break(profile.submitted_at, score, draw.crs_cut_off, draw.tie_break)
            .filter(|_| submission_counts),
        score,
    }
}

impl Score {
    /// The score of a profile: as stated, otherwise by the facts.
    pub(super) fn of(profile: &Profile, derived: Option<&Derived<'_>>) -> Self {
        match profile.crs_score {
            Some(score) => Self::Stated(score),
            None => derived.and_then(Derived::range).map_or(Self::Unknown, Self::Computed),
        }
    }

    /// The lowest and the highest score that it may be.
    fn ends(self) -> (i32, i32) {
        match self {
            Self::Stated(score) => (score.points(), score.points()),
            Self::Computed(range) => (range.min.into(), range.max.into()),
            Self::Unknown => (0, CrsScore::MAX.points()),
        }
    }

    /// The lowest score that it may be.
    pub fn lowest(self) -> CrsScore {
        CrsScore::new(self.ends().0.into()).unwrap_or(CrsScore::MAX)
    }

    /// The score itself, where it is known.
    pub fn exact(self) -> Option<CrsScore> {
        match self {
            Self::Stated(score) => Some(score),
            Self::Computed(range) => range.exact().and_then(|total| CrsScore::new(total.into()).ok()),
            Self::Unknown => None,
        }
    }

    /// The scores that it may be; none when nothing is known of it.
    pub(super) fn range(self) -> Option<ScoreRange> {
        match self {
            Self::Stated(score) => {
                let points = u16::from(score);
                Some(ScoreRange { min: points, max: points })
            }
            Self::Computed(range) => Some(range),
            Self::Unknown => None,
        }
    }

    pub(super) fn reaches(self, cut_off: CrsScore) -> Outcome {
        let (min, max) = self.ends();
        Outcome::between(min >= cut_off.points(), max >= cut_off.points())
    }
}

impl Decision {
    /// Works eligibility out where it is not stated.
    pub(super) fn decide_programs(&mut self, candidate: Option<&Candidate<'_>>, terms: &Terms<'_>) {
        if let Some(candidate) = candidate {
            self.program = candidate.eligible_for_one_of(terms.draw.programs);
        }
    }

    /// The criteria that apply, in order.
    pub fn outcomes(&self) -> impl Iterator<Item = (CriterionKind, Outcome)> {
        [
            (CriterionKind::InPool, self.in_pool),
            (CriterionKind::Program, Some(self.program)),
            (CriterionKind::Category, self.category),
            (CriterionKind::CrsScore, Some(self.crs_score)),
            (CriterionKind::TieBreak, self.tie_break),
        ]
        .into_iter()
        .filter_map(|(kind, outcome)| Some((kind, outcome?)))
    }

    /// The verdict that the criteria add up to.
    #[inline]
    pub fn verdict(&self) -> Verdict {
        let told = [self.in_pool, Some(self.program), self.category, Some(self.crs_score), self.tie_break];
        // Looked at all at once: which of them decides is anyone's guess, and a wrong guess costs more than they do.
        let bit = |outcome| match outcome {
            Some(Outcome::NotMet) => 2,
            Some(Outcome::Unknown) => 1,
            Some(Outcome::Met) | None => 0,
        };
        match told.into_iter().fold(0_u8, |bits, outcome| bits | bit(outcome)) {
            0 => Verdict::Invited,
            1 => Verdict::Indeterminate,
            _ => Verdict::NotInvited,
        }
    }
}

/// The instant from which a profile submitted at `submitted_at` is no longer in the pool: one year on, the day cut to
/// the end of February. Source: IRPA s. 10.3(1)(f). Kept apart, since few profiles are so old that it is asked.
#[inline(never)]
pub(super) fn leaves_pool_at(submitted_at: DateTime<Utc>) -> DateTime<Utc> {
    let at = submitted_at.naive_utc();
    let year = at.year() + 1;
    let day = at.date().with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28));
    day.map_or(DateTime::<Utc>::MAX_UTC, |day| day.and_time(at.time()).and_utc())
}

fn in_pool(submitted_at: Option<DateTime<Utc>>, terms: &Terms<'_>) -> Outcome {
    let held_at = terms.draw.held_at;
    match submitted_at {
        None => Outcome::Unknown,
        Some(at) if at <= held_at && (at > terms.short_year_before || held_at < leaves_pool_at(at)) => Outcome::Met,
        Some(_) => Outcome::NotMet,
    }
}

/// The same, where it is known when the profile leaves the pool.
pub(super) fn in_pool_until(lives: Option<(DateTime<Utc>, DateTime<Utc>)>, held_at: DateTime<Utc>) -> Outcome {
    match lives {
        None => Outcome::Unknown,
        Some((at, leaves_at)) if at <= held_at && held_at < leaves_at => Outcome::Met,
        Some(_) => Outcome::NotMet,
    }
}

pub(super) fn program(eligible: Programs, invited: Programs) -> Outcome {
    if eligible.is_empty() {
        Outcome::Unknown
    } else if eligible.and(invited).is_empty() {
        Outcome::NotMet
    } else {
        Outcome::Met
    }
}

/// Applies when the score can equal the cut-off. While it may also not equal it, being too late depends on the score.
#[inline]
pub(super) fn tie_break(
    submitted_at: Option<DateTime<Utc>>,
    score: Score,
    cut_off: CrsScore,
    tie_break: TieBreak,
) -> Option<Outcome> {
    let (min, max) = score.ends();
    if !(min..=max).contains(&cut_off.points()) {
        return None;
    }
    let late = if min == max { Outcome::NotMet } else { Outcome::Unknown };
    Some(match (tie_break, submitted_at) {
        (TieBreak::NotApplied, _) => Outcome::Met,
        (TieBreak::Unknown, _) | (TieBreak::Published(_), None) => Outcome::Unknown,
        (TieBreak::Published(instant), Some(submitted_at)) if submitted_at < instant => Outcome::Met,
        (TieBreak::Published(_), Some(_)) => late,
    })
}
