//! The tables of the Comprehensive Ranking System, by the day.

use serde::Deserialize;

use super::{
    language_classes::LanguageClasses,
    tables::{ByColumn, ByEducation, Column, Pair, Sourced, Steps},
};
use crate::model::Period;

/// All the tables of one period in which none of them changed.
///
/// A factor that a later instruction adds, as one by a list of occupations and their levels, is one more field here, one
/// more file in `catalog/crs/`, and one more kind.
#[derive(Clone, Debug)]
pub struct CrsTables {
    /// The period.
    pub in_force: Period,
    /// Points by completed years.
    pub age: Sourced<Steps<ByColumn>>,
    /// Points by level.
    pub education: Sourced<ByEducation<ByColumn>>,
    /// Points by level, for each ability.
    pub first_official_language: Sourced<Steps<ByColumn>>,
    /// Points by level, for each ability, and the cap of their sum.
    pub second_official_language: Sourced<SecondLanguage>,
    /// Points by whole years.
    pub canadian_work: Sourced<Steps<ByColumn>>,
    /// The spouse's points by level.
    pub spouse_education: Sourced<ByEducation<u16>>,
    /// The spouse's points by level, for each ability.
    pub spouse_language: Sourced<Steps<u16>>,
    /// The spouse's points by whole years.
    pub spouse_canadian_work: Sourced<Steps<u16>>,
    /// Education by group with the lowest level in the first language.
    pub education_and_language: Sourced<EducationPair>,
    /// Education by group with whole years in Canada.
    pub education_and_canadian_work: Sourced<EducationPair>,
    /// Whole years abroad with the lowest level in the first language.
    pub foreign_work_and_language: Sourced<Pair>,
    /// Whole years abroad with whole years in Canada.
    pub foreign_and_canadian_work: Sourced<Pair>,
    /// A certificate (1) with the lowest level in the first language.
    pub certificate_and_language: Sourced<Pair>,
    /// Points of a nomination.
    pub provincial_nomination: Sourced<Flat>,
    /// Points of an offer of employment.
    pub arranged_employment: Sourced<OfferPoints>,
    /// Points of a credential earned in Canada.
    pub canadian_credential: Sourced<CredentialPoints>,
    /// Points of a brother or sister in Canada.
    pub sibling: Sourced<Flat>,
    /// Points of French.
    pub french: Sourced<FrenchPoints>,
    /// What the factors share.
    pub shared: Sourced<Shared>,
    /// Whether a score without an age is never exact; see [`Self::with_what_follows`].
    pub age_always_tells: bool,
    /// Levels of languages that share points alike; empty before [`Self::with_what_follows`].
    pub language_classes: LanguageClasses,
}

impl CrsTables {
    /// The same tables with what follows from them. Age always tells when no cap can take away what it earns: core factors, and
    /// then all sections, stay within their caps at their highest.
    pub(super) fn with_what_follows(self) -> Self {
        let shared = &self.shared.table;
        let tells = |column: Column| {
            let age = self.age.table.points().map(|points| points.of(column)).max().unwrap_or(0);
            let core_cap = shared.core_cap.of(column);
            let spouse = if column == Column::WithSpouse { shared.spouse_cap } else { 0 };
            let all = core_cap + spouse + shared.transferability_cap + shared.additional_cap;
            age > 0 && self.highest_core(column) <= core_cap.into() && all <= shared.total_cap
        };
        let age_always_tells = tells(Column::WithSpouse) && tells(Column::WithoutSpouse);
        let language_classes = LanguageClasses::of(&self);
        Self { age_always_tells, language_classes, ..self }
    }

    /// What the core factors come to at their highest, before their cap.
    fn highest_core(&self, column: Column) -> u32 {
        let highest = |points: &mut dyn Iterator<Item = ByColumn>| {
            u32::from(points.map(|points| points.of(column)).max().unwrap_or(0))
        };
        highest(&mut self.age.table.points())
            + highest(&mut self.education.table.rising().into_iter())
            + 4 * highest(&mut self.first_official_language.table.points())
            + u32::from(self.second_official_language.table.cap.of(column))
            + highest(&mut self.canadian_work.table.points())
    }

    /// What the spouse's factors come to at their highest, before their cap.
    fn highest_spouse(&self) -> u32 {
        let highest = |points: &mut dyn Iterator<Item = u16>| u32::from(points.max().unwrap_or(0));
        highest(&mut self.spouse_education.table.rising().into_iter())
            + 4 * highest(&mut self.spouse_language.table.points())
            + highest(&mut self.spouse_canadian_work.table.points())
    }

    /// Whether factors stay within the caps of their sections, which the search for missing facts rests on, as does every sum
    /// of points.
    ///
    /// # Errors
    /// The section that does not.
    pub(super) fn within_caps(&self) -> Result<(), String> {
        let shared = &self.shared.table;
        let core = |column| ("core", self.highest_core(column), shared.core_cap.of(column));
        let sections = [
            core(Column::WithoutSpouse),
            core(Column::WithSpouse),
            ("spouse", self.highest_spouse(), shared.spouse_cap),
        ];
        match sections.into_iter().find(|(_, highest, cap)| *highest > u32::from(*cap)) {
            None => Ok(()),
            Some((name, highest, cap)) => {
                Err(format!("the {name} factors come to {highest} at most, above their cap, {cap}"))
            }
        }
    }
}

/// The second official language.
#[derive(Clone, Debug)]
pub struct SecondLanguage {
    /// Points by level, for each ability.
    pub steps: Steps<u16>,
    /// The most that the four abilities earn together.
    pub cap: ByColumn,
}

/// A pair of which education is the first fact, by its group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EducationPair {
    /// The group of each level.
    pub groups: ByEducation<u32>,
    /// Points by group and second fact.
    pub pair: Pair,
}

/// Points that a fact earns or does not.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flat {
    /// The points.
    pub points: u16,
}

/// Points of an offer of employment.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferPoints {
    /// In Major Group 00, senior management.
    pub major_group_00: u16,
    /// In another occupation.
    pub other: u16,
}

/// Points of a credential earned in Canada.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialPoints {
    /// Of one or two years.
    pub one_or_two_year: u16,
    /// Of three years or more.
    pub three_year_or_more: u16,
}

/// Points of French beside English.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrenchPoints {
    /// The level of French asked for in each ability.
    pub min_nclc: u8,
    /// The level of English in each ability that earns the higher points.
    pub min_clb: u8,
    /// Points with less English, or none.
    pub without_english: u16,
    /// Points with that English.
    pub with_english: u16,
}

/// What the factors share: caps, and what counts at all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// The most that core factors earn together.
    pub core_cap: ByColumn,
    /// The most that spouse factors earn together.
    pub spouse_cap: u16,
    /// The most that the two pairs of education earn together.
    pub education_pairs_cap: u16,
    /// The most that the two pairs of work abroad earn together.
    pub foreign_work_pairs_cap: u16,
    /// The most that a certificate earns.
    pub certificate_cap: u16,
    /// The most that all pairs earn together.
    pub transferability_cap: u16,
    /// The most that additional points come to.
    pub additional_cap: u16,
    /// The most that there is.
    pub total_cap: u16,
    /// Years for which results of language tests are valid.
    pub language_test_valid_years: u32,
    /// Years for which assessments of credentials are valid.
    pub assessment_valid_years: u32,
    /// Years before the day in which work counts.
    pub work_window_years: u32,
    /// TEER categories of the work that counts.
    pub work_teers: Vec<u8>,
}
