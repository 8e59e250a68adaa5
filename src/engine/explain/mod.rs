//! The reasons in words: what each criterion asked for, what the profile has, and why it came out as it did.

mod category;
mod extras;

use chrono::{DateTime, SecondsFormat, Utc};
use smallvec::SmallVec;

use super::{
    Decision, Score, Terms, Unsaid,
    category::{WorkFound, decide},
    decide::{decide_beside, leaves_pool_at},
    derived::Derived,
    pool,
    programs::Candidate,
};
use crate::model::{
    Assumption, CategoryRule, Criterion, CriterionKind, CrsScore, Notice, Outcome, PoolStanding, Profile, Program,
    QualifyingOccupation, TieBreak,
};

/// The reasons of an evaluation: every fact that they are told from. The sentences are written when they are asked for.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    profile: &'a Profile,
    terms: Terms<'a>,
    unsaid: Unsaid,
    decision: Decision,
    /// What the work comes to, where the category is one of occupations.
    work: Option<WorkFound<'a>>,
    /// How each of the draw's programs came out, where they are worked out.
    eligibility: Option<SmallVec<[(Program, Outcome); 4]>>,
    /// The score by the facts, where it is not the one that is stated.
    differing_score: Option<CrsScore>,
    assumptions: Vec<Assumption>,
    pool_standing: Option<PoolStanding>,
}

/// What a criterion has to say.
struct Words {
    required: String,
    actual: String,
    explanation: String,
}

impl<'a> Explanation<'a> {
    pub(super) fn new(
        profile: &'a Profile,
        terms: &Terms<'a>,
        unsaid: Unsaid,
        derived: Option<&Derived<'_>>,
        candidate: Option<&Candidate<'_>>,
    ) -> Self {
        let work = match terms.category.map(|version| &version.rule) {
            Some(CategoryRule::Occupations(rule)) => Some(WorkFound::new(profile, terms, rule, unsaid)),
            _ => None,
        };
        let category = match (&work, terms.category) {
            (Some(work), _) => Some(work.outcome()),
            (None, version) => version.map(|version| decide(profile, terms, version, unsaid)),
        };
        let mut decision = decide_beside(category, Score::of(profile, derived), profile, terms);
        decision.decide_programs(candidate, terms);
        let eligible = |candidate: &Candidate<'_>| {
            terms.draw.programs.iter().map(|program| (program, candidate.eligible(program))).collect()
        };
        Self {
            profile,
            terms: *terms,
            unsaid,
            work,
            eligibility: candidate.map(eligible),
            differing_score: extras::differing_score(profile, terms, unsaid, derived),
            assumptions: extras::assumptions(profile, terms, unsaid, derived, candidate),
            pool_standing: pool::standing(decision.score, terms),
            decision,
        }
    }

    pub(super) fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Every criterion that applies, in order, with its reasons in words.
    pub fn criteria(&self) -> Vec<Criterion<'a>> {
        let Self { profile, terms, unsaid, .. } = self;
        let explained = self.decision.outcomes().filter_map(|(kind, outcome)| {
            let words = match kind {
                CriterionKind::InPool => in_pool(profile, terms, outcome),
                CriterionKind::Program => program(profile, terms, outcome, self.eligibility.as_deref()),
                CriterionKind::Category => match (&terms.category?.rule, &self.work) {
                    (CategoryRule::Occupations(rule), Some(work)) => {
                        category::by_occupation(terms, terms.category?, rule, work, outcome)
                    }
                    (CategoryRule::French { min_nclc }, _) => {
                        category::by_french(profile, terms, *min_nclc, *unsaid, outcome)
                    }
                    _ => category::attested(terms.category?, outcome),
                },
                CriterionKind::CrsScore => crs_score(terms, self.decision.score),
                CriterionKind::TieBreak => tie_break(profile, terms, outcome),
            };
            let citation = terms.catalog.citation(kind).or(terms.category.map(|version| &version.citation))?;
            let Words { required, actual, explanation } = words;
            Some(Criterion { kind, outcome, required, actual, explanation, citation })
        });
        explained.collect()
    }

    /// The listed occupations that reach the months asked for by themselves, in the reading that helps least, by code.
    pub fn qualifying_occupations(&self) -> &[QualifyingOccupation<'a>] {
        self.work.as_ref().map_or(&[], |work| &work.qualifying)
    }

    /// What was taken as true.
    pub fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    /// Where the score stood in the pool of the draw; none when nothing is known of the score, or of the pool.
    pub fn pool_standing(&self) -> Option<PoolStanding> {
        self.pool_standing
    }

    /// What a reader should know: doubts about the draw's own facts, a score that differs, doubts about the pool.
    pub fn notices(&self) -> Vec<Notice> {
        let draw = extras::doubts(&self.terms);
        let score = self.profile.crs_score.zip(self.differing_score);
        let score = score.map(|(stated, computed)| extras::score_differs(stated, computed));
        let pool = self.pool_standing.and_then(|_| pool::doubts(&self.terms));
        draw.into_iter().chain(score).chain(pool).collect()
    }
}

/// An instant as the catalogue writes it.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn submitted(profile: &Profile) -> String {
    profile.submitted_at.map_or_else(|| "submission not said".into(), |at| format!("submitted {}", instant(at)))
}

