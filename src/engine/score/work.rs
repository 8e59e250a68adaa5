//! Whole years of work, in every completion of what spells leave open.

use smallvec::{SmallVec, smallvec};

use super::{
    points::WorkYears,
    space::{Day, Few},
    years::{YearsLayout, YearsSet},
};
use crate::{
    engine::{
        experience::Timeline,
        reading::Reading,
        terms::Window,
        work::{Settled, Side, counts, counts_in_canada, in_window, of_teers, said_side},
    },
    model::{Profile, Spouse, WorkExperience},
};

/// Beginnings and ends of spells gone through to try every combination of unknown countries; eight spells of unknown country
/// come within it. Past it the ends are those of all in Canada and none in Canada, taken apart: never too narrow, and perhaps
/// too wide.
const MOST_VISITS: usize = 9_000;

/// The years of the candidate.
pub(super) struct CandidateYears {
    /// Both ends of what is open are among them.
    pub ends: Few<WorkYears>,
    /// The same, and what earns other points between the ends: other facts may decide there only.
    pub all: Few<WorkYears>,
}

pub(super) fn candidate_years(profile: &Profile, day: &Day<'_>) -> CandidateYears {
    let spells = &profile.work_experiences;
    let stated = (profile.canadian_work_years, profile.foreign_work_years);
    let (ends, between) = match stated {
        (Some(canadian), Some(foreign)) => (smallvec![WorkYears { canadian, foreign }], Few::new()),
        _ if spells.is_empty() => (unsaid(profile, day), Few::new()),
        _ => of_spells(spells, day),
    };
    let settled = |mut years: Few<WorkYears>| {
        for years in &mut years {
            years.canadian = stated.0.unwrap_or(years.canadian);
            years.foreign = stated.1.unwrap_or(years.foreign);
        }
        years.sort_unstable();
        years.dedup();
        years
    };
    let all = settled(ends.iter().chain(&between).copied().collect());
    CandidateYears { ends: settled(ends), all }
}

/// Years that stand for all others, where there is nothing to go by.
fn unsaid(profile: &Profile, day: &Day<'_>) -> Few<WorkYears> {
    let foreign = match profile.foreign_work_years {
        Some(stated) => vec![stated],
        None => foreign_representatives(day),
    };
    let canadian = match profile.canadian_work_years {
        Some(stated) => vec![stated],
        None => canadian_representatives(day),
    };
    let pair = |canadian: u32| foreign.iter().map(move |foreign| WorkYears { canadian, foreign: *foreign });
    canadian.iter().flat_map(|canadian| pair(*canadian)).collect()
}

fn foreign_representatives(day: &Day<'_>) -> Vec<u32> {
    let tables = day.tables;
    let bounds = &tables.foreign_work_and_language.table.first_bounds;
    let bounds = bounds.iter().chain(&tables.foreign_and_canadian_work.table.first_bounds);
    let mut years: Vec<u32> = [0].into_iter().chain(bounds.copied()).collect();
    years.sort_unstable();
    years.dedup();
    years
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
    bears_in(window(day), spell, day)
}

fn bears_in(window: Window, spell: &WorkExperience, day: &Day<'_>) -> bool {
    of_teers(spell.code, &day.tables.shared.table.work_teers)
        && in_window(spell, window)
        && counts(spell, Reading::Most, day.unsaid)
}

/// The days in which work counts for the years.
fn window(day: &Day<'_>) -> Window {
    day.window(day.tables.shared.table.work_window_years)
}

/// The spells that may bear on the years, laid out in the window.
struct Bearing<'a> {
    spells: SmallVec<[&'a WorkExperience; 8]>,
    timeline: Timeline,
}

impl<'a> Bearing<'a> {
    fn new(spells: &'a [WorkExperience], day: &Day<'_>) -> Self {
        let window = window(day);
        let spells: SmallVec<[_; 8]> = spells.iter().filter(|spell| bears_in(window, spell, day)).collect();
        let timeline = Timeline::new(window, spells.iter().copied());
        Self { spells, timeline }
    }

    /// The spells whose readings differ.
    fn open<'s>(&'s self, day: &Day<'_>) -> impl Iterator<Item = &'s WorkExperience> {
        let differs = |of: fn(&WorkExperience, _, _) -> bool, spell: &WorkExperience| {
            of(spell, Reading::Least, day.unsaid) != of(spell, Reading::Most, day.unsaid)
        };
        self.spells
            .iter()
            .copied()
            .filter(move |spell| spell.hours.is_none() || differs(counts, spell) || differs(counts_in_canada, spell))
    }

