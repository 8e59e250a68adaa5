//! The parts that many messages share: dates, instants, answers, programs, references.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use prost_types::Timestamp;

use crate::{
    grpc::{
        limits::{MAX_REFERENCE_CHARS, MAX_SHORT_LIST},
        proto,
        refusal::{Path, Violations},
    },
    model::{Answer, DrawType, Program, Programs},
};

/// A day that must be said, with its day.
pub(in crate::grpc) fn complete_day(
    date: Option<proto::Date>,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<NaiveDate> {
    if date.is_none() {
        wrong.add(path, "is required");
    }
    optional_day(date, path, wrong)
}

/// A day that may be left unsaid; said, it needs its day.
pub(in crate::grpc) fn optional_day(
    date: Option<proto::Date>,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<NaiveDate> {
    let date = date?;
    if date.day == 0 && date.month != 0 {
        wrong.add(path, format!("{} has no day; this date needs one", tell(date)));
        return None;
    }
    valid_day(date, path, wrong)
}

/// The first day of a date that may mean a whole month.
#[inline]
pub(super) fn first_day(date: proto::Date, path: Path<'_>, wrong: &mut Violations) -> Option<NaiveDate> {
    valid_day(proto::Date { day: date.day + i32::from(date.day == 0), ..date }, path, wrong)
}

/// The last day of a date that may mean a whole month.
#[inline]
pub(super) fn last_day(date: proto::Date, path: Path<'_>, wrong: &mut Violations) -> Option<NaiveDate> {
    let first = first_day(date, path, wrong)?;
    if date.day != 0 {
        return Some(first);
    }
    (28..=31).rev().find_map(|day| first.with_day(day))
}

#[inline]
fn valid_day(date: proto::Date, path: Path<'_>, wrong: &mut Violations) -> Option<NaiveDate> {
    let proto::Date { year, month, day } = date;
    let number = |n: i32| u32::try_from(n).ok();
    let valid = (1..=9999).contains(&year).then_some(()).and(number(month)).zip(number(day));
    let valid = valid.and_then(|(month, day)| NaiveDate::from_ymd_opt(year, month, day));
    if valid.is_none() {
        not_a_date(date, path, wrong);
    }
    valid
}

#[cold]
#[inline(never)]
fn not_a_date(date: proto::Date, path: Path<'_>, wrong: &mut Violations) {
    wrong.add(path, format!("{} is not a date; years are 1 to 9999, months 1 to 12", tell(date)));
}

fn tell(date: proto::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// An instant that may be left unsaid.
pub(in crate::grpc) fn instant(at: Option<Timestamp>, path: Path<'_>, wrong: &mut Violations) -> Option<DateTime<Utc>> {
    let Timestamp { seconds, nanos } = at?;
    let nanos_in_range = u32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000);
    let instant = nanos_in_range.and_then(|nanos| DateTime::from_timestamp(seconds, nanos));
    let instant = instant.filter(|instant| (1..=9999).contains(&instant.naive_utc().year()));
    if instant.is_none() {
        wrong.add(
            path,
            format!("{seconds} s and {nanos} ns are not an instant from year 1 to 9999, with 0 to 999999999 ns"),
        );
    }
    instant
}

#[inline]
pub(in crate::grpc) fn answer(number: i32, path: Path<'_>, wrong: &mut Violations) -> Answer {
    match proto::Answer::try_from(number) {
        Ok(proto::Answer::Unspecified) => Answer::Unsaid,
        Ok(proto::Answer::Yes) => Answer::Yes,
        Ok(proto::Answer::No) => Answer::No,
        Err(_) => {
            wrong.add(path, unknown_number(number, "Answer", "0 to 2"));
            Answer::Unsaid
        }
    }
}

/// A program; none for UNSPECIFIED, which the caller of this knows what to make of.
pub(in crate::grpc) fn program(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<Program> {
    match proto::Program::try_from(number) {
        Ok(proto::Program::Unspecified) => None,
        Ok(proto::Program::FederalSkilledWorker) => Some(Program::FederalSkilledWorker),
        Ok(proto::Program::CanadianExperienceClass) => Some(Program::CanadianExperienceClass),
        Ok(proto::Program::FederalSkilledTrades) => Some(Program::FederalSkilledTrades),
        Ok(proto::Program::ProvincialNominee) => Some(Program::ProvincialNominee),
        Err(_) => {
            wrong.add(path, unknown_number(number, "Program", "1 to 4"));
            None
        }
    }
}

/// A list of programs, in which UNSPECIFIED has no place.
pub(in crate::grpc) fn programs(numbers: &[i32], path: Path<'_>, wrong: &mut Violations) -> Programs {
    if numbers.len() > MAX_SHORT_LIST {
        wrong.add(path, format!("{} entries are too many; at most {MAX_SHORT_LIST}", numbers.len()));
        return Programs::default();
    }
    let mut parse = |(place, number): (usize, &i32)| {
        if *number == 0 {
            wrong.add(path.entry(place), "PROGRAM_UNSPECIFIED names no program");
        }
        program(*number, path.entry(place), wrong)
    };
    numbers.iter().enumerate().filter_map(&mut parse).collect()
}

/// A type of draw; none for UNSPECIFIED, which the caller of this knows what to make of.
pub(in crate::grpc) fn draw_type(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<DrawType> {
    match proto::DrawType::try_from(number) {
        Ok(proto::DrawType::Unspecified) => None,
        Ok(proto::DrawType::General) => Some(DrawType::General),
        Ok(proto::DrawType::ProgramSpecific) => Some(DrawType::ProgramSpecific),
        Ok(proto::DrawType::CategoryBased) => Some(DrawType::CategoryBased),
        Err(_) => {
            wrong.add(path, unknown_number(number, "DrawType", "1 to 3"));
            None
        }
    }
}

/// A reference of the caller's: echoed, never interpreted, and so never told back in an error.
pub(in crate::grpc) fn reference<T: AsRef<str>>(text: T, path: Path<'_>, wrong: &mut Violations) -> Option<T> {
    text_of_at_most(MAX_REFERENCE_CHARS, text, path, wrong)
}

/// A text of the caller's with a limit on its characters.
pub(super) fn text_of_at_most<T: AsRef<str>>(
    most: usize,
    text: T,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<T> {
    // No text has more characters than bytes.
    let chars = if text.as_ref().len() > most { text.as_ref().chars().count() } else { 0 };
    if chars > most {
        wrong.add(path, format!("{chars} characters are too many; at most {most}"));
        return None;
    }
    Some(text)
}

/// What is wrong with a number that an enum does not have.
#[cold]
#[inline(never)]
pub(in crate::grpc) fn unknown_number(number: i32, name: &str, values: &str) -> String {
    format!("{number} is not a value of {name}; the values are {values}")
}
