use chrono::{DateTime, NaiveDate, Utc};

use super::{CategoryId, CountryCode, CrsScore, LanguageTest, NocCode, Programs, WeeklyHours};

/// A candidate's profile, as far as it is known. An empty list is not said; one that is not empty is complete.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The caller's own reference.
    pub id: String,
    /// When it was submitted to the pool.
    pub submitted_at: Option<DateTime<Utc>>,
    /// The CRS score, as stated.
    pub crs_score: Option<CrsScore>,
    /// The programs the candidate is eligible for, as stated.
    pub eligible_programs: Programs,
    /// The candidate's work.
    pub work_experiences: Vec<WorkExperience>,
    /// The candidate's language tests.
    pub language_tests: Vec<LanguageTest>,
    /// The categories the candidate is known to meet though a profile can't show it.
    pub attested_categories: Vec<CategoryId>,
}

/// One spell of work: a job in one unit group from a first day to a last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkExperience {
    /// The unit group.
    pub code: NocCode,
    /// First day of work.
    pub first_day: NaiveDate,
    /// Last day of work, itself included; none when it is still going on.
    pub last_day: Option<NaiveDate>,
    /// Hours a week; none when not said.
    pub hours: Option<WeeklyHours>,
    /// Country of the work; none when not said.
    pub country: Option<CountryCode>,
    /// Whether it was paid (IRPR s. 73(2)).
    pub paid: Answer,
    /// Whether the duties of the occupation were performed.
    pub duties: Duties,
    /// Whether it was self-employed.
    pub self_employed: Answer,
    /// Whether work in Canada was authorized.
    pub authorized: Answer,
    /// Whether it was done as a full-time student.
    pub full_time_student: Answer,
}

/// What was done of the duties that NOC 2021 gives for the occupation (IRPR s. 75(2)(b) and (c)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Duties {
    /// The actions of the lead statement.
    pub lead_statement: Answer,
    /// A substantial number of the main duties.
    pub main_duties: Answer,
    /// All of the essential duties.
    pub essential_duties: Answer,
}

/// A yes or a no that may be left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Not said.
    #[default]
    Unsaid,
    /// Yes.
    Yes,
    /// No.
    No,
}
