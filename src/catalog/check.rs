//! What must hold between the rows of a catalogue: every code exists, no two versions overlap, every draw fits its
//! category, the years add up, and the pool is that of its draw.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::Datelike;

use super::{
    CatalogErrors, check_pool, number,
    read::{Contents, Row},
};
use crate::model::{Category, CategoryRule, Draw, DrawType, TieBreak};

/// The columns of `draws.csv` that a correction may name.
pub(super) const CORRECTABLE: [&str; 9] =
    ["held_on", "held_at", "type", "programs", "category", "name", "invitations", "crs_cut_off", "tie_break_at"];
/// What a correction names where the distribution of the pool was corrected.
pub(super) const POOL: &str = "pool";

/// Tells everything that is wrong with the contents as a whole.
pub(super) fn check(contents: &Contents, errors: &mut CatalogErrors) {
    occupations(contents, errors);
    categories(contents, errors);
    let mut seen = HashSet::new();
    for row in &contents.draws {
        if !seen.insert(row.value.number.as_str()) {
            row.wrong(errors, format!("draw {} stands twice", row.value.number));
        }
        draw(row, errors);
        draw_category(row, &contents.categories, errors);
    }
    for row in &contents.corrections {
        if !seen.contains(row.value.number.as_str()) {
            row.wrong(errors, format!("draw {} does not exist", row.value.number));
        }
        if !CORRECTABLE.contains(&row.value.field.as_str()) && row.value.field != POOL {
            row.wrong(
                errors,
                format!(
                    "{:?} is not a column that can be corrected: {}, {POOL}",
                    row.value.field,
                    CORRECTABLE.join(", ")
                ),
            );
        }
    }
    totals(contents, errors);
    check_pool::check(contents, errors);
}

fn occupations(contents: &Contents, errors: &mut CatalogErrors) {
    let mut seen = HashSet::new();
    for row in &contents.occupations {
        if !seen.insert(row.value.code) {
            row.wrong(errors, format!("occupation {} stands twice", row.value.code));
        }
    }
    for row in &contents.categories {
        for code in row.value.noc_codes() {
            if !seen.contains(code) {
                row.wrong(errors, format!("NOC code {code} of this version is not in occupations.csv"));
            }
        }
    }
}

fn categories(contents: &Contents, errors: &mut CatalogErrors) {
    let mut labels: HashMap<&str, &Row<Category>> = HashMap::new();
    for row in &contents.categories {
        let Category { id, in_force, labels: own, .. } = &row.value;
        if in_force.to.is_some_and(|to| to < in_force.from) {
            row.wrong(errors, format!("in_force_to lies before in_force_from: {}", in_force.describe()));
        }
        for other in contents.categories.iter().filter(|other| other.value.id == *id && other.line < row.line) {
            let later = in_force.from.max(other.value.in_force.from);
            if in_force.contains(later) && other.value.in_force.contains(later) {
                row.wrong(
                    errors,
                    format!(
                        "this version ({}) overlaps the one of line {} ({})",
                        in_force.describe(),
                        other.line,
                        other.value.in_force.describe()
                    ),
                );
            }
        }
        for label in own {
            if let Some(other) = labels.insert(label, row) {
                row.wrong(errors, format!("label {label:?} is that of another version, {}:{}", other.file, other.line));
            }
        }
    }
}

fn draw(row: &Row<Draw>, errors: &mut CatalogErrors) {
    let Draw { number, name, held_on, held_at, kind, programs, category, invitations, tie_break, .. } = &row.value;
    if !number::is_valid(number) {
        row.wrong(errors, format!("draw number {number:?} is not digits with at most one small letter after them"));
    }
    if name.is_empty() {
        row.wrong(errors, "the name is empty");
    }
    if !(held_at.date_naive() == *held_on || Some(held_at.date_naive()) == held_on.succ_opt()) {
        row.wrong(errors, format!("held_at {held_at} is neither on held_on {held_on} nor on the day after"));
    }
    if programs.is_empty() {
        row.wrong(errors, "no program is named");
    }
    if *invitations == 0 {
        row.wrong(errors, "the number of invitations is 0");
    }
    if let TieBreak::Published(at) = tie_break
        && at > held_at
    {
        row.wrong(errors, format!("tie_break_at {at} lies after held_at {held_at}"));
    }
    if (*kind == DrawType::CategoryBased) != category.is_some() {
        row.wrong(errors, "a category-based draw names its category, and no other draw names one");
    }
}

fn draw_category(row: &Row<Draw>, categories: &[Row<Category>], errors: &mut CatalogErrors) {
    let Some(id) = &row.value.category else {
        return;
    };
    let held_on = row.value.held_on;
    let mut versions = categories.iter().map(|row| &row.value).filter(|version| version.id == *id).peekable();
    if versions.peek().is_none() {
        row.wrong(errors, format!("category {id} does not exist"));
        return;
    }
    match versions.find(|version| version.in_force.contains(held_on)) {
        None => row.wrong(errors, format!("category {id} has no version in force on {held_on}")),
        Some(version) if !version.labels.contains(&row.value.name) => row.wrong(
            errors,
            format!(
                "the name {:?} is not a label of the version of {id} in force on {held_on}: {:?}",
                row.value.name, version.labels
            ),
        ),
        Some(version) => {
            if let CategoryRule::Occupations(rule) = &version.rule
                && rule.noc_codes.is_empty()
            {
                row.wrong(errors, format!("the version of {id} in force on {held_on} lists no occupation"));
            }
        }
    }
}

/// Every year before the newest draw's has its total, and the rows add up to it.
fn totals(contents: &Contents, errors: &mut CatalogErrors) {
    let mut years: BTreeMap<i32, (u32, u32)> = BTreeMap::new();
    for row in &contents.draws {
        let (draws, invitations) = years.entry(row.value.held_on.year()).or_default();
        *draws += 1;
        *invitations = invitations.saturating_add(row.value.invitations);
    }
    for row in &contents.totals {
        let total = row.value;
        let (draws, invitations) = years.get(&total.year).copied().unwrap_or_default();
        if (draws, invitations) != (total.draws, total.invitations) {
            row.wrong(
                errors,
                format!(
                    "{}: draws.csv has {draws} draws with {invitations} invitations, not {} with {}",
                    total.year, total.draws, total.invitations
                ),
            );
        }
    }
    let newest = years.last_key_value().map(|(year, _)| *year);
    for year in years.keys().filter(|year| Some(**year) != newest) {
        if !contents.totals.iter().any(|row| row.value.year == *year) {
            errors.push("draw_totals.csv", None, format!("the year {year} is over and has no total"));
        }
    }
}
