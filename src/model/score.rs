use chrono::NaiveDate;

use super::{Assumption, Citation, Field, Outcome, Program};

/// The factors of the CRS, by section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CrsFactorKind {
    /// Core: age.
    Age,
    /// Core: level of education.
    Education,
    /// Core: first official language.
    FirstOfficialLanguage,
    /// Core: second official language.
    SecondOfficialLanguage,
    /// Core: work in Canada.
    CanadianWork,
    /// Spouse: level of education.
    SpouseEducation,
    /// Spouse: official language.
    SpouseLanguage,
    /// Spouse: work in Canada.
    SpouseCanadianWork,
    /// Transferability: education with first official language.
    EducationAndLanguage,
    /// Transferability: education with work in Canada.
    EducationAndCanadianWork,
    /// Transferability: work abroad with first official language.
    ForeignWorkAndLanguage,
    /// Transferability: work abroad with work in Canada.
    ForeignAndCanadianWork,
    /// Transferability: certificate of qualification with first official language.
    CertificateAndLanguage,
    /// Additional: nomination by a province or territory.
    ProvincialNomination,
    /// Additional: arranged employment.
    ArrangedEmployment,
    /// Additional: credential earned in Canada.
    CanadianCredential,
    /// Additional: brother or sister in Canada.
    Sibling,
    /// Additional: French.
    French,
}

impl CrsFactorKind {
    /// All factors, in the order in which they are told.
    pub const ALL: [Self; 18] = [
        Self::Age,
        Self::Education,
        Self::FirstOfficialLanguage,
        Self::SecondOfficialLanguage,
        Self::CanadianWork,
        Self::SpouseEducation,
        Self::SpouseLanguage,
        Self::SpouseCanadianWork,
        Self::EducationAndLanguage,
        Self::EducationAndCanadianWork,
        Self::ForeignWorkAndLanguage,
        Self::ForeignAndCanadianWork,
        Self::CertificateAndLanguage,
        Self::ProvincialNomination,
        Self::ArrangedEmployment,
        Self::CanadianCredential,
        Self::Sibling,
        Self::French,
    ];
}

/// What one factor earns, before the caps it shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrsFactor {
    /// Which factor.
    pub kind: CrsFactorKind,
    /// Points earned.
    pub points: u16,
    /// The most it can earn for this candidate on the day; 0 where it does not apply.
    pub max_points: u16,
    /// What earned the points, in a sentence.
    pub explanation: String,
    /// The instruction it rests on.
    pub citation: Citation,
}

/// The totals that the unsaid facts leave open: both ends are those of a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreRange {
    /// The lowest total, in points.
    pub min: u16,
    /// The highest total, in points.
    pub max: u16,
}

/// A CRS score and how it comes about: sections and factors are those of a completion with the lowest total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrsBreakdown {
    /// The total, or its ends.
    pub range: ScoreRange,
    /// Core human capital (A).
    pub core: u16,
    /// Accompanying spouse or partner (B).
    pub spouse: u16,
    /// Skill transferability (C), after its caps.
    pub skill_transferability: u16,
    /// Additional points (D), after their cap.
    pub additional: u16,
    /// Each factor once, in order.
    pub factors: Vec<CrsFactor>,
    /// First day of the period of points.
    pub in_force_from: NaiveDate,
}

/// What a program asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequirementId {
    /// Months of work.
    Experience,
    /// Levels in an official language.
    Language,
    /// Level of education.
    Education,
    /// Points on FSWP's selection grid.
    SelectionPoints,
    /// Money to settle with.
    SettlementFunds,
    /// Intent to live outside Quebec.
    OutsideQuebec,
    /// A certificate of qualification or an offer of work.
    CertificateOrJobOffer,
    /// A nomination by a province or territory.
    Nomination,
}

/// One requirement and what the profile has to show for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Which requirement.
    pub id: RequirementId,
    /// How it came out.
    pub outcome: Outcome,
    /// What the program asks for.
    pub required: String,
    /// What the profile has.
    pub actual: String,
    /// The section of the regulations.
    pub citation: Citation,
}

/// Whether a candidate is eligible for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramEligibility {
    /// Which program.
    pub program: Program,
    /// How its requirements add up.
    pub outcome: Outcome,
    /// Every requirement.
    pub requirements: Vec<Requirement>,
    /// FSWP's selection points; none for other programs, and while they are open.
    pub selection_points: Option<u16>,
}

/// The score of a profile and the programs it is eligible for, by the rules of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scoring {
    /// The score.
    pub crs: CrsBreakdown,
    /// Every program, in order.
    pub programs: Vec<ProgramEligibility>,
    /// The unsaid fields that could still change the total or a program's outcome.
    pub missing_fields: Vec<Field>,
    /// What was taken as true.
    pub assumptions: Vec<Assumption>,
}

impl ScoreRange {
    /// The total, when both ends meet.
    pub fn exact(self) -> Option<u16> {
        (self.min == self.max).then_some(self.min)
    }
}

impl RequirementId {
    /// The id, as the API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Experience => "experience",
            Self::Language => "language",
            Self::Education => "education",
            Self::SelectionPoints => "selection_points",
            Self::SettlementFunds => "settlement_funds",
            Self::OutsideQuebec => "outside_quebec",
            Self::CertificateOrJobOffer => "certificate_or_job_offer",
            Self::Nomination => "nomination",
        }
    }
}

impl Outcome {
    /// The outcome of requirements that must all be met.
    pub fn all(outcomes: impl IntoIterator<Item = Self>) -> Self {
        outcomes.into_iter().fold(Self::Met, |all, one| match (all, one) {
            (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Met, Self::Met) => Self::Met,
        })
    }
}
