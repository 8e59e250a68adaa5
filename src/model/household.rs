use super::{Answer, Education, LanguageTest, WorkExperience};

/// Persons in a family at most.
pub const LARGEST_FAMILY: u32 = 100;

/// Whether there is a spouse or common-law partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaritalStatus {
    /// There is none.
    Single,
    /// There is one.
    Partnered,
}

/// Offers of employment, as the CRS tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrangedEmployment {
    /// None that counts.
    None,
    /// In an occupation of Major Group 00.
    MajorGroup00,
    /// In another occupation of TEER 0 to 3.
    Other,
}

/// A spouse or common-law partner, as far as known. An empty list is not said; one that is not empty is complete.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spouse {
    /// Whether the spouse comes along to Canada.
    pub accompanying: Answer,
    /// Whether the spouse is a citizen or permanent resident of Canada.
    pub citizen_or_permanent_resident: Answer,
    /// Highest education.
    pub education: Education,
    /// Language tests.
    pub language_tests: Vec<LanguageTest>,
    /// Whole years of work in Canada, as stated.
    pub canadian_work_years: Option<u32>,
    /// Work.
    pub work_experiences: Vec<WorkExperience>,
}

/// What FSWP's selection grid takes for adaptability, where it is said outright (IRPR s. 83).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adaptability {
    /// Two academic years of study in Canada.
    pub canadian_study: Answer,
    /// An adult relative who is a citizen or permanent resident and lives in Canada.
    pub relative_in_canada: Answer,
    /// Level 4 or more of the accompanying spouse.
    pub spouse_language: Answer,
    /// Two academic years of study in Canada of the accompanying spouse.
    pub spouse_canadian_study: Answer,
    /// A year of work in Canada of the accompanying spouse.
    pub spouse_canadian_work: Answer,
}
