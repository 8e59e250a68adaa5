//! The catalogue inside the program: all of `catalog/`, as it was when the program was built.

use include_dir::{Dir, DirEntry, include_dir};

use super::CatalogFiles;

static DIR: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/catalog");

/// The embedded files. A file that is not text can't be a file of the catalogue, and is left to be found missing.
pub(super) fn files() -> CatalogFiles {
    let mut files = CatalogFiles::default();
    collect(&DIR, &mut files);
    files
}

fn collect(dir: &Dir<'_>, files: &mut CatalogFiles) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => collect(dir, files),
            DirEntry::File(file) => {
                if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                    files.insert(path, text);
                }
            }
        }
    }
}
