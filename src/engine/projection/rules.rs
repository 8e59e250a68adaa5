//! Rules, tables and amounts that change between two days.

use chrono::NaiveDate;

use super::{
    causes::Step,
    words::{self, sentence},
};
use crate::model::{ChangeKind, ProjectedChange};

/// The rules that changed, where what goes by them did too.
pub(super) fn changes(step: &Step<'_, '_, '_>) -> Vec<ProjectedChange> {
    let mut found: Vec<ProjectedChange> = scores(step).into_iter().collect();
    found.extend(programs(step));
    found.extend(categories(step));
    found
}

fn change(kind: ChangeKind, explanation: String) -> ProjectedChange {
    ProjectedChange { kind, field: None, explanation }
}

fn scores(step: &Step<'_, '_, '_>) -> Option<ProjectedChange> {
    let known = |day| step.asked.catalog.crs_on(day).is_some();
    let did = words::score(step.old.score, step.new.score);
    if known(step.before) && !known(step.day) {
        let what = format!("no table of scores is known from {} on", step.day);
        return Some(change(ChangeKind::ScoreTableUnknown, sentence(&what, did)));
    }
    if step.same_tables() || did.is_none() {
        return None;
    }
    let what =
        if known(step.before) { "the tables of scores change" } else { "the tables of scores are known from now on" };
    Some(change(ChangeKind::RulesChanged, sentence(what, did)))
}

fn programs(step: &Step<'_, '_, '_>) -> Option<ProjectedChange> {
    if step.old.programs == step.new.programs {
        return None;
    }
    let catalog = step.asked.catalog;
    let of = |day: NaiveDate| {
        catalog.programs_on(day).map(|rules| {
            [
                rules.skilled_worker.citation.in_force.from,
                rules.experience_class.citation.in_force.from,
                rules.skilled_trades.citation.in_force.from,
                rules.nominee.citation.in_force.from,
            ]
        })
    };
    let what = if of(step.before) != of(step.day) {
        "the rules of the programs change"
    } else if funds(step, step.before) != funds(step, step.day) {
        match funds(step, step.day) {
            Some(_) => "the amounts of settlement funds change",
            None => "the amounts of settlement funds are not known from now on",
        }
    } else {
        return None;
    };
    let turned = step.new.programs.iter().zip(&step.old.programs).filter(|(new, old)| new != old);
    let did: Vec<String> = turned.map(|((program, outcome), _)| words::program(*program, *outcome)).collect();
    Some(change(ChangeKind::RulesChanged, sentence(what, Some(did.join("; ")))))
}

/// The first day of the amounts of settlement funds in force on a day.
pub(super) fn funds(step: &Step<'_, '_, '_>, day: NaiveDate) -> Option<NaiveDate> {
    Some(step.asked.catalog.programs_on(day)?.settlement_funds?.citation.in_force.from)
}

/// Versions of categories that begin, end, or follow one another with another outcome.
fn categories(step: &Step<'_, '_, '_>) -> Vec<ProjectedChange> {
    let mut found = Vec::new();
    let catalog = step.asked.catalog;
    for (id, outcome) in &step.new.categories {
        let version = |day| catalog.category_on(id, day).map(|version| version.in_force.from);
        let before = step.old.categories.iter().find(|(other, _)| other == id).map(|(_, before)| before);
        let what = match before {
            None => format!("category {id} comes into force"),
            Some(before) if before != outcome && version(step.before) != version(step.day) => {
                format!("a new version of category {id} comes into force")
            }
            Some(_) => continue,
        };
        let did = words::category(id.as_str(), *outcome);
        found.push(change(ChangeKind::RulesChanged, sentence(&what, Some(did))));
    }
    for (id, _) in &step.old.categories {
        if !step.new.categories.iter().any(|(other, _)| other == id) {
            found.push(change(ChangeKind::RulesChanged, format!("category {id} is no longer in force")));
        }
    }
    found
}
