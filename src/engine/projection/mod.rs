//! What time alone does to a profile between two days.
//!
//! Every day is worked out by the engine itself and compared with the day before: windows open and close, months are
//! measured in three ways, and no list of dates on which something might happen would be sure to be complete. Reasons are
//! looked for on the days that differ alone.

mod causes;
mod rules;
mod state;
mod words;
mod work;

use chrono::NaiveDate;

use super::Unsaid;
use crate::{
    catalog::Catalog,
    model::{FactBasis, Profile, ProjectedChange, ProjectedState, Projection},
};

use causes::Step;
use state::{Asked, State};

/// The states of `profile` from the day `from` to the day `to`, itself included. Each day of them takes its time.
///
/// ```
/// # use express_entry::{catalog::Catalog, engine::{Unsaid, project}, model::Profile};
/// let catalog = Catalog::embedded()?;
/// let profile = Profile { birth_date: Some("1994-05-20".parse()?), ..Profile::default() };
/// let projection = project(&profile, &catalog, "2024-05-01".parse()?, "2024-05-20".parse()?, Unsaid::Assumed);
/// assert_eq!(projection.states.len(), 2, "as it begins, and the thirtieth birthday");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn project(profile: &Profile, catalog: &Catalog, from: NaiveDate, to: NaiveDate, unsaid: Unsaid) -> Projection {
    project_while(profile, catalog, (from, to), unsaid, || true)
}

/// The same, given up before the first day on which `wanted` is false.
pub fn project_while(
    profile: &Profile,
    catalog: &Catalog,
    (from, to): (NaiveDate, NaiveDate),
    unsaid: Unsaid,
    wanted: impl Fn() -> bool,
) -> Projection {
    let asked = Asked { profile, catalog, unsaid };
    let mut states = Vec::new();
    let mut crs_known_to = None;
    let mut last: Option<(NaiveDate, State<'_>)> = None;
    for day in from.iter_days().take_while(|day| *day <= to && wanted()) {
        let state = State::of(asked, day);
        if state.score.is_some() {
            crs_known_to = Some(day);
        }
        match &last {
            None => states.push(told(&state, profile, day, Vec::new())),
            Some((before, old)) if *old != state => {
                let step = Step { asked, before: *before, day, old, new: &state };
                states.push(told(&state, profile, day, causes::changes(&step)));
            }
            Some(_) => {}
        }
        last = Some((day, state));
    }
    Projection { states, crs_known_to }
}

fn told(state: &State<'_>, profile: &Profile, day: NaiveDate, changes: Vec<ProjectedChange>) -> ProjectedState {
    let basis = if profile.crs_score.is_some() { FactBasis::Stated } else { FactBasis::Computed };
    ProjectedState {
        day,
        score: state.score.map(|range| (range, basis)),
        in_pool: state.in_pool,
        programs: state.programs.into(),
        categories: state.categories.iter().map(|(id, outcome)| ((*id).clone(), *outcome)).collect(),
        changes,
    }
}
