//! A CSV table by the columns that tell its rows apart, so that rows can be put in and compared without being understood.

use std::collections::HashMap;

use csv::StringRecord;

use super::CatalogErrors;

/// The tables of a catalogue, and the columns that tell their rows apart.
pub(super) const TABLES: [(&str, &[&str]); 5] = [
    ("draw_corrections.csv", &["number", "field", "formerly"]),
    ("draw_totals.csv", &["year"]),
    ("draws.csv", &["number"]),
    ("occupations.csv", &["noc_code"]),
    ("pool.csv", &["number"]),
];

/// The rows of a table, in order.
#[derive(Clone)]
pub(super) struct Rows {
    header: StringRecord,
    /// Places of the columns that tell the rows apart.
    key: Vec<usize>,
    records: Vec<StringRecord>,
    places: HashMap<Vec<String>, usize>,
}

impl Rows {
    /// Reads a table; none when anything is wrong with it, which is told in `errors` as of `folder`.
    pub fn read(folder: &str, file: &str, text: &str, errors: &mut CatalogErrors) -> Option<Self> {
        let before = errors.0.len();
        let columns = TABLES.iter().find(|(name, _)| *name == file).map(|(_, columns)| *columns)?;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                errors.push_in(folder, file, Some(1), error.to_string());
                return None;
            }
        };
        let place = |column: &&str| header.iter().position(|name| name == *column);
        let key: Vec<usize> = columns.iter().filter_map(place).collect();
        if key.len() != columns.len() {
            errors.push_in(folder, file, Some(1), format!("the header has no {}", columns.join(", ")));
            return None;
        }
        let mut table = Self { header, key, records: Vec::new(), places: HashMap::new() };
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map(csv::Position::line);
                    if let Err(reason) = table.add(record) {
                        errors.push_in(folder, file, line, reason);
                    }
                }
                Err(error) => {
                    errors.push_in(folder, file, error.position().map(csv::Position::line), error.to_string());
                }
            }
        }
        (errors.0.len() == before).then_some(table)
    }

    /// Adds a row as it was read.
    fn add(&mut self, record: StringRecord) -> Result<(), String> {
        if record.iter().any(|field| field.contains(['\n', '\r'])) {
            return Err("a field holds a line break".into());
        }
        let key = self.key_of(&record);
        let named = key.join(" ");
        if self.places.insert(key, self.records.len()).is_some() {
            return Err(format!("{named:?} stands twice"));
        }
        self.records.push(record);
        Ok(())
    }

    /// Puts a row in the place of the one with its key, or at the end, and tells the place.
    pub fn put(&mut self, record: StringRecord) -> usize {
        let place = *self.places.entry(self.key_of(&record)).or_insert(self.records.len());
        match self.records.get_mut(place) {
            Some(row) => *row = record,
            None => self.records.push(record),
        }
        place
    }

    /// The row of this key.
    pub fn get(&self, key: &[&str]) -> Option<&StringRecord> {
        let key: Vec<String> = key.iter().map(ToString::to_string).collect();
        self.records.get(*self.places.get(&key)?)
    }

    /// The names of the columns.
    pub fn header(&self) -> &StringRecord {
        &self.header
    }

    /// All rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = &StringRecord> {
        self.records.iter()
    }

    /// The line of a place in the text, counted from 1; the header is the first.
    pub fn line(place: usize) -> u64 {
        u64::try_from(place).unwrap_or(u64::MAX).saturating_add(2)
    }

    /// The table with only the rows that `base` lacks or has otherwise.
    #[must_use]
    pub fn beyond(&self, base: &Self) -> Self {
        let mut beyond =
            Self { header: self.header.clone(), key: self.key.clone(), records: Vec::new(), places: HashMap::new() };
        for record in &self.records {
            let same = base.places.get(&self.key_of(record)).and_then(|place| base.records.get(*place));
            if same != Some(record) {
                beyond.put(record.clone());
            }
        }
        beyond
    }

    /// The table as text.
    pub fn text(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for record in std::iter::once(&self.header).chain(&self.records) {
            // Nothing can fail: the rows are as long as the header, and memory takes all.
            let _ = writer.write_record(record);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn key_of(&self, record: &StringRecord) -> Vec<String> {
        self.key.iter().map(|place| record.get(*place).unwrap_or_default().to_owned()).collect()
    }
}
