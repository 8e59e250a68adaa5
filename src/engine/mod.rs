//! Whether a draw's published criteria invite a profile: pure and total.
//!
//! No I/O, clock, randomness or panic. What is wrong with a profile is a finding, what it does not say is unknown, and
//! an answer depends on nothing but the profile, the draw and the catalogue.

mod category;
mod decide;
mod experience;
mod explain;
mod french;
mod missing;
mod programs;
mod reading;
mod score;
mod scoring;
mod terms;
mod validity;
mod work;

use crate::model::{Evaluation, FactBasis, Profile, Verdict};

pub use decide::{Decision, decide};
pub use scoring::score;
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
    let decision = decide(profile, terms, unsaid);
    let verdict = decision.verdict();
    let mut evaluation = Evaluation {
        verdict,
        crs: profile.crs_score.map(|score| (score, FactBasis::Stated)),
        crs_margin: profile.crs_score.map(|score| score.margin(terms.draw.crs_cut_off)),
        criteria: Vec::new(),
        qualifying_occupations: Vec::new(),
        missing_fields: Vec::new(),
        assumptions: Vec::new(),
        notices: Vec::new(),
    };
    if verdict == Verdict::Indeterminate {
        evaluation.missing_fields = missing::missing_fields(profile, terms, unsaid, &decision);
    }
    if view == View::Full {
        evaluation.criteria = explain::criteria(profile, terms, unsaid, &decision);
        evaluation.qualifying_occupations = explain::qualifying_occupations(profile, terms, unsaid);
        evaluation.assumptions = explain::assumptions(profile, terms, unsaid);
        evaluation.notices = explain::notices(terms);
    }
    evaluation
}
