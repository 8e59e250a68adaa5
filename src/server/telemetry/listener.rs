//! The listener of metrics, apart from that of calls.

use std::{convert::Infallible, sync::Arc, time::Duration};

use hyper::{
    Method, Request, Response, StatusCode, body::Incoming, header::CONTENT_TYPE, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

use super::Telemetry;

/// Who asks at the same time, at most; others wait to be accepted.
const ASKING: usize = 8;

/// How long one may take to ask and to read the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before accepting again when the system has nothing left to accept with.
const PAUSE: Duration = Duration::from_millis(100);

/// The format that Prometheus is told.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers `GET /metrics` on `listener` for as long as it is polled, in plain HTTP/1.1. Nothing that is told there is of a person.
pub async fn serve_metrics(listener: TcpListener, telemetry: Telemetry) -> Infallible {
    let asking = Arc::new(Semaphore::new(ASKING));
    loop {
        let permit = asking.clone().acquire_owned().await;
        let Ok((socket, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let telemetry = telemetry.clone();
        tokio::spawn(async move {
            // One who is too slow asks again.
            let _ = timeout(PATIENCE, answer(socket, telemetry)).await;
            drop(permit);
        });
    }
}

async fn answer(socket: TcpStream, telemetry: Telemetry) {
    let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(told(&telemetry, &request))));
    let mut http1 = http1::Builder::new();
    // A connection that is kept would hold a place until it is cut.
    http1.timer(TokioTimer::new()).keep_alive(false);
    if let Err(error) = http1.serve_connection(TokioIo::new(socket), service).await {
        tracing::debug!(%error, "metrics could not be told");
    }
}

fn told(telemetry: &Telemetry, request: &Request<Incoming>) -> Response<String> {
    let (status, text) = match (request.uri().path(), request.method()) {
        ("/metrics", &Method::GET | &Method::HEAD) => match telemetry.text() {
            Ok(text) => (StatusCode::OK, text),
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
        },
        ("/metrics", _) => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
        _ => (StatusCode::NOT_FOUND, String::new()),
    };
    let mut response = Response::new(text);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(OPEN_METRICS));
    response
}
