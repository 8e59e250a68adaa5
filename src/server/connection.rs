//! One connection: HTTP/2 within limits, until its client leaves or the server stops.

use std::{pin::pin, sync::LazyLock, time::Duration};

use hyper::{server::conn::http2::Builder, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::{calls, doors::Doors};
use crate::grpc::limits::MAX_CONCURRENT_STREAMS;

/// Limits of a connection.
static HTTP2: LazyLock<Builder<TokioExecutor>> = LazyLock::new(|| {
    let mut http2 = Builder::new(TokioExecutor::new());
    http2
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_CONCURRENT_STREAMS)
        .initial_stream_window_size(256 << 10)
        .initial_connection_window_size(8 << 20)
        .max_header_list_size(16 << 10)
        .max_pending_accept_reset_streams(20)
        .max_local_error_reset_streams(1024)
        .keep_alive_interval(Duration::from_secs(60))
        .keep_alive_timeout(Duration::from_secs(20))
        // No gRPC client looks at it.
        .auto_date_header(false);
    http2
});

/// Answers the calls of a connection. When `stopping` is cancelled no more are taken, and running ones finish.
pub(super) async fn serve(socket: TcpStream, doors: Doors, stopping: CancellationToken) {
    let service = service_fn(move |request| calls::answer(&doors, request));
    let mut connection = pin!(HTTP2.serve_connection(TokioIo::new(socket), service));
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection failed");
    }
}
