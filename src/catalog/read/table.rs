//! CSV files with a header line.

use serde::de::DeserializeOwned;

use crate::catalog::{CatalogErrors, CatalogFiles};

/// A value and the line of the file it stands on, counted from 1.
#[derive(Debug)]
pub(in crate::catalog) struct Row<T> {
    pub file: String,
    pub line: u64,
    pub value: T,
}

impl<T> Row<T> {
    /// Tells that this row is wrong.
    pub fn wrong(&self, errors: &mut CatalogErrors, reason: impl Into<String>) {
        errors.push(&self.file, Some(self.line), reason);
    }
}

/// Reads a table row by row; `parse` turns each into a value or says what is wrong with it.
pub(super) fn table<Raw: DeserializeOwned, T>(
    files: &CatalogFiles,
    file: &str,
    errors: &mut CatalogErrors,
    parse: impl Fn(Raw) -> Result<T, String>,
) -> Vec<Row<T>> {
    let Some(text) = files.get(file) else {
        errors.push(file, None, "the file is missing");
        return Vec::new();
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            errors.push(file, Some(1), error.to_string());
            return Vec::new();
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let (line, parsed) = match record {
            Ok(record) => {
                let raw = record.deserialize::<Raw>(Some(&headers)).map_err(|error| error.to_string());
                (record.position().map(csv::Position::line), raw.and_then(&parse))
            }
            Err(error) => (error.position().map(csv::Position::line), Err(error.to_string())),
        };
        match parsed {
            Ok(value) => rows.push(Row { file: file.to_owned(), line: line.unwrap_or(0), value }),
            Err(reason) => errors.push(file, line, reason),
        }
    }
    rows
}
