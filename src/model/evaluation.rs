use chrono::NaiveDate;

use super::{CreditedMonths, CrsScore, Field, NocCode, Period};

/// Whether the published criteria of a draw invite a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The answer in one word.
    pub verdict: Verdict,
    /// The score used and where it comes from; none when unknown.
    pub crs: Option<(CrsScore, FactBasis)>,
    /// The score less the cut-off; none when the score is unknown.
    pub crs_margin: Option<i32>,
    /// The unsaid fields that could still change the verdict.
    pub missing_fields: Vec<Field>,
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every criterion is met.
    Invited,
    /// At least one criterion is not met.
    NotInvited,
    /// None is known to fail and at least one is unknown.
    Indeterminate,
}

/// Three values: what is not known is not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Met, whatever the unsaid facts are.
    Met,
    /// Not met, whatever the unsaid facts are.
    NotMet,
    /// Depends on facts that were not said.
    Unknown,
}

/// The criteria, in the order of the statute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CriterionKind {
    /// In the pool at the instant of the draw.
    InPool,
    /// Eligible for one of the draw's programs.
    Program,
    /// A member of the draw's category.
    Category,
    /// A score that reaches the cut-off.
    CrsScore,
    /// Submitted before the tie-break.
    TieBreak,
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactBasis {
    /// The caller stated it.
    Stated,
    /// Worked out from other facts.
    Computed,
}

/// One criterion and what the profile has to show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion<'a> {
    /// Which criterion.
    pub kind: CriterionKind,
    /// How it came out.
    pub outcome: Outcome,
    /// What the draw asked for.
    pub required: String,
    /// What the profile has.
    pub actual: String,
    /// Why the outcome is what it is, in a sentence.
    pub explanation: String,
    /// The law it rests on.
    pub citation: &'a Citation,
}

/// A listed occupation in which the work reaches the months asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QualifyingOccupation<'a> {
    /// The unit group.
    pub code: NocCode,
    /// Its title in English.
    pub title: &'a str,
    /// Months in the reading that helps least.
    pub credited: CreditedMonths,
    /// First day of what counts.
    pub first_day: NaiveDate,
    /// Last day of what counts.
    pub last_day: NaiveDate,
}

/// Where a rule is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The act, regulation or instruction.
    pub instrument: String,
    /// The section in it, and the choice made where it leaves a thing open.
    pub section: String,
    /// Where to read it.
    pub uri: String,
    /// The days on which the rule was in force.
    pub in_force: Period,
}

/// A fact taken as true since IRCC takes it from the candidate's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// The field that would say it.
    pub field: Field,
    /// What was taken as true.
    pub statement: &'static str,
}

/// Something a reader should know beside the criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// For machines.
    pub reason: &'static str,
    /// For people.
    pub text: String,
}

impl Verdict {
    /// The verdict on criteria that came out so, in any order.
    ///
    /// ```
    /// # use express_entry::model::{Outcome::{Met, NotMet, Unknown}, Verdict};
    /// assert_eq!(Verdict::of([Met, Unknown]), Verdict::Indeterminate);
    /// assert_eq!(Verdict::of([Unknown, NotMet]), Verdict::NotInvited);
    /// ```
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        outcomes.into_iter().fold(Self::Invited, Self::and)
    }

    /// The verdict with one more criterion beside it.
    #[must_use]
    pub fn and(self, outcome: Outcome) -> Self {
        match (self, outcome) {
            (Self::NotInvited, _) | (_, Outcome::NotMet) => Self::NotInvited,
            (Self::Indeterminate, _) | (_, Outcome::Unknown) => Self::Indeterminate,
            (Self::Invited, Outcome::Met) => Self::Invited,
        }
    }
}

impl Outcome {
    /// The outcome of a test that came out so in the reading that helps least and in the one that helps most.
    pub fn between(least: bool, most: bool) -> Self {
        match (least, most) {
            (true, _) => Self::Met,
            (false, false) => Self::NotMet,
            (false, true) => Self::Unknown,
        }
    }
}
