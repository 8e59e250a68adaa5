//! The facts of a profile from which scores are worked out.

use std::ops::RangeInclusive;

use super::{
    parts::{answer, optional_day, unknown_number},
    profile::{language_tests, work_experiences},
};
use crate::{
    catalog::Catalog,
    grpc::{
        proto,
        refusal::{Path, Violations},
    },
    model::{
        Adaptability, ArrangedEmployment, CanadianCredential, Education, EducationLevel, LARGEST_FAMILY, Language,
        MaritalStatus, Spouse,
    },
};

/// Ages, in years.
pub(in crate::grpc) const AGES: RangeInclusive<i32> = 0..=120;
/// Whole years of work.
pub(in crate::grpc) const WORK_YEARS: RangeInclusive<i32> = 0..=100;
/// Persons in a family.
pub(in crate::grpc) const FAMILY_SIZES: RangeInclusive<i32> = 1..=LARGEST_FAMILY.cast_signed();

/// A number that may be left unsaid and lies in a range.
pub(in crate::grpc) fn number_in(
    number: Option<i32>,
    range: RangeInclusive<i32>,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<u32> {
    let number = number?;
    if !range.contains(&number) {
        wrong.add(path, format!("{number} is out of range; it is {} to {}", range.start(), range.end()));
        return None;
    }
    u32::try_from(number).ok()
}

/// An amount of money.
pub(in crate::grpc) fn funds(amount: Option<i64>, path: Path<'_>, wrong: &mut Violations) -> Option<u64> {
    let amount = amount?;
    wrong.keep(path, u64::try_from(amount).map_err(|_| format!("{amount} is below 0")))
}

pub(in crate::grpc) fn education(
    message: Option<proto::Education>,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Education {
    let proto::Education { level, canadian, assessed_on } = message.unwrap_or_default();
    Education {
        level: education_level(level, path.field("level"), wrong),
        canadian: answer(canadian, path.field("canadian"), wrong),
        assessed_on: optional_day(assessed_on, path.field("assessed_on"), wrong),
    }
}

fn education_level(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<EducationLevel> {
    match proto::EducationLevel::try_from(number) {
        Ok(proto::EducationLevel::Unspecified) => None,
        Ok(proto::EducationLevel::LessThanSecondary) => Some(EducationLevel::LessThanSecondary),
        Ok(proto::EducationLevel::Secondary) => Some(EducationLevel::Secondary),
        Ok(proto::EducationLevel::OneYear) => Some(EducationLevel::OneYear),
        Ok(proto::EducationLevel::TwoYear) => Some(EducationLevel::TwoYear),
        Ok(proto::EducationLevel::ThreeYearOrMore) => Some(EducationLevel::ThreeYearOrMore),
        Ok(proto::EducationLevel::TwoOrMore) => Some(EducationLevel::TwoOrMore),
        Ok(proto::EducationLevel::Masters) => Some(EducationLevel::Masters),
        Ok(proto::EducationLevel::Professional) => Some(EducationLevel::Professional),
        Ok(proto::EducationLevel::Doctoral) => Some(EducationLevel::Doctoral),
        Err(_) => {
            wrong.add(path, unknown_number(number, "EducationLevel", "0 to 9"));
            None
        }
    }
}

pub(in crate::grpc) fn canadian_credential(
    number: i32,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<CanadianCredential> {
    match proto::CanadianCredential::try_from(number) {
        Ok(proto::CanadianCredential::Unspecified) => None,
        Ok(proto::CanadianCredential::None) => Some(CanadianCredential::None),
        Ok(proto::CanadianCredential::OneOrTwoYear) => Some(CanadianCredential::OneOrTwoYear),
        Ok(proto::CanadianCredential::ThreeYearOrMore) => Some(CanadianCredential::ThreeYearOrMore),
        Err(_) => {
            wrong.add(path, unknown_number(number, "CanadianCredential", "0 to 3"));
            None
        }
    }
}

pub(in crate::grpc) fn official_language(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<Language> {
    match proto::OfficialLanguage::try_from(number) {
        Ok(proto::OfficialLanguage::Unspecified) => None,
        Ok(proto::OfficialLanguage::English) => Some(Language::English),
        Ok(proto::OfficialLanguage::French) => Some(Language::French),
        Err(_) => {
            wrong.add(path, unknown_number(number, "OfficialLanguage", "0 to 2"));
            None
        }
    }
}

pub(in crate::grpc) fn arranged_employment(
    number: i32,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<ArrangedEmployment> {
    match proto::ArrangedEmployment::try_from(number) {
        Ok(proto::ArrangedEmployment::Unspecified) => None,
        Ok(proto::ArrangedEmployment::None) => Some(ArrangedEmployment::None),
        Ok(proto::ArrangedEmployment::MajorGroup00) => Some(ArrangedEmployment::MajorGroup00),
        Ok(proto::ArrangedEmployment::Other) => Some(ArrangedEmployment::Other),
        Err(_) => {
            wrong.add(path, unknown_number(number, "ArrangedEmployment", "0 to 3"));
            None
        }
    }
}

pub(in crate::grpc) fn marital_status(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<MaritalStatus> {
    match proto::MaritalStatus::try_from(number) {
        Ok(proto::MaritalStatus::Unspecified) => None,
        Ok(proto::MaritalStatus::Single) => Some(MaritalStatus::Single),
        Ok(proto::MaritalStatus::Partnered) => Some(MaritalStatus::Partnered),
        Err(_) => {
            wrong.add(path, unknown_number(number, "MaritalStatus", "0 to 2"));
            None
        }
    }
}

pub(super) fn spouse(
    message: Option<proto::Spouse>,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Spouse {
    let proto::Spouse {
        accompanying,
        citizen_or_permanent_resident,
        education: highest,
        language_tests: tests,
        canadian_work_years,
        work_experiences: work,
    } = message.unwrap_or_default();
    Spouse {
        accompanying: answer(accompanying, path.field("accompanying"), wrong),
        citizen_or_permanent_resident: answer(
            citizen_or_permanent_resident,
            path.field("citizen_or_permanent_resident"),
            wrong,
        ),
        education: education(highest, path.field("education"), wrong),
        language_tests: language_tests(tests, catalog, &path.field("language_tests"), wrong),
        canadian_work_years: number_in(canadian_work_years, WORK_YEARS, path.field("canadian_work_years"), wrong),
        work_experiences: work_experiences(work, catalog, &path.field("work_experiences"), wrong),
    }
}

pub(in crate::grpc) fn adaptability(
    message: Option<proto::Adaptability>,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Adaptability {
    let proto::Adaptability {
        canadian_study,
        relative_in_canada,
        spouse_language,
        spouse_canadian_study,
        spouse_canadian_work,
    } = message.unwrap_or_default();
    Adaptability {
        canadian_study: answer(canadian_study, path.field("canadian_study"), wrong),
        relative_in_canada: answer(relative_in_canada, path.field("relative_in_canada"), wrong),
        spouse_language: answer(spouse_language, path.field("spouse_language"), wrong),
        spouse_canadian_study: answer(spouse_canadian_study, path.field("spouse_canadian_study"), wrong),
        spouse_canadian_work: answer(spouse_canadian_work, path.field("spouse_canadian_work"), wrong),
    }
}
