//! Files of dated versions: each version with its days, its source and its table.

use serde::{Deserialize, de::DeserializeOwned};
use toml::{Spanned, value::Datetime};

use super::{citations::RawSource, day, line_at, table::Row, toml_file};
use crate::{
    catalog::{
        CatalogErrors, CatalogFiles,
        tables::{ByColumn, Pair, Sourced, Steps},
    },
    model::Period,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
struct RawFile<T> {
    id: String,
    version: Vec<RawVersion<T>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
struct RawVersion<T> {
    in_force_from: Spanned<Datetime>,
    in_force_to: Option<Datetime>,
    source: RawSource,
    table: T,
}

/// Whether days between two versions may be without rules.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gaps {
    Refused,
    Allowed,
}

/// Reads the versions of `folder/name.toml`, oldest first; `check` says what is wrong with a table.
pub(super) fn versions<T: DeserializeOwned>(
    files: &CatalogFiles,
    folder: &str,
    name: &str,
    gaps: Gaps,
    errors: &mut CatalogErrors,
    check: impl Fn(&T) -> Result<(), String>,
) -> Vec<Row<Sourced<T>>> {
    let file = format!("{folder}/{name}.toml");
    let Some(text) = files.get(&file) else {
        errors.push(&file, None, "the file is missing");
        return Vec::new();
    };
    let Some(RawFile { id, version }) = toml_file::<RawFile<T>>(&file, text, errors) else {
        return Vec::new();
    };
    if id != name {
        errors.push(&file, None, format!("the id is {id:?}; this file is that of {name}"));
    }
    if version.is_empty() {
        errors.push(&file, None, "there is no version");
    }
    let mut rows: Vec<Row<Sourced<T>>> = Vec::new();
    for raw in version {
        let line = line_at(text, raw.in_force_from.span().start);
        let checked = in_force(&raw).and_then(|in_force| {
            check(&raw.table)?;
            rows.last().map_or(Ok(()), |last| follows(last.value.citation.in_force, in_force, gaps))?;
            Ok(in_force)
        });
        match checked {
            Ok(in_force) => {
                let value = Sourced { table: raw.table, citation: raw.source.citation(in_force) };
                rows.push(Row { file: file.clone(), line, value });
            }
            Err(reason) => errors.push(&file, Some(line), reason),
        }
    }
    rows
}

fn in_force<T>(raw: &RawVersion<T>) -> Result<Period, String> {
    let from = day(raw.in_force_from.get_ref())?;
    let to = raw.in_force_to.as_ref().map(day).transpose()?;
    if to.is_some_and(|to| to < from) {
        return Err(format!("in_force_to lies before in_force_from, {from}"));
    }
    Ok(Period { from, to })
}

/// Whether one version comes right after another.
fn follows(earlier: Period, later: Period, gaps: Gaps) -> Result<(), String> {
    let next = earlier.to.and_then(|to| to.succ_opt());
    match next {
        Some(next) if later.from == next || gaps == Gaps::Allowed && later.from > next => Ok(()),
        Some(next) if later.from > next => {
            Err(format!("no version is in force from {next} to the day before {}", later.from))
        }
        _ => Err(format!(
            "this version ({}) overlaps the one before it ({}), or comes before it; versions stand oldest first",
            later.describe(),
            earlier.describe()
        )),
    }
}

/// Tells that the files of a folder other than `known` have no place in it.
pub(super) fn only_known(files: &CatalogFiles, folder: &str, known: &[&str], errors: &mut CatalogErrors) {
    for (file, _) in files.in_folder(folder) {
        if !known.iter().any(|name| file == format!("{folder}/{name}.toml")) {
            errors.push(file, None, format!("no such file is known; the files here are {}", known.join(", ")));
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    from: u32,
    points: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumnStep {
    from: u32,
    with_spouse: u16,
    without_spouse: u16,
}

impl<'de> Deserialize<'de> for Steps<u16> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let steps = Vec::<RawStep>::deserialize(deserializer)?;
        Ok(Self(steps.into_iter().map(|RawStep { from, points }| (from, points)).collect()))
    }
}

impl<'de> Deserialize<'de> for Steps<ByColumn> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let steps = Vec::<RawColumnStep>::deserialize(deserializer)?;
        let step =
            |RawColumnStep { from, with_spouse, without_spouse }| (from, ByColumn { with_spouse, without_spouse });
        Ok(Self(steps.into_iter().map(step).collect()))
    }
}

/// Steps of a table, and bounds of a pair, at most: a few more than any law has, so that a score is quick to work out.
const MOST_STEPS: usize = 128;
const MOST_BOUNDS: usize = 32;

/// Whether the steps of a table rise in what they are reached by.
pub(super) fn ordered<T>(steps: &Steps<T>) -> Result<(), String> {
    if steps.0.len() > MOST_STEPS {
        return Err(format!("{} steps are too many; at most {MOST_STEPS}", steps.0.len()));
    }
    if steps.0.is_empty() || !steps.0.is_sorted_by(|(lower, _), (higher, _)| lower < higher) {
        return Err("the steps must rise, and there must be one".into());
    }
    Ok(())
}

/// Whether more never earns less.
pub(super) fn never_less<T>(points: &[T], at_most: impl Fn(&T, &T) -> bool) -> Result<(), String> {
    if points.is_sorted_by(at_most) { Ok(()) } else { Err("more must never earn less".into()) }
}

/// Whether a table of steps rises in what it is reached by, and more never earns less.
pub(super) fn rising<T: Copy + Default>(steps: &Steps<T>, at_most: impl Fn(&T, &T) -> bool) -> Result<(), String> {
    ordered(steps)?;
    never_less(&steps.points().collect::<Vec<_>>(), at_most)
}

/// Whether a table of pairs has its shape, and more never earns less.
pub(super) fn rising_pair(pair: &Pair, cap: u16) -> Result<(), String> {
    let bounds_rise = |bounds: &[u32]| !bounds.is_empty() && bounds.is_sorted_by(|lower, higher| lower < higher);
    if !bounds_rise(&pair.first_bounds) || !bounds_rise(&pair.second_bounds) {
        return Err("first_bounds and second_bounds must rise, and have an entry".into());
    }
    let bounds = pair.first_bounds.len().max(pair.second_bounds.len());
    if bounds > MOST_BOUNDS {
        return Err(format!("{bounds} bounds are too many; at most {MOST_BOUNDS}"));
    }
    let shaped = pair.points.len() == pair.first_bounds.len()
        && pair.points.iter().all(|row| row.len() == pair.second_bounds.len());
    if !shaped {
        return Err("points must have a row for each of first_bounds, with an entry for each of second_bounds".into());
    }
    for row in &pair.points {
        never_less(row, |lower, higher| lower <= higher)?;
    }
    never_less(&pair.points, |lower, higher| lower.iter().zip(higher).all(|(lower, higher)| lower <= higher))?;
    if pair.max() > cap { Err(format!("{} points are above {cap}", pair.max())) } else { Ok(()) }
}
