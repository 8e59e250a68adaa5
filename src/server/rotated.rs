//! A file of lines, followed by another when it is full.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::PathBuf,
};

/// A file that is added to, and the ones before it.
pub(super) struct Rotated {
    path: PathBuf,
    max_bytes: u64,
    keep: u32,
    file: File,
    bytes: u64,
    /// Whether the last line is whole.
    whole: bool,
}

impl Rotated {
    /// Opens the file, or makes it, for its owner alone.
    pub(super) fn open(path: PathBuf, max_bytes: u64, keep: u32) -> io::Result<Self> {
        let (file, bytes) = open(&path)?;
        Ok(Self { path, max_bytes, keep, file, bytes, whole: true })
    }

    /// Writes some of `text`, which is lines, and says how many bytes. A line is never in two files.
    ///
    /// # Errors
    /// When nothing could be written; the same text may be tried again.
    pub(super) fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        if self.whole {
            if self.is_moved() {
                self.begin()?;
            }
            if self.bytes > 0 && self.bytes + first_line(text).len() as u64 > self.max_bytes {
                self.rotate()?;
            }
        }
        let chunk = if self.whole { self.fitting(text) } else { first_line(text) };
        let written = self.file.write(chunk)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.bytes += written as u64;
        self.whole = chunk.get(written - 1) == Some(&b'\n');
        Ok(written)
    }

    /// The lines that the file has room for, and one at least.
    fn fitting<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let room = usize::try_from(self.max_bytes.saturating_sub(self.bytes)).unwrap_or(usize::MAX);
        let room = text.get(..room.min(text.len())).unwrap_or_default();
        match room.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => room.get(..=end).unwrap_or_default(),
            None => first_line(text),
        }
    }

    /// Whether someone moved the file away, or removed it.
    fn is_moved(&self) -> bool {
        match (fs::metadata(&self.path), self.file.metadata()) {
            (Ok(there), Ok(ours)) => (there.dev(), there.ino()) != (ours.dev(), ours.ino()),
            _ => true,
        }
    }

    fn rotate(&mut self) -> io::Result<()> {
        for number in (0..self.keep).rev() {
            match fs::rename(self.numbered(number), self.numbered(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        self.begin()
    }

    fn begin(&mut self) -> io::Result<()> {
        (self.file, self.bytes) = open(&self.path)?;
        Ok(())
    }

    /// The file so many before the one that is written.
    fn numbered(&self, number: u32) -> PathBuf {
        let mut path = self.path.clone();
        if number > 0 {
            path.as_mut_os_string().push(format!(".{number}"));
        }
        path
    }
}

/// Opens a file at its end, and tells its length. A line that a crash left half is ended, so that the next is its own.
fn open(path: &PathBuf) -> io::Result<(File, u64)> {
    let mut file = OpenOptions::new().append(true).read(true).create(true).mode(0o600).open(path)?;
    let mut bytes = file.metadata()?.len();
    if bytes > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            bytes += 1;
        }
    }
    Ok((file, bytes))
}

fn first_line(text: &[u8]) -> &[u8] {
    text.iter().position(|byte| *byte == b'\n').and_then(|end| text.get(..=end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_all(file: &mut Rotated, mut text: &[u8]) {
        while !text.is_empty() {
            let written = file.write(text).unwrap();
            text = &text[written..];
        }
    }

    #[test]
    fn files_hold_whole_lines_up_to_their_size_and_as_many_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = Rotated::open(path.clone(), 10, 2).unwrap();
        let read = |number: &str| fs::read_to_string(folder.path().join(format!("log{number}"))).ok();
        write_all(&mut file, b"aaaa\nbbbb\n");
        assert_eq!([read(""), read(".1")], [Some("aaaa\nbbbb\n".into()), None], "just full");
        write_all(&mut file, b"c\na line that is longer than a file\nd\n");
        assert_eq!(read(""), Some("d\n".into()));
        assert_eq!(read(".1"), Some("a line that is longer than a file\n".into()));
        assert_eq!([read(".2"), read(".3")], [Some("c\n".into()), None], "the oldest is gone");
        fs::rename(&path, folder.path().join("moved")).unwrap();
        write_all(&mut file, b"e\n");
        assert_eq!([read(""), read(".1")], [Some("e\n".into()), Some("a line that is longer than a file\n".into())]);
        drop(file);
        fs::write(&path, "hal").unwrap();
        let mut file = Rotated::open(path, 10, 2).unwrap();
        write_all(&mut file, b"f\n");
        assert_eq!(read(""), Some("hal\nf\n".into()));
    }
}
