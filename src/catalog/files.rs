use std::{collections::BTreeMap, fmt};

use sha2::{Digest, Sha256};

use super::{CatalogErrors, overlay::Origins};

/// The texts of a catalogue by their paths in `catalog/`: `draws.csv`, `categories/healthcare.toml`.
#[derive(Clone, Debug, Default)]
pub struct CatalogFiles {
    texts: BTreeMap<String, String>,
    /// What of them is an overlay's, to name its places in messages.
    pub(super) overlaid: Option<Origins>,
}

/// SHA-256 over the paths and contents of all files, written `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogDigest(String);

impl CatalogFiles {
    /// The files this program was built with.
    pub fn embedded() -> Self {
        super::embedded::files()
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: &str, text: impl Into<String>) {
        self.texts.insert(path.to_owned(), text.into());
    }

    /// The text of a file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The paths of all files, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// The files of a folder, by path.
    pub(super) fn in_folder(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().filter_map(move |(path, text)| {
            let name = path.strip_prefix(folder)?;
            name.starts_with('/').then_some((path.as_str(), text.as_str()))
        })
    }

    /// The errors, those of what an overlay brought named by its own files and lines.
    pub(super) fn located(&self, mut errors: CatalogErrors) -> CatalogErrors {
        for error in &mut errors.0 {
            if let Some(origins) = &self.overlaid {
                origins.locate(error);
            }
        }
        errors
    }

    /// Digest of all paths and contents, each preceded by its length, so that no two catalogues share one.
    pub(super) fn digest(&self) -> CatalogDigest {
        let mut hash = Sha256::new();
        for part in self.texts.iter().flat_map(|(path, text)| [path, text]) {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        CatalogDigest(format!("sha256:{:x}", hash.finalize()))
    }
}

impl CatalogDigest {
    /// `sha256:` and 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CatalogDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
