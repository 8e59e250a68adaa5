use chrono::{DateTime, NaiveDate, Utc};

use super::parts::{complete_day, draw_type, instant, programs, reference, text_of_at_most, unknown_number};
use crate::{
    catalog::Catalog,
    grpc::{
        limits::{MAX_SHORT_LIST, MAX_TEXT_CHARS},
        proto,
        refusal::{Path, Violations},
    },
    model::{Category, CategoryId, Confidence, CrsScore, Draw, DrawType, Period, TieBreak},
};

/// What tells the invited from the others, as sent.
struct Boundary {
    crs_cut_off: i32,
    tie_break: i32,
    tie_break_at: Option<prost_types::Timestamp>,
}

/// Parses a draw of the caller's own, checked like the catalogue's.
pub(super) fn hypothetical_draw(
    message: proto::Draw,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<Draw> {
    draw(message, catalog, path, wrong, |boundary, held_at, wrong| {
        let Boundary { crs_cut_off, tie_break, tie_break_at } = boundary;
        let crs_cut_off = cut_off(crs_cut_off, path.field("crs_cut_off"), wrong);
        let at = instant(tie_break_at, path.field("tie_break_at"), wrong);
        let tie_break = self::tie_break(tie_break, at, held_at, path, wrong);
        Some((crs_cut_off?, tie_break))
    })
}

/// Parses a draw of the caller's own that is to be held: cut-off and tie-break are not known yet, and those of the draw
/// handed back mean nothing.
pub(super) fn draw_to_hold(
    message: proto::Draw,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<Draw> {
    draw(message, catalog, path, wrong, |boundary, _, wrong| {
        let Boundary { crs_cut_off, tie_break, tie_break_at } = boundary;
        let mut unset = |field, value: Option<String>| {
            if let Some(value) = value {
                wrong.add(
                    path.field(field),
                    format!("{value} is set, and is what the simulation works out; leave it unset"),
                );
            }
        };
        unset("crs_cut_off", (crs_cut_off != 0).then(|| crs_cut_off.to_string()));
        unset("tie_break_at", tie_break_at.map(|at| format!("{} s", at.seconds)));
        unset("tie_break", (tie_break != 0).then(|| tie_break_name(tie_break)));
        Some((CrsScore::MAX, TieBreak::Unknown))
    })
}

fn tie_break_name(number: i32) -> String {
    proto::TieBreak::try_from(number).map_or_else(|_| number.to_string(), |known| known.as_str_name().to_owned())
}

/// Parses what every draw of the caller's own says; `boundary` parses what tells the invited from the others.
fn draw(
    message: proto::Draw,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
    boundary: impl FnOnce(Boundary, Option<DateTime<Utc>>, &mut Violations) -> Option<(CrsScore, TieBreak)>,
) -> Option<Draw> {
    let proto::Draw {
        number,
        name,
        held_on,
        held_at,
        r#type,
        programs: invited,
        category_id,
        invitations,
        crs_cut_off,
        tie_break_at,
        tie_break,
        confidence,
        notes,
    } = message;
    let number = reference(number, path.field("number"), wrong);
    let name = text_of_at_most(MAX_TEXT_CHARS, name, path.field("name"), wrong);
    let held_on = complete_day(held_on, path.field("held_on"), wrong);
    let held_at = held_instant(held_at, held_on, path, wrong);
    let kind = draw_type(r#type, path.field("type"), wrong);
    if r#type == 0 {
        wrong.add(path.field("type"), "is required");
    }
    if invited.is_empty() {
        wrong.add(path.field("programs"), "is required; name at least one program");
    }
    let programs = programs(&invited, path.field("programs"), wrong);
    let category = category(&category_id, kind, held_on, catalog, path.field("category_id"), wrong);
    let invitations = wrong
        .keep(path.field("invitations"), u32::try_from(invitations).map_err(|_| format!("{invitations} is below 0")));
    let boundary = boundary(Boundary { crs_cut_off, tie_break, tie_break_at }, held_at, wrong);
    let confidence = self::confidence(confidence, path.field("confidence"), wrong);
    let notes = self::notes(notes, &path.field("notes"), wrong);
    let (crs_cut_off, tie_break) = boundary?;
    Some(Draw {
        number: number?,
        name: name?,
        held_on: held_on?,
        held_at: held_at?,
        kind: kind?,
        programs,
        category,
        invitations: invitations?,
        crs_cut_off,
        tie_break,
        confidence,
        notes,
    })
}

fn held_instant(
    at: Option<prost_types::Timestamp>,
    held_on: Option<NaiveDate>,
    draw: Path<'_>,
    wrong: &mut Violations,
) -> Option<DateTime<Utc>> {
    let path = draw.field("held_at");
    if at.is_none() {
        wrong.add(path, "is required");
    }
    let held_at = instant(at, path, wrong)?;
    if let Some(held_on) = held_on {
        let day = held_at.date_naive();
        if day != held_on && Some(day) != held_on.succ_opt() {
            wrong.add(path, format!("{held_at} is neither on held_on, {held_on}, nor on the day after"));
        }
    }
    Some(held_at)
}

fn cut_off(points: i32, path: Path<'_>, wrong: &mut Violations) -> Option<CrsScore> {
    if points == 0 {
        wrong.add(path, "is required, 1 to 1200 points");
        return None;
    }
    wrong.keep(path, CrsScore::new(points.into()))
}

fn category(
    id: &str,
    kind: Option<DrawType>,
    held_on: Option<NaiveDate>,
    catalog: &Catalog,
    path: Path<'_>,
    wrong: &mut Violations,
) -> Option<CategoryId> {
    match (id, kind) {
        ("", Some(DrawType::CategoryBased)) => {
            wrong.add(path, "is required when the draw is category-based");
            return None;
        }
        ("", _) => return None,
        (_, Some(DrawType::General | DrawType::ProgramSpecific)) => {
            wrong.add(path, "names a category, and the draw is not category-based");
        }
        (_, Some(DrawType::CategoryBased) | None) => {}
    }
    let category = CategoryId::new(id);
    let versions = catalog.category_versions(&category);
    if versions.is_empty() {
        let known: Vec<&str> = catalog.category_ids().map(CategoryId::as_str).collect();
        wrong.add(path, format!("no category has this id; the categories are {}", known.join(", ")));
        return None;
    }
    let day = held_on?;
    if catalog.category_on(&category, day).is_none() {
        let periods: Vec<String> = periods(versions).iter().map(Period::describe).collect();
        wrong.add(path, format!("{category} was not in force on {day}; it was in force {}", periods.join(", ")));
        return None;
    }
    Some(category)
}

/// The periods in which a category was in force, versions that follow each other without a day between told as one.
fn periods(versions: &[Category]) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for version in versions {
        match periods.last_mut() {
            Some(last) if last.to.and_then(|to| to.succ_opt()) == Some(version.in_force.from) => {
                last.to = version.in_force.to;
            }
            _ => periods.push(version.in_force),
        }
    }
    periods
}

fn tie_break(
    number: i32,
    at: Option<DateTime<Utc>>,
    held_at: Option<DateTime<Utc>>,
    draw: Path<'_>,
    wrong: &mut Violations,
) -> TieBreak {
    let at_path = draw.field("tie_break_at");
    match (proto::TieBreak::try_from(number), at) {
        (Ok(proto::TieBreak::Published), Some(at)) => {
            if let Some(held_at) = held_at
                && at > held_at
            {
                wrong.add(at_path, format!("{at} lies after held_at, {held_at}"));
            }
            TieBreak::Published(at)
        }
        (Ok(proto::TieBreak::Published), None) => {
            wrong.add(at_path, "is required when tie_break is TIE_BREAK_PUBLISHED");
            TieBreak::Unknown
        }
        (Ok(_), Some(_)) => {
            wrong.add(at_path, "is set, and tie_break is not TIE_BREAK_PUBLISHED");
            TieBreak::Unknown
        }
        (Ok(proto::TieBreak::NotApplied), None) => TieBreak::NotApplied,
        (Ok(proto::TieBreak::Unspecified | proto::TieBreak::Unknown), None) => TieBreak::Unknown,
        (Err(_), _) => {
            wrong.add(draw.field("tie_break"), unknown_number(number, "TieBreak", "0 to 3"));
            TieBreak::Unknown
        }
    }
}

fn confidence(number: i32, path: Path<'_>, wrong: &mut Violations) -> Option<Confidence> {
    match proto::Confidence::try_from(number) {
        Ok(proto::Confidence::Unspecified) => None,
        Ok(proto::Confidence::High) => Some(Confidence::High),
        Ok(proto::Confidence::Medium) => Some(Confidence::Medium),
        Ok(proto::Confidence::Low) => Some(Confidence::Low),
        Err(_) => {
            wrong.add(path, unknown_number(number, "Confidence", "0 to 3"));
            None
        }
    }
}

fn notes(notes: Vec<String>, path: &Path<'_>, wrong: &mut Violations) -> Vec<String> {
    if notes.len() > MAX_SHORT_LIST {
        wrong.add(*path, format!("{} entries are too many; at most {MAX_SHORT_LIST}", notes.len()));
        return Vec::new();
    }
    let notes = notes.into_iter().enumerate();
    notes.filter_map(|(place, note)| text_of_at_most(MAX_TEXT_CHARS, note, path.entry(place), wrong)).collect()
}
