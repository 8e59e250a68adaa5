//! What must hold between the distributions of the pool and the draws they were published with.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    CatalogErrors,
    read::{Contents, Row},
};
use crate::model::{PoolDistribution, PoolMark};

/// The most days that a distribution lies before its draw without a mark.
pub(super) const USUAL_DAYS: i64 = 10;

/// Every table belongs to one draw and is of its time, and no two days have the same counts, unless marked.
pub(super) fn check(contents: &Contents, errors: &mut CatalogErrors) {
    let held_on: HashMap<&str, NaiveDate> =
        contents.draws.iter().map(|row| (row.value.number.as_str(), row.value.held_on)).collect();
    let mut seen: HashMap<&str, u64> = HashMap::new();
    for row in &contents.pools {
        let number = row.value.number.as_str();
        if let Some(line) = seen.insert(number, row.line) {
            row.wrong(errors, format!("the pool of draw {number} stands twice, first in line {line}"));
        }
        match held_on.get(number) {
            None => row.wrong(errors, format!("draw {number} does not exist")),
            Some(day) => of_its_time(row, *day, errors),
        }
        repeats(row, &contents.pools, errors);
    }
}

fn of_its_time(row: &Row<PoolDistribution>, held_on: NaiveDate, errors: &mut CatalogErrors) {
    let as_of = row.value.as_of;
    let days = held_on.signed_duration_since(as_of).num_days();
    if days < 0 {
        row.wrong(errors, format!("as_of {as_of} lies after the day of the draw, {held_on}"));
    } else if (days > USUAL_DAYS) != row.value.marks.contains(&PoolMark::Old) {
        row.wrong(
            errors,
            format!(
                "as_of {as_of} lies {days} days before the draw; the mark old stands where it is more than {USUAL_DAYS}, \
                 and nowhere else"
            ),
        );
    }
}

/// Tables of one day are the same; of two days with the same counts the later is marked.
fn repeats(row: &Row<PoolDistribution>, all: &[Row<PoolDistribution>], errors: &mut CatalogErrors) {
    let PoolDistribution { as_of, marks, .. } = &row.value;
    let same = |other: &PoolDistribution| other.total == row.value.total && other.bands == row.value.bands;
    if let Some(other) = all.iter().find(|other| other.line < row.line && other.value.as_of == *as_of)
        && !same(&other.value)
    {
        row.wrong(errors, format!("the counts of {as_of} are not those published with draw {}", other.value.number));
    }
    let earlier = all.iter().find(|other| other.value.as_of < *as_of && same(&other.value));
    match (earlier, marks.contains(&PoolMark::Repeats)) {
        (Some(other), false) => row.wrong(
            errors,
            format!(
                "the counts are those of {}, published with draw {}, without the mark repeats",
                other.value.as_of, other.value.number
            ),
        ),
        (None, true) => row.wrong(errors, "the mark repeats, but no earlier day has these counts"),
        (Some(_), true) | (None, false) => {}
    }
}