fn in_pool(profile: &Profile, terms: &Terms<'_>, outcome: Outcome) -> Words {
    let held_at = terms.draw.held_at;
    let explanation = match (profile.submitted_at, outcome) {
        (None, _) => "when the profile was submitted is not said, so it is open whether it was in the pool".into(),
        (Some(at), Outcome::Met) => {
            format!("the profile was in the pool at the instant of the draw, until {}", instant(leaves_pool_at(at)))
        }
        (Some(at), _) if at > held_at => "the profile was submitted after the draw".into(),
        (Some(at), _) => {
            format!(
                "a profile lives one year: this one left the pool at {}, before the draw",
                instant(leaves_pool_at(at))
            )
        }
    };
    Words { required: format!("in the pool at {}", instant(held_at)), actual: submitted(profile), explanation }
}

fn program(
    profile: &Profile,
    terms: &Terms<'_>,
    outcome: Outcome,
    eligibility: Option<&[(Program, Outcome)]>,
) -> Words {
    let (eligible, invited) = (profile.eligible_programs, terms.draw.programs);
    let required = format!("eligible for one of {invited}");
    if !eligible.is_empty() {
        let explanation = match outcome {
            Outcome::Met => format!("eligible for {}, which the draw invited from", eligible.and(invited)),
            _ => format!("the draw did not invite from {eligible}"),
        };
        return Words { required, actual: format!("stated: {eligible}"), explanation };
    }
    let Some(found) = eligibility else {
        let explanation = format!(
            "which programs the candidate is eligible for is not said, nor are the rules of {} known",
            terms.draw.held_on
        );
        return Words { required, actual: "programs not said".into(), explanation };
    };
    let of = |outcome: Outcome| {
        let those = found.iter().filter(|(_, one)| *one == outcome).map(|(program, _)| *program);
        those.map(Program::abbreviation).collect::<Vec<_>>().join(", ")
    };
    let parts = [(Outcome::Met, "eligible for"), (Outcome::NotMet, "not eligible for"), (Outcome::Unknown, "open for")];
    let told = parts.map(|(outcome, words)| (of(outcome), words));
    let told =
        told.iter().filter(|(programs, _)| !programs.is_empty()).map(|(programs, words)| format!("{words} {programs}"));
    let explanation = match outcome {
        Outcome::Met => format!("by the facts eligible for {}, which the draw invited from", of(Outcome::Met)),
        Outcome::NotMet => format!("by the facts not eligible for {}", of(Outcome::NotMet)),
        Outcome::Unknown => "which programs the candidate is eligible for depends on facts that are not said".into(),
    };
    Words { required, actual: format!("worked out: {}", told.collect::<Vec<_>>().join("; ")), explanation }
}

fn crs_score(terms: &Terms<'_>, score: Score) -> Words {
    let cut_off = terms.draw.crs_cut_off;
    let against = |score: CrsScore| match score.margin(cut_off) {
        0 => "the score is the cut-off exactly; the tie-break decides".into(),
        above @ 1.. => format!("{above} above the cut-off"),
        below => format!("{} below the cut-off", below.unsigned_abs()),
    };
    let points = cut_off.points();
    let (actual, explanation) = match (score, score.exact()) {
        (Score::Stated(score), _) => (format!("{}, stated", score.points()), against(score)),
        (_, Some(score)) => (format!("{}, worked out", score.points()), against(score)),
        (Score::Computed(range), None) => {
            let explanation = if i32::from(range.min) >= points {
                format!("{points} is reached whatever the unsaid facts are")
            } else if i32::from(range.max) < points {
                format!("{points} is out of reach whatever the unsaid facts are")
            } else {
                format!("whether the score reaches {points} depends on facts that are not said")
            };
            (format!("{} to {}, worked out", range.min, range.max), explanation)
        }
        (Score::Unknown, None) => (
            "score not said".into(),
            format!("whether the score reaches {points} is open; no table is known for {}", terms.draw.held_on),
        ),
    };
    Words { required: format!("a CRS score of {points} or more"), actual, explanation }
}

fn tie_break(profile: &Profile, terms: &Terms<'_>, outcome: Outcome) -> Words {
    let cut_off = terms.draw.crs_cut_off.points();
    let required = match terms.draw.tie_break {
        TieBreak::Published(at) => format!("with {cut_off} points exactly, submitted before {}", instant(at)),
        TieBreak::NotApplied => format!("with {cut_off} points exactly, nothing more"),
        TieBreak::Unknown => format!("with {cut_off} points exactly, submitted before an instant that is not known"),
    };
    let explanation = match (terms.draw.tie_break, outcome) {
        (TieBreak::NotApplied, _) => "this draw separated no one with the cut-off score",
        (TieBreak::Unknown, _) => "the tie-break of this draw is not known",
        (TieBreak::Published(_), Outcome::Met) => "submitted before the tie-break",
        (TieBreak::Published(_), Outcome::NotMet) => "not submitted before the tie-break",
        (TieBreak::Published(_), Outcome::Unknown) if profile.submitted_at.is_none() => {
            "when the profile was submitted is not said"
        }
        (TieBreak::Published(_), Outcome::Unknown) => {
            "not submitted before the tie-break, which matters if the score, which is not said, is the cut-off exactly"
        }
    };
    Words { required, actual: submitted(profile), explanation: explanation.into() }
}
