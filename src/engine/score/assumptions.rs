//! What was taken as true of work and tests for a score.

use super::{
    space::{Day, Space},
    work::bears,
};
use crate::{
    catalog::Column,
    engine::{
        Unsaid,
        reading::word_answers,
        validity::{Validity, test_validity},
        work::{Side, canada_answers, said_side},
    },
    model::{Answer, Assumption, Field, LanguageTest, LanguageTestField, Profile, WorkExperience, WorkField},
};

/// What was taken as true of the work and the tests that count.
pub(in crate::engine) fn assumptions(profile: &Profile, space: &Space, day: &Day<'_>) -> Vec<Assumption> {
    let mut assumed = Vec::new();
    if day.unsaid == Unsaid::Unknown {
        return assumed;
    }
    of_work(&profile.work_experiences, day, Field::Work, &mut assumed);
    of_tests(&profile.language_tests, day, Field::LanguageTest, &mut assumed);
    if space.columns.contains(&Column::WithSpouse) {
        of_tests(&profile.spouse.language_tests, day, Field::SpouseLanguageTest, &mut assumed);
        if profile.spouse.canadian_work_years.is_none() {
            of_work(&profile.spouse.work_experiences, day, Field::SpouseWork, &mut assumed);
        }
    }
    assumed
}

fn of_work(
    spells: &[WorkExperience],
    day: &Day<'_>,
    field: fn(usize, WorkField) -> Field,
    assumed: &mut Vec<Assumption>,
) {
    for (place, spell) in spells.iter().enumerate().filter(|(_, spell)| bears(spell, day)) {
        let in_canada = said_side(spell) != Some(Side::Abroad);
        let canada = canada_answers(spell).into_iter().filter(|_| in_canada);
        let unsaid = word_answers(spell).into_iter().chain(canada).filter(|(_, answer, _)| *answer == Answer::Unsaid);
        assumed.extend(unsaid.map(|(of, _, statement)| Assumption { field: field(place, of), statement }));
    }
}

fn of_tests(
    tests: &[LanguageTest],
    day: &Day<'_>,
    field: fn(usize, LanguageTestField) -> Field,
    assumed: &mut Vec<Assumption>,
) {
    let years = day.tables.shared.table.language_test_valid_years;
    let taken = tests.iter().enumerate().filter(|(_, test)| test_validity(test, years, day) == Validity::Assumed);
    assumed.extend(taken.map(|(place, _)| Assumption {
        field: field(place, LanguageTestField::TakenOn),
        statement: "the test was valid on the day",
    }));
}
