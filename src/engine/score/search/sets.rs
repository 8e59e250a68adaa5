//! Sets of the sums that facts come to by themselves: age, the spouse's, and additional points.

use smallvec::SmallVec;

use super::{Fact, Rest, Search};
use crate::{
    catalog::{Column, Sums},
    engine::score::points::{credential, french, offer, spouse_language},
};

impl Search<'_> {
    pub(super) fn ages(&self, column: Column) -> SmallVec<[u16; 16]> {
        let mut points: SmallVec<[u16; 16]> =
            self.space.ages.iter().map(|age| self.tables.age.table.at(*age).of(column)).collect();
        points.sort_unstable();
        points.dedup();
        points
    }

    pub(super) fn spouse(&self, column: Column, fact: Fact<'_>) -> Vec<u16> {
        if column == Column::WithoutSpouse {
            return vec![0];
        }
        let (space, tables) = (self.space, self.tables);
        match fact {
            Fact::SpouseEducation => {
                space.spouse_education.iter().map(|level| tables.spouse_education.table.of(*level)).collect()
            }
            Fact::SpouseLanguage if space.spouse_language_unsaid => {
                let steps = &tables.spouse_language.table;
                Sums::of_four((0, 12), |level| steps.at(level)).iter().collect()
            }
            Fact::SpouseLanguage => {
                let steps = &tables.spouse_language.table;
                space.spouse_language.iter().map(|levels| spouse_language(steps, levels)).collect()
            }
            _ => space.spouse_years.iter().map(|years| tables.spouse_canadian_work.table.at(*years)).collect(),
        }
    }

    /// Sums of what earns by itself, but for one fact: age and the spouse's.
    pub(super) fn alone(&self, column: Column, but: Option<Fact<'_>>) -> Sums {
        let mut sums = Sums::ZERO;
        if !matches!(but, Some(Fact::Age)) {
            sums = sums.plus(self.ages(column));
        }
        for fact in [Fact::SpouseEducation, Fact::SpouseLanguage, Fact::SpouseYears] {
            if but.is_none_or(|but| std::mem::discriminant(&but) != std::mem::discriminant(&fact)) {
                sums = sums.plus(self.spouse(column, fact));
            }
        }
        sums
    }

    /// Every additional section, French points given.
    pub(super) fn additional_sections(&self, french: u16) -> Sums {
        let (space, tables) = (self.space, self.tables);
        let cap = tables.shared.table.additional_cap;
        let mut sums = Sums::ZERO.raised(french);
        let flat = |holds: &bool, points: u16| if *holds { points } else { 0 };
        sums = sums.plus(space.nomination.iter().map(|holds| flat(holds, tables.provincial_nomination.table.points)));
        sums = sums.capped(cap).plus(space.offer.iter().map(|held| offer(tables, *held)));
        sums = sums.capped(cap).plus(space.credential.iter().map(|held| credential(tables, *held)));
        sums = sums.capped(cap).plus(space.sibling.iter().map(|holds| flat(holds, tables.sibling.table.points)));
        sums.capped(cap)
    }

    /// The points of French that there can be.
    pub(super) fn frenches(&self) -> SmallVec<[u16; 4]> {
        let mut frenches: SmallVec<[u16; 4]> =
            self.classes.iter().flat_map(|class| &class.choices).map(|choice| french(self.tables, choice)).collect();
        frenches.sort_unstable();
        frenches.dedup();
        frenches
    }

    /// What adds to what shares points, but for one fact.
    pub(super) fn rests_but(&self, but: Option<Fact<'_>>) -> Vec<Rest> {
        let frenches = self.frenches();
        let additional: SmallVec<[Sums; 4]> = frenches.iter().map(|french| self.additional_sections(*french)).collect();
        let mut rests = Vec::with_capacity(2 * frenches.len());
        for column in &self.space.columns {
            let alone = self.alone(*column, but);
            for (french, additional) in frenches.iter().zip(&additional) {
                rests.push(Rest { column: *column, french: *french, sums: alone.plus(additional.iter()) });
            }
        }
        rests
    }
}
