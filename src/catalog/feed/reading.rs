//! A round of the feed, field by field; with it what the catalogue has of it, since an odd spelling of what is known is no
//! doubt.

use chrono::{DateTime, Months, NaiveDate, Utc};

use super::{
    labels::{Label, Labels, fold},
    pool,
    report::Unreadable,
    round::Round,
    spelling,
};
use crate::{
    catalog::read::{RawDraw, RawPool},
    model::Programs,
};

/// What a round says. A field that is empty, or was told to be unreadable, is none.
pub(super) struct Reading<'a> {
    pub number: &'a str,
    pub held_on: Option<NaiveDate>,
    pub held_at: Option<DateTime<Utc>>,
    /// None also where it is a label that the draw had in the catalogue.
    pub label: Option<Label>,
    pub programs: Option<Programs>,
    pub invitations: Option<u32>,
    pub crs_cut_off: Option<u32>,
    pub tie_break: Option<DateTime<Utc>>,
    pub pool: Option<RawPool>,
}

/// The fields of the feed that a new draw can't do without.
const NEEDED: [&str; 5] = ["drawDate", "drawDateTime", "drawName", "drawSize", "drawCRS"];

/// Texts that stand where no tie-break was published.
const NO_TIE_BREAK: [&str; 4] = ["n/a", "na", "none", "-"];

impl<'a> Reading<'a> {
    /// Reads a round. `known` is what the catalogue has of it, and none where it is new; a new one that lacks a field it
    /// needs is told in `unreadable`, and is none.
    pub fn of(
        round: &'a Round<'_>,
        known: Option<&RawDraw>,
        labels: &Labels,
        unreadable: &mut Vec<Unreadable>,
    ) -> Option<Self> {
        let before = unreadable.len();
        let label = |text: &str| match known {
            Some(draw) if [&draw.name, &draw.former_name].iter().any(|name| fold(name) == fold(text)) => Ok(None),
            _ => labels.label(text).map(Some),
        };
        let held_on = told(round.value("drawDate", spelling::day), unreadable);
        let held_at = told(instant(round, "drawDateTime", known.map(|draw| draw.held_at)), unreadable);
        let label = told(round.value("drawName", label), unreadable).flatten();
        let programs = told(programs(round, known, label.as_ref(), labels), unreadable);
        let invitations = told(round.value("drawSize", spelling::count), unreadable);
        let crs_cut_off = told(round.value("drawCRS", spelling::count), unreadable);
        for field in NEEDED.iter().filter(|_| known.is_none()) {
            if round.text(field).is_ok_and(str::is_empty) {
                unreadable.push(round.unreadable(field, "", "it is empty, and a new draw needs it"));
            }
        }
        let is_whole = known.is_some() || unreadable.len() == before;
        // A draw without its tie-break or its pool is better than none: it answers all but a few.
        let tie_break = told(tie_break(round, known, held_at.or(known.map(|draw| draw.held_at))), unreadable);
        let pool = told(pool::read(round), unreadable);
        let number = &round.number;
        is_whole.then_some(Self {
            number,
            held_on,
            held_at,
            label,
            programs,
            invitations,
            crs_cut_off,
            tie_break,
            pool,
        })
    }
}

/// What was read; what could not be is told.
fn told<T>(read: Result<Option<T>, Unreadable>, unreadable: &mut Vec<Unreadable>) -> Option<T> {
    read.unwrap_or_else(|wrong| {
        unreadable.push(wrong);
        None
    })
}

/// An instant, which is the known one where the text can be meant to say it.
fn instant(
    round: &Round<'_>,
    field: &'static str,
    known: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, Unreadable> {
    round.value(field, |text| match known {
        Some(known) if spelling::can_say(text, known) => Ok(known),
        _ => spelling::instant(text),
    })
}

/// The tie-break of a draw held at an instant. It is of no draw whose candidates were not separated, and lies in the year in
/// which the profiles of the pool were submitted.
fn tie_break(
    round: &Round<'_>,
    known: Option<&RawDraw>,
    held_at: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, Unreadable> {
    const FIELD: &str = "drawCutOff";
    let text = round.text(FIELD)?;
    if known.is_some_and(|draw| draw.tie_break == "not-applied") || NO_TIE_BREAK.contains(&fold(text).as_str()) {
        return Ok(None);
    }
    let known = known.and_then(|draw| draw.tie_break_at);
    let Some(at) = instant(round, FIELD, known)? else {
        return Ok(None);
    };
    let wrong = |reason: &str| Err(round.unreadable(FIELD, text, reason));
    match held_at {
        _ if known == Some(at) => Ok(Some(at)),
        Some(held_at) if at > held_at => wrong("it lies after the draw"),
        Some(held_at) if Some(at) < held_at.checked_sub_months(Months::new(12)) => {
            wrong("it lies more than a year before the draw, which is longer than a profile lives")
        }
        _ => Ok(Some(at)),
    }
}

/// The programs that the round names. Those of a new draw that is of no category are those of the label's draws.
fn programs(
    round: &Round<'_>,
    known: Option<&RawDraw>,
    label: Option<&Label>,
    labels: &Labels,
) -> Result<Option<Programs>, Unreadable> {
    const FIELD: &str = "drawText2";
    let programs = round.value(FIELD, |text| labels.programs(text))?;
    let Some(label) = label.filter(|_| known.is_none()) else {
        return Ok(programs);
    };
    match (programs, label.programs) {
        (Some(named), Some(usual)) if label.category.is_none() && named != usual => Err(round.unreadable(
            FIELD,
            round.text(FIELD)?,
            format!("it names {named}, but draws labelled {:?} invite from {usual}", label.name),
        )),
        (None, None) => Err(round.unreadable(
            FIELD,
            "",
            "it is empty, and no earlier draw of the label says which programs it is of",
        )),
        (programs, _) => Ok(programs),
    }
}
