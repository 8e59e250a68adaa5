//! Which tests may count, and which language comes first.

use smallvec::{SmallVec, smallvec};

use super::{
    points::LanguageChoice,
    space::{Day, Few},
};
use crate::{
    engine::validity::{Validity, test_validity},
    model::{Abilities, Clb, Language, LanguageTest, Profile},
};

/// One completion of the days of tests that are not said.
#[derive(Clone, Debug)]
pub(in crate::engine) struct LanguageReading {
    /// The tests of unknown validity that are valid here, by their place among those.
    pub valid: u32,
    /// What the candidate can claim; what gives the most points counts.
    pub choices: Choices,
}

/// What can be claimed: little more than one in each language, so that it is held in place.
pub(in crate::engine) type Choices = SmallVec<[LanguageChoice; 2]>;

/// Tests of unknown validity up to which every combination is told apart.
pub(super) const TOLD_APART: usize = 6;

/// Level 0 in each ability.
pub(in crate::engine) const NONE: Abilities<Clb> =
    Abilities { listening: Clb::ZERO, reading: Clb::ZERO, writing: Clb::ZERO, speaking: Clb::ZERO };

/// The highest level in each ability.
pub(in crate::engine) const TOP: Abilities<Clb> =
    Abilities { listening: Clb::MAX, reading: Clb::MAX, writing: Clb::MAX, speaking: Clb::MAX };

/// The levels of a test, as far as it may count on the day.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct TestedLevels {
    pub place: usize,
    pub language: Language,
    pub reached: Abilities<Clb>,
    /// None when whether it is valid is not known.
    pub valid: Option<bool>,
}

/// The tests that are valid or may be.
pub(in crate::engine) fn countable<'a>(
    tests: &'a [LanguageTest],
    day: &'a Day<'_>,
) -> impl Iterator<Item = TestedLevels> + Clone + 'a {
    tests.iter().enumerate().filter_map(|(place, test)| {
        let years = day.tables.shared.table.language_test_valid_years;
        let valid = match test_validity(test, years, day) {
            Validity::Invalid => return None,
            Validity::Valid | Validity::Assumed => Some(true),
            Validity::Unknown => None,
        };
        let levels = day.catalog.languages().levels(test);
        Some(TestedLevels { place, language: test.kind.language(), reached: levels, valid })
    })
}

/// The tests that are valid or may be.
pub(in crate::engine) type Tests = SmallVec<[TestedLevels; 4]>;

/// The tests whose validity is not known, in the order of the bits of [`LanguageReading::valid`].
pub(in crate::engine) fn open_tests(tests: &[TestedLevels]) -> impl Iterator<Item = &TestedLevels> {
    tests.iter().filter(|test| test.valid.is_none())
}

/// Readings of the candidate's tests, and whether they are not said at all. Not said, the readings are the one that helps least
/// and the one that helps most; said, those that help least and most are among no open test, each alone, and all.
pub(super) fn readings(profile: &Profile, tests: &[TestedLevels]) -> (SmallVec<[LanguageReading; 2]>, bool) {
    let preferred = profile.first_official_language;
    if profile.language_tests.is_empty() {
        let first_language = preferred.unwrap_or(Language::English);
        let least = LanguageChoice::none(first_language);
        let most = LanguageChoice { first_language, first: TOP, second: TOP };
        let reading = |valid, choice| LanguageReading { valid, choices: smallvec![choice] };
        return (smallvec![reading(0, least), reading(1, most)], true);
    }
    let masks = masks(open_tests(tests).count());
    (masks.into_iter().map(|valid| reading(valid, tests, preferred)).collect(), false)
}

/// What can be claimed with the tests; none where these leave it open.
pub(super) fn known_choices(profile: &Profile, day: &Day<'_>) -> Option<Choices> {
    let countable: Tests = countable(&profile.language_tests, day).collect();
    let known = !profile.language_tests.is_empty() && countable.iter().all(|test| test.valid.is_some());
    known.then(|| reading(0, &countable, profile.first_official_language).choices)
}

