//! From texts to rows: each file of the catalogue read by itself, every wrong row told.

mod categories;
mod citations;
mod crs;
mod draws;
mod languages;
mod occupations;
mod pool;
mod programs;
mod table;
mod versions;

use chrono::NaiveDate;
use toml::value::Datetime;

use super::{CatalogErrors, CatalogFiles, Citations, LanguageTables, crs::CrsTables, programs::ProgramRules};
use crate::model::{Category, Draw, Occupation, PoolDistribution};

pub(super) use draws::{Correction, RawDraw, Total};
pub(super) use pool::RawPool;
pub(super) use programs::education_level;
pub(super) use table::Row;

/// What the files of a catalogue say, not yet checked against each other.
pub(super) struct Contents {
    pub draws: Vec<Row<Draw>>,
    pub corrections: Vec<Row<Correction>>,
    pub totals: Vec<Row<Total>>,
    pub pools: Vec<Row<PoolDistribution>>,
    pub occupations: Vec<Row<Occupation>>,
    pub categories: Vec<Row<Category>>,
    pub languages: LanguageTables,
    pub citations: Citations,
    pub crs: Vec<CrsTables>,
    pub programs: ProgramRules,
}

/// Reads all files. What could not be read is in `errors`, and the contents are then not to be used.
pub(super) fn contents(files: &CatalogFiles, errors: &mut CatalogErrors) -> Contents {
    let corrections = draws::corrections(files, errors);
    Contents {
        draws: draws::draws(files, &corrections, errors),
        totals: draws::totals(files, errors),
        corrections,
        pools: pool::pools(files, errors),
        occupations: occupations::occupations(files, errors),
        categories: categories::categories(files, errors),
        languages: languages::languages(files, errors),
        citations: citations::citations(files, errors),
        crs: crs::crs(files, errors),
        programs: programs::programs(files, errors),
    }
}

/// The day that a TOML date tells.
fn day(date: &Datetime) -> Result<NaiveDate, String> {
    match (date.date, date.time) {
        (Some(date), None) => NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
            .ok_or_else(|| format!("{date} is not a day")),
        _ => Err(format!("{date} is not a day; dates look like 2023-05-31")),
    }
}

/// Reads a TOML file of a known shape.
fn toml_file<T: serde::de::DeserializeOwned>(file: &str, text: &str, errors: &mut CatalogErrors) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = error.span().map(|span| line_at(text, span.start));
            errors.push(file, line, error.message());
            None
        }
    }
}

/// The line, counted from 1, of a place in a text.
fn line_at(text: &str, offset: usize) -> u64 {
    let newlines = text.get(..offset).unwrap_or(text).matches('\n').count();
    u64::try_from(newlines).unwrap_or(u64::MAX).saturating_add(1)
}