    /// The readings that can differ.
    fn readings(&self, day: &Day<'_>) -> &'static [Reading] {
        if self.open(day).next().is_some() { &[Reading::Least, Reading::Most] } else { &[Reading::Least] }
    }

    /// Whether there are completions between the two readings.
    fn has_between(&self, day: &Day<'_>) -> bool {
        self.open(day).any(|spell| spell.hours.is_none()) || self.open(day).nth(1).is_some()
    }

    /// The spells in one reading, those of unknown country on `side`.
    fn settled(&self, reading: Reading, side: Side, day: &Day<'_>) -> SmallVec<[Settled<'a>; 8]> {
        self.spells.iter().map(|spell| Settled::new(spell, reading, day.unsaid, side)).collect()
    }

    /// The years in one reading, those of unknown country spent on `side`.
    fn years(&self, reading: Reading, side: Side, day: &Day<'_>) -> WorkYears {
        let settled = self.settled(reading, side, day);
        let years = |side| {
            let counting = |nth: usize| settled.get(nth).filter(|spell| spell.counts_on(side));
            self.timeline.whole_years(|nth| counting(nth).map(|spell| spell.hours))
        };
        WorkYears { canadian: years(Side::Canada), foreign: years(Side::Abroad) }
    }
}

/// Adds what earns other points from the fewest to the most years, each side for itself.
fn steps_between(ends: &[(WorkYears, WorkYears)], day: &Day<'_>, between: &mut YearsSet) {
    if ends.is_empty() {
        return;
    }
    let of = (canadian_representatives(day), foreign_representatives(day));
    let steps = |fewest: u32, most: u32, of: &[u32]| {
        let inner = of.iter().copied().filter(move |years| fewest < *years && *years < most);
        [fewest].into_iter().chain(inner).chain((most > fewest).then_some(most)).collect::<SmallVec<[u32; 8]>>()
    };
    for (fewest, most) in ends {
        let foreign = steps(fewest.foreign, most.foreign, &of.1);
        for canadian in steps(fewest.canadian, most.canadian, &of.0) {
            foreign.iter().for_each(|foreign| between.insert(WorkYears { canadian, foreign: *foreign }));
        }
    }
}

/// Years, one for each combination of countries.
type Ends = SmallVec<[WorkYears; 16]>;

/// The ends of the years of these spells, and what is between them.
fn of_spells(spells: &[WorkExperience], day: &Day<'_>) -> (Few<WorkYears>, Few<WorkYears>) {
    let bearing = Bearing::new(spells, day);
    let unknown = bearing.spells.iter().enumerate().filter(|(_, spell)| said_side(spell).is_none());
    let unknown: SmallVec<[usize; 8]> = unknown.map(|(nth, _)| nth).collect();
    let readings = bearing.readings(day);
    let combinations = u32::try_from(unknown.len()).ok().and_then(|open| 1_usize.checked_shl(open));
    let combinations = combinations.unwrap_or(usize::MAX);
    let visits = combinations.saturating_mul(readings.len()).saturating_mul(2 * bearing.timeline.len());
    if visits > MOST_VISITS {
        let end = |reading, canadian, foreign| WorkYears {
            canadian: bearing.years(reading, canadian, day).canadian,
            foreign: bearing.years(reading, foreign, day).foreign,
        };
        let fewest = end(Reading::Least, Side::Abroad, Side::Canada);
        let most = end(Reading::Most, Side::Canada, Side::Abroad);
        let mut between = YearsSet::default();
        steps_between(&[(fewest, most)], day, &mut between);
        return (smallvec![fewest, most], between.into_all());
    }
    let layout = YearsLayout::new(&bearing.timeline);
    // What all combinations of countries come to in each reading, in the same order.
    let ends = readings.iter().map(|reading| {
        let mut ends = Ends::new();
        let mut settled = bearing.settled(*reading, Side::Abroad, day);
        layout.each_side(&mut settled, &unknown, |years| ends.push(years));
        ends
    });
    let ends: SmallVec<[Ends; 2]> = ends.collect();
    let mut years = YearsSet::default();
    ends.iter().flatten().for_each(|found| years.insert(*found));
    let mut between = YearsSet::default();
    if let [fewest, most] = ends.as_slice()
        && bearing.has_between(day)
    {
        // Many come to the same ends.
        let mut apart: Vec<_> =
            fewest.iter().copied().zip(most.iter().copied()).filter(|(one, other)| one != other).collect();
        apart.sort_unstable();
        apart.dedup();
        steps_between(&apart, day, &mut between);
    }
    (years.into_all(), between.into_all())
}

/// The years of spells that leave nothing open, which some are; none where one does.
pub(super) fn known_years(spells: &[WorkExperience], day: &Day<'_>) -> Option<WorkYears> {
    let bearing = Bearing::new(spells, day);
    let known = bearing.spells.iter().all(|spell| said_side(spell).is_some()) && bearing.readings(day).len() == 1;
    (known && !spells.is_empty()).then(|| bearing.years(Reading::Least, Side::Abroad, day))
}

/// The layout of spells for the years that count.
pub(super) fn layout(spells: &[(usize, &WorkExperience)], day: &Day<'_>) -> YearsLayout {
    YearsLayout::new(&Timeline::new(window(day), spells.iter().map(|(_, spell)| *spell)))
}

/// The spouse's years of work in Canada, both ends of what is open and what earns other points between them, fewest first.
pub(super) fn spouse_years(spouse: &Spouse, day: &Day<'_>) -> Few<u32> {
    if let Some(stated) = spouse.canadian_work_years {
        return smallvec![stated];
    }
    if spouse.work_experiences.is_empty() {
        return day.tables.spouse_canadian_work.table.representatives().collect();
    }
    let bearing = Bearing::new(&spouse.work_experiences, day);
    let fewest = bearing.years(Reading::Least, Side::Abroad, day).canadian;
    let most = bearing.years(Reading::Most, Side::Canada, day).canadian;
    let between = day.tables.spouse_canadian_work.table.representatives();
    let mut years: Few<u32> = between.filter(|years| fewest < *years && *years < most).collect();
    years.extend([fewest, most]);
    years.sort_unstable();
    years.dedup();
    years
}
