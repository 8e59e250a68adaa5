//! Whether a draw's published criteria invite a profile: pure and total.
//!
//! No I/O, clock, randomness or panic. What is wrong with a profile is a finding, what it does not say is unknown, and
//! an answer depends on nothing but the profile, the draw and the catalogue.

mod category;
mod decide;
mod derived;
mod experience;
mod explain;
mod french;
mod gap;
mod history;
mod listed_work;
mod missing;
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

use crate::model::{Evaluation, FactBasis, Profile, Verdict};

pub use decide::{Decision, Score, decide};
pub use gap::{changed, explain_gap};
pub use history::as_it_was;
pub use projection::{project, project_while};
pub use scoring::score;
pub use simulation::{Rank, Ranked, Ranking, Selected, Selection, Simulation, Standing};
pub use terms::Terms;

/// How much an evaluation is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Verdict, score, margin and missing fields.
    Verdict,
    /// Everything.
    Full,
}

/// What stands for facts that IRCC takes from the candidate's word when they are not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaid {
    /// They are taken as true, and listed as assumptions.
    Assumed,
    /// They are unknown (`strict`).
    Unknown,
}

/// Evaluates `profile` against the draw of `terms`.
///
/// ```
/// # use express_entry::{catalog::Catalog, engine::{Terms, Unsaid, View, evaluate}, model::{Profile, Verdict}};
/// let catalog = Catalog::embedded()?;
/// let terms = catalog.draw("284").and_then(|draw| Terms::new(&catalog, draw)).ok_or("no such draw")?;
/// let evaluation = evaluate(&Profile::default(), &terms, Unsaid::Assumed, View::Verdict);
/// assert_eq!(evaluation.verdict, Verdict::Indeterminate, "nothing is said, so nothing is decided");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid, view: View) -> Evaluation {
    let derived = Derived::needed(profile, terms, unsaid);
    let mut decision = decide::decide_but_programs(profile, terms, unsaid, derived.as_ref());
    // Eligibility takes the most work, and can't change a verdict that another criterion has decided.
    if view == View::Full || decision.verdict() != Verdict::NotInvited {
        decision.decide_programs(derived.as_ref(), terms);
    }
    let verdict = decision.verdict();
    let basis = if profile.crs_score.is_some() { FactBasis::Stated } else { FactBasis::Computed };
    let score = decision.score.exact();
    let mut evaluation = Evaluation {
        verdict,
        crs: score.map(|score| (score, basis)),
        crs_margin: score.map(|score| score.margin(terms.draw.crs_cut_off)),
        criteria: Vec::new(),
        qualifying_occupations: Vec::new(),
        missing_fields: Vec::new(),
        assumptions: Vec::new(),
        notices: Vec::new(),
        pool_standing: None,
    };
    if verdict == Verdict::Indeterminate {
        evaluation.missing_fields = missing::missing_fields(profile, terms, unsaid, &decision, derived.as_ref());
    }
    if view == View::Full {
        evaluation.criteria = explain::criteria(profile, terms, unsaid, &decision, derived.as_ref());
        evaluation.qualifying_occupations = explain::qualifying_occupations(profile, terms, unsaid);
        evaluation.assumptions = explain::assumptions(profile, terms, unsaid, derived.as_ref());
        evaluation.notices = explain::notices(profile, terms, unsaid);
        evaluation.pool_standing = pool::standing(decision.score, terms);
        evaluation.notices.extend(evaluation.pool_standing.and_then(|_| pool::doubts(terms)));
    }
    evaluation
}
