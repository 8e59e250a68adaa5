use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::{citations::RawSource, day, draws::confidence, line_at, table::Row, toml_file};
use crate::{
    catalog::{CatalogErrors, CatalogFiles},
    model::{Category, CategoryId, CategoryRule, NocCode, NocList, OccupationRule, Period},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCategory {
    id: String,
    version: Vec<RawVersion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVersion {
    name: Spanned<String>,
    in_force_from: Datetime,
    in_force_to: Option<Datetime>,
    labels: Vec<String>,
    confidence: String,
    /// For the reader of the file.
    #[serde(rename = "notes", default)]
    _notes: Vec<String>,
    rule: RawRule,
    source: RawSource,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    kind: Spanned<String>,
    experience_months: Option<u32>,
    experience_window_years: Option<u32>,
    continuous: Option<bool>,
    canadian_experience: Option<bool>,
    min_nclc: Option<u8>,
    #[serde(default)]
    noc_codes: Vec<Spanned<String>>,
}

/// Reads the files of `categories/`, one a category, each version a row.
pub(super) fn categories(files: &CatalogFiles, errors: &mut CatalogErrors) -> Vec<Row<Category>> {
    let mut rows = Vec::new();
    for (file, text) in files.in_folder("categories") {
        let Some(RawCategory { id, version }) = toml_file(file, text, errors) else {
            continue;
        };
        if file != format!("categories/{id}.toml") {
            errors.push(file, None, format!("the file of category {id:?} must be named {id}.toml"));
        }
        for version in version {
            let line = line_at(text, version.name.span().start);
            match category(&id, version, text) {
                Ok(value) => rows.push(Row { file: file.to_owned(), line, value }),
                Err((place, reason)) => errors.push(file, Some(place.unwrap_or(line)), reason),
            }
        }
    }
    rows
}

/// What is wrong with a version, and the line where it is not that of the version itself.
type Wrong = (Option<u64>, String);

fn category(id: &str, raw: RawVersion, text: &str) -> Result<Category, Wrong> {
    let whole = |reason: String| (None, reason);
    let from = day(&raw.in_force_from).map_err(whole)?;
    let to = raw.in_force_to.as_ref().map(day).transpose().map_err(whole)?;
    let in_force = Period { from, to };
    confidence(&raw.confidence).map_err(whole)?;
    Ok(Category {
        id: CategoryId::new(id),
        name: raw.name.into_inner(),
        in_force,
        labels: raw.labels,
        rule: rule(raw.rule, text)?,
        citation: raw.source.citation(in_force),
    })
}

fn rule(raw: RawRule, text: &str) -> Result<CategoryRule, Wrong> {
    let RawRule {
        kind,
        experience_months,
        experience_window_years,
        continuous,
        canadian_experience,
        min_nclc,
        noc_codes,
    } = raw;
    let line = line_at(text, kind.span().start);
    let mut codes: Vec<NocCode> = Vec::with_capacity(noc_codes.len());
    for code in noc_codes {
        let line = line_at(text, code.span().start);
        let code = code.get_ref().parse().map_err(|error| (Some(line), format!("{error}")))?;
        if codes.last().is_some_and(|last| *last >= code) {
            return Err((Some(line), format!("NOC code {code} is out of order or stands twice; the codes must rise")));
        }
        codes.push(code);
    }
    match (kind.get_ref().as_str(), experience_months, experience_window_years, continuous, canadian_experience, min_nclc) {
        ("occupations", Some(months @ 1..), Some(years @ 1..), Some(continuous), Some(canadian), None) if !codes.is_empty() => {
            Ok(CategoryRule::Occupations(OccupationRule {
                experience_months: months,
                window_years: years,
                continuous,
                canadian_experience: canadian,
                noc_codes: NocList::new(codes),
            }))
        }
        ("occupations", ..) => Err((
            Some(line),
            "a rule of occupations has experience_months and experience_window_years of 1 or more, continuous, canadian_experience and noc_codes, and no min_nclc".into(),
        )),
        ("french", None, None, None, None, Some(min_nclc @ 4..=10)) if codes.is_empty() => Ok(CategoryRule::French { min_nclc }),
        ("french", ..) => Err((Some(line), "a rule of French has min_nclc, 4 to 10, and nothing else".into())),
        ("attested", Some(experience_months), None, Some(continuous), None, None) if !codes.is_empty() => {
            Ok(CategoryRule::Attested { experience_months, continuous, noc_codes: NocList::new(codes) })
        }
        ("attested", ..) => Err((Some(line), "an attested rule has experience_months, continuous and noc_codes, and nothing else".into())),
        (other, ..) => Err((Some(line), format!("rule kind {other:?} is not occupations, french or attested"))),
    }
}
