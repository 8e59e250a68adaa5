//! The requirements of the programs, by the day.

use chrono::NaiveDate;
use serde::Deserialize;

use super::tables::{ByEducation, Sourced, Steps};
use crate::model::{Citation, EducationLevel, RequirementId};

/// The rules of all programs, each version with its dates, oldest first.
#[derive(Debug)]
pub struct ProgramRules {
    pub(super) skilled_worker: Vec<Sourced<SkilledWorker>>,
    pub(super) experience_class: Vec<Sourced<ExperienceClass>>,
    pub(super) skilled_trades: Vec<Sourced<SkilledTrades>>,
    pub(super) nominee: Vec<Sourced<Nominee>>,
    pub(super) settlement_funds: Vec<Sourced<SettlementFunds>>,
}

/// The rules of all programs in force on a day.
#[derive(Clone, Copy, Debug)]
pub struct ProgramRulesOn<'a> {
    /// Federal Skilled Worker Program.
    pub skilled_worker: &'a Sourced<SkilledWorker>,
    /// Canadian Experience Class.
    pub experience_class: &'a Sourced<ExperienceClass>,
    /// Federal Skilled Trades Program.
    pub skilled_trades: &'a Sourced<SkilledTrades>,
    /// Provincial Nominee Program.
    pub nominee: &'a Sourced<Nominee>,
    /// Settlement funds; none where the amounts are not known.
    pub settlement_funds: Option<&'a Sourced<SettlementFunds>>,
}

/// The work that a program asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkRule {
    /// Months of full-time work, or the same amount part-time.
    pub months: u32,
    /// Years before the day in which it must lie.
    pub window_years: u32,
    /// TEER categories of the work that counts.
    pub teers: Vec<u8>,
}

/// Sections of the regulations, requirement by requirement.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    pub(super) experience: Option<String>,
    pub(super) language: Option<String>,
    pub(super) education: Option<String>,
    pub(super) selection_points: Option<String>,
    pub(super) settlement_funds: Option<String>,
    pub(super) outside_quebec: Option<String>,
    pub(super) certificate_or_job_offer: Option<String>,
    pub(super) nomination: Option<String>,
}

/// Federal Skilled Worker Program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkilledWorker {
    /// Continuous work in one occupation.
    pub work: WorkRule,
    /// Level in each ability of one language.
    pub min_clb: u8,
    /// Lowest level of education.
    #[serde(deserialize_with = "super::read::education_level")]
    pub min_education: EducationLevel,
    /// Points asked for on the grid.
    pub pass_mark: u16,
    /// The grid.
    pub grid: SelectionGrid,
    /// Where each requirement stands.
    pub sections: Sections,
}

/// FSWP's selection grid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelectionGrid {
    /// Points by level.
    pub education: ByEducation<u16>,
    /// Points by level, for each ability of the first language.
    pub first_language: Steps<u16>,
    /// The level in each ability of the second language that earns its points.
    pub second_language_min_clb: u8,
    /// Those points.
    pub second_language: u16,
    /// Points by whole years of work.
    pub experience: Steps<u16>,
    /// Points by completed years of age.
    pub age: Steps<u16>,
    /// Points of arranged employment.
    pub arranged_employment: u16,
    /// Adaptability.
    pub adaptability: AdaptabilityPoints,
    /// The most that there is.
    pub max: u16,
}

/// Points of adaptability on FSWP's grid.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdaptabilityPoints {
    /// The most that all of it earns.
    pub max: u16,
    /// The level of the spouse in each ability.
    pub spouse_min_clb: u8,
    /// The spouse's language.
    pub spouse_language: u16,
    /// The candidate's study in Canada.
    pub canadian_study: u16,
    /// The spouse's study in Canada.
    pub spouse_canadian_study: u16,
    /// The candidate's year of work in Canada.
    pub canadian_work: u16,
    /// The spouse's year of work in Canada.
    pub spouse_canadian_work: u16,
    /// A relative in Canada.
    pub relative_in_canada: u16,
    /// Arranged employment.
    pub arranged_employment: u16,
}

