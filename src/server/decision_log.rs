//! The thread that writes the decision log.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use super::{reload::FileError, rotated::Rotated};
use crate::grpc::{DecisionLog, OnFailure};

/// How long lines are gathered, so that one write takes many of them.
const GATHER: Duration = Duration::from_millis(5);

/// How long to wait before trying again to write what could not be written.
const RETRY: Duration = Duration::from_millis(250);

/// How long an end waits for the last lines.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of a key that are enough: as many as the hash has.
const KEY_BYTES: usize = 32;

/// Where decisions are recorded, and how.
#[derive(Clone, Debug)]
pub struct DecisionLogFiles {
    /// The file that is written. Those before it have `.1`, `.2` and so on after its name, the newest first.
    pub path: PathBuf,
    /// The key of the hashes of profiles.
    pub key: PathBuf,
    /// What happens to calls when it can't be written.
    pub on_failure: OnFailure,
    /// Bytes after which a new file is begun.
    pub max_bytes: u64,
    /// Files kept beside the one that is written.
    pub keep: u32,
}

/// Writes the last lines when it is dropped.
#[derive(Debug)]
#[must_use = "lines that are not written yet go with it"]
pub struct Recording(Arc<DecisionLog>);

impl DecisionLogFiles {
    /// Opens the file and begins to write what is recorded.
    ///
    /// # Errors
    /// When the file can't be opened, or the key is none.
    pub fn open(self) -> Result<Recording, FileError> {
        let wrong = |path: &Path, why: String| FileError { path: path.to_owned(), why };
        let key = fs::read(&self.key).map_err(|error| wrong(&self.key, error.to_string()))?;
        let key = Some(key.trim_ascii()).filter(|key| key.len() >= KEY_BYTES);
        let log = key.and_then(|key| DecisionLog::new(key, self.on_failure)).ok_or_else(|| {
            wrong(&self.key, format!("a key has at least {KEY_BYTES} bytes, as `openssl rand -hex 32` prints"))
        })?;
        let Self { path, max_bytes, keep, .. } = self;
        let file = Rotated::open(path.clone(), max_bytes, keep).map_err(|error| wrong(&path, error.to_string()))?;
        let writer = log.clone();
        let started = thread::Builder::new().name("decisions".to_owned()).spawn(move || write(&writer, file));
        started.map_err(|error| wrong(&path, error.to_string()))?;
        Ok(Recording(log))
    }
}

impl Recording {
    /// Where calls leave their lines.
    pub(super) fn log(&self) -> Arc<DecisionLog> {
        self.0.clone()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.0.end(PATIENCE);
    }
}

/// Writes lines until no more come.
fn write(log: &DecisionLog, mut file: Rotated) {
    let mut text = Vec::new();
    while let Some(lines) = log.take(&mut text) {
        let mut rest = text.as_slice();
        while !rest.is_empty() {
            match file.write(rest) {
                Ok(written) => {
                    rest = rest.get(written..).unwrap_or_default();
                    if log.note(false) {
                        tracing::info!("the decision log is written again");
                    }
                }
                Err(error) => {
                    if log.note(true) {
                        tracing::error!(%error, "the decision log can't be written");
                    }
                    if log.pause(RETRY) {
                        break;
                    }
                }
            }
        }
        let lost = rest.split_inclusive(|byte| *byte == b'\n').count() as u64;
        if lost > 0 {
            tracing::error!(decisions = lost, "decisions were not recorded");
        }
        log.account(lines.saturating_sub(lost), true);
        log.account(lost, false);
        text.clear();
        log.pause(GATHER);
    }
    log.done();
}
