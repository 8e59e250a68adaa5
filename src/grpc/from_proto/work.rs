use super::parts::{answer, first_day, last_day};
use crate::{
    catalog::Catalog,
    grpc::{
        proto,
        refusal::{Path, Violations},
    },
    model::{Duties, NocCode, WeeklyHours, WorkExperience},
};

/// Parses one spell of work.
pub(super) fn work_experience(
    message: proto::WorkExperience,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<WorkExperience> {
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
    let code = known_code(&noc_code, catalog, path.field("noc_code"), wrong);
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
    let country =
        (!country_code.is_empty()).then(|| wrong.keep(path.field("country_code"), country_code.parse())).flatten();
    let paid = answer(paid, path.field("paid"), wrong);
    let duties = duties_performed(duties.unwrap_or_default(), path.field("duties"), wrong);
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

fn known_code(text: &str, catalog: &Catalog, path: Path<'_>, wrong: &mut Violations) -> Option<NocCode> {
    if text.is_empty() {
        wrong.add(path, "is required; NOC 2021 unit groups look like \"31301\"");
        return None;
    }
    let code: NocCode = wrong.keep(path, text.parse())?;
    if !catalog.has_occupation(code) {
        wrong.add(path, format!("NOC code \"{code}\" is not a unit group of NOC 2021; ListOccupations lists them"));
        return None;
    }
    Some(code)
}

fn duties_performed(message: proto::Duties, path: Path<'_>, wrong: &mut Violations) -> Duties {
    let proto::Duties { lead_statement, main_duties, essential_duties } = message;
    Duties {
        lead_statement: answer(lead_statement, path.field("lead_statement"), wrong),
        main_duties: answer(main_duties, path.field("main_duties"), wrong),
        essential_duties: answer(essential_duties, path.field("essential_duties"), wrong),
    }
}
