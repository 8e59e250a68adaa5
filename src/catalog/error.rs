use std::fmt;

/// The folder that embedded files are told to be in.
pub(super) const EMBEDDED: &str = "catalog";

/// What is wrong in one place of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogError {
    /// Where the file is: `catalog`, which is embedded, or the directory of an overlay.
    pub folder: String,
    /// Path in that folder.
    pub file: String,
    /// Line, counted from 1; none when the file as a whole is meant.
    pub line: Option<u64>,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// Everything that is wrong with a catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogErrors(pub Vec<CatalogError>);

impl CatalogErrors {
    /// Adds what is wrong at a place of the embedded files.
    pub(super) fn push(&mut self, file: &str, line: Option<u64>, reason: impl Into<String>) {
        self.push_in(EMBEDDED, file, line, reason);
    }

    /// Adds what is wrong at a place of a folder's files.
    pub(super) fn push_in(&mut self, folder: &str, file: &str, line: Option<u64>, reason: impl Into<String>) {
        let (folder, file) = (folder.to_owned(), file.to_owned());
        self.0.push(CatalogError { folder, file, line, reason: reason.into() });
    }

    /// # Errors
    /// All that was found, if anything was.
    pub(super) fn none_or_err(&self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self.clone()) }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}/{}:{line}: {}", self.folder, self.file, self.reason),
            None => write!(f, "{}/{}: {}", self.folder, self.file, self.reason),
        }
    }
}

impl fmt::Display for CatalogErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            let newline = if place == 0 { "" } else { "\n" };
            write!(f, "{newline}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogErrors {}
