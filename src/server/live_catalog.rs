//! The catalogue of a server, which follows the files of its overlay while it serves.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread,
    time::Duration,
};

use tokio_util::task::AbortOnDropHandle;

use super::reload::{Looks, Reloads};
use crate::{
    catalog::{Catalog, CatalogErrors, CatalogFiles, Overlay},
    grpc::ServedCatalog,
};

/// How long files must stand still before they are taken: someone may be at writing them.
const STILL: Duration = Duration::from_millis(200);

/// The catalogue of the program, with the files of a directory laid over it where there is one. When they change it is read again
/// as a whole, and what is wrong is refused as a whole.
#[derive(Clone, Debug)]
pub struct LiveCatalog {
    served: ServedCatalog,
    overlaid: Option<Arc<Overlaid>>,
}

/// The directory, and what was last seen in it, right or wrong, so that each state is told once.
#[derive(Debug)]
struct Overlaid {
    directory: PathBuf,
    seen: Mutex<Result<Overlay, CatalogErrors>>,
    reloads: Reloads,
}

impl From<Arc<Catalog>> for LiveCatalog {
    /// One that never changes.
    fn from(catalog: Arc<Catalog>) -> Self {
        Self { served: ServedCatalog::new(catalog), overlaid: None }
    }
}

impl LiveCatalog {
    /// Reads the catalogue with the files of `directory`.
    ///
    /// # Errors
    /// When the directory can't be read, or what comes out is wrong, with file, line and reason.
    pub fn read(directory: &Path) -> Result<Self, CatalogErrors> {
        let overlay = Overlay::read(directory)?;
        let served = ServedCatalog::new(Arc::new(overlaid_by(&overlay)?));
        let overlaid =
            Overlaid { directory: directory.to_owned(), seen: Mutex::new(Ok(overlay)), reloads: Reloads::default() };
        Ok(Self { served, overlaid: Some(Arc::new(overlaid)) })
    }

    /// The catalogue of this moment.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.served.catalog()
    }

    /// How often what changed in the directory was taken and refused; none where there is no directory.
    pub(super) fn reloads(&self) -> Option<&Reloads> {
        self.overlaid.as_deref().map(|overlaid| &overlaid.reloads)
    }

    pub(super) fn served(&self) -> ServedCatalog {
        self.served.clone()
    }

    /// Looks at the directory again and again, for as long as the answer is kept.
    pub(super) fn watch(&self) -> Option<AbortOnDropHandle<()>> {
        let (overlaid, served) = (self.overlaid.clone()?, self.served.clone());
        Some(AbortOnDropHandle::new(tokio::spawn(async move {
            let mut looks = Looks::begin();
            loop {
                let asked = looks.next().await;
                let (overlaid, served) = (overlaid.clone(), served.clone());
                // To read and check a catalogue takes its time, which the calls of this moment must not wait for.
                let _ = tokio::task::spawn_blocking(move || overlaid.look(&served, asked)).await;
            }
        })))
    }
}

impl Overlaid {
    /// Takes what the directory now holds, if that is right as a whole. Who asked for it is told what came of it in any case, and
    /// otherwise only a change is told, when it has stood still.
    fn look(&self, served: &ServedCatalog, asked: bool) {
        let read = Overlay::read(&self.directory);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked {
            if read == *seen {
                return;
            }
            thread::sleep(STILL);
            if Overlay::read(&self.directory) != read {
                return;
            }
        }
        match read.as_ref().map_err(Clone::clone).and_then(overlaid_by) {
            Ok(catalog) if catalog.digest() == served.catalog().digest() => {
                tracing::info!(catalog = %catalog.digest(), "the catalogue was read again and is as it was");
            }
            Ok(catalog) => {
                let draws = catalog.draws();
                let newest = draws.first().map(|draw| draw.number.clone()).unwrap_or_default();
                tracing::info!(catalog = %catalog.digest(), draws = draws.len(), newest, "the catalogue was reloaded");
                served.replace(Arc::new(catalog));
                self.reloads.taken.fetch_add(1, Ordering::Relaxed);
            }
            Err(errors) => {
                self.reloads.refused.fetch_add(1, Ordering::Relaxed);
                refuse(&errors);
            }
        }
        *seen = read;
    }
}

/// The embedded catalogue with an overlay.
fn overlaid_by(overlay: &Overlay) -> Result<Catalog, CatalogErrors> {
    Catalog::load(&CatalogFiles::embedded().with_overlay(overlay)?)
}

/// A line for what is wrong first; `check-catalog` tells all of it.
fn refuse(CatalogErrors(errors): &CatalogErrors) {
    let others = errors.len().saturating_sub(1);
    if let Some(error) = errors.first() {
        tracing::warn!(%error, others, "the catalogue is refused; the one before serves on");
    }
}
