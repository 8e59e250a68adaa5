//! Sets of the sums that facts come to by themselves: age, the spouse's, and additional points.

use smallvec::{SmallVec, smallvec};

use super::{Fact, Rest, Search};
use crate::{
    catalog::{Column, Sums},
    engine::score::{
        points::{credential, french, offer, spouse_language},
        space::Few,
    },
};

/// Facts that earn by themselves.
const ALONE: [Fact<'static>; 4] = [Fact::Age, Fact::SpouseEducation, Fact::SpouseLanguage, Fact::SpouseYears];

/// Their points, in the same order.
pub(super) type PointsAlone = [SmallVec<[u16; 16]>; 4];

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

    /// The points of what earns by itself, in each column.
    fn points_alone(&self) -> &[(Column, PointsAlone)] {
        self.points_alone.get_or_init(|| {
            let of = |column: Column| {
                ALONE.map(|fact| match fact {
                    Fact::Age => self.ages(column),
                    fact => self.spouse(column, fact).into(),
                })
            };
            self.space.columns.iter().map(|column| (*column, of(*column))).collect()
        })
    }

    /// Sums of what earns by itself, but for one fact.
    fn alone_but(&self, column: Column, but: Option<Fact<'_>>) -> Sums {
        let Some((_, points)) = self.points_alone().iter().find(|(of, _)| *of == column) else { return Sums::ZERO };
        let kept = |fact: Fact<'_>| but.is_none_or(|but| std::mem::discriminant(&but) != std::mem::discriminant(&fact));
        let points = ALONE.into_iter().zip(points).filter(|(fact, _)| kept(*fact));
        points.fold(Sums::ZERO, |sums, (_, points)| sums.plus(points.iter().copied()))
    }

    /// The same with all of them.
    pub(super) fn alone_in(&self, column: Column) -> Option<&Sums> {
        let columns = &self.space.columns;
        let alone =
            self.alone.get_or_init(|| columns.iter().map(|column| (*column, self.alone_but(*column, None))).collect());
        alone.iter().find(|(of, _)| *of == column).map(|(_, sums)| sums)
    }

    /// The points of a nomination, an offer, a credential and a sibling.
    pub(super) fn additional_points(&self) -> [Few<u16>; 4] {
        let (space, tables) = (self.space, self.tables);
        let flat = |holds: &bool, points: u16| if *holds { points } else { 0 };
        [
            space.nomination.iter().map(|holds| flat(holds, tables.provincial_nomination.table.points)).collect(),
            space.offer.iter().map(|held| offer(tables, *held)).collect(),
            space.credential.iter().map(|held| credential(tables, *held)).collect(),
            space.sibling.iter().map(|holds| flat(holds, tables.sibling.table.points)).collect(),
        ]
    }

    /// Every additional section that French and other facts come to.
    pub(super) fn sections(&self, french: u16, others: &[Few<u16>]) -> Sums {
        let cap = self.tables.shared.table.additional_cap;
        let from = Sums::ZERO.raised(french).capped(cap);
        others.iter().fold(from, |sums, other| sums.plus(other.iter().copied()).capped(cap))
    }

    /// The points of French that there can be; any, where not all languages are gone through.
    fn frenches(&self) -> Few<u16> {
        if !self.thresholds.is_empty() && self.shared_values().is_none() {
            let table = &self.tables.french.table;
            return smallvec![0, table.without_english, table.with_english];
        }
        let choices = self.classes().iter().flat_map(|class| &class.choices);
        choices.map(|choice| french(self.tables, choice)).collect()
    }

    /// Every additional section, by the points of French that there can be.
    pub(super) fn additional_sections(&self) -> &[(u16, Sums)] {
        self.additional.get_or_init(|| {
            let mut frenches = self.frenches();
            frenches.sort_unstable();
            frenches.dedup();
            let points = self.additional_points();
            frenches.into_iter().map(|french| (french, self.sections(french, &points))).collect()
        })
    }

    /// What adds to what shares points, but for one fact.
    pub(super) fn rests_but(&self, but: Option<Fact<'_>>) -> Vec<Rest> {
        let additional = self.additional_sections();
        let mut rests = Vec::with_capacity(2 * additional.len());
        for column in &self.space.columns {
            let alone = self.alone_but(*column, but);
            rests.extend(additional.iter().map(|(french, additional)| Rest {
                column: *column,
                french: *french,
                sums: alone.with(additional),
            }));
        }
        rests
    }
}
