//! One call that goes on: what is kept of it until its end, and told then. Nothing of a message is in it.

use std::{
    any::Any,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use opentelemetry::trace::TraceId;
use tonic::{Code, codegen::http::Request};

use super::{
    Serving, log,
    methods::Method,
    telemetry::{RequestId, Trace},
};
use crate::grpc::{CallRecord, Counts, Incident, Refusal};

/// A call from its first byte to its last. However it ends it is counted and has its line in the log, once.
pub(super) struct Call {
    pub begun: Instant,
    pub method: &'static Method,
    caller: Option<Arc<str>>,
    pub request_id: RequestId,
    serving: Arc<Serving>,
    /// Whether it has a place among those that the server takes on.
    held: bool,
    record: Option<Arc<CallRecord>>,
    trace: Option<Trace>,
    over: bool,
}

/// What a call came to.
pub(super) struct Ended<'a> {
    /// The path of its method.
    pub method: &'a str,
    /// The caller's name, if it is known.
    pub caller: Option<&'a str>,
    pub request_id: &'a str,
    pub code: Code,
    /// When it ended.
    pub at: Instant,
    pub took: Duration,
    /// What its items came to, if it has any.
    pub items: Option<Counts>,
    /// The trace it belongs to, if it does to one.
    pub trace: Option<TraceId>,
}

impl Call {
    /// A call that begins.
    pub(super) fn begin<B>(
        serving: &Arc<Serving>,
        method: &'static Method,
        caller: Option<Arc<str>>,
        request: &Request<B>,
    ) -> Self {
        let telemetry = &serving.telemetry;
        let of_method = telemetry.metrics().of(method.place);
        if let Some(of_method) = of_method {
            of_method.begun();
        }
        let request_id = RequestId::of(request.headers());
        let record = telemetry.record(method, caller.as_ref(), &request_id);
        let trace = telemetry.trace(method, request.headers());
        Self {
            begun: Instant::now(),
            method,
            caller,
            request_id,
            serving: serving.clone(),
            held: false,
            record,
            trace,
            over: false,
        }
    }

    /// Takes a place among the calls that the server takes on, until the call ends.
    pub(super) fn hold(&mut self) -> Result<(), Refusal> {
        self.serving.load.hold(self.method.class).inspect(|()| self.held = true)
    }

    /// Whether an answer with this code among its headers names the call by its request id. It costs a unary call a fortieth, and who gave no id
    /// and got what was asked for has nothing to ask about, unless the decision is recorded.
    pub(super) fn names_itself(&self, code: Option<Code>) -> bool {
        code.is_some_and(|code| code != Code::Ok)
            || self.request_id.is_asked()
            || self.method.streams
            || self.serving.telemetry.decisions().is_some()
    }

    /// Asks what answers the call, which counts in its record.
    pub(super) fn ask<T>(&mut self, poll: impl FnOnce() -> T) -> T {
        CallRecord::while_polled(&mut self.record, poll)
    }

    /// What answers the call panicked, and threw this. It is counted and logged, and what the caller is told names it.
    pub(super) fn panicked(&self, payload: &(dyn Any + Send)) -> Refusal {
        self.serving.telemetry.metrics().panics.fetch_add(1, Ordering::Relaxed);
        let (incident, request_id) = (Incident::of(payload), self.request_id.as_str());
        tracing::error!(%incident, method = self.method.path, request_id, "a call panicked");
        Refusal::Panicked(incident)
    }

    /// The end of the call, told now.
    pub(super) fn ended(mut self, code: Code) {
        self.tell(code);
    }

    fn tell(&mut self, code: Code) {
        self.over = true;
        let at = Instant::now();
        let took = at.saturating_duration_since(self.begun);
        let items = self.record.as_ref().map(|record| record.items());
        if let Some(of_method) = self.serving.telemetry.metrics().of(self.method.place) {
            // Those of a stream were counted while it ran.
            if let Some(items) = items.filter(|_| !self.method.streams) {
                of_method.items.add(items);
            }
            of_method.ended(code, took);
        }
        let trace = self.trace.take();
        let ended = Ended {
            method: &self.method.path,
            caller: self.caller.as_deref(),
            request_id: self.request_id.as_str(),
            code,
            at,
            took,
            items,
            trace: trace.as_ref().map(|trace| trace.id),
        };
        log::call_ended(&ended);
        if let Some(trace) = trace {
            trace.ended(&ended);
        }
    }
}

impl Drop for Call {
    /// A client that goes away before the end has cancelled the call, be the answer under way or not.
    fn drop(&mut self) {
        if !self.over {
            self.tell(Code::Cancelled);
        }
        if self.held {
            self.serving.load.give_back(self.method.class);
        }
    }
}
