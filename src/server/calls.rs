//! What every call goes through: a line in the log, a guard against panics, and a reason on every error.

use std::{
    any::Any,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tonic::{
    Status,
    body::Body,
    codegen::http::{HeaderMap, Request, Response},
};
use tower::{Layer, Service};
use tower_http::{
    classify::{GrpcErrorsAsFailures, SharedClassifier},
    trace::{DefaultOnBodyChunk, TraceLayer},
};
use tracing::Span;

use crate::grpc::{Refusal, enrich, status};

const STATUS: &str = "grpc-status";
const DETAILS: &str = "grpc-status-details-bin";

/// The paths that are told in the log by name; any other is a text from outside.
const SERVICES: [&str; 4] =
    ["/expressentry.v1.", "/grpc.health.v1.", "/grpc.reflection.v1.", "/grpc.reflection.v1alpha."];

type MakeSpan = fn(&Request<Body>) -> Span;
type OnResponse<B> = fn(&Response<B>, Duration, &Span);
type OnEos = fn(Option<&HeaderMap>, Duration, &Span);

/// One line in the log for each call that ends: its method, code and duration. Nothing of a message is in it.
pub(super) fn log_layer<B>()
-> TraceLayer<SharedClassifier<GrpcErrorsAsFailures>, MakeSpan, (), OnResponse<B>, DefaultOnBodyChunk, OnEos, ()> {
    TraceLayer::new_for_grpc()
        .make_span_with(span as MakeSpan)
        .on_request(())
        .on_response(headers_sent as OnResponse<B>)
        .on_eos(body_ended as OnEos)
        .on_failure(())
}

fn span(request: &Request<Body>) -> Span {
    let path = request.uri().path();
    let method = if SERVICES.iter().any(|service| path.starts_with(service)) { path } else { "unknown" };
    tracing::info_span!("call", method)
}

/// A call refused before it had a body has its status among the headers.
fn headers_sent<B>(response: &Response<B>, latency: Duration, _: &Span) {
    if let Some(code) = response.headers().get(STATUS) {
        tracing::info!(code = code.to_str().unwrap_or_default(), ms = latency.as_secs_f64() * 1e3, "call ended");
    }
}

fn body_ended(trailers: Option<&HeaderMap>, duration: Duration, _: &Span) {
    let code = trailers.and_then(|trailers| trailers.get(STATUS)).and_then(|code| code.to_str().ok()).unwrap_or("");
    tracing::info!(code, ms = duration.as_secs_f64() * 1e3, "call ended");
}

/// A handler that panicked costs its own call only.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!("a handler panicked");
    status(&Refusal::Internal).into_http()
}

/// Gives errors that tonic makes itself the reason that every error of this service carries.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReasonLayer;

/// See [`ReasonLayer`].
#[derive(Clone, Debug)]
pub(super) struct Reasoned<S>(S);

impl<S> Layer<S> for ReasonLayer {
    type Service = Reasoned<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Reasoned(inner)
    }
}

impl<S> Service<Request<Body>> for Reasoned<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let ours = SERVICES.first().is_some_and(|service| request.uri().path().starts_with(service));
        let response = self.0.call(request);
        Box::pin(async move {
            let response = response.await?;
            let bare = ours && !response.headers().contains_key(DETAILS);
            match Status::from_header_map(response.headers()) {
                Some(status) if bare && status.code() != tonic::Code::Ok => Ok(enrich(&status).into_http()),
                _ => Ok(response),
            }
        })
    }
}
