//! What a round changes in the tables: a draw that was not there, or values that were other.

use chrono::NaiveDate;

use super::{
    labels,
    pool::mark,
    reading::Reading,
    report::{Change, Kept},
    tables::{Tables, record},
};
use crate::catalog::{
    check::{CORRECTABLE, POOL},
    read::{RawDraw, RawPool},
};

/// What is noted where no tie-break is known.
const NO_TIE_BREAK: &str = "the tie-break was not found";
/// What is noted where the feed names no programs.
const INFERRED: &str = "the programs invited are inferred from the label";

/// What a round came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub changes: Vec<Change>,
    pub kept: Vec<Kept>,
}

/// Puts what a round says into the tables.
pub(super) fn apply(tables: &mut Tables, round: &Reading<'_>, seen_on: NaiveDate) -> Outcome {
    let mut outcome = Outcome::default();
    match tables.draw(round.number) {
        None => {
            let Some(draw) = new_draw(round, seen_on) else {
                return outcome;
            };
            tables.draws.put(record(&draw));
            outcome.changes.push(Change::Added {
                number: draw.number,
                held_on: draw.held_on,
                name: draw.name,
                invitations: draw.invitations,
                crs_cut_off: draw.crs_cut_off,
            });
        }
        Some(known) => compare(tables, &known, round, seen_on, &mut outcome),
    }
    if let Some(pool) = &round.pool {
        put_pool(tables, pool, seen_on, &mut outcome);
    }
    outcome
}

/// The row of a draw that the catalogue does not have.
fn new_draw(round: &Reading<'_>, seen_on: NaiveDate) -> Option<RawDraw> {
    let label = round.label.as_ref()?;
    // One source, however official: what independent copies agree on is for the next release of the program.
    let mut notes = vec![format!("read from IRCC's feed of rounds on {seen_on}, not compared with another copy")];
    if round.programs.is_none() {
        notes.push(INFERRED.into());
    }
    if round.tie_break.is_none() {
        notes.push(NO_TIE_BREAK.into());
    }
    Some(RawDraw {
        number: round.number.to_owned(),
        held_on: round.held_on?,
        held_at: round.held_at?,
        r#type: label.kind.into(),
        programs: labels::written(round.programs.or(label.programs)?),
        category: label.category.as_ref().map(ToString::to_string).unwrap_or_default(),
        name: label.name.clone(),
        former_name: String::new(),
        invitations: round.invitations?,
        crs_cut_off: round.crs_cut_off?.into(),
        tie_break: if round.tie_break.is_some() { "published" } else { "unknown" }.into(),
        tie_break_at: round.tie_break,
        confidence: "low".into(),
        notes: notes.join(" | "),
    })
}

/// Compares a draw that the catalogue has with what the feed says of it, column by column.
fn compare(tables: &mut Tables, known: &RawDraw, round: &Reading<'_>, seen_on: NaiveDate, outcome: &mut Outcome) {
    let number = round.number;
    let mut now = said(known, round);
    let keep =
        |field: &str, feed: String, reason| Kept { number: number.to_owned(), field: field.into(), feed, reason };
    if now.held_on.succ_opt() == Some(known.held_on) && now.held_at.date_naive() == known.held_on {
        let reason = "the time of the draw lies on that day, and not on the day before";
        outcome.kept.push(keep("held_on", now.held_on.to_string(), reason));
        now.held_on = known.held_on;
    }
    let columns: Vec<String> = tables.draws.header().iter().map(str::to_owned).collect();
    let (before, after) = (record(known), record(&now));
    let mut row: Vec<String> = after.iter().map(str::to_owned).collect();
    let (mut corrected, mut filled) = (false, Vec::new());
    for (((column, before), after), value) in columns.iter().zip(&before).zip(&after).zip(&mut row) {
        if before == after || !CORRECTABLE.contains(&column.as_str()) {
            continue;
        }
        if before.is_empty() {
            filled.push(column.as_str());
            outcome.changes.push(Change::Filled {
                number: number.to_owned(),
                field: column.clone(),
                now: after.to_owned(),
            });
        } else if tables.is_former(number, column, after) {
            let reason = "it is known to have been corrected since";
            outcome.kept.push(keep(column, after.to_owned(), reason));
            before.clone_into(value);
        } else {
            corrected = true;
            tables.put_correction(number, seen_on, column, before);
            outcome.changes.push(Change::Corrected {
                number: number.to_owned(),
                field: column.clone(),
                formerly: before.to_owned(),
                now: after.to_owned(),
            });
        }
    }
    for (column, value) in columns.iter().zip(&mut row) {
        match column.as_str() {
            // Something was corrected, which is what medium says.
            "confidence" if corrected && value == "high" => "medium".clone_into(value),
            "notes" if filled.contains(&"tie_break_at") => *value = notes_with_tie_break(value, seen_on),
            _ => {}
        }
    }
    if corrected || !filled.is_empty() {
        tables.draws.put(row.into());
    }
}

