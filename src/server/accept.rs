//! Connections accepted, one after the other, and handed to the workers.

use std::{convert::Infallible, io, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

use super::worker::Workers;

/// Silence after which the system asks a peer whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// How long to wait before accepting again when the system has nothing left to accept with.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections for as long as it is polled.
pub(super) async fn connections(listener: TcpListener, workers: &Workers) -> Infallible {
    loop {
        let accepted = listener.accept().await.and_then(|(socket, _)| prepared(socket));
        match accepted {
            Ok(socket) => workers.take(socket),
            // The one that came has gone again.
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) => {
                tracing::debug!(%error, "a connection was lost before it was accepted");
            }
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted");
                sleep(PAUSE).await;
            }
        }
    }
}

/// The socket with its options, free of the runtime that accepted it.
fn prepared(socket: TcpStream) -> io::Result<std::net::TcpStream> {
    socket.set_nodelay(true)?;
    SockRef::from(&socket).set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))?;
    socket.into_std()
}
