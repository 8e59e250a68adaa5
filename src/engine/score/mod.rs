//! The score of the Comprehensive Ranking System, by the tables of a day.
//!
//! A score is exact for facts that are all known. Where some are not, the answer is a range whose two ends are scores of
//! completions of the facts.

mod explain;
mod languages;
mod points;
mod range;
mod space;
mod work;

use crate::model::{CrsBreakdown, Profile};

pub(super) use range::{Ends, ends};
pub(super) use space::{Day, Space};

/// The score of a profile on a day, told factor by factor; none when no table is known.
pub(super) fn breakdown(profile: &Profile, day: &Day<'_>) -> Option<CrsBreakdown> {
    let space = Space::of(profile, day);
    let ends = ends(&space, day.tables)?;
    Some(explain::breakdown(profile, &space, day, &ends))
}
