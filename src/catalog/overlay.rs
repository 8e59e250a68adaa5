//! Files that stand beside the embedded ones: a table adds rows to the table of its name, or replaces them by their key;
//! any other file replaces the one of its name whole.

use std::collections::BTreeMap;

use super::{
    CatalogError, CatalogErrors, CatalogFiles,
    rows::{Rows, TABLES},
};

/// Files of the catalogue's format and paths, which replace or add to those that the program was built with.
///
/// A table (`draws.csv`, `draw_corrections.csv`, `draw_totals.csv`, `occupations.csv`, `pool.csv`) holds only the rows that
/// differ: each replaces the row of its key, or is added. So an overlay made for an older program never hides a draw that a
/// newer one has. Any other file is taken whole. What no file of the catalogue is named can't be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// What to call the place of its files in messages.
    folder: String,
    files: BTreeMap<String, String>,
}

/// What of a catalogue's files came from an overlay.
#[derive(Clone, Debug)]
pub(super) struct Origins {
    folder: String,
    files: BTreeMap<String, Origin>,
}

#[derive(Clone, Debug)]
enum Origin {
    /// The file as it is.
    Whole,
    /// Rows: the line in the overlay by the line in the table.
    Rows(BTreeMap<u64, u64>),
}

impl Overlay {
    /// An overlay without files; messages name its place by `folder`.
    pub fn empty(folder: impl Into<String>) -> Self {
        Self { folder: folder.into(), files: BTreeMap::new() }
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: &str, text: impl Into<String>) {
        self.files.insert(path.to_owned(), text.into());
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The paths of its files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// What to call the place of its files.
    pub fn folder(&self) -> &str {
        &self.folder
    }
}

impl CatalogFiles {
    /// These files with an overlay laid over them. Its digest is that of what comes out.
    ///
    /// # Errors
    /// When the overlay has a file that no catalogue has, or a table of it can't be read, has other columns, or has two rows
    /// of one key; each with file, line and reason. What the rows say is checked by [`super::Catalog::load`], whose errors
    /// name the overlay's files and lines too.
    pub fn with_overlay(&self, overlay: &Overlay) -> Result<Self, CatalogErrors> {
        let mut errors = CatalogErrors::default();
        let mut files = self.clone();
        let mut origins = BTreeMap::new();
        for (path, text) in &overlay.files {
            if TABLES.iter().any(|(table, _)| table == path) {
                if let Some((merged, lines)) = merge(path, self.get(path), &overlay.folder, text, &mut errors) {
                    files.insert(path, merged);
                    origins.insert(path.clone(), Origin::Rows(lines));
                }
            } else if self.get(path).is_some() || is_category(path) {
                files.insert(path, text.as_str());
                origins.insert(path.clone(), Origin::Whole);
            } else {
                errors.push_in(&overlay.folder, path, None, "the catalogue has no file of this name");
            }
        }
        files.overlaid = Some(Origins { folder: overlay.folder.clone(), files: origins });
        errors.none_or_err()?;
        Ok(files)
    }
}

/// Only categories may be added by the file.
fn is_category(path: &str) -> bool {
    let name = path.strip_prefix("categories/").and_then(|name| name.strip_suffix(".toml"));
    name.is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// The rows of both, and the line in the overlay by the line in them; none when anything is wrong, which is told.
fn merge(
    file: &str,
    base: Option<&str>,
    folder: &str,
    text: &str,
    errors: &mut CatalogErrors,
) -> Option<(String, BTreeMap<u64, u64>)> {
    let Some(base) = base else {
        errors.push(file, None, "the file is missing");
        return None;
    };
    let mut merged = Rows::read(super::error::EMBEDDED, file, base, errors)?;
    let overlay = Rows::read(folder, file, text, errors)?;
    if overlay.header() != merged.header() {
        let columns: Vec<&str> = merged.header().iter().collect();
        errors.push_in(folder, file, Some(1), format!("the header must be {}", columns.join(",")));
        return None;
    }
    let mut lines = BTreeMap::new();
    for row in overlay.iter() {
        let read_from = row.position().map_or(0, csv::Position::line);
        lines.insert(Rows::line(merged.put(row.clone())), read_from);
    }
    Some((merged.text(), lines))
}

impl Origins {
    /// Names the overlay's file and line where the error is of what came from it.
    pub fn locate(&self, error: &mut CatalogError) {
        let line = match (self.files.get(&error.file), error.line) {
            (Some(Origin::Whole), line) => line,
            (Some(Origin::Rows(lines)), Some(line)) if lines.contains_key(&line) => lines.get(&line).copied(),
            _ => return,
        };
        error.folder.clone_from(&self.folder);
        error.line = line;
    }
}
