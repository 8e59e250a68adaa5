//! Levels of languages that share points alike, and all that four abilities of such levels can earn.

use super::{CrsTables, sums::Sums, tables::Column};

/// Ranges of levels whose lowest ability earns the same points shared with other facts, and, for a first language in one and a
/// second in another, every sum of the languages' own points.
#[derive(Clone, Debug, Default)]
pub struct LanguageClasses {
    /// The ranges, lowest and highest level, rising.
    pub ranges: Vec<(u32, u32)>,
    /// By the range of the first language, then of the second; without a spouse, then with one.
    sums: Vec<Vec<[Sums; 2]>>,
}

impl LanguageClasses {
    pub(super) fn of(tables: &CrsTables) -> Self {
        let french = &tables.french.table;
        let mut bounds: Vec<u32> = [0, french.min_nclc.into(), french.min_clb.into()].into();
        bounds.extend(&tables.education_and_language.table.pair.second_bounds);
        bounds.extend(&tables.foreign_work_and_language.table.second_bounds);
        bounds.extend(&tables.certificate_and_language.table.second_bounds);
        bounds.sort_unstable();
        bounds.dedup();
        let ends = bounds.iter().skip(1).map(|next| next - 1).chain([12]);
        let ranges: Vec<(u32, u32)> = bounds.iter().copied().zip(ends).collect();
        let (first, second) = (&tables.first_official_language.table, &tables.second_official_language.table);
        let of = |column| {
            let first = ranges.iter().map(|range| Sums::of_four(*range, |level| first.at(level).of(column)));
            let second = ranges
                .iter()
                .map(|range| Sums::of_four(*range, |level| second.steps.at(level)).capped(second.cap.of(column)));
            (first.collect::<Vec<_>>(), second.collect::<Vec<_>>())
        };
        let (without, with) = (of(Column::WithoutSpouse), of(Column::WithSpouse));
        let both = |first: usize, second: usize| {
            [&without, &with].map(|(firsts, seconds)| {
                firsts
                    .get(first)
                    .zip(seconds.get(second))
                    .map_or(Sums::ZERO, |(first, second)| first.plus(second.iter()))
            })
        };
        let sums = (0..ranges.len()).map(|first| (0..ranges.len()).map(|second| both(first, second)).collect());
        Self { sums: sums.collect(), ranges }
    }

    /// The sums of a first language in one range and a second in another, without a spouse and with one.
    pub fn sums(&self, first: usize, second: usize) -> Option<&[Sums; 2]> {
        self.sums.get(first)?.get(second)
    }
}

impl Sums {
    /// Sums of the points of four abilities of which the lowest lies in a range of levels.
    pub fn of_four((lowest, highest): (u32, u32), points: impl Fn(u32) -> u16) -> Self {
        let any: Vec<u16> = (lowest..=12).map(&points).collect();
        let one = Self::ZERO.plus((lowest..=highest).map(&points));
        (0..3).fold(one, |sums, _| sums.plus(any.iter().copied()))
    }
}
