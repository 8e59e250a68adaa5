//! What can be seen of a server from outside: metrics, traces, request ids.

mod listener;
mod metrics;
mod request_id;
mod told;
mod traces;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use prometheus_client::registry::Registry;
use tonic::codegen::http::HeaderMap;

use super::{decision_log::Recording, methods::Method};
use crate::grpc::{CallRecord, Decider, DecisionLog};
use told::Told;
use traces::Spans;

pub use listener::serve_metrics;
pub(super) use metrics::{Metrics, Watched};
pub(super) use request_id::{REQUEST_ID, RequestId};
pub(super) use traces::Trace;
pub use traces::Traces;

/// What is kept of calls for those who watch the server. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Telemetry(Arc<Kept>);

#[derive(Debug, Default)]
struct Kept {
    metrics: Metrics,
    decisions: Option<Arc<DecisionLog>>,
    traces: Option<Traces>,
}

/// A connection that is open.
pub(super) struct Connected(Telemetry);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.metrics().connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Telemetry {
    /// Metrics, decisions where they are recorded, and spans where they are sent.
    pub fn new(recording: Option<&Recording>, traces: Option<Traces>) -> Self {
        Self(Arc::new(Kept { metrics: Metrics::default(), decisions: recording.map(Recording::log), traces }))
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Where decisions are recorded, if they are.
    pub(super) fn decisions(&self) -> Option<&Arc<DecisionLog>> {
        self.0.decisions.as_ref()
    }

    /// The trace of a call, if it has one.
    pub(super) fn trace(&self, method: &'static Method, headers: &HeaderMap) -> Option<Trace> {
        Trace::of(self.0.traces.as_ref(), method, headers)
    }

    fn spans(&self) -> Option<&Spans> {
        self.0.traces.as_ref().map(|traces| &*traces.spans)
    }

    /// The record of a call of the method, for the service to count in, if its items are counted.
    pub(super) fn record(
        &self,
        method: &Method,
        caller: Option<&Arc<str>>,
        request_id: &RequestId,
    ) -> Option<Arc<CallRecord>> {
        if !method.items {
            return None;
        }
        let decider = self.decisions().map(|log| Decider {
            log: log.clone(),
            caller: caller.cloned(),
            request_id: request_id.as_str().to_owned(),
        });
        let of_method = self.metrics().of(method.place).filter(|_| method.streams);
        Some(Arc::new(CallRecord::new(of_method.map(|of| of.items.clone()), decider)))
    }

    /// Counts a connection as open until the answer is dropped.
    pub(super) fn connected(&self) -> Connected {
        self.metrics().connections.fetch_add(1, Ordering::Relaxed);
        Connected(self.clone())
    }

    /// Count bytes of a connection: those received, and those sent.
    pub(super) fn bytes(&self) -> (impl FnMut(&[u8]) + use<>, impl FnMut(&[u8]) + use<>) {
        let (received, sent) = (self.clone(), self.clone());
        let add = |to: &AtomicU64, bytes: &[u8]| to.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        (
            move |bytes: &[u8]| _ = add(&received.metrics().received_bytes, bytes),
            move |bytes: &[u8]| _ = add(&sent.metrics().sent_bytes, bytes),
        )
    }

    /// All metrics as OpenMetrics text.
    ///
    /// # Errors
    /// When it can't be written, which a text always can.
    fn text(&self) -> Result<String, fmt::Error> {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Told(self.clone())));
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry)?;
        Ok(text)
    }
}
