//! The tables that an import changes, and the two ways in which a round changes them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use csv::StringRecord;
use serde::{Serialize, de::DeserializeOwned};

use super::super::{
    CatalogErrors, CatalogFiles,
    read::{Correction, RawDraw, RawPool, Total},
    rows::Rows,
};

/// The tables of draws.
#[derive(Clone)]
pub(super) struct Tables {
    pub draws: Rows,
    pub corrections: Rows,
    pub totals: Rows,
    pub pools: Rows,
}

impl Tables {
    /// # Errors
    /// When a table is missing or can't be read.
    pub fn of(files: &CatalogFiles) -> Result<Self, CatalogErrors> {
        let mut errors = CatalogErrors::default();
        let mut rows = |file: &str| {
            let text = files.get(file).unwrap_or_default();
            Rows::read(super::super::error::EMBEDDED, file, text, &mut errors)
        };
        let tables = (rows("draws.csv"), rows("draw_corrections.csv"), rows("draw_totals.csv"), rows("pool.csv"));
        match tables {
            (Some(draws), Some(corrections), Some(totals), Some(pools)) => {
                Ok(Self { draws, corrections, totals, pools })
            }
            _ => Err(errors),
        }
    }

    /// The tables by their files.
    pub fn by_file(&self) -> [(&'static str, &Rows); 4] {
        [
            ("draw_corrections.csv", &self.corrections),
            ("draw_totals.csv", &self.totals),
            ("draws.csv", &self.draws),
            ("pool.csv", &self.pools),
        ]
    }

    /// The row of a draw.
    pub fn draw(&self, number: &str) -> Option<RawDraw> {
        self.draws.get(&[number]).and_then(|row| typed(self.draws.header(), row))
    }

    /// The row of a draw's distribution of the pool.
    pub fn pool(&self, number: &str) -> Option<RawPool> {
        self.pools.get(&[number]).and_then(|row| typed(self.pools.header(), row))
    }

    /// All distributions but that of a draw.
    pub fn other_pools(&self, number: &str) -> Vec<RawPool> {
        let all = self.pools.iter().filter_map(|row| typed::<RawPool>(self.pools.header(), row));
        all.filter(|pool| pool.number != number).collect()
    }

    /// Whether it is known that a field of a draw was corrected and had been this.
    pub fn is_former(&self, number: &str, field: &str, value: &str) -> bool {
        self.corrections.get(&[number, field, value]).is_some()
    }

    /// Keeps what a field of a draw said before it was corrected.
    pub fn put_correction(&mut self, number: &str, seen_on: NaiveDate, field: &str, formerly: &str) {
        self.corrections.put(record(&Correction {
            number: number.to_owned(),
            corrected_on: Some(seen_on),
            field: field.to_owned(),
            formerly: formerly.to_owned(),
        }));
    }

    /// Makes the total of every year before the newest draw's that of its rows, and tells those that were not.
    pub fn put_totals(&mut self) -> Vec<Total> {
        let mut years: BTreeMap<i32, Total> = BTreeMap::new();
        for draw in self.draws.iter().filter_map(|row| typed::<RawDraw>(self.draws.header(), row)) {
            let year = draw.held_on.year();
            let total = years.entry(year).or_insert(Total { year, draws: 0, invitations: 0 });
            total.draws += 1;
            total.invitations = total.invitations.saturating_add(draw.invitations);
        }
        let newest = years.last_key_value().map(|(year, _)| *year);
        let mut changed = Vec::new();
        for total in years.into_values() {
            let row = record(&total);
            let known = self.totals.get(&[&total.year.to_string()]);
            if known.is_some_and(|known| *known != row) || known.is_none() && Some(total.year) != newest {
                self.totals.put(row);
                changed.push(total);
            }
        }
        changed
    }
}

/// A row as its table has it.
pub(super) fn record(row: &impl Serialize) -> StringRecord {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    // Nothing can fail: the rows are flat, and memory takes all.
    let _ = writer.serialize(row);
    let bytes = writer.into_inner().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().next().and_then(Result::ok).unwrap_or_default()
}

/// A row by what it says; none where it says no such thing, which the check of the catalogue tells.
fn typed<T: DeserializeOwned>(header: &StringRecord, row: &StringRecord) -> Option<T> {
    row.deserialize(Some(header)).ok()
}
