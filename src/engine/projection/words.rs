//! What a change did, in words.

use super::state::State;
use crate::model::{Outcome, Program, ScoreRange};

/// What differs between two states but for the pool; none when nothing does.
pub(super) fn effect(old: &State<'_>, new: &State<'_>) -> Option<String> {
    let mut parts: Vec<String> = score(old.score, new.score).into_iter().collect();
    for ((program, outcome), (_, before)) in new.programs.iter().zip(&old.programs) {
        if outcome != before {
            parts.push(self::program(*program, *outcome));
        }
    }
    for (id, outcome) in &new.categories {
        if old.categories.iter().any(|(other, before)| other == id && before != outcome) {
            parts.push(category(id.as_str(), *outcome));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What became of the score; none when nothing did.
pub(super) fn score(old: Option<ScoreRange>, new: Option<ScoreRange>) -> Option<String> {
    if old == new {
        return None;
    }
    Some(match (old, new) {
        (Some(old), Some(new)) => format!("the score goes from {} to {}", points(old), points(new)),
        (None, Some(new)) => format!("the score is {}", points(new)),
        (_, None) => "the score is no longer known".into(),
    })
}

fn points(range: ScoreRange) -> String {
    range.exact().map_or_else(|| format!("{}–{}", range.min, range.max), |points| points.to_string())
}

/// How a program comes out.
pub(super) fn program(program: Program, outcome: Outcome) -> String {
    let name = program.abbreviation();
    match outcome {
        Outcome::Met => format!("eligible for {name}"),
        Outcome::NotMet => format!("not eligible for {name}"),
        Outcome::Unknown => format!("eligibility for {name} is open"),
    }
}

/// How a category comes out.
pub(super) fn category(id: &str, outcome: Outcome) -> String {
    match outcome {
        Outcome::Met => format!("category {id} is met"),
        Outcome::NotMet => format!("category {id} is not met"),
        Outcome::Unknown => format!("category {id} is open"),
    }
}

/// What happened, and what it did where that can be told.
pub(super) fn sentence(what: &str, did: Option<String>) -> String {
    match did {
        Some(did) => format!("{what}: {did}"),
        None => what.to_owned(),
    }
}

/// Whole years, both ends.
pub(super) fn years((least, most): (u32, u32)) -> String {
    match (least, most) {
        (1, 1) => "1 year".into(),
        _ if least == most => format!("{least} years"),
        _ => format!("{least}–{most} years"),
    }
}
