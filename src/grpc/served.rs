//! The catalogue that is served, which may be replaced while calls run.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use tokio::sync::watch;
use tonic::{
    Response, Status,
    metadata::{AsciiMetadataKey, AsciiMetadataValue},
};

use super::{answer::Api, refusal::Refusal, status::status};
use crate::catalog::Catalog;

/// The key of the metadata of every response that tells the catalogue it was answered from.
const DIGEST: &str = "catalog-digest";

/// The catalogue that calls are answered from. Each call, and each stream from its target on, keeps the one that it began with.
#[derive(Clone, Debug)]
pub struct ServedCatalog(Arc<Served>);

#[derive(Debug)]
struct Served {
    edition: ArcSwap<Edition>,
    /// Tells those who wait that there is another one.
    replaced: watch::Sender<()>,
}

/// One catalogue, with what is answered from it.
#[derive(Debug)]
pub(super) struct Edition {
    pub api: Api,
    /// Its digest, as the metadata of a response has it.
    digest: Option<AsciiMetadataValue>,
}

impl ServedCatalog {
    /// Begins with `catalog`.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        let edition = ArcSwap::from_pointee(Edition::new(catalog));
        Self(Arc::new(Served { edition, replaced: watch::Sender::new(()) }))
    }

    /// The catalogue of this moment.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.edition().api.catalog().clone()
    }

    /// From now on calls are answered from `catalog`, and running streams are told that there is another.
    pub fn replace(&self, catalog: Arc<Catalog>) {
        self.0.edition.store(Arc::new(Edition::new(catalog)));
        self.0.replaced.send_replace(());
    }

    /// The edition of this moment, for no longer than it takes to ask it.
    pub(super) fn edition(&self) -> Guard<Arc<Edition>> {
        self.0.edition.load()
    }

    /// The edition of this moment, to be kept.
    pub(super) fn kept(&self) -> Arc<Edition> {
        self.0.edition.load_full()
    }

    /// Tells of replacements from now on.
    pub(super) fn replacements(&self) -> watch::Receiver<()> {
        self.0.replaced.subscribe()
    }
}

impl Edition {
    fn new(catalog: Arc<Catalog>) -> Self {
        let digest = catalog.digest().as_str().parse().ok();
        Self { api: Api::new(catalog), digest }
    }

    /// The answer as a response, which names the catalogue.
    pub(super) fn told<T>(&self, answer: Result<T, Refusal>) -> Result<Response<T>, Status> {
        let mut response = answer.map(Response::new).map_err(|refusal| status(&refusal))?;
        if let Some(digest) = &self.digest {
            response.metadata_mut().insert(AsciiMetadataKey::from_static(DIGEST), digest.clone());
        }
        Ok(response)
    }
}
