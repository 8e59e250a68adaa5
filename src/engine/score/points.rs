//! The score of one completion of the facts, exactly.

use crate::{
    catalog::{Column, CrsTables, Steps},
    model::{Abilities, ArrangedEmployment, CanadianCredential, Clb, CrsFactorKind, EducationLevel, Language},
};

/// The facts that a score rests on, none of them open.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Facts {
    pub column: Column,
    /// Completed years.
    pub age: u32,
    pub education: EducationLevel,
    pub languages: LanguageChoice,
    pub work: WorkYears,
    pub certificate: bool,
    pub nomination: bool,
    pub offer: ArrangedEmployment,
    pub credential: CanadianCredential,
    pub sibling: bool,
    pub spouse: SpouseFacts,
}

/// A first and a second official language, with the levels in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct LanguageChoice {
    pub first_language: Language,
    pub first: Abilities<Clb>,
    pub second: Abilities<Clb>,
}

/// Whole years of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::engine) struct WorkYears {
    pub canadian: u32,
    pub foreign: u32,
}

impl WorkYears {
    /// The fewest years and the most, Canada and abroad each for itself.
    pub fn ends_of(years: &[Self]) -> (Self, Self) {
        let of = |side: fn(&Self) -> u32| {
            let all = years.iter().map(side);
            (all.clone().min().unwrap_or(0), all.max().unwrap_or(0))
        };
        let (canadian, foreign) = (of(|years| years.canadian), of(|years| years.foreign));
        (Self { canadian: canadian.0, foreign: foreign.0 }, Self { canadian: canadian.1, foreign: foreign.1 })
    }
}

/// What a score takes of a spouse, in the column with one.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct SpouseFacts {
    pub education: EducationLevel,
    pub language: Abilities<Clb>,
    pub canadian_years: u32,
}

/// Points of each factor, before the caps that it shares, and of the sections after them.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::engine) struct Points {
    pub age: u16,
    pub education: u16,
    pub first_language: u16,
    pub second_language: u16,
    pub canadian_work: u16,
    pub spouse_education: u16,
    pub spouse_language: u16,
    pub spouse_canadian_work: u16,
    pub education_and_language: u16,
    pub education_and_canadian_work: u16,
    pub foreign_work_and_language: u16,
    pub foreign_and_canadian_work: u16,
    pub certificate_and_language: u16,
    pub nomination: u16,
    pub offer: u16,
    pub credential: u16,
    pub sibling: u16,
    pub french: u16,
    pub core_section: u16,
    pub spouse_section: u16,
    pub transferability_section: u16,
    pub additional_section: u16,
    pub total: u16,
}

impl Facts {
    /// Facts that earn nothing.
    pub fn blank() -> Self {
        Self {
            column: Column::WithoutSpouse,
            age: 0,
            education: EducationLevel::LessThanSecondary,
            languages: LanguageChoice::none(Language::English),
            work: WorkYears { canadian: 0, foreign: 0 },
            certificate: false,
            nomination: false,
            offer: ArrangedEmployment::None,
            credential: CanadianCredential::None,
            sibling: false,
            spouse: SpouseFacts::blank(),
        }
    }
}

impl SpouseFacts {
    /// Facts that earn nothing.
    pub fn blank() -> Self {
        Self { education: EducationLevel::LessThanSecondary, language: super::languages::NONE, canadian_years: 0 }
    }
}

/// The sum of the points of four abilities.
pub(super) fn of_abilities(levels: &Abilities<Clb>, points: impl Fn(u32) -> u16) -> u16 {
    levels.each().iter().map(|(_, level)| points(level.level().into())).sum()
}

/// The points of a spouse's language.
pub(super) fn spouse_language(steps: &Steps<u16>, levels: &Abilities<Clb>) -> u16 {
    of_abilities(levels, |level| steps.at(level))
}

/// Points of the levels in the first language and in the second, which rest on nothing but the column.
#[derive(Clone, Copy, Debug)]
pub(super) struct LanguagePoints {
    first: u16,
    second: u16,
}

impl LanguagePoints {
    pub fn of(tables: &CrsTables, column: Column, choice: &LanguageChoice) -> Self {
        let first = &tables.first_official_language.table;
        let second = &tables.second_official_language.table;
        let sum = of_abilities(&choice.second, |level| second.steps.at(level));
        Self {
            first: of_abilities(&choice.first, |level| first.at(level).of(column)),
            second: sum.min(second.cap.of(column)),
        }
    }

    pub fn sum(self) -> u16 {
        self.first + self.second
    }
}

/// The score by the tables of a period.
pub(in crate::engine) fn points(tables: &CrsTables, facts: &Facts) -> Points {
    points_beside(tables, facts, LanguagePoints::of(tables, facts.column, &facts.languages))
}

/// The same, where it is known what the languages earn by themselves.
pub(super) fn points_beside(tables: &CrsTables, facts: &Facts, languages: LanguagePoints) -> Points {
    let mut points = Points::default();
    core(tables, facts, languages, &mut points);
    if facts.column == Column::WithSpouse {
        spouse(tables, &facts.spouse, &mut points);
    }
    transferability(tables, facts, &mut points);
    additional(tables, facts, &mut points);
    let sections =
        points.core_section + points.spouse_section + points.transferability_section + points.additional_section;
    points.total = sections.min(tables.shared.table.total_cap);
    points
}

