use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Adaptability, ArrangedEmployment, CanadianCredential, CategoryId, CountryCode, CrsScore, Education, Language,
    LanguageTest, MaritalStatus, NocCode, Programs, Spouse, WeeklyHours,
};

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
    /// Day of birth.
    pub birth_date: Option<NaiveDate>,
    /// Age in completed years on the day asked for, as stated.
    pub age: Option<u32>,
    /// Highest education.
    pub education: Education,
    /// Highest credential earned in Canada.
    pub canadian_credential: Option<CanadianCredential>,
    /// The language in which the points of the first are claimed; none leaves it to the points.
    pub first_official_language: Option<Language>,
    /// Whole years of work in Canada, as stated.
    pub canadian_work_years: Option<u32>,
    /// Whole years of work abroad, as stated.
    pub foreign_work_years: Option<u32>,
    /// Whether a Canadian certificate of qualification in a trade is held.
    pub certificate_of_qualification: Answer,
    /// Whether a province or territory has nominated the candidate.
    pub provincial_nomination: Answer,
    /// The offer of arranged employment, as the CRS counts it.
    pub arranged_employment: Option<ArrangedEmployment>,
    /// Whether there is a valid offer of full-time work of at least a year.
    pub job_offer_one_year: Answer,
    /// Whether an adult brother or sister is a citizen or permanent resident and lives in Canada.
    pub sibling_in_canada: Answer,
    /// Whether there is a spouse or partner.
    pub marital_status: Option<MaritalStatus>,
    /// The spouse or partner; without a say when single.
    pub spouse: Spouse,
    /// Adaptability, where it is said outright.
    pub adaptability: Adaptability,
    /// Money to settle with, in Canadian dollars.
    pub funds_cad: Option<u64>,
    /// Persons in the family, the candidate included.
    pub family_size: Option<u32>,
    /// Whether the candidate means to live in Quebec.
    pub intends_quebec: Answer,
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
