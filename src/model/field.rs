use std::fmt;

/// A leaf of the profile, by its path: what a caller could still say. In the order of the profile.
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

impl WorkField {
    /// All leaves, in order.
    pub const ALL: [Self; 9] = [
        Self::HoursPerWeek,
        Self::CountryCode,
        Self::Paid,
        Self::LeadStatement,
        Self::MainDuties,
        Self::EssentialDuties,
        Self::SelfEmployed,
        Self::Authorized,
        Self::FullTimeStudent,
    ];

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
