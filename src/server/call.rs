//! One call that goes on: what is kept of it until its end, and told then. Nothing of a message is in it.

use std::{
    any::Any,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use opentelemetry::trace::TraceId;
use tonic::{Code, codegen::http::Request};

use super::{
    load::Held,
    log,
    methods::Method,
    telemetry::{RequestId, Telemetry, Trace},
};
use crate::grpc::{CallRecord, Counts, Incident, Refusal};

/// A call from its first byte to its last. However it ends it is counted and has its line in the log, once.
pub(super) struct Call {
    pub begun: Instant,
    pub method: &'static Method,
    caller: Option<Arc<str>>,
    pub request_id: RequestId,
    /// Its place among those that the server takes on.
    pub held: Option<Held>,
    record: Option<Arc<CallRecord>>,
    trace: Option<Trace>,
    telemetry: Telemetry,
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
    pub took: Duration,
    /// What its items came to, if it has any.
    pub items: Option<Counts>,
    /// The trace it belongs to, if it does to one.
    pub trace: Option<TraceId>,
}

impl Call {
    /// A call that begins.
    pub(super) fn begin<B>(
        telemetry: &Telemetry,
        method: &'static Method,
        caller: Option<Arc<str>>,
        request: &Request<B>,
    ) -> Self {
        let of_method = telemetry.metrics().of(method.place);
        if let Some(of_method) = of_method {
            of_method.begun();
        }
        let request_id = RequestId::of(request.headers());
        let record = if method.items { telemetry.record(method.place, caller.as_ref(), &request_id) } else { None };
        let trace = telemetry.trace(method, request.headers());
        Self {
            begun: Instant::now(),
            method,
            caller,
            request_id,
            held: None,
            record,
            trace,
            telemetry: telemetry.clone(),
            over: false,
        }
    }

    /// Whether an answer with this code among its headers names the call by its request id. It costs a unary call a fortieth, and who gave no id
    /// and got what was asked for has nothing to ask about, unless the decision is recorded.
    pub(super) fn names_itself(&self, code: Option<Code>) -> bool {
        code.is_some_and(|code| code != Code::Ok)
            || self.request_id.is_asked()
            || self.method.streams
            || self.telemetry.decisions().is_some()
    }

    /// Asks what answers the call, which counts in its record.
    pub(super) fn ask<T>(&self, poll: impl FnOnce() -> T) -> T {
        match &self.record {
            Some(record) => record.while_polled(poll),
            None => poll(),
        }
    }

    /// What answers the call panicked, and threw this. It is counted and logged, and what the caller is told names it.
    pub(super) fn panicked(&self, payload: &(dyn Any + Send)) -> Refusal {
        self.telemetry.metrics().panics.fetch_add(1, Ordering::Relaxed);
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
        let took = self.begun.elapsed();
        if let Some(of_method) = self.telemetry.metrics().of(self.method.place) {
            of_method.ended(code, took);
        }
        let items = self.record.as_ref().map(|record| record.items());
        let trace = self.trace.take();
        let ended = Ended {
            method: &self.method.path,
            caller: self.caller.as_deref(),
            request_id: self.request_id.as_str(),
            code,
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
    }
}
