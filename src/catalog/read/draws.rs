use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::table::{Row, table};
use crate::{
    catalog::{CatalogErrors, CatalogFiles},
    model::{CategoryId, Confidence, CrsScore, Draw, DrawType, Program, Programs, TieBreak},
};

/// A row of `draws.csv`, in the order of its columns.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::catalog) struct RawDraw {
    pub number: String,
    pub held_on: NaiveDate,
    pub held_at: DateTime<Utc>,
    pub r#type: String,
    pub programs: String,
    pub category: String,
    pub name: String,
    pub former_name: String,
    pub invitations: u32,
    pub crs_cut_off: i64,
    pub tie_break: String,
    pub tie_break_at: Option<DateTime<Utc>>,
    pub confidence: String,
    pub notes: String,
}

/// A value that IRCC corrected after it published a draw; the row of the draw has the corrected one.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::catalog) struct Correction {
    /// The draw.
    pub number: String,
    /// The day of the correction, or that on which it was first seen; none where it is not known.
    pub corrected_on: Option<NaiveDate>,
    /// The column of `draws.csv`, or `pool`.
    pub field: String,
    /// What it said before.
    pub formerly: String,
}

/// What a whole year's draws add up to.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(in crate::catalog) struct Total {
    pub year: i32,
    pub draws: u32,
    pub invitations: u32,
}

/// Reads `draws.csv`.
pub(super) fn draws(
    files: &CatalogFiles,
    corrections: &[Row<Correction>],
    errors: &mut CatalogErrors,
) -> Vec<Row<Draw>> {
    table(files, "draws.csv", errors, |raw: RawDraw| draw(raw, corrections))
}

/// Reads `draw_corrections.csv`.
pub(super) fn corrections(files: &CatalogFiles, errors: &mut CatalogErrors) -> Vec<Row<Correction>> {
    table(files, "draw_corrections.csv", errors, Ok)
}

/// Reads `draw_totals.csv`.
pub(super) fn totals(files: &CatalogFiles, errors: &mut CatalogErrors) -> Vec<Row<Total>> {
    table(files, "draw_totals.csv", errors, Ok)
}

fn draw(raw: RawDraw, corrections: &[Row<Correction>]) -> Result<Draw, String> {
    let programs: Result<Vec<Program>, _> = raw.programs.split_whitespace().map(str::parse).collect();
    let programs: Programs = programs.map_err(|error| error.to_string())?.into_iter().collect();
    let crs_cut_off = CrsScore::new(raw.crs_cut_off).map_err(|error| format!("crs_cut_off: {error}"))?;
    let tie_break = match (raw.tie_break.as_str(), raw.tie_break_at) {
        ("published", Some(at)) => TieBreak::Published(at),
        ("published", None) => {
            return Err("tie_break is published but tie_break_at is empty".into());
        }
        ("not-applied", None) => TieBreak::NotApplied,
        ("unknown", None) => TieBreak::Unknown,
        ("not-applied" | "unknown", Some(_)) => {
            return Err(format!("tie_break is {} but tie_break_at is not empty", raw.tie_break));
        }
        (other, _) => {
            return Err(format!("tie_break {other:?} is not published, not-applied or unknown"));
        }
    };
    Ok(Draw {
        notes: notes(&raw, corrections),
        kind: match raw.r#type.as_str() {
            "general" => DrawType::General,
            "program-specific" => DrawType::ProgramSpecific,
            "category-based" => DrawType::CategoryBased,
            other => {
                return Err(format!("type {other:?} is not general, program-specific or category-based"));
            }
        },
        confidence: Some(confidence(&raw.confidence)?),
        category: (!raw.category.is_empty()).then(|| CategoryId::new(&raw.category)),
        number: raw.number,
        name: raw.name,
        held_on: raw.held_on,
        held_at: raw.held_at,
        programs,
        invitations: raw.invitations,
        crs_cut_off,
        tie_break,
    })
}

/// The notes of the row, and what its former name and its corrections have to say.
fn notes(raw: &RawDraw, corrections: &[Row<Correction>]) -> Vec<String> {
    let mut notes: Vec<String> = raw.notes.split(" | ").filter(|note| !note.is_empty()).map(str::to_owned).collect();
    if !raw.former_name.is_empty() {
        notes.push(format!("first published as {:?}", raw.former_name));
    }
    for Row { value, .. } in corrections.iter().filter(|row| row.value.number == raw.number) {
        let when = value.corrected_on.map_or_else(String::new, |day| format!(" on {day}"));
        notes.push(format!("{} was corrected by IRCC{when}; it was {}", value.field, value.formerly));
    }
    notes
}

pub(super) fn confidence(text: &str) -> Result<Confidence, String> {
    match text {
        "high" => Ok(Confidence::High),
        "medium" => Ok(Confidence::Medium),
        "low" => Ok(Confidence::Low),
        other => Err(format!("confidence {other:?} is not high, medium or low")),
    }
}
