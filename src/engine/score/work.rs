//! Whole years of work, in every completion of what spells leave open.

use super::{points::WorkYears, space::Day};
use crate::{
    engine::{
        reading::Reading,
        work::{Settled, Side, counts, in_window, of_teers, said_side, tally_of, whole_years},
    },
    model::{Profile, Spouse, WorkExperience},
};

/// Spells of unknown country up to which every combination of countries is tried. With more of them the ends are those of
/// all in Canada and none in Canada, taken apart: never too narrow, and perhaps too wide.
const COUNTRIES_TRIED: usize = 8;

/// The years of the candidate: both ends of what is open are among them.
pub(super) fn candidate_years(profile: &Profile, day: &Day<'_>) -> Vec<WorkYears> {
    let spells = &profile.work_experiences;
    let stated = (profile.canadian_work_years, profile.foreign_work_years);
    let mut years = match stated {
        (Some(canadian), Some(foreign)) => vec![WorkYears { canadian, foreign }],
        _ if spells.is_empty() => unsaid(profile, day),
        _ => of_spells(spells, day),
    };
    for years in &mut years {
        years.canadian = stated.0.unwrap_or(years.canadian);
        years.foreign = stated.1.unwrap_or(years.foreign);
    }
    years.sort_unstable();
    years.dedup();
    years
}

/// Years that stand for all others, where there is nothing to go by.
fn unsaid(profile: &Profile, day: &Day<'_>) -> Vec<WorkYears> {
    let tables = day.tables;
    let foreign: Vec<u32> = if let Some(stated) = profile.foreign_work_years {
        vec![stated]
    } else {
        let bounds = &tables.foreign_work_and_language.table.first_bounds;
        let bounds = bounds.iter().chain(&tables.foreign_and_canadian_work.table.first_bounds);
        let mut years: Vec<u32> = [0].into_iter().chain(bounds.copied()).collect();
        years.sort_unstable();
        years.dedup();
        years
    };
    let canadian = match profile.canadian_work_years {
        Some(stated) => vec![stated],
        None => canadian_representatives(day),
    };
    let pair = |canadian: u32| foreign.iter().map(move |foreign| WorkYears { canadian, foreign: *foreign });
    canadian.iter().flat_map(|canadian| pair(*canadian)).collect()
}

fn canadian_representatives(day: &Day<'_>) -> Vec<u32> {
    let tables = day.tables;
    let pairs = [&tables.education_and_canadian_work.table.pair, &tables.foreign_and_canadian_work.table];
    let bounds = pairs.into_iter().flat_map(|pair| pair.second_bounds.iter().copied());
    let mut years: Vec<u32> = tables.canadian_work.table.representatives().chain(bounds).collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// Whether a spell may bear on the years.
pub(in crate::engine) fn bears(spell: &WorkExperience, day: &Day<'_>) -> bool {
    let shared = &day.tables.shared.table;
    of_teers(spell.code, &shared.work_teers)
        && in_window(spell, day.window(shared.work_window_years))
        && counts(spell, Reading::Most, day.unsaid)
}

fn of_spells(spells: &[WorkExperience], day: &Day<'_>) -> Vec<WorkYears> {
    let bearing: Vec<&WorkExperience> = spells.iter().filter(|spell| bears(spell, day)).collect();
    let open = bearing.iter().filter(|spell| said_side(spell).is_none()).count();
    if open > COUNTRIES_TRIED {
        let end = |reading, side| years_on(&bearing, reading, |_| side, day);
        let end = |reading, canadian: Side, foreign: Side| WorkYears {
            canadian: end(reading, canadian).canadian,
            foreign: end(reading, foreign).foreign,
        };
        return vec![end(Reading::Least, Side::Abroad, Side::Canada), end(Reading::Most, Side::Canada, Side::Abroad)];
    }
    let mut years = Vec::with_capacity(2 << open);
    for in_canada in 0_u32..1 << open {
        let side = |nth: usize| if in_canada >> nth & 1 == 1 { Side::Canada } else { Side::Abroad };
        years.extend([Reading::Least, Reading::Most].map(|reading| years_on(&bearing, reading, side, day)));
    }
    years
}

/// The years in one reading; `side` tells where the nth spell of unknown country was.
fn years_on(bearing: &[&WorkExperience], reading: Reading, side: impl Fn(usize) -> Side, day: &Day<'_>) -> WorkYears {
    let mut settled: Vec<Settled<'_>> = Vec::with_capacity(bearing.len());
    let mut nth = 0;
    for spell in bearing {
        let mut side_if_open = Side::Abroad;
        if said_side(spell).is_none() {
            side_if_open = side(nth);
            nth += 1;
        }
        settled.push(Settled::new(spell, reading, day.unsaid, side_if_open));
    }
    settled_years(&settled, day)
}

/// The years of spells that are settled.
pub(in crate::engine) fn settled_years(spells: &[Settled<'_>], day: &Day<'_>) -> WorkYears {
    let window = day.window(day.tables.shared.table.work_window_years);
    let years = |side| whole_years(tally_of(spells, window, |spell| spell.counts_on(side)).months(false));
    WorkYears { canadian: years(Side::Canada), foreign: years(Side::Abroad) }
}

/// The spouse's years of work in Canada, both ends of what is open, fewest first.
pub(super) fn spouse_years(spouse: &Spouse, day: &Day<'_>) -> Vec<u32> {
    if let Some(stated) = spouse.canadian_work_years {
        return vec![stated];
    }
    if spouse.work_experiences.is_empty() {
        return day.tables.spouse_canadian_work.table.representatives().collect();
    }
    let bearing: Vec<&WorkExperience> = spouse.work_experiences.iter().filter(|spell| bears(spell, day)).collect();
    let mut years = vec![
        years_on(&bearing, Reading::Least, |_| Side::Abroad, day).canadian,
        years_on(&bearing, Reading::Most, |_| Side::Canada, day).canadian,
    ];
    years.dedup();
    years
}
