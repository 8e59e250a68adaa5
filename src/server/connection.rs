//! One connection: TLS where there is any, then HTTP/2 within limits, until its client leaves, it is old, or the server stops.

use std::{
    future::poll_fn,
    io,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use hyper::{server::conn::http2::Builder, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Notify,
    time::{sleep_until, timeout_at},
};
use tokio_util::{
    io::{InspectReader, InspectWriter},
    sync::CancellationToken,
};

use super::{
    Serving,
    at_once::{self, Calls},
    begin::Begun,
    calls,
    security::Peer,
    tls,
};
use crate::grpc::Limits;

/// Answers the calls of a connection. When `stopping` is cancelled no more are taken, and running ones finish.
pub(super) async fn serve(socket: TcpStream, serving: Arc<Serving>, stopping: CancellationToken) {
    let begin_by = Instant::now() + serving.limits.begin_timeout;
    match serving.security.tls.clone() {
        None => {
            if by(begin_by, socket.readable(), &stopping).await.is_some() {
                let peer = Peer::new(serving.security.callers.clone(), Vec::new(), &serving.doors);
                calls_of(socket, serving, peer, begin_by, stopping).await;
            }
        }
        Some(tls) => {
            if let Some(stream) = by(begin_by, tls.accept(socket), &stopping).await {
                let peer = Peer::new(serving.security.callers.clone(), tls::client_names(&stream), &serving.doors);
                calls_of(stream, serving, peer, begin_by, stopping).await;
            }
        }
    }
}

/// What a connection begins with, unless it fails, takes too long, or the server stops.
async fn by<T>(time: Instant, start: impl Future<Output = io::Result<T>>, stopping: &CancellationToken) -> Option<T> {
    match stopping.run_until_cancelled(timeout_at(time.into(), start)).await? {
        Ok(Ok(begun)) => Some(begun),
        Ok(Err(error)) => {
            tracing::debug!(%error, "a connection could not begin");
            None
        }
        Err(_) => {
            tracing::debug!("{TOO_LONG}");
            None
        }
    }
}

const TOO_LONG: &str = "a connection took too long to begin";

/// How far a connection is.
enum Stage {
    /// Its client has until a certain time to begin.
    Begins,
    /// Calls are taken, up to a certain age.
    Serves,
    /// It was told to go, and may finish what runs.
    Leaves,
}

async fn calls_of<S>(socket: S, serving: Arc<Serving>, peer: Peer, begin_by: Instant, stopping: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = serving.limits.clone();
    let (age, stall) = (aged(limits.connection_age), limits.stream_stall);
    let unheard = Arc::new(Notify::new());
    let http2 = http2(&limits, Calls::new(unheard.clone()));
    let begun = Begun::default();
    let (mut received, sent) = serving.telemetry.bytes();
    let mut begins = begun.listener();
    let read = move |bytes: &[u8]| {
        begins(bytes);
        received(bytes);
    };
    let socket = InspectReader::new(InspectWriter::new(socket, sent), read);
    let _open = serving.telemetry.connected();
    let service = service_fn(move |request| calls::answer(&serving, &peer, request));
    let mut connection = pin!(http2.serve_connection(TokioIo::new(socket), service));
    // It is held in here, by the builder, by the connection itself, and by each call.
    let idle = Arc::strong_count(&unheard);
    let mut stage = Stage::Begins;
    let mut clock = pin!(sleep_until(begin_by.into()));
    let ended = loop {
        tokio::select! {
            biased;
            ended = poll_fn(|context| at_once::drive(connection.as_mut(), context)) => break ended,
            () = stopping.cancelled(), if !matches!(stage, Stage::Leaves) => {
                if !begun.is_so() {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                stage = Stage::Leaves;
                clock.as_mut().reset((Instant::now() + stall).into());
            }
            // Its client left an answer lie. What it has not taken of it is kept until the connection ends.
            () = unheard.notified(), if !matches!(stage, Stage::Leaves) => {
                connection.as_mut().graceful_shutdown();
                stage = Stage::Leaves;
                clock.as_mut().reset((Instant::now() + stall).into());
            }
            () = &mut clock => {
                let next = match stage {
                    Stage::Begins if !begun.is_so() => return tracing::debug!("{TOO_LONG}"),
                    Stage::Begins => {
                        stage = Stage::Serves;
                        age
                    }
                    Stage::Serves => {
                        connection.as_mut().graceful_shutdown();
                        stage = Stage::Leaves;
                        stall
                    }
                    // No call is left, and its client takes neither the last answers nor its leave.
                    Stage::Leaves if Arc::strong_count(&unheard) <= idle => {
                        return tracing::debug!("a connection was cut, since its client takes nothing");
                    }
                    Stage::Leaves => stall,
                };
                clock.as_mut().reset((Instant::now() + next).into());
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection failed");
    }
}

/// HTTP/2 within limits.
fn http2(limits: &Limits, calls: Calls) -> Builder<Calls> {
    let mut http2 = Builder::new(calls);
    http2
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.connection_streams)
        .initial_stream_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window)
        .max_header_list_size(limits.header_bytes)
        .max_pending_accept_reset_streams(limits.pending_resets)
        .max_local_error_reset_streams(limits.error_resets)
        .keep_alive_interval(limits.keepalive_interval)
        .keep_alive_timeout(limits.keepalive_timeout)
        // No gRPC client looks at it.
        .auto_date_header(false);
    http2
}

/// An age up to a tenth more or less, so that connections made at once are not remade at once.
fn aged(age: Duration) -> Duration {
    let chance = f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX);
    age.mul_f64(0.9 + 0.2 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_differ_by_a_tenth_at_most() {
        let age = Duration::from_secs(100);
        let ages: Vec<Duration> = (0..1_000).map(|_| aged(age)).collect();
        let (least, most) = (ages.iter().min().unwrap(), ages.iter().max().unwrap());
        assert!(*least >= age * 9 / 10 && *most <= age * 11 / 10, "{least:?} to {most:?}");
        assert!(*most > *least + age / 10, "they are spread: {least:?} to {most:?}");
    }
}