/// The row of a known draw with what the feed says.
fn said(known: &RawDraw, round: &Reading<'_>) -> RawDraw {
    let mut now = known.clone();
    now.held_on = round.held_on.unwrap_or(known.held_on);
    now.held_at = round.held_at.unwrap_or(known.held_at);
    if let Some(label) = &round.label {
        now.r#type = label.kind.into();
        now.category = label.category.as_ref().map(ToString::to_string).unwrap_or_default();
        now.name.clone_from(&label.name);
    }
    if let Some(programs) = round.programs {
        now.programs = labels::written(programs);
    }
    now.invitations = round.invitations.unwrap_or(known.invitations);
    now.crs_cut_off = round.crs_cut_off.map_or(known.crs_cut_off, i64::from);
    if let Some(at) = round.tie_break {
        now.tie_break = "published".into();
        now.tie_break_at = Some(at);
    }
    now
}

/// The notes of a draw whose tie-break is known now.
fn notes_with_tie_break(notes: &str, seen_on: NaiveDate) -> String {
    let others = notes.split(" | ").filter(|note| !note.is_empty() && *note != NO_TIE_BREAK).map(str::to_owned);
    let note =
        format!("the tie-break was read from IRCC's feed of rounds on {seen_on}, not compared with another copy");
    others.chain([note]).collect::<Vec<_>>().join(" | ")
}

/// Puts a distribution of the pool beside its draw, unless it is there.
fn put_pool(tables: &mut Tables, pool: &RawPool, seen_on: NaiveDate, outcome: &mut Outcome) {
    let Some(draw) = tables.draw(&pool.number) else {
        return;
    };
    let number = pool.number.clone();
    let mut pool = pool.clone();
    mark(&mut pool, draw.held_on, &tables.other_pools(&number));
    let Some(known) = tables.pool(&number) else {
        tables.pools.put(record(&pool));
        let now = format!("that of {}, with {} candidates", pool.as_of, pool.total);
        outcome.changes.push(Change::Filled { number, field: POOL.into(), now });
        return;
    };
    let (before, after) = (record(&known), record(&pool));
    let (mut formerly, mut now) = (Vec::new(), Vec::new());
    for ((column, before), after) in tables.pools.header().iter().zip(&before).zip(&after) {
        if before != after && !["subtotals", "marks", "notes"].contains(&column) {
            formerly.push(format!("{column}={before}"));
            now.push(format!("{column}={after}"));
        }
    }
    let (formerly, now) = (formerly.join(" "), now.join(" "));
    if formerly.is_empty() {
        return;
    }
    if tables.is_former(&number, POOL, &now) {
        let reason = "it is known to have been corrected since";
        outcome.kept.push(Kept { number, field: POOL.into(), feed: now, reason });
        return;
    }
    tables.put_correction(&number, seen_on, POOL, &formerly);
    tables.pools.put(after);
    outcome.changes.push(Change::Corrected { number, field: POOL.into(), formerly, now });
}
