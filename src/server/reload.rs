//! What is read from files at the start, and again when they change.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::task::AbortOnDropHandle;

/// How often files are looked at. Their content is compared, so that a link that points elsewhere is seen, too.
const LOOK: Duration = Duration::from_secs(2);

/// When to look at files: every so often, and at once when a SIGHUP asks for it.
pub(super) struct Looks(Option<Signal>);

impl Looks {
    /// Looks from now on. Where the system gives no signals they are every so often only.
    pub(super) fn begin() -> Self {
        Self(signal(SignalKind::hangup()).ok())
    }

    /// Waits for the next one, and says whether it was asked for.
    pub(super) async fn next(&mut self) -> bool {
        let Self(hangups) = self;
        let asked = async {
            match hangups {
                Some(hangups) => hangups.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = asked => true,
            () = tokio::time::sleep(LOOK) => false,
        }
    }
}

/// Why a file can't be used. The text holds nothing of the file, which may be secret.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", path.display())]
pub struct FileError {
    /// The file at fault.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
}

/// A file as it was read.
pub(super) struct File<'a> {
    pub path: &'a Path,
    pub bytes: Vec<u8>,
}

impl File<'_> {
    pub(super) fn error(&self, why: impl fmt::Display) -> FileError {
        FileError { path: self.path.to_owned(), why: why.to_string() }
    }
}

type Parse<T> = Box<dyn Fn(&[File<'_>]) -> Result<T, FileError> + Send + Sync>;

/// How often files that changed were taken, and how often refused.
#[derive(Debug, Default)]
pub(super) struct Reloads {
    pub taken: AtomicU64,
    pub refused: AtomicU64,
}

/// What files come to, as they last were when they were right.
pub(super) struct Reloaded<T> {
    /// What it is, in the words of the log.
    what: &'static str,
    paths: Vec<PathBuf>,
    parse: Parse<T>,
    current: ArcSwap<T>,
    /// What was last seen in the files, right or wrong, so that each state is told once.
    seen: Mutex<[u8; 32]>,
    reloads: Reloads,
}

impl<T: Send + Sync + 'static> Reloaded<T> {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// When one can't be read, or `parse` refuses it.
    pub(super) fn load(
        what: &'static str,
        paths: Vec<PathBuf>,
        parse: impl Fn(&[File<'_>]) -> Result<T, FileError> + Send + Sync + 'static,
    ) -> Result<Arc<Self>, FileError> {
        let read = read(&paths);
        let seen = Mutex::new(state(&read));
        let current = ArcSwap::from_pointee(parse(&read?)?);
        let reloads = Reloads::default();
        Ok(Arc::new(Self { what, parse: Box::new(parse), current, seen, paths, reloads }))
    }

    pub(super) fn current(&self) -> Arc<T> {
        self.current.load_full()
    }

    pub(super) fn reloads(&self) -> &Reloads {
        &self.reloads
    }

    /// Looks at the files again and again, for as long as the answer is kept.
    pub(super) fn watch(self: Arc<Self>) -> AbortOnDropHandle<()> {
        AbortOnDropHandle::new(tokio::spawn(async move {
            let mut looks = Looks::begin();
            loop {
                looks.next().await;
                let reloaded = self.clone();
                // Files may lie on a network, where reading them takes its time.
                let _ = tokio::task::spawn_blocking(move || reloaded.look()).await;
            }
        }))
    }

    /// Takes what the files now hold, if that has changed and is right as a whole.
    fn look(&self) {
        let read = read(&self.paths);
        let state = state(&read);
        if std::mem::replace(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner), state) == state {
            return;
        }
        match read.and_then(|files| (self.parse)(&files)) {
            Ok(new) => {
                self.current.store(Arc::new(new));
                self.reloads.taken.fetch_add(1, Ordering::Relaxed);
                tracing::info!("the {} changed and was reloaded", self.what);
            }
            Err(error) => {
                self.reloads.refused.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(%error, "the {} changed and is refused; the one before serves on", self.what);
            }
        }
    }
}

impl<T> fmt::Debug for Reloaded<T> {
    /// Tells the paths alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reloaded").field("what", &self.what).field("paths", &self.paths).finish_non_exhaustive()
    }
}

fn read(paths: &[PathBuf]) -> Result<Vec<File<'_>>, FileError> {
    let read = |path: &'_ PathBuf| fs::read(path).map_err(|error| error.to_string());
    let file = |path| match read(path) {
        Ok(bytes) => Ok(File { path, bytes }),
        Err(why) => Err(FileError { path: path.clone(), why }),
    };
    paths.iter().map(file).collect()
}

/// Tells one state of the files from another, without keeping what is in them.
fn state(read: &Result<Vec<File<'_>>, FileError>) -> [u8; 32] {
    let mut state = Sha256::new();
    match read {
        Ok(files) => {
            for file in files {
                state.update(Sha256::digest(&file.bytes));
            }
        }
        Err(error) => state.update(error.to_string()),
    }
    state.finalize().into()
}
