//! Languages as the search for facts that still matter sees them.

use smallvec::smallvec;

use super::{
    languages::{Choices, LanguageReading, TOLD_APART, every_reading, open_tests},
    points::{LanguageChoice, LanguagePoints},
    space::Space,
};
use crate::{
    catalog::{Column, CrsTables, Sums},
    model::{Abilities, Clb, Language},
};

/// What languages come to: the choices of one reading, or levels that stand for all that earn the same shared points.
#[derive(Clone, Debug)]
pub(super) struct Class<'a> {
    /// As in the reading that it stands for.
    pub valid: u32,
    pub choices: Choices,
    /// Sums of the points of both languages, without and with a spouse; none where the choices' own points are the ones.
    pub sums: Option<&'a [Sums; 2]>,
}

impl<'a> Class<'a> {
    /// The classes of a space.
    pub fn all(space: &Space, preferred: Option<Language>, tables: &'a CrsTables) -> Vec<Self> {
        if space.languages_unsaid {
            return unsaid(tables, preferred);
        }
        let class = |LanguageReading { valid, choices }| Self { valid, choices, sums: None };
        every_reading(&space.tests, preferred).into_iter().map(class).collect()
    }

    /// How many classes there are; none when there are more tests of unknown validity than are told apart.
    pub fn count(space: &Space, preferred: Option<Language>, tables: &CrsTables) -> Option<usize> {
        if space.languages_unsaid {
            let ranges = tables.language_classes.ranges.len();
            return Some(first_languages(preferred).len() * ranges * ranges);
        }
        let open = open_tests(&space.tests).count();
        (open <= TOLD_APART).then(|| 1 << open)
    }

    /// The sums of the languages' points in a column.
    pub fn sums(&self, column: Column) -> Option<&'a Sums> {
        let [without, with] = self.sums?;
        Some(if column == Column::WithSpouse { with } else { without })
    }
}

/// The points of one choice's own in a column.
pub(super) fn own_points(tables: &CrsTables, column: Column, choice: &LanguageChoice) -> u16 {
    LanguagePoints::of(tables, column, choice).sum()
}

/// The languages that can come first.
fn first_languages(preferred: Option<Language>) -> &'static [Language] {
    match preferred {
        Some(Language::English) => &[Language::English],
        Some(Language::French) => &[Language::French],
        None => &[Language::English, Language::French],
    }
}

fn unsaid(tables: &CrsTables, preferred: Option<Language>) -> Vec<Class<'_>> {
    let languages = first_languages(preferred);
    let ranges = &tables.language_classes.ranges;
    let mut classes = Vec::with_capacity(languages.len() * ranges.len() * ranges.len());
    for first_language in languages.iter().copied() {
        for (first, (first_lowest, _)) in ranges.iter().enumerate() {
            for (second, (second_lowest, _)) in ranges.iter().enumerate() {
                let (first_levels, second_levels) = (level_in_each(*first_lowest), level_in_each(*second_lowest));
                let choice = LanguageChoice { first_language, first: first_levels, second: second_levels };
                let sums = tables.language_classes.sums(first, second);
                classes.push(Class { valid: 0, choices: smallvec![choice], sums });
            }
        }
    }
    classes
}

fn level_in_each(level: u32) -> Abilities<Clb> {
    let level = u8::try_from(level).ok().and_then(Clb::new).unwrap_or_default();
    Abilities { listening: level, reading: level, writing: level, speaking: level }
}
