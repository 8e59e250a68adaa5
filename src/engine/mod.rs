//! Whether a draw's published criteria invite a profile: pure and total.
//!
//! No I/O, clock, randomness or panic. What is wrong with a profile is a finding, what it does not say is unknown, and
//! an answer depends on nothing but the profile, the draw and the catalogue.

mod category;
mod decide;
mod derived;
mod effort;
mod experience;
mod explain;
mod french;
mod gap;
mod history;
mod listed_work;
mod many;
mod missing;
mod named;
mod open_spells;
mod open_work;
mod pool;
mod programs;
mod projection;
mod reading;
mod score;
mod scoring;
mod simulation;
mod terms;
mod validity;
mod work;

use derived::Derived;
use programs::Candidate;

use crate::model::{Evaluation, FactBasis, Profile, Verdict};

pub use decide::{Decision, Score, decide};
pub use explain::Explanation;
pub use gap::{changed, explain_gap};
pub use history::as_it_was;
pub use many::decide_each;
pub use projection::{project, project_while};
pub use scoring::score;
pub use simulation::{Rank, Ranked, Ranking, Selected, Selection, Simulation, Standing};
pub use terms::Terms;

/// What stands for facts that IRCC takes from the candidate's word when they are not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// They are taken as true, and listed as assumptions.
    Assumed,
    /// They are unknown (`strict`).
    Unknown,
}

/// Evaluates `profile` against the draw of `terms`. Nothing is allocated unless the verdict is indeterminate.
///
/// ```
/// # use express_entry::{catalog::Catalog, engine::{Terms, Unsaid, evaluate}, model::{Profile, Verdict}};
/// let catalog = Catalog::embedded()?;
/// let terms = catalog.draw("284").and_then(|draw| Terms::new(&catalog, draw)).ok_or("no such draw")?;
/// let evaluation = evaluate(&Profile::default(), &terms, Unsaid::Assumed);
/// assert_eq!(evaluation.verdict, Verdict::Indeterminate, "nothing is said, so nothing is decided");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Evaluation {
    match profile.crs_score {
        // Put together here, where it is known that nothing is derived.
        Some(score) if !profile.eligible_programs.is_empty() => {
            let mut decision = decide::decide_beside(None, Score::Stated(score), profile, terms);
            let mut verdict = decision.verdict();
            // Work takes the most, and can't change a verdict that another criterion has decided.
            if let Some(version) = terms.category.filter(|_| verdict != Verdict::NotInvited) {
                let category = category::decide(profile, terms, version, unsaid);
                decision.category = Some(category);
                verdict = verdict.and(category);
            }
            evaluation(profile, terms, unsaid, &decision, verdict, None, None)
        }
        _ => evaluate_derived(profile, terms, unsaid),
    }
}

/// Kept apart, so that what is stated is decided without room for the facts.
#[inline(never)]
fn evaluate_derived(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Evaluation {
    let derived = Derived::new(profile, terms, unsaid);
    let mut decision = decide::decide_but_programs(profile, terms, unsaid, derived.as_ref());
    let mut verdict = decision.verdict();
    // Eligibility takes the most work, and can't change a verdict that another criterion has decided.
    let derived = derived.as_ref();
    let candidate = derived.filter(|_| verdict != Verdict::NotInvited).and_then(Derived::candidate);
    if candidate.is_some() {
        decision.decide_programs(candidate.as_ref(), terms);
        verdict = decision.verdict();
    }
    evaluation(profile, terms, unsaid, &decision, verdict, derived, candidate.as_ref())
}

/// Evaluates `profile` against the draw of `terms`, and keeps the facts that the reasons are told from.
///
/// ```
/// # use express_entry::{catalog::Catalog, engine::{Terms, Unsaid, explain}, model::{CriterionKind, Profile}};
/// let catalog = Catalog::embedded()?;
/// let terms = catalog.draw("284").and_then(|draw| Terms::new(&catalog, draw)).ok_or("no such draw")?;
/// let profile = Profile::default();
/// let (_, explanation) = explain(&profile, &terms, Unsaid::Assumed);
/// let last = explanation.criteria().pop().ok_or("no criteria")?;
/// assert_eq!((last.kind, last.actual.as_str()), (CriterionKind::TieBreak, "submission not said"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain<'a>(profile: &'a Profile, terms: &Terms<'a>, unsaid: Unsaid) -> (Evaluation, Explanation<'a>) {
    let derived = Derived::needed(profile, terms, unsaid);
    let candidate = derived.as_ref().and_then(Derived::candidate);
    let explanation = Explanation::new(profile, terms, unsaid, derived.as_ref(), candidate.as_ref());
    let decision = explanation.decision();
    let verdict = decision.verdict();
    (evaluation(profile, terms, unsaid, decision, verdict, derived.as_ref(), candidate.as_ref()), explanation)
}

#[inline]
fn evaluation(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    decision: &Decision,
    verdict: Verdict,
    derived: Option<&Derived<'_>>,
    candidate: Option<&Candidate<'_>>,
) -> Evaluation {
    let basis = if profile.crs_score.is_some() { FactBasis::Stated } else { FactBasis::Computed };
    let score = decision.score.exact();
    let missing_fields = match verdict {
        Verdict::Indeterminate => missing::missing_fields(profile, terms, unsaid, decision, derived, candidate),
        Verdict::Invited | Verdict::NotInvited => Vec::new(),
    };
    Evaluation {
        verdict,
        crs: score.map(|score| (score, basis)),
        crs_margin: score.map(|score| score.margin(terms.draw.crs_cut_off)),
        missing_fields,
    }
}
