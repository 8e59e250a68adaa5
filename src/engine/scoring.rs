//! The score of a profile and the programs it is eligible for, on a day.

use chrono::NaiveDate;

use super::{
    Unsaid,
    effort::Effort,
    named::NamedFields,
    programs::{self, Candidate},
    score::{self, Day, Space},
};
use crate::{
    catalog::Catalog,
    model::{Profile, Program, Scoring},
};

/// Works out the score of `profile` and its programs by the rules of the day `as_of`; none where these are not known.
pub fn score(profile: &Profile, catalog: &Catalog, as_of: NaiveDate) -> Option<Scoring> {
    let day = Day::new(catalog, as_of, Unsaid::Assumed)?;
    let space = Space::of(profile, &day);
    let crs = score::breakdown(profile, &space, &day)?;
    let candidate = Candidate::new(profile, &day, &space)?;
    let effort = Effort::of_item();
    let mut missing_fields = NamedFields::default();
    score::missing_fields(profile, &space, &day, &[], &effort, &mut missing_fields);
    for program in Program::ALL {
        programs::missing_fields(&candidate, program, &effort, &mut missing_fields);
    }
    let mut assumptions = score::assumptions(profile, &space, &day);
    assumptions.extend(candidate.assumptions());
    assumptions.sort_by_key(|assumption| assumption.field);
    assumptions.dedup_by_key(|assumption| assumption.field);
    Some(Scoring { crs, programs: candidate.told(), missing_fields: missing_fields.in_order(), assumptions })
}
