//! The messages that own no memory, read into the generated types; none for one that is unusual.

use prost_types::Timestamp;

use super::wire::{Fields, Unusual};
use crate::grpc::{
    from_proto::WorkMessage,
    proto::{Adaptability, Date, Duties, Education, LanguageTest},
};

pub(super) fn date(mut fields: Fields<'_>) -> Result<Date, Unusual> {
    let date = Date { year: fields.int32(1)?, month: fields.int32(2)?, day: fields.int32(3)? };
    fields.end().map(|()| date)
}

/// A date that may be unset.
#[allow(clippy::inline_always, reason = "a date handed back through memory is waited for")]
#[inline(always)]
fn optional_date(fields: &mut Fields<'_>, number: u8) -> Result<Option<Date>, Unusual> {
    match fields.usual_date(number) {
        Some(date) => Ok(Some(date)),
        None => any_date(fields, number),
    }
}

#[inline(never)]
fn any_date(fields: &mut Fields<'_>, number: u8) -> Result<Option<Date>, Unusual> {
    fields.message(number.into())?.map(date).transpose()
}

pub(super) fn timestamp(mut fields: Fields<'_>) -> Result<Timestamp, Unusual> {
    let at = Timestamp { seconds: fields.int64(1)?, nanos: fields.int32(2)? };
    fields.end().map(|()| at)
}

#[inline]
pub(super) fn work(mut fields: Fields<'_>) -> Result<WorkMessage<'_>, Unusual> {
    let work = WorkMessage {
        noc_code: fields.chunk(1)?.unwrap_or_default(),
        start_date: optional_date(&mut fields, 2)?,
        end_date: optional_date(&mut fields, 3)?,
        hours_per_week: fields.optional_double(4)?,
        country_code: fields.chunk(5)?.unwrap_or_default(),
        ..WorkMessage::default()
    };
    // Most spells say all that is taken from the candidate's word.
    if let Some([paid, lead_statement, main_duties, essential_duties, self_employed, authorized, full_time_student]) =
        fields.usual_word()
    {
        let duties = Duties { lead_statement, main_duties, essential_duties };
        return Ok(WorkMessage { paid, duties, self_employed, authorized, full_time_student, ..work });
    }
    let work = WorkMessage {
        paid: fields.int32(6)?,
        duties: fields.message(7)?.map(duties).transpose()?.unwrap_or_default(),
        self_employed: fields.int32(8)?,
        authorized: fields.int32(9)?,
        full_time_student: fields.int32(10)?,
        ..work
    };
    fields.end().map(|()| work)
}

#[inline]
fn duties(mut fields: Fields<'_>) -> Result<Duties, Unusual> {
    let duties =
        Duties { lead_statement: fields.int32(1)?, main_duties: fields.int32(2)?, essential_duties: fields.int32(3)? };
    fields.end().map(|()| duties)
}

pub(super) fn language_test(mut fields: Fields<'_>) -> Result<LanguageTest, Unusual> {
    let test = LanguageTest {
        kind: fields.int32(1)?,
        taken_on: optional_date(&mut fields, 2)?,
        listening: fields.double(3)?,
        reading: fields.double(4)?,
        writing: fields.double(5)?,
        speaking: fields.double(6)?,
    };
    fields.end().map(|()| test)
}

pub(super) fn education(mut fields: Fields<'_>) -> Result<Education, Unusual> {
    let education =
        Education { level: fields.int32(1)?, canadian: fields.int32(2)?, assessed_on: optional_date(&mut fields, 3)? };
    fields.end().map(|()| education)
}

pub(super) fn adaptability(mut fields: Fields<'_>) -> Result<Adaptability, Unusual> {
    let adaptability = Adaptability {
        canadian_study: fields.int32(1)?,
        relative_in_canada: fields.int32(2)?,
        spouse_language: fields.int32(3)?,
        spouse_canadian_study: fields.int32(4)?,
        spouse_canadian_work: fields.int32(5)?,
    };
    fields.end().map(|()| adaptability)
}
