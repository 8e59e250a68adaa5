//! One connection: TLS where there is any, then HTTP/2 within limits, until its client leaves or the server stops.

use std::{io, pin::pin, sync::LazyLock, time::Duration};

use hyper::{server::conn::http2::Builder, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_util::{
    io::{InspectReader, InspectWriter},
    sync::CancellationToken,
};

use super::{
    calls,
    doors::Doors,
    security::{Peer, Security},
    tls,
};
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

/// How long a client may take to shake hands, or to say its first byte where there is no hand to shake.
const FIRST: Duration = Duration::from_secs(10);

/// Answers the calls of a connection. When `stopping` is cancelled no more are taken, and running ones finish.
pub(super) async fn serve(socket: TcpStream, doors: Doors, security: Security, stopping: CancellationToken) {
    let Security { tls, callers } = security;
    match tls {
        None => {
            if first(socket.readable(), &stopping).await.is_some() {
                calls_of(socket, doors, Peer::new(callers, Vec::new()), stopping).await;
            }
        }
        Some(tls) => {
            if let Some(stream) = first(tls.accept(socket), &stopping).await {
                let peer = Peer::new(callers, tls::client_names(&stream));
                calls_of(stream, doors, peer, stopping).await;
            }
        }
    }
}

/// What a connection begins with, unless it fails, takes too long, or the server stops.
async fn first<T>(start: impl Future<Output = io::Result<T>>, stopping: &CancellationToken) -> Option<T> {
    match stopping.run_until_cancelled(timeout(FIRST, start)).await? {
        Ok(Ok(begun)) => Some(begun),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a connection could not begin");
            None
        }
        Err(late) => {
            tracing::debug!(%late, "a connection took too long to begin");
            None
        }
    }
}

async fn calls_of<S>(socket: S, doors: Doors, peer: Peer, stopping: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let _open = doors.telemetry.connected();
    let (received, sent) = doors.telemetry.bytes();
    let socket = InspectReader::new(InspectWriter::new(socket, sent), received);
    let service = service_fn(move |request| calls::answer(&doors, &peer, request));
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
