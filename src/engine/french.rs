//! Category by French: one valid test at the level in all four abilities.

pub(super) use super::validity::Validity;
use super::{Terms, Unsaid, validity::validity};
use crate::model::{Abilities, Clb, Language, LanguageTest, Outcome, Profile};

/// How long the results of a language test are valid, in years.
const VALID_YEARS: u32 = 2;

/// A test of French that reaches or misses the level.
pub(super) struct FrenchTest<'a> {
    pub place: usize,
    pub test: &'a LanguageTest,
    pub levels: Abilities<Clb>,
    pub validity: Validity,
}

/// The tests of French in the profile, in its order.
pub(super) fn tests<'a>(
    profile: &'a Profile,
    terms: &'a Terms<'_>,
    unsaid: Unsaid,
) -> impl Iterator<Item = FrenchTest<'a>> {
    let french = profile.language_tests.iter().enumerate().filter(|(_, test)| test.kind.language() == Language::French);
    french.map(move |(place, test)| FrenchTest {
        place,
        test,
        levels: terms.catalog.languages().levels(test),
        validity: validity(test.taken_on, VALID_YEARS, terms.facts_on(), unsaid),
    })
}

/// Whether one test valid on the day of the draw reaches `min_nclc` in each ability. An empty list is not said.
pub(super) fn decide(profile: &Profile, terms: &Terms<'_>, min_nclc: u8, unsaid: Unsaid) -> Outcome {
    if profile.language_tests.is_empty() {
        return Outcome::Unknown;
    }
    let reaching = || tests(profile, terms, unsaid).filter(|test| test.reaches(min_nclc));
    Outcome::between(
        reaching().any(|test| matches!(test.validity, Validity::Valid | Validity::Assumed)),
        reaching().any(|test| test.validity != Validity::Invalid),
    )
}

impl FrenchTest<'_> {
    /// Whether each ability is at `min_nclc` or above.
    pub(super) fn reaches(&self, min_nclc: u8) -> bool {
        self.levels.lowest().level() >= min_nclc
    }
}
