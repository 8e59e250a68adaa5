use std::{cmp::Ordering, fmt};

/// A leaf of the profile, by its path: what a caller could still say. In the order of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// `profile.birth_date`
    BirthDate,
    /// `profile.age`
    Age,
    /// A leaf of `profile.education`.
    Education(EducationField),
    /// `profile.canadian_credential`
    CanadianCredential,
    /// `profile.canadian_work_years`
    CanadianWorkYears,
    /// `profile.foreign_work_years`
    ForeignWorkYears,
    /// `profile.certificate_of_qualification`
    CertificateOfQualification,
    /// `profile.provincial_nomination`
    ProvincialNomination,
    /// `profile.arranged_employment`
    ArrangedEmployment,
    /// `profile.job_offer_one_year`
    JobOfferOneYear,
    /// `profile.sibling_in_canada`
    SiblingInCanada,
    /// `profile.marital_status`
    MaritalStatus,
    /// `profile.spouse.accompanying`
    SpouseAccompanying,
    /// `profile.spouse.citizen_or_permanent_resident`
    SpouseCitizenOrPermanentResident,
    /// A leaf of `profile.spouse.education`.
    SpouseEducation(EducationField),
    /// `profile.spouse.language_tests`, the list as a whole.
    SpouseLanguageTests,
    /// A leaf of the spouse's test at this place.
    SpouseLanguageTest(usize, LanguageTestField),
    /// `profile.spouse.canadian_work_years`
    SpouseCanadianWorkYears,
    /// `profile.spouse.work_experiences`, the list as a whole.
    SpouseWorkExperiences,
    /// A leaf of the spouse's spell at this place.
    SpouseWork(usize, WorkField),
    /// `profile.adaptability.canadian_study`
    CanadianStudy,
    /// `profile.adaptability.relative_in_canada`
    RelativeInCanada,
    /// `profile.adaptability.spouse_language`
    SpouseLanguage,
    /// `profile.adaptability.spouse_canadian_study`
    SpouseCanadianStudy,
    /// `profile.adaptability.spouse_canadian_work`
    SpouseCanadianWork,
    /// `profile.funds_cad`
    FundsCad,
    /// `profile.family_size`
    FamilySize,
    /// `profile.intends_quebec`
    IntendsQuebec,
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
    /// `self_employed`
    SelfEmployed,
    /// `authorized`
    Authorized,
    /// `full_time_student`
    FullTimeStudent,
}

/// A leaf of a language test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LanguageTestField {
    /// `taken_on`
    TakenOn,
}

/// A leaf of a level of education.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EducationField {
    /// `level`
    Level,
    /// `canadian`
    Canadian,
    /// `assessed_on`
    AssessedOn,
}

impl Field {
    /// The place in the order of the profile, in one number: a profile of which little is said has hundreds of fields to sort.
    fn rank(self) -> u64 {
        let (field, place, leaf): (u8, usize, u8) = match self {
            Self::SubmittedAt => (0, 0, 0),
            Self::CrsScore => (1, 0, 0),
            Self::EligiblePrograms => (2, 0, 0),
            Self::WorkExperiences => (3, 0, 0),
            Self::Work(place, leaf) => (4, place, leaf as u8),
            Self::LanguageTests => (5, 0, 0),
            Self::LanguageTest(place, leaf) => (6, place, leaf as u8),
            Self::AttestedCategoryIds => (7, 0, 0),
            Self::BirthDate => (8, 0, 0),
            Self::Age => (9, 0, 0),
            Self::Education(leaf) => (10, 0, leaf as u8),
            Self::CanadianCredential => (11, 0, 0),
            Self::CanadianWorkYears => (12, 0, 0),
            Self::ForeignWorkYears => (13, 0, 0),
            Self::CertificateOfQualification => (14, 0, 0),
            Self::ProvincialNomination => (15, 0, 0),
            Self::ArrangedEmployment => (16, 0, 0),
            Self::JobOfferOneYear => (17, 0, 0),
            Self::SiblingInCanada => (18, 0, 0),
            Self::MaritalStatus => (19, 0, 0),
            Self::SpouseAccompanying => (20, 0, 0),
            Self::SpouseCitizenOrPermanentResident => (21, 0, 0),
            Self::SpouseEducation(leaf) => (22, 0, leaf as u8),
            Self::SpouseLanguageTests => (23, 0, 0),
            Self::SpouseLanguageTest(place, leaf) => (24, place, leaf as u8),
            Self::SpouseCanadianWorkYears => (25, 0, 0),
            Self::SpouseWorkExperiences => (26, 0, 0),
            Self::SpouseWork(place, leaf) => (27, place, leaf as u8),
            Self::CanadianStudy => (28, 0, 0),
            Self::RelativeInCanada => (29, 0, 0),
            Self::SpouseLanguage => (30, 0, 0),
            Self::SpouseCanadianStudy => (31, 0, 0),
            Self::SpouseCanadianWork => (32, 0, 0),
            Self::FundsCad => (33, 0, 0),
            Self::FamilySize => (34, 0, 0),
            Self::IntendsQuebec => (35, 0, 0),
        };
        u64::from(field) << 40 | u64::try_from(place).unwrap_or(u64::MAX) << 8 | u64::from(leaf)
    }
}

