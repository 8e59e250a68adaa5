//! Connections accepted, one after the other, and handed on.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};

use super::load::{Connected, Load};

/// Silence after which the system asks a peer whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(60);

/// How long to wait before accepting again when the system has nothing left to accept with.
const PAUSE: Duration = Duration::from_millis(100);

/// How often the log says that connections are refused.
const SAY: Duration = Duration::from_secs(10);

/// Accepts connections for as long as it is polled, and hands those on that there is room for.
pub(super) async fn connections(
    listener: &TcpListener,
    load: &Arc<Load>,
    mut take: impl FnMut(std::net::TcpStream, Connected),
) -> Infallible {
    let mut refused = 0_u64;
    let mut said: Option<Instant> = None;
    loop {
        let accepted = listener.accept().await.and_then(|(socket, _)| prepared(socket));
        match accepted {
            Ok(socket) => {
                if let Some(connected) = load.connect() {
                    take(socket, connected);
                    continue;
                }
                // Closed at once: a client that is refused turns elsewhere, one that is kept waiting does not.
                refused += 1;
                if said.is_none_or(|said| said.elapsed() > SAY) {
                    tracing::warn!(refused, "connections are refused, since as many are open as may be");
                    said = Some(Instant::now());
                }
            }
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