/// Every combination of the tests of unknown validity, as far as they are told apart.
pub(super) fn every_reading(tests: &[TestedLevels], preferred: Option<Language>) -> Vec<LanguageReading> {
    let open = open_tests(tests).count();
    let masks = if open <= TOLD_APART { (0..1 << open).collect() } else { masks(open) };
    masks.into_iter().map(|valid| reading(valid, tests, preferred)).collect()
}

/// No open test, each alone, and all.
fn masks(open: usize) -> Few<u32> {
    if open == 0 {
        return smallvec![0];
    }
    let each = (0..open).map(|nth| 1_u32.checked_shl(u32::try_from(nth).unwrap_or(u32::MAX)).unwrap_or(0));
    [0].into_iter().chain(each).chain([u32::MAX >> 32_usize.saturating_sub(open).min(31)]).collect()
}

/// What counts when the open tests of `valid` are valid and the others are not.
fn reading(valid: u32, countable: &[TestedLevels], preferred: Option<Language>) -> LanguageReading {
    let mut nth = 0;
    let mut counts = |test: &&TestedLevels| {
        test.valid.unwrap_or_else(|| {
            nth += 1;
            valid.checked_shr(nth - 1).is_some_and(|bits| bits & 1 == 1)
        })
    };
    let mut english: SmallVec<[Abilities<Clb>; 4]> = SmallVec::new();
    let mut french = english.clone();
    for test in countable.iter().filter(|test| counts(test)) {
        keep_best(if test.language == Language::English { &mut english } else { &mut french }, test.reached);
    }
    LanguageReading { valid, choices: choices(&english, &french, preferred) }
}

/// Adds levels, unless others are as high in every ability; those that are nowhere higher go.
fn keep_best(kept: &mut SmallVec<[Abilities<Clb>; 4]>, levels: Abilities<Clb>) {
    let covers = |one: &Abilities<Clb>, other: &Abilities<Clb>| {
        one.zip(*other).each().iter().all(|(_, (one, other))| one >= other)
    };
    if !kept.iter().any(|other| covers(other, &levels)) {
        kept.retain(|other| !covers(&levels, other));
        kept.push(levels);
    }
}

/// What can be claimed with these tests: one of each language, and which comes first.
fn choices(english: &[Abilities<Clb>], french: &[Abilities<Clb>], preferred: Option<Language>) -> Choices {
    let alone = |first_language, first| LanguageChoice { first_language, first, second: NONE };
    match (english, french) {
        ([], []) => smallvec![LanguageChoice::none(preferred.unwrap_or(Language::English))],
        (english, []) => english.iter().map(|levels| alone(Language::English, *levels)).collect(),
        ([], french) => french.iter().map(|levels| alone(Language::French, *levels)).collect(),
        (english, french) => {
            let mut choices = Choices::new();
            for english in english {
                for french in french {
                    if preferred != Some(Language::French) {
                        let first_language = Language::English;
                        choices.push(LanguageChoice { first_language, first: *english, second: *french });
                    }
                    if preferred != Some(Language::English) {
                        let first_language = Language::French;
                        choices.push(LanguageChoice { first_language, first: *french, second: *english });
                    }
                }
            }
            choices
        }
    }
}

/// What the best of some tests can turn out to be: by the tests known to be valid, and by each that may be.
pub(in crate::engine) fn best_of(
    tests: &[TestedLevels],
    points: impl Fn(&Abilities<Clb>) -> u16,
) -> Few<Abilities<Clb>> {
    let certain = tests.iter().filter(|test| test.valid == Some(true)).map(|test| test.reached);
    let least = certain.max_by_key(&points).unwrap_or(NONE);
    let open = open_tests(tests).map(|test| test.reached);
    [least].into_iter().chain(open.filter(|levels| points(levels) > points(&least))).collect()
}