impl Ord for Field {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Field {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl WorkField {
    fn name(self) -> &'static str {
        match self {
            Self::HoursPerWeek => "hours_per_week",
            Self::CountryCode => "country_code",
            Self::Paid => "paid",
            Self::LeadStatement => "duties.lead_statement",
            Self::MainDuties => "duties.main_duties",
            Self::EssentialDuties => "duties.essential_duties",
            Self::SelfEmployed => "self_employed",
            Self::Authorized => "authorized",
            Self::FullTimeStudent => "full_time_student",
        }
    }
}

impl LanguageTestField {
    fn name(self) -> &'static str {
        match self {
            Self::TakenOn => "taken_on",
        }
    }
}

impl EducationField {
    fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Canadian => "canadian",
            Self::AssessedOn => "assessed_on",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("profile.")?;
        match self {
            Self::Work(place, field) => write!(f, "work_experiences[{place}].{}", field.name()),
            Self::LanguageTest(place, field) => write!(f, "language_tests[{place}].{}", field.name()),
            Self::Education(field) => write!(f, "education.{}", field.name()),
            Self::SpouseEducation(field) => write!(f, "spouse.education.{}", field.name()),
            Self::SpouseLanguageTest(place, field) => write!(f, "spouse.language_tests[{place}].{}", field.name()),
            Self::SpouseWork(place, field) => write!(f, "spouse.work_experiences[{place}].{}", field.name()),
            Self::SubmittedAt => f.write_str("submitted_at"),
            Self::CrsScore => f.write_str("crs_score"),
            Self::EligiblePrograms => f.write_str("eligible_programs"),
            Self::WorkExperiences => f.write_str("work_experiences"),
            Self::LanguageTests => f.write_str("language_tests"),
            Self::AttestedCategoryIds => f.write_str("attested_category_ids"),
            Self::BirthDate => f.write_str("birth_date"),
            Self::Age => f.write_str("age"),
            Self::CanadianCredential => f.write_str("canadian_credential"),
            Self::CanadianWorkYears => f.write_str("canadian_work_years"),
            Self::ForeignWorkYears => f.write_str("foreign_work_years"),
            Self::CertificateOfQualification => f.write_str("certificate_of_qualification"),
            Self::ProvincialNomination => f.write_str("provincial_nomination"),
            Self::ArrangedEmployment => f.write_str("arranged_employment"),
            Self::JobOfferOneYear => f.write_str("job_offer_one_year"),
            Self::SiblingInCanada => f.write_str("sibling_in_canada"),
            Self::MaritalStatus => f.write_str("marital_status"),
            Self::SpouseAccompanying => f.write_str("spouse.accompanying"),
            Self::SpouseCitizenOrPermanentResident => f.write_str("spouse.citizen_or_permanent_resident"),
            Self::SpouseLanguageTests => f.write_str("spouse.language_tests"),
            Self::SpouseCanadianWorkYears => f.write_str("spouse.canadian_work_years"),
            Self::SpouseWorkExperiences => f.write_str("spouse.work_experiences"),
            Self::CanadianStudy => f.write_str("adaptability.canadian_study"),
            Self::RelativeInCanada => f.write_str("adaptability.relative_in_canada"),
            Self::SpouseLanguage => f.write_str("adaptability.spouse_language"),
            Self::SpouseCanadianStudy => f.write_str("adaptability.spouse_canadian_study"),
            Self::SpouseCanadianWork => f.write_str("adaptability.spouse_canadian_work"),
            Self::FundsCad => f.write_str("funds_cad"),
            Self::FamilySize => f.write_str("family_size"),
            Self::IntendsQuebec => f.write_str("intends_quebec"),
        }
    }
}
