//! A profile as it was on the days of past draws.

use crate::model::Profile;

/// The profile without the one fact that is always of now: a stated age, which gives way to the day of birth.
///
/// Nothing else has to be taken away. An evaluation against a draw counts no day of work from the draw on, no test taken after it,
/// no assessment made after it, and no submission after it; so what had not happened by then has no say, and places
/// in lists stay what they are. What has no date (a stated score, programs, years of work, answers) is taken as stated.
///
/// ```
/// # use express_entry::{engine::as_it_was, model::Profile};
/// let profile = Profile { age: Some(30), ..Profile::default() };
/// assert_eq!(as_it_was(profile).age, None, "30 now says nothing exact of then");
/// ```
#[must_use]
pub fn as_it_was(profile: Profile) -> Profile {
    Profile { age: None, ..profile }
}
