//! The unsaid fields that each fact rests on.

use super::{
    languages::{TestedLevels, Tests, countable, open_tests},
    space::{Day, education_counts},
};
use crate::model::{Answer, Education, EducationField, EducationLevel, Field, LanguageTestField, Profile};

/// The fields of the age.
pub(in crate::engine) fn age(profile: &Profile) -> Vec<Field> {
    let unsaid = profile.age.is_none() && profile.birth_date.is_none();
    if unsaid { vec![Field::BirthDate, Field::Age] } else { Vec::new() }
}

/// The fields of a level of education.
pub(in crate::engine) fn education(education: &Education, day: &Day<'_>) -> Vec<EducationField> {
    let mut fields = Vec::new();
    if education.level.is_none() && education_counts(education, day) != Some(false) {
        fields.push(EducationField::Level);
    }
    if education.level != Some(EducationLevel::LessThanSecondary) && education_counts(education, day).is_none() {
        if education.canadian == Answer::Unsaid {
            fields.push(EducationField::Canadian);
        }
        if education.assessed_on.is_none() {
            fields.push(EducationField::AssessedOn);
        }
    }
    fields
}

/// The fields on which it depends whether a spouse comes along who is neither citizen nor permanent resident.
pub(in crate::engine) fn column(profile: &Profile) -> Vec<Field> {
    if super::space::columns(profile).len() < 2 {
        return Vec::new();
    }
    let spouse = &profile.spouse;
    let unsaid = |answer: Answer, field| (answer == Answer::Unsaid).then_some(field);
    let marital = profile.marital_status.is_none().then_some(Field::MaritalStatus);
    [
        marital,
        unsaid(spouse.accompanying, Field::SpouseAccompanying),
        unsaid(spouse.citizen_or_permanent_resident, Field::SpouseCitizenOrPermanentResident),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The fields of the spouse's best test.
pub(in crate::engine) fn spouse_language(profile: &Profile, day: &Day<'_>) -> Vec<Field> {
    let tests = &profile.spouse.language_tests;
    if tests.is_empty() {
        return vec![Field::SpouseLanguageTests];
    }
    let tests: Tests = countable(tests, day).collect();
    let undated = |test: &TestedLevels| Field::SpouseLanguageTest(test.place, LanguageTestField::TakenOn);
    open_tests(&tests).map(undated).collect()
}
