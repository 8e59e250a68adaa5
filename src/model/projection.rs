use chrono::NaiveDate;

use super::{CategoryId, FactBasis, Field, Outcome, Program, ScoreRange};

/// What time alone does to a profile between two days.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// The state of the first day, and of each later day that differs from the one before it.
    pub states: Vec<ProjectedState>,
    /// Last day of the projection whose score can be worked out; none when there is none.
    pub crs_known_to: Option<NaiveDate>,
}

/// What holds from a day on, until the next state.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectedState {
    /// The day.
    pub day: NaiveDate,
    /// The score and where it comes from; none where the tables are not known.
    pub score: Option<(ScoreRange, FactBasis)>,
    /// Whether the profile is in the pool at the end of the day.
    pub in_pool: Outcome,
    /// Every program, in order.
    pub programs: Vec<(Program, Outcome)>,
    /// Every category in force, by id.
    pub categories: Vec<(CategoryId, Outcome)>,
    /// Why it differs from the day before; empty for the first day alone.
    pub changes: Vec<ProjectedChange>,
}

/// Why a state differs from that of the day before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectedChange {
    /// What happened.
    pub kind: ChangeKind,
    /// The field that it rests on; none where the rules changed.
    pub field: Option<Field>,
    /// What happened and what it did.
    pub explanation: String,
}

/// What time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The candidate is a year older.
    Birthday,
    /// A test begins to count.
    TestCounts,
    /// A test expires.
    TestExpired,
    /// An assessment begins to count.
    AssessmentCounts,
    /// An assessment expires.
    AssessmentExpired,
    /// Work reaches what is asked for.
    WorkCompleted,
    /// Work no longer reaches what is asked for.
    WorkLeftWindow,
    /// The profile is submitted.
    ProfileSubmitted,
    /// The profile's year in the pool ends.
    ProfileExpired,
    /// Rules change, come into force or end.
    RulesChanged,
    /// No table of scores is known from this day on.
    ScoreTableUnknown,
}
