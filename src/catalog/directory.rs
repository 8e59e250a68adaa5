//! The one place of the catalogue that touches the file system: overlays read from a directory, and written to one.

use std::{
    fs, io,
    io::{Read, Write},
    path::Path,
};

use super::{CatalogErrors, Overlay};

/// The most bytes of a file; the largest embedded one has 70 kB.
const MAX_BYTES: u64 = 16 << 20;

impl Overlay {
    /// Reads the overlay in a directory. Names that begin with a dot are passed over: files that are being written, and the
    /// links by which a mounted volume is swapped.
    ///
    /// # Errors
    /// When the directory or a file can't be read, or is not a text of at most 16 MiB.
    pub fn read(directory: &Path) -> Result<Self, CatalogErrors> {
        let mut overlay = Self::empty(directory.display().to_string());
        let mut errors = CatalogErrors::default();
        read_folder(directory, "", &mut overlay, &mut errors);
        errors.none_or_err()?;
        Ok(overlay)
    }

    /// Writes the files that differ from `before` into a directory, which is made if need be: each first beside its place,
    /// then, when all are written, moved there, so that no one ever reads half a file.
    ///
    /// # Errors
    /// When a file can't be written. Nothing is changed then, unless moving a file failed after others had been moved.
    pub fn write(&self, directory: &Path, before: &Self) -> io::Result<()> {
        fs::create_dir_all(directory)?;
        let mut written = Vec::new();
        for path in self.paths().filter(|path| self.get(path) != before.get(path)) {
            let place = directory.join(path);
            let folder = place.parent().unwrap_or(directory);
            fs::create_dir_all(folder)?;
            let mut file = new_file(folder)?;
            file.write_all(self.get(path).unwrap_or_default().as_bytes())?;
            file.as_file().sync_all()?;
            written.push((file, place));
        }
        for (file, place) in written {
            file.persist(place).map_err(|failed| failed.error)?;
        }
        Ok(())
    }
}

/// A file that goes away by itself unless it is moved, readable by whom the process's mask lets read it.
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

fn read_folder(folder: &Path, prefix: &str, overlay: &mut Overlay, errors: &mut CatalogErrors) {
    let place = overlay.folder().to_owned();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return errors.push_in(&place, prefix, None, format!("the directory can't be read: {error}")),
    };
    for entry in entries {
        let name = match entry {
            Ok(entry) => entry.file_name(),
            Err(error) => {
                errors.push_in(&place, prefix, None, format!("the directory can't be read: {error}"));
                continue;
            }
        };
        let path = format!("{prefix}{}", name.to_string_lossy());
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let is_folder = fs::metadata(folder.join(&name)).is_ok_and(|kind| kind.is_dir());
        if is_folder && prefix.is_empty() {
            read_folder(&folder.join(&name), &format!("{path}/"), overlay, errors);
        } else {
            match read_file(&folder.join(&name)) {
                Ok(text) => overlay.insert(&path, text),
                Err(error) => errors.push_in(&place, &path, None, format!("the file can't be read: {error}")),
            }
        }
    }
}

/// Reads a text. What is not a plain file might never end.
fn read_file(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    let mut text = String::new();
    let read = fs::File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read > MAX_BYTES) {
        return Err(io::Error::other("it has more than 16 MiB"));
    }
    Ok(text)
}
