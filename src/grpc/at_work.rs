//! Work that takes longer than a moment: so much of it at once, and so many calls that wait for their turn.

use std::{panic, sync::Arc};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

use super::{
    incident::{self, Incident},
    limits::Limits,
    refusal::Refusal,
};

/// The places for such work in one server.
#[derive(Clone, Debug)]
pub(super) struct AtWork {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

/// A place that is taken, for as long as this is kept.
pub(super) struct Place {
    _taken: OwnedSemaphorePermit,
}

impl AtWork {
    pub(super) fn new(limits: &Limits) -> Self {
        let places = |number: usize| Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS)));
        Self { places: places(limits.at_work), queue: places(limits.queue) }
    }

    /// Waits for a place. The call's deadline bounds the wait.
    ///
    /// # Errors
    /// When so many wait already that it would be in vain.
    pub(super) async fn place(&self) -> Result<Place, Refusal> {
        let places = self.places.clone();
        let taken = if let Ok(taken) = places.clone().try_acquire_owned() {
            taken
        } else {
            let _waits = self.queue.try_acquire().map_err(|_| Refusal::Overloaded { limit: "max_queue" })?;
            places.acquire_owned().await.map_err(|_| Refusal::Internal)?
        };
        Ok(Place { _taken: taken })
    }

    /// Does `work` off the threads that serve connections, whose other calls it would hold up. It keeps its place to its end,
    /// also when its caller has gone.
    ///
    /// # Errors
    /// Those of the work, or that too many wait.
    pub(super) async fn off_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let place = self.place().await?;
        off_thread(move || {
            let _place = place;
            work()
        })
        .await?
    }
}

/// Does `work` on a thread of its own. What panics there panics here, under the same incident.
///
/// # Errors
/// When the runtime stops.
pub(crate) async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    let done = spawn_blocking(|| {
        panic::catch_unwind(panic::AssertUnwindSafe(work)).map_err(|payload| Incident::of(payload.as_ref()))
    });
    match done.await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(incident)) => incident::resume(incident),
        Err(_) => Err(Refusal::Internal),
    }
}
