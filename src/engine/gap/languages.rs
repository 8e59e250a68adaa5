//! Higher levels in the official languages.

use super::{apply::of, steps::Dimension};
use crate::{
    engine::{
        Terms, Unsaid, french,
        score::{Day, LanguageChoice, countable},
    },
    model::{Abilities, Ability, Change, Clb, GapChangeKind, Language, LanguageTest, LanguageTestKind, Profile},
};

/// The level up to which points rise.
const TOP: u8 = 10;
/// The lowest level that earns points in the first official language.
const LOWEST_FIRST: u8 = 4;
/// The lowest level that earns points in the second official language.
const LOWEST_SECOND: u8 = 5;
/// The level of French asked for by the category and by additional points.
const FRENCH: u8 = 7;

const ABILITIES: [(GapChangeKind, Ability); 4] = [
    (GapChangeKind::Listening, Ability::Listening),
    (GapChangeKind::Reading, Ability::Reading),
    (GapChangeKind::Writing, Ability::Writing),
    (GapChangeKind::Speaking, Ability::Speaking),
];

/// A test that counts.
struct Held<'a> {
    place: usize,
    test: &'a LanguageTest,
    levels: Abilities<Clb>,
}

/// The dimensions of both languages, by what is claimed now.
pub(super) fn dimensions(profile: &Profile, day: &Day<'_>, claimed: &LanguageChoice) -> Vec<Dimension> {
    let first = held(profile, day, claimed.first_language, claimed.first);
    let mut dimensions = Vec::new();
    if let Some(first) = &first {
        for (kind, ability) in ABILITIES {
            let present = of(&first.levels, ability).level();
            let raised = (LOWEST_FIRST.max(present + 1)..=TOP).filter_map(|level| {
                let score = score(first.test.kind, ability, level, day)?;
                Some(Change::Ability { place: first.place, ability, score })
            });
            dimensions.push(Dimension { kind, steps: raised.collect() });
        }
    }
    let all = |held: Option<&Held<'_>>, language, lowest: u8| -> Vec<Change> {
        (lowest..=TOP).filter_map(|level| all_at(held, language, level, day)).collect()
    };
    let steps = all(first.as_ref(), claimed.first_language, LOWEST_FIRST);
    dimensions.push(Dimension { kind: GapChangeKind::AllAbilities, steps });
    let other = match claimed.first_language {
        Language::English => Language::French,
        Language::French => Language::English,
    };
    let second = held(profile, day, other, claimed.second);
    let steps = all(second.as_ref(), other, LOWEST_SECOND);
    dimensions.push(Dimension { kind: GapChangeKind::SecondLanguage, steps });
    dimensions
}

/// French at the level that is asked for everywhere, where no test shows it yet.
pub(super) fn french(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Dimension {
    use french::Validity::{Assumed, Valid};
    let shown = french::tests(profile, terms, unsaid)
        .any(|test| test.reaches(FRENCH) && matches!(test.validity, Valid | Assumed));
    let steps = if shown { Vec::new() } else { vec![new_test(Language::French, FRENCH, terms.draw.held_on)] };
    Dimension { kind: GapChangeKind::French, steps }
}

/// The first of the tests that count and are at these levels.
fn held<'a>(profile: &'a Profile, day: &Day<'_>, language: Language, levels: Abilities<Clb>) -> Option<Held<'a>> {
    let mut counting = countable(&profile.language_tests, day)
        .filter(|test| test.valid == Some(true) && test.language == language && test.reached == levels);
    let place = counting.next()?.place;
    Some(Held { place, test: profile.language_tests.get(place)?, levels })
}

/// A level in all four abilities; none when that is there already.
fn all_at(held: Option<&Held<'_>>, language: Language, level: u8, day: &Day<'_>) -> Option<Change> {
    let Some(held) = held else { return Some(new_test(language, level, day.as_of)) };
    if held.levels.lowest().level() >= level {
        return None;
    }
    let mut scores = held.test.scores;
    for (_, ability) in ABILITIES {
        if of(&held.levels, ability).level() < level {
            let raised = score(held.test.kind, ability, level, day)?;
            match ability {
                Ability::Listening => scores.listening = raised,
                Ability::Reading => scores.reading = raised,
                Ability::Writing => scores.writing = raised,
                Ability::Speaking => scores.speaking = raised,
            }
        }
    }
    Some(Change::AllAbilities { place: held.place, scores })
}

/// The lowest score of a test that earns a level, 4 to 10.
fn score(kind: LanguageTestKind, ability: Ability, level: u8, day: &Day<'_>) -> Option<f64> {
    match day.catalog.languages().table(kind) {
        None => Some(f64::from(level)),
        Some(table) => of(&table.scales, ability).levels.get(usize::from(level.checked_sub(4)?)).copied(),
    }
}

fn new_test(language: Language, level: u8, taken_on: chrono::NaiveDate) -> Change {
    let kind = match language {
        Language::English => LanguageTestKind::ClbEnglish,
        Language::French => LanguageTestKind::NclcFrench,
    };
    let level = f64::from(level);
    let scores = Abilities { listening: level, reading: level, writing: level, speaking: level };
    Change::NewTest(LanguageTest { kind, taken_on: Some(taken_on), scores })
}
