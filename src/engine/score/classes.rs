//! Levels of languages that share points alike.

use smallvec::smallvec;

use super::{languages::Choices, points::LanguageChoice, sums::Sums};
use crate::{
    catalog::{Column, CrsTables},
    model::{Abilities, Clb, Language},
};

/// What languages come to: levels that stand for all that earn the same shared points.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// As in the reading that it stands for.
    pub valid: u32,
    pub choices: Choices,
    /// Sums of the points of both languages, without and with a spouse; none where the choices' own points are the ones.
    pub sums: Option<[Sums; 2]>,
}

/// Classes of levels that share points alike, by the lowest level of each language, with the sums of their own points where these
/// are asked for.
pub(super) fn unsaid_classes(tables: &CrsTables, preferred: Option<Language>, sums_asked: bool) -> Vec<Class> {
    let french = &tables.french.table;
    let mut bounds: Vec<u32> = [0, french.min_nclc.into(), french.min_clb.into()].into();
    bounds.extend(&tables.education_and_language.table.pair.second_bounds);
    bounds.extend(&tables.foreign_work_and_language.table.second_bounds);
    bounds.extend(&tables.certificate_and_language.table.second_bounds);
    bounds.sort_unstable();
    bounds.dedup();
    let ranges: Vec<(u32, u32)> =
        bounds.iter().copied().zip(bounds.iter().skip(1).map(|next| next - 1).chain([12])).collect();
    let of_ranges = |sums: &dyn Fn(Column, (u32, u32)) -> Sums| -> Vec<[Sums; 2]> {
        let both = |range| [Column::WithoutSpouse, Column::WithSpouse].map(|column| sums(column, range));
        if sums_asked { ranges.iter().map(|range| both(*range)).collect() } else { vec![[Sums::ZERO; 2]; ranges.len()] }
    };
    let first = of_ranges(&|column, range| {
        sums_of_four(range, |level| tables.first_official_language.table.at(level).of(column))
    });
    let second = of_ranges(&|column, range| {
        let table = &tables.second_official_language.table;
        sums_of_four(range, |level| table.steps.at(level)).capped(table.cap.of(column))
    });
    let languages = match preferred {
        Some(language) => vec![language],
        None => vec![Language::English, Language::French],
    };
    let mut classes = Vec::new();
    for first_language in languages {
        for (first_range, first_sums) in ranges.iter().zip(&first) {
            for (second_range, second_sums) in ranges.iter().zip(&second) {
                let [without, with] = first_sums;
                let [second_without, second_with] = second_sums;
                let choice = LanguageChoice {
                    first_language,
                    first: level_in_each(first_range.0),
                    second: level_in_each(second_range.0),
                };
                let sums = Some([without.plus(second_without.iter()), with.plus(second_with.iter())]);
                classes.push(Class { valid: 0, choices: smallvec![choice], sums });
            }
        }
    }
    classes
}

/// Sums of the points of four abilities of which the lowest lies in a range of levels.
pub(super) fn sums_of_four((lowest, highest): (u32, u32), points: impl Fn(u32) -> u16) -> Sums {
    let any: Vec<u16> = (lowest..=12).map(&points).collect();
    let one = Sums::ZERO.plus((lowest..=highest).map(&points));
    (0..3).fold(one, |sums, _| sums.plus(any.iter().copied()))
}

fn level_in_each(level: u32) -> Abilities<Clb> {
    let level = u8::try_from(level).ok().and_then(Clb::new).unwrap_or_default();
    Abilities { listening: level, reading: level, writing: level, speaking: level }
}
