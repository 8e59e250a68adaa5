//! Whether a result of a language test counts on a day.

use chrono::NaiveDate;

use super::{Unsaid, score::Day};
use crate::model::{LanguageTest, has_expired};

/// Whether a result counts on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Validity {
    /// It does.
    Valid,
    /// It was taken later, had expired, or the test was not accepted yet.
    Invalid,
    /// The day of the result was not said and is taken as one that counts.
    Assumed,
    /// The day of the result was not said.
    Unknown,
}

/// Whether a result of `taken_on`, valid for `years`, counts on `day`.
pub(super) fn validity(taken_on: Option<NaiveDate>, years: u32, day: NaiveDate, unsaid: Unsaid) -> Validity {
    match (taken_on, unsaid) {
        (Some(taken_on), _) if taken_on <= day && !has_expired(taken_on, years, day) => Validity::Valid,
        (Some(_), _) => Validity::Invalid,
        (None, Unsaid::Assumed) => Validity::Assumed,
        (None, Unsaid::Unknown) => Validity::Unknown,
    }
}

/// The same of a test, which IRCC must have accepted on the day whose rules apply.
pub(super) fn test_validity(test: &LanguageTest, years: u32, day: &Day<'_>) -> Validity {
    let accepted_from = day.catalog.languages().table(test.kind).and_then(|table| table.accepted_from);
    if accepted_from.is_some_and(|from| day.rules_on < from) {
        return Validity::Invalid;
    }
    validity(test.taken_on, years, day.as_of, day.unsaid)
}
