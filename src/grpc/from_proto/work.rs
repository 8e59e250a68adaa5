use super::parts::{answer, first_day, last_day};
use crate::{
    catalog::Catalog,
    grpc::{
        proto,
        refusal::{Path, Violations},
    },
    model::{CountryCode, Duties, NocCode, WeeklyHours, WorkExperience},
};

/// A spell of work as the message tells it, its texts wherever they lie, and not yet known to be texts.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::grpc) struct WorkMessage<'a> {
    pub noc_code: &'a [u8],
    pub start_date: Option<proto::Date>,
    pub end_date: Option<proto::Date>,
    pub hours_per_week: Option<f64>,
    pub country_code: &'a [u8],
    pub paid: i32,
    pub duties: proto::Duties,
    pub self_employed: i32,
    pub authorized: i32,
    pub full_time_student: i32,
}

impl<'a> From<&'a proto::WorkExperience> for WorkMessage<'a> {
    fn from(message: &'a proto::WorkExperience) -> Self {
        let proto::WorkExperience {
            noc_code,
            start_date,
            end_date,
            hours_per_week,
            country_code,
            paid,
            duties,
            self_employed,
            authorized,
            full_time_student,
        } = message;
        Self {
            noc_code: noc_code.as_bytes(),
            start_date: *start_date,
            end_date: *end_date,
            hours_per_week: *hours_per_week,
            country_code: country_code.as_bytes(),
            paid: *paid,
            duties: duties.unwrap_or_default(),
            self_employed: *self_employed,
            authorized: *authorized,
            full_time_student: *full_time_student,
        }
    }
}

/// Parses one spell of work.
#[allow(clippy::inline_always, reason = "a spell handed back through memory is waited for twice")]
#[inline(always)]
pub(in crate::grpc) fn work_experience(
    message: WorkMessage<'_>,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<WorkExperience> {
    let WorkMessage {
        noc_code,
        start_date,
        end_date,
        hours_per_week,
        country_code,
        paid,
        duties,
        self_employed,
        authorized,
        full_time_student,
    } = message;
    let code = known_code(noc_code, catalog, path.field("noc_code"), wrong);
    if start_date.is_none() {
        wrong.add(path.field("start_date"), "is required");
    }
    let start = start_date.and_then(|date| first_day(date, path.field("start_date"), wrong));
    let end = end_date.and_then(|date| last_day(date, path.field("end_date"), wrong));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        wrong.add(
            path.field("end_date"),
            format!("{end} is before the start, {start}; a spell ends on its first day or later"),
        );
    }
    let hours = hours_per_week.and_then(|hours| wrong.keep(path.field("hours_per_week"), WeeklyHours::new(hours)));
    let country = (!country_code.is_empty())
        .then(|| wrong.keep(path.field("country_code"), CountryCode::of(country_code)))
        .flatten();
    let paid = answer(paid, path.field("paid"), wrong);
    let duties = duties_performed(duties, path.field("duties"), wrong);
    let self_employed = answer(self_employed, path.field("self_employed"), wrong);
    let authorized = answer(authorized, path.field("authorized"), wrong);
    let full_time_student = answer(full_time_student, path.field("full_time_student"), wrong);
    Some(WorkExperience {
        code: code?,
        first_day: start?,
        last_day: end,
        hours,
        country,
        paid,
        duties,
        self_employed,
        authorized,
        full_time_student,
    })
}

#[inline]
fn known_code(text: &[u8], catalog: &Catalog, path: Path<'_>, wrong: &mut Violations) -> Option<NocCode> {
    if text.is_empty() {
        wrong.add(path, "is required; NOC 2021 unit groups look like \"31301\"");
        return None;
    }
    let code: NocCode = wrong.keep(path, NocCode::of(text))?;
    if !catalog.has_occupation(code) {
        wrong.add(path, format!("NOC code \"{code}\" is not a unit group of NOC 2021; ListOccupations lists them"));
        return None;
    }
    Some(code)
}

#[inline]
fn duties_performed(message: proto::Duties, path: Path<'_>, wrong: &mut Violations) -> Duties {
    let proto::Duties { lead_statement, main_duties, essential_duties } = message;
    Duties {
        lead_statement: answer(lead_statement, path.field("lead_statement"), wrong),
        main_duties: answer(main_duties, path.field("main_duties"), wrong),
        essential_duties: answer(essential_duties, path.field("essential_duties"), wrong),
    }
}
