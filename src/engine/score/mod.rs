//! The score of the Comprehensive Ranking System, by the tables of a day.
//!
//! A score is exact for facts that are all known. Where some are not, the answer is a range whose two ends are scores of
//! completions of the facts.

mod assumptions;
mod classes;
mod explain;
pub(super) mod fields;
mod languages;
mod missing;
mod points;
mod range;
mod search;
mod settled;
mod sides;
mod space;
mod work;
mod years;

use crate::model::{CrsBreakdown, Profile};

pub(super) use assumptions::assumptions;
pub(super) use languages::{LanguageReading, countable, open_tests};
pub(super) use missing::missing_fields;
pub(super) use points::LanguageChoice;
pub(super) use range::ends;
pub(super) use settled::total;
pub(super) use space::{Day, Space, bools, columns, education_counts, known_age};

/// The score of a profile on a day, told factor by factor; none when no table is known.
pub(super) fn breakdown(profile: &Profile, space: &Space, day: &Day<'_>) -> Option<CrsBreakdown> {
    let ends = ends(space, day.tables)?;
    Some(explain::breakdown(profile, space, day, &ends))
}
