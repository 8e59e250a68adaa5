//! The shapes that tables of points take.

use serde::Deserialize;

use crate::model::{Citation, EducationLevel};

/// A rule and where it is published.
#[derive(Clone, Debug)]
pub struct Sourced<T> {
    /// The rule.
    pub table: T,
    /// Its source.
    pub citation: Citation,
}

/// The two columns of the CRS: with an accompanying spouse or partner who is neither citizen nor permanent resident, and
/// without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Without such a spouse.
    WithoutSpouse,
    /// With one.
    WithSpouse,
}

/// Points in both columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByColumn {
    /// With an accompanying spouse.
    pub with_spouse: u16,
    /// Without one.
    pub without_spouse: u16,
}

/// Something for each level of education.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByEducation<T> {
    less_than_secondary: T,
    secondary: T,
    one_year: T,
    two_year: T,
    three_year_or_more: T,
    two_or_more: T,
    masters: T,
    professional: T,
    doctoral: T,
}

/// Points that change in steps, as ages, levels or years rise: those of the last step reached, and none below the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps<T>(pub(super) Vec<(u32, T)>);

/// Points for two facts together. Each fact is ranked by the bounds it reaches; a fact below its first bound earns nothing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Lowest value of each rank of the first fact, rising.
    pub first_bounds: Vec<u32>,
    /// Lowest value of each rank of the second fact, rising.
    pub second_bounds: Vec<u32>,
    /// Points by rank of the first fact, then of the second.
    pub points: Vec<Vec<u16>>,
}

impl ByColumn {
    /// The points of one column.
    pub fn of(self, column: Column) -> u16 {
        match column {
            Column::WithSpouse => self.with_spouse,
            Column::WithoutSpouse => self.without_spouse,
        }
    }

    pub(super) fn at_most(self, other: Self) -> bool {
        self.with_spouse <= other.with_spouse && self.without_spouse <= other.without_spouse
    }
}

impl<T: Copy> ByEducation<T> {
    /// What stands for a level.
    pub fn of(&self, level: EducationLevel) -> T {
        match level {
            EducationLevel::LessThanSecondary => self.less_than_secondary,
            EducationLevel::Secondary => self.secondary,
            EducationLevel::OneYear => self.one_year,
            EducationLevel::TwoYear => self.two_year,
            EducationLevel::ThreeYearOrMore => self.three_year_or_more,
            EducationLevel::TwoOrMore => self.two_or_more,
            EducationLevel::Masters => self.masters,
            EducationLevel::Professional => self.professional,
            EducationLevel::Doctoral => self.doctoral,
        }
    }

    /// The entries, lowest level first.
    pub(super) fn rising(&self) -> [T; 9] {
        EducationLevel::ALL.map(|level| self.of(level))
    }
}

impl<T: Copy + Default> Steps<T> {
    /// The points at `value`.
    pub fn at(&self, value: u32) -> T {
        let reached = self.0.partition_point(|(from, _)| *from <= value).checked_sub(1);
        reached.and_then(|step| self.0.get(step)).map_or_else(T::default, |(_, points)| *points)
    }

    /// Values that stand for all others: 0, and the first of each step.
    pub fn representatives(&self) -> impl Iterator<Item = u32> {
        let first = self.0.first().is_none_or(|(from, _)| *from > 0).then_some(0);
        first.into_iter().chain(self.0.iter().map(|(from, _)| *from))
    }

    /// The points of all steps.
    pub fn points(&self) -> impl Iterator<Item = T> {
        self.0.iter().map(|(_, points)| *points)
    }
}

impl Pair {
    /// The points of the two facts.
    pub fn at(&self, first: u32, second: u32) -> u16 {
        let rank =
            |bounds: &[u32], value: u32| bounds.iter().take_while(|bound| **bound <= value).count().checked_sub(1);
        let row = rank(&self.first_bounds, first).and_then(|row| self.points.get(row));
        let points = row.zip(rank(&self.second_bounds, second)).and_then(|(row, column)| row.get(column));
        points.copied().unwrap_or(0)
    }

    /// The most that the pair can earn.
    pub fn max(&self) -> u16 {
        self.points.iter().flatten().copied().max().unwrap_or(0)
    }
}
