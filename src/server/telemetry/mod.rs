//! What can be seen of a server from outside: metrics, traces, request ids.

mod listener;
mod metrics;
mod request_id;
mod told;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use crate::grpc::CallRecord;

pub use listener::serve_metrics;
pub(super) use metrics::{Metrics, Watched};
pub(super) use request_id::{REQUEST_ID, request_id};

/// What is kept of calls for those who watch the server. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Telemetry {
    pub(super) metrics: Arc<Metrics>,
}

/// A connection that is open.
pub(super) struct Connected(Arc<Metrics>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Telemetry {
    /// The record of a call of the method at `place`, for the service to count in.
    pub(super) fn record(&self, place: usize) -> Option<Arc<CallRecord>> {
        Some(Arc::new(CallRecord::new(self.metrics.of(place)?.items.clone())))
    }

    /// Counts a connection as open until the answer is dropped.
    pub(super) fn connected(&self) -> Connected {
        self.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Connected(self.metrics.clone())
    }

    /// Count bytes of a connection: those received, and those sent.
    pub(super) fn bytes(&self) -> (impl FnMut(&[u8]) + use<>, impl FnMut(&[u8]) + use<>) {
        let (received, sent) = (self.metrics.clone(), self.metrics.clone());
        let add = |to: &AtomicU64, bytes: &[u8]| to.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        (
            move |bytes: &[u8]| _ = add(&received.received_bytes, bytes),
            move |bytes: &[u8]| _ = add(&sent.sent_bytes, bytes),
        )
    }
}
