//! The model told in messages.

mod catalog;
mod evaluation;
mod gap;
mod projection;
mod scoring;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use prost_types::Timestamp;

use super::proto;

pub(super) use catalog::{category, draw, occupation};
pub(super) use evaluation::{criterion_kind, evaluation, explained, fact_basis, outcome, verdict};
pub(super) use gap::gap;
pub(super) use projection::projection;
pub(super) use scoring::scoring;

impl From<NaiveDate> for proto::Date {
    fn from(day: NaiveDate) -> Self {
        // Months and days of a civil date fit any integer.
        let small = |number: u32| i32::try_from(number).unwrap_or_default();
        Self { year: day.year(), month: small(day.month()), day: small(day.day()) }
    }
}

/// A day.
pub(super) fn date(day: NaiveDate) -> proto::Date {
    day.into()
}

/// An instant.
pub(super) fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: at.timestamp(), nanos: i32::try_from(at.timestamp_subsec_nanos()).unwrap_or_default() }
}

/// A count in the 32 bits that the contract gives it; no list here comes near their end.
pub(super) fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
