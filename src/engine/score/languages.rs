//! Which tests may count, and which language comes first.

use super::{points::LanguageChoice, space::Day};
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
    pub choices: Vec<LanguageChoice>,
}

/// Tests of unknown validity up to which every combination is told apart.
const TOLD_APART: usize = 6;

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

/// The tests whose validity is not known, by place, in the order of the bits of [`LanguageReading::valid`].
pub(in crate::engine) fn open_tests<'a>(
    tests: &'a [LanguageTest],
    day: &'a Day<'_>,
) -> impl Iterator<Item = usize> + 'a {
    countable(tests, day).filter(|test| test.valid.is_none()).map(|test| test.place)
}

/// Every reading of the candidate's tests, and whether they are not said at all. Not said, the readings are the one that
/// helps least and the one that helps most.
pub(super) fn readings(profile: &Profile, day: &Day<'_>) -> (Vec<LanguageReading>, bool) {
    let preferred = profile.first_official_language;
    let tests = &profile.language_tests;
    if tests.is_empty() {
        let first_language = preferred.unwrap_or(Language::English);
        let least = LanguageChoice::none(first_language);
        let most = LanguageChoice { first_language, first: TOP, second: TOP };
        let reading = |valid, choice| LanguageReading { valid, choices: vec![choice] };
        return (vec![reading(0, least), reading(1, most)], true);
    }
    let open = open_tests(tests, day).count();
    let masks: Vec<u32> = if open <= TOLD_APART {
        (0..1 << open).collect()
    } else {
        // None, each alone, all: among these are the ones that help least and most.
        let each = (0..open).map(|nth| 1_u32.checked_shl(u32::try_from(nth).unwrap_or(u32::MAX)).unwrap_or(0));
        [0].into_iter().chain(each).chain([u32::MAX]).collect()
    };
    let readings = masks.into_iter().map(|valid| {
        let mut nth = 0;
        let counting: Vec<TestedLevels> = countable(tests, day)
            .filter(|test| {
                test.valid.unwrap_or_else(|| {
                    nth += 1;
                    valid.checked_shr(nth - 1).is_some_and(|bits| bits & 1 == 1)
                })
            })
            .collect();
        LanguageReading { valid, choices: choices(&counting, preferred) }
    });
    (readings.collect(), false)
}

/// What can be claimed with these tests: one of each language, and which comes first.
fn choices(tests: &[TestedLevels], preferred: Option<Language>) -> Vec<LanguageChoice> {
    let of = |language| tests.iter().filter(move |test| test.language == language).map(|test| test.reached);
    let (mut english, mut french) = (of(Language::English).peekable(), of(Language::French).peekable());
    let alone = |first_language, first| LanguageChoice { first_language, first, second: NONE };
    match (english.peek().is_some(), french.peek().is_some()) {
        (false, false) => vec![LanguageChoice::none(preferred.unwrap_or(Language::English))],
        (true, false) => english.map(|levels| alone(Language::English, levels)).collect(),
        (false, true) => french.map(|levels| alone(Language::French, levels)).collect(),
        (true, true) => {
            let mut choices = Vec::new();
            for english in english {
                for french in french.clone() {
                    if preferred != Some(Language::French) {
                        let first_language = Language::English;
                        choices.push(LanguageChoice { first_language, first: english, second: french });
                    }
                    if preferred != Some(Language::English) {
                        let first_language = Language::French;
                        choices.push(LanguageChoice { first_language, first: french, second: english });
                    }
                }
            }
            choices
        }
    }
}

/// What the best of some tests can turn out to be: by the tests known to be valid, and by each that may be.
pub(in crate::engine) fn best_of(
    tests: &[LanguageTest],
    day: &Day<'_>,
    points: impl Fn(&Abilities<Clb>) -> u16,
) -> Vec<Abilities<Clb>> {
    let certain = countable(tests, day).filter(|test| test.valid == Some(true)).map(|test| test.reached);
    let least = certain.max_by_key(&points).unwrap_or(NONE);
    let open = countable(tests, day).filter(|test| test.valid.is_none()).map(|test| test.reached);
    [least].into_iter().chain(open.filter(|levels| points(levels) > points(&least))).collect()
}
