//! What is counted. Counts are reached by the place of their method, and go up by themselves, without a lock or a look-up.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use prometheus_client::metrics::histogram::Histogram;
use tonic::Code;

use crate::{
    grpc::{AtWork, Limits, Tally},
    server::{live_catalog::LiveCatalog, load::Load, methods, security::Security},
};

/// gRPC codes, OK among them.
const CODES: usize = 17;

/// Seconds up to which calls are counted together: the cheapest take some tens of microseconds, the default deadline is seconds.
const SECONDS: [f64; 14] =
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The counts of one server.
pub(in crate::server) struct Metrics {
    methods: Vec<OfMethod>,
    pub connections: AtomicI64,
    pub received_bytes: AtomicU64,
    pub sent_bytes: AtomicU64,
    pub panics: AtomicU64,
    watched: OnceLock<Watched>,
}

/// The counts of one method.
#[derive(Debug)]
pub(in crate::server) struct OfMethod {
    calls: [AtomicU64; CODES],
    pub took: Histogram,
    in_flight: AtomicI64,
    pub items: Arc<Tally>,
}

/// What is not counted but looked at when someone asks.
pub(in crate::server) struct Watched {
    pub security: Security,
    pub catalog: LiveCatalog,
    pub load: Arc<Load>,
    pub at_work: AtWork,
    pub limits: Arc<Limits>,
}

impl Default for Metrics {
    fn default() -> Self {
        let method = |_| OfMethod {
            calls: Default::default(),
            took: Histogram::new(SECONDS),
            in_flight: AtomicI64::new(0),
            items: Arc::default(),
        };
        Self {
            methods: methods::all().iter().map(method).collect(),
            connections: AtomicI64::new(0),
            received_bytes: AtomicU64::new(0),
            sent_bytes: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            watched: OnceLock::new(),
        }
    }
}

impl Metrics {
    /// The counts of the method at this place.
    pub(in crate::server) fn of(&self, place: usize) -> Option<&OfMethod> {
        self.methods.get(place)
    }

    pub(in crate::server) fn watch(&self, watched: Watched) {
        // Metrics are of one server, and a second one is not looked at.
        let _ = self.watched.set(watched);
    }

    pub(super) fn watched(&self) -> Option<&Watched> {
        self.watched.get()
    }
}

impl OfMethod {
    pub(in crate::server) fn begun(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the call as ended before it is no longer in flight, so that whoever looks at what is in flight first misses none.
    pub(in crate::server) fn ended(&self, code: Code, took: Duration) {
        self.took.observe(took.as_secs_f64());
        if let Some(calls) = usize::try_from(i32::from(code)).ok().and_then(|code| self.calls.get(code)) {
            calls.fetch_add(1, Ordering::Relaxed);
        }
        self.in_flight.fetch_sub(1, Ordering::Release);
    }

    /// How many calls have begun and not ended. Those that are not among them have been counted.
    pub(super) fn in_flight(&self) -> i64 {
        self.in_flight.load(Ordering::Acquire)
    }

    /// How many calls ended with each code, by its name in the gRPC specification.
    pub(super) fn calls(&self) -> impl Iterator<Item = (&'static str, u64)> {
        NAMES.into_iter().zip(self.calls.iter().map(|calls| calls.load(Ordering::Relaxed)))
    }
}

/// The names of the codes, in the order of their numbers.
const NAMES: [&str; CODES] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
