//! A listener of its own for health, so that a probe is answered when every connection is taken, every worker is busy, or only clients with
//! certificates are let in.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle, task::TaskTracker};

use super::{Serving, Telemetry, accept, connection, doors::Doors, load::Load, security::Security};
use crate::grpc::Limits;

/// Connections, and calls on each of them: probes need a handful.
const MOST: u32 = 16;

/// Serves health on `listener`, on the runtime that asks for it, for as long as the answer is kept.
pub(super) fn serve(listener: Arc<TcpListener>, doors: Doors, telemetry: Telemetry) -> AbortOnDropHandle<()> {
    let limits = Limits {
        connections: MOST as usize,
        connection_streams: MOST,
        stream_window: 16 << 10,
        connection_window: 64 << 10,
        ..Limits::default()
    };
    let load = Load::new(&limits);
    let serving = Arc::new(Serving {
        doors,
        security: Security::default(),
        telemetry,
        limits: Arc::new(limits),
        load: load.clone(),
        draining: CancellationToken::new(),
    });
    AbortOnDropHandle::new(tokio::spawn(async move {
        let cut = CancellationToken::new();
        let _cut = cut.clone().drop_guard();
        let connections = TaskTracker::new();
        let take = |socket, connected| {
            let (serving, cut) = (serving.clone(), cut.clone());
            connections.spawn(async move {
                let Ok(socket) = TcpStream::from_std(socket) else { return };
                cut.run_until_cancelled(connection::serve(socket, serving, CancellationToken::new())).await;
                drop(connected);
            });
        };
        let never = accept::connections(&listener, &load, take).await;
        match never {}
    }))
}