fn core(tables: &CrsTables, facts: &Facts, languages: LanguagePoints, points: &mut Points) {
    let column = facts.column;
    points.age = tables.age.table.at(facts.age).of(column);
    points.education = tables.education.table.of(facts.education).of(column);
    points.first_language = languages.first;
    points.second_language = languages.second;
    points.canadian_work = tables.canadian_work.table.at(facts.work.canadian).of(column);
    let sum = points.age + points.education + points.first_language + points.second_language + points.canadian_work;
    points.core_section = sum.min(tables.shared.table.core_cap.of(column));
}

fn spouse(tables: &CrsTables, spouse: &SpouseFacts, points: &mut Points) {
    points.spouse_education = tables.spouse_education.table.of(spouse.education);
    points.spouse_language = spouse_language(&tables.spouse_language.table, &spouse.language);
    points.spouse_canadian_work = tables.spouse_canadian_work.table.at(spouse.canadian_years);
    let sum = points.spouse_education + points.spouse_language + points.spouse_canadian_work;
    points.spouse_section = sum.min(tables.shared.table.spouse_cap);
}

fn transferability(tables: &CrsTables, facts: &Facts, points: &mut Points) {
    let lowest = facts.languages.first.lowest().level().into();
    let WorkYears { canadian, foreign } = facts.work;
    let pair = &tables.education_and_language.table;
    points.education_and_language = pair.pair.at(pair.groups.of(facts.education), lowest);
    let pair = &tables.education_and_canadian_work.table;
    points.education_and_canadian_work = pair.pair.at(pair.groups.of(facts.education), canadian);
    points.foreign_work_and_language = tables.foreign_work_and_language.table.at(foreign, lowest);
    points.foreign_and_canadian_work = tables.foreign_and_canadian_work.table.at(foreign, canadian);
    points.certificate_and_language = tables.certificate_and_language.table.at(facts.certificate.into(), lowest);
    let shared = &tables.shared.table;
    let education = points.education_and_language + points.education_and_canadian_work;
    let foreign = points.foreign_work_and_language + points.foreign_and_canadian_work;
    let sum = education.min(shared.education_pairs_cap)
        + foreign.min(shared.foreign_work_pairs_cap)
        + points.certificate_and_language.min(shared.certificate_cap);
    points.transferability_section = sum.min(shared.transferability_cap);
}

fn additional(tables: &CrsTables, facts: &Facts, points: &mut Points) {
    points.nomination = if facts.nomination { tables.provincial_nomination.table.points } else { 0 };
    points.offer = offer(tables, facts.offer);
    points.credential = credential(tables, facts.credential);
    points.sibling = if facts.sibling { tables.sibling.table.points } else { 0 };
    points.french = french(tables, &facts.languages);
    let sum = points.nomination + points.offer + points.credential + points.sibling + points.french;
    points.additional_section = sum.min(tables.shared.table.additional_cap);
}

/// The section of skill transferability by itself.
pub(super) fn transferability_section(tables: &CrsTables, facts: &Facts) -> u16 {
    let mut points = Points::default();
    transferability(tables, facts, &mut points);
    points.transferability_section
}

/// The points of an offer.
pub(super) fn offer(tables: &CrsTables, offer: ArrangedEmployment) -> u16 {
    match offer {
        ArrangedEmployment::None => 0,
        ArrangedEmployment::MajorGroup00 => tables.arranged_employment.table.major_group_00,
        ArrangedEmployment::Other => tables.arranged_employment.table.other,
    }
}

/// The points of a credential earned in Canada.
pub(super) fn credential(tables: &CrsTables, credential: CanadianCredential) -> u16 {
    match credential {
        CanadianCredential::None => 0,
        CanadianCredential::OneOrTwoYear => tables.canadian_credential.table.one_or_two_year,
        CanadianCredential::ThreeYearOrMore => tables.canadian_credential.table.three_year_or_more,
    }
}

/// The additional points of French.
pub(super) fn french(tables: &CrsTables, languages: &LanguageChoice) -> u16 {
    let table = &tables.french.table;
    let (english, french) = match languages.first_language {
        Language::English => (languages.first, languages.second),
        Language::French => (languages.second, languages.first),
    };
    if french.lowest().level() < table.min_nclc {
        0
    } else if english.lowest().level() < table.min_clb {
        table.without_english
    } else {
        table.with_english
    }
}

impl Points {
    /// The points of one factor.
    pub fn of(&self, kind: CrsFactorKind) -> u16 {
        match kind {
            CrsFactorKind::Age => self.age,
            CrsFactorKind::Education => self.education,
            CrsFactorKind::FirstOfficialLanguage => self.first_language,
            CrsFactorKind::SecondOfficialLanguage => self.second_language,
            CrsFactorKind::CanadianWork => self.canadian_work,
            CrsFactorKind::SpouseEducation => self.spouse_education,
            CrsFactorKind::SpouseLanguage => self.spouse_language,
            CrsFactorKind::SpouseCanadianWork => self.spouse_canadian_work,
            CrsFactorKind::EducationAndLanguage => self.education_and_language,
            CrsFactorKind::EducationAndCanadianWork => self.education_and_canadian_work,
            CrsFactorKind::ForeignWorkAndLanguage => self.foreign_work_and_language,
            CrsFactorKind::ForeignAndCanadianWork => self.foreign_and_canadian_work,
            CrsFactorKind::CertificateAndLanguage => self.certificate_and_language,
            CrsFactorKind::ProvincialNomination => self.nomination,
            CrsFactorKind::ArrangedEmployment => self.offer,
            CrsFactorKind::CanadianCredential => self.credential,
            CrsFactorKind::Sibling => self.sibling,
            CrsFactorKind::French => self.french,
        }
    }
}
