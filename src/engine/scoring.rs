//! The score of a profile and the programs it is eligible for, on a day.

use chrono::NaiveDate;

use super::{
    Unsaid,
    score::{self, Day},
};
use crate::{
    catalog::Catalog,
    model::{Profile, Scoring},
};

/// Works out the score of `profile` and its programs by the rules of the day `as_of`; none where these are not known.
pub fn score(profile: &Profile, catalog: &Catalog, as_of: NaiveDate) -> Option<Scoring> {
    let day = Day::new(catalog, as_of, Unsaid::Assumed)?;
    let crs = score::breakdown(profile, &day)?;
    Some(Scoring { crs, programs: Vec::new(), missing_fields: Vec::new(), assumptions: Vec::new() })
}
