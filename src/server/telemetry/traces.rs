//! Traces: a span for each call, sent to a collector by OTLP. No call waits for it.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use opentelemetry::{
    Context, KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Span as _, SpanKind, Status, TraceContextExt, TraceId, Tracer, TracerProvider},
};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider, Span, SpanData},
};
use tonic::{
    Code,
    codegen::http::{HeaderMap, HeaderName},
};

use crate::server::{call::Ended, headers::find, methods::Method};

/// The name by which a collector knows the service, unless `OTEL_SERVICE_NAME` gives it another.
const SERVICE: &str = "express-entry";

/// How long an end waits for the collector to take the last spans.
const PATIENCE: Duration = Duration::from_secs(2);

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

static W3C: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);

/// Where spans go.
#[derive(Clone, Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    pub(super) spans: Arc<Spans>,
}

/// Spans by what became of them. Those that are neither exported nor failed wait, or found the queue full.
#[derive(Debug, Default)]
pub(super) struct Spans {
    pub ended: AtomicU64,
    pub exported: AtomicU64,
    pub failed: AtomicU64,
    /// Whether the last export failed, so that a collector that is away is told once.
    failing: AtomicBool,
}

/// The trace that a call belongs to.
pub(in crate::server) struct Trace {
    pub id: TraceId,
    span: Option<Box<(Span, Arc<Spans>)>>,
}

impl Traces {
    /// Sends spans to the collector at `endpoint`, an `http` address that speaks OTLP by gRPC. How many are kept, waiting and sent
    /// at once is as OpenTelemetry's variables say. Needs a runtime, which drives the connection.
    ///
    /// # Errors
    /// When the endpoint is none, or one of the variables makes no sense.
    pub fn to(endpoint: &str) -> Result<Self, ExporterBuildError> {
        let exporter = SpanExporter::builder().with_tonic().with_endpoint(endpoint).build()?;
        let spans = Arc::<Spans>::default();
        let mut resource =
            Resource::builder().with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name(SERVICE);
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(Counted { exporter, spans: spans.clone() })
            .build();
        Ok(Self { tracer: provider.tracer(SERVICE), provider, spans })
    }

    /// Sends the last spans, which takes two seconds at most.
    pub async fn end(self) {
        let Self { provider, .. } = self;
        // The connection lives on the runtime that would be held up.
        let _ = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(PATIENCE)).await;
    }

    fn span(&self, method: &'static Method, parent: Option<&Context>) -> Trace {
        let name = method.path.trim_start_matches('/');
        let (service, short) = name.split_once('/').unwrap_or(("", name));
        let attributes = [
            KeyValue::new("rpc.system", "grpc"),
            KeyValue::new("rpc.service", service),
            KeyValue::new("rpc.method", short),
        ];
        let builder = self.tracer.span_builder(name).with_kind(SpanKind::Server).with_attributes(attributes);
        let root = Context::new();
        let span = self.tracer.build_with_context(builder, parent.unwrap_or(&root));
        Trace { id: span.span_context().trace_id(), span: Some(Box::new((span, self.spans.clone()))) }
    }
}

impl Trace {
    /// The trace of a call: a new span of it where spans are sent, under the one that the caller names, if it does.
    pub(super) fn of(traces: Option<&Traces>, method: &'static Method, headers: &HeaderMap) -> Option<Self> {
        let named = find(headers, &TRACEPARENT).is_some();
        let parent = named.then(|| W3C.extract_with_context(&Context::new(), &Named(headers)));
        if let Some(traces) = traces {
            return Some(traces.span(method, parent.as_ref()));
        }
        let id = parent?.span().span_context().trace_id();
        (id != TraceId::INVALID).then_some(Self { id, span: None })
    }

    /// Ends the span of a call, if it has one.
    pub(in crate::server) fn ended(self, ended: &Ended<'_>) {
        let Some((mut span, spans)) = self.span.map(|span| *span) else { return };
        if !span.is_recording() {
            return;
        }
        span.set_attribute(KeyValue::new("rpc.grpc.status_code", i64::from(i32::from(ended.code))));
        span.set_attribute(KeyValue::new("request_id", ended.request_id.to_owned()));
        if let Some(caller) = ended.caller {
            span.set_attribute(KeyValue::new("caller", caller.to_owned()));
        }
        for (name, count) in ended.items.iter().flat_map(|items| items.named()).filter(|(_, count)| *count > 0) {
            span.set_attribute(KeyValue::new(name, i64::try_from(count).unwrap_or(i64::MAX)));
        }
        if is_of_the_server(ended.code) {
            span.set_status(Status::error(""));
        }
        span.end();
        spans.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether a call that ends with this code counts as an error of the server, by OpenTelemetry's conventions.
fn is_of_the_server(code: Code) -> bool {
    use Code::{DataLoss, DeadlineExceeded, Internal, Unavailable, Unimplemented, Unknown};
    matches!(code, Unknown | DeadlineExceeded | Unimplemented | Internal | Unavailable | DataLoss)
}

/// The metadata of a call, as what names its trace is read from it.
struct Named<'a>(&'a HeaderMap);

impl Extractor for Named<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// An exporter that is watched.
#[derive(Debug)]
struct Counted {
    exporter: SpanExporter,
    spans: Arc<Spans>,
}

impl opentelemetry_sdk::trace::SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len() as u64;
        let result = self.exporter.export(batch).await;
        let Spans { exported, failed, failing, .. } = &*self.spans;
        match &result {
            Ok(()) => {
                exported.fetch_add(count, Ordering::Relaxed);
                if failing.swap(false, Ordering::Relaxed) {
                    tracing::info!("the collector takes traces again");
                }
            }
            Err(error) => {
                failed.fetch_add(count, Ordering::Relaxed);
                if !failing.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the collector does not take traces; they are lost until it does");
                }
            }
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