impl AdaptabilityPoints {
    /// What each part earns.
    pub(super) fn parts(&self) -> [u16; 7] {
        let Self {
            max: _,
            spouse_min_clb: _,
            spouse_language,
            canadian_study,
            spouse_canadian_study,
            canadian_work,
            spouse_canadian_work,
            relative_in_canada,
            arranged_employment,
        } = *self;
        [
            spouse_language,
            canadian_study,
            spouse_canadian_study,
            canadian_work,
            spouse_canadian_work,
            relative_in_canada,
            arranged_employment,
        ]
    }
}

/// Canadian Experience Class.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExperienceClass {
    /// Work in Canada, all occupations together.
    pub work: WorkRule,
    /// TEER categories of the higher side.
    pub higher_teers: Vec<u8>,
    /// Level in each ability when the higher side has more hours.
    pub higher_min_clb: u8,
    /// Level in each ability otherwise.
    pub lower_min_clb: u8,
    /// Where each requirement stands.
    pub sections: Sections,
}

/// Federal Skilled Trades Program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkilledTrades {
    /// Work in one trade.
    pub work: WorkRule,
    /// Level in listening.
    pub min_listening: u8,
    /// Level in reading.
    pub min_reading: u8,
    /// Level in writing.
    pub min_writing: u8,
    /// Level in speaking.
    pub min_speaking: u8,
    /// Where each requirement stands.
    pub sections: Sections,
}

/// Provincial Nominee Program.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nominee {
    /// Where each requirement stands.
    pub sections: Sections,
}

/// Money to settle with, by the size of the family.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementFunds {
    /// Canadian dollars by persons, where known.
    pub persons: Vec<FamilyAmount>,
    /// Canadian dollars for each person more than the last listed; none when not known.
    pub each_more: Option<u64>,
}

/// The amount for a family of one size.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyAmount {
    /// Persons.
    pub size: u32,
    /// Canadian dollars.
    pub cad: u64,
}

impl ProgramRules {
    /// The rules in force on a day; none where they are not known.
    pub fn on(&self, day: NaiveDate) -> Option<ProgramRulesOn<'_>> {
        Some(ProgramRulesOn {
            skilled_worker: version_on(&self.skilled_worker, day)?,
            experience_class: version_on(&self.experience_class, day)?,
            skilled_trades: version_on(&self.skilled_trades, day)?,
            nominee: version_on(&self.nominee, day)?,
            settlement_funds: version_on(&self.settlement_funds, day),
        })
    }
}

fn version_on<T>(versions: &[Sourced<T>], day: NaiveDate) -> Option<&Sourced<T>> {
    versions.iter().find(|version| version.citation.in_force.contains(day))
}

impl Sections {
    /// The section of a requirement.
    pub fn of(&self, id: RequirementId) -> Option<&str> {
        match id {
            RequirementId::Experience => self.experience.as_deref(),
            RequirementId::Language => self.language.as_deref(),
            RequirementId::Education => self.education.as_deref(),
            RequirementId::SelectionPoints => self.selection_points.as_deref(),
            RequirementId::SettlementFunds => self.settlement_funds.as_deref(),
            RequirementId::OutsideQuebec => self.outside_quebec.as_deref(),
            RequirementId::CertificateOrJobOffer => self.certificate_or_job_offer.as_deref(),
            RequirementId::Nomination => self.nomination.as_deref(),
        }
    }
}

impl SettlementFunds {
    /// The lowest and the highest amount that a family of `size` may need: the same where it is known; none for the highest
    /// where nothing bounds it.
    pub fn bounds(&self, size: u32) -> (u64, Option<u64>) {
        let below = self.persons.iter().rfind(|amount| amount.size <= size);
        let above = self.persons.iter().find(|amount| amount.size >= size);
        match (below, above, self.each_more) {
            (Some(last), None, Some(more)) => {
                let amount = last.cad.saturating_add(more.saturating_mul(u64::from(size - last.size)));
                (amount, Some(amount))
            }
            _ => (below.map_or(0, |amount| amount.cad), above.map(|amount| amount.cad)),
        }
    }
}

/// A citation of one section within the source of a version.
pub fn section_citation(source: &Citation, section: Option<&str>) -> Citation {
    Citation { section: section.unwrap_or(&source.section).to_owned(), ..source.clone() }
}
