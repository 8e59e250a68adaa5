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
pub struct AtWork {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// Places, and places of the queue, in all.
    most: [usize; 2],
}

/// A place that is taken, for as long as this is kept.
pub(super) struct Place {
    _taken: OwnedSemaphorePermit,
}

impl AtWork {
    /// So many places as the limits allow.
    pub fn new(limits: &Limits) -> Self {
        let most = [limits.at_work, limits.queue].map(|number| number.min(Semaphore::MAX_PERMITS));
        let [places, queue] = most.map(|number| Arc::new(Semaphore::new(number)));
        Self { places, queue, most }
    }

    /// How many calls are at work.
    pub fn running(&self) -> usize {
        self.most[0].saturating_sub(self.places.available_permits())
    }

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.most[1].saturating_sub(self.queue.available_permits())
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
