use std::fmt;

/// A leaf of the profile, by its path: what a caller could still say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// `profile.submitted_at`
    SubmittedAt,
    /// `profile.crs_score`
    CrsScore,
    /// `profile.eligible_programs`
    EligiblePrograms,
    /// `profile.work_experiences`, the list as a whole.
    WorkExperiences,
    /// A leaf of the spell at this place.
    Work(usize, WorkField),
    /// `profile.language_tests`, the list as a whole.
    LanguageTests,
    /// A leaf of the test at this place.
    LanguageTest(usize, LanguageTestField),
    /// `profile.attested_category_ids`
    AttestedCategoryIds,
}

/// A leaf of a spell of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkField {
    /// `hours_per_week`
    HoursPerWeek,
    /// `country_code`
    CountryCode,
    /// `paid`
    Paid,
    /// `duties.lead_statement`
    LeadStatement,
    /// `duties.main_duties`
    MainDuties,
    /// `duties.essential_duties`
    EssentialDuties,
}

/// A leaf of a language test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LanguageTestField {
    /// `taken_on`
    TakenOn,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SubmittedAt => f.write_str("profile.submitted_at"),
            Self::CrsScore => f.write_str("profile.crs_score"),
            Self::EligiblePrograms => f.write_str("profile.eligible_programs"),
            Self::WorkExperiences => f.write_str("profile.work_experiences"),
            Self::Work(place, field) => {
                let field = match field {
                    WorkField::HoursPerWeek => "hours_per_week",
                    WorkField::CountryCode => "country_code",
                    WorkField::Paid => "paid",
                    WorkField::LeadStatement => "duties.lead_statement",
                    WorkField::MainDuties => "duties.main_duties",
                    WorkField::EssentialDuties => "duties.essential_duties",
                };
                write!(f, "profile.work_experiences[{place}].{field}")
            }
            Self::LanguageTests => f.write_str("profile.language_tests"),
            Self::LanguageTest(place, LanguageTestField::TakenOn) => {
                write!(f, "profile.language_tests[{place}].taken_on")
            }
            Self::AttestedCategoryIds => f.write_str("profile.attested_category_ids"),
        }
    }
}
