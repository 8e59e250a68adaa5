//! Workers: threads that each serve connections of their own, so that no call waits for another thread.

use std::{
    convert::Infallible,
    io,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    net::TcpStream,
    runtime::Runtime,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::sleep,
};
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};

use super::{Serving, connection, load::Connected, turns};

/// How often a worker wakes by itself.
const PULSE: Duration = Duration::from_secs(1);

/// All workers of a server.
pub(super) struct Workers {
    workers: Vec<Worker>,
    /// Closed when the last worker has ended.
    running: UnboundedReceiver<Infallible>,
}

struct Worker {
    sockets: UnboundedSender<(std::net::TcpStream, Open)>,
    open: Arc<AtomicUsize>,
}

/// A connection as its worker's count and that of the server have it, from the moment it is handed over.
struct Open {
    count: Arc<AtomicUsize>,
    _connected: Connected,
}

impl Open {
    fn counted(count: &Arc<AtomicUsize>, connected: Connected) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self { count: count.clone(), _connected: connected }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Workers {
    /// Starts `number` workers. They finish what runs when `stopping` is cancelled, and drop everything when `cut` is.
    pub(super) fn start(
        number: NonZeroUsize,
        serving: &Arc<Serving>,
        stopping: &CancellationToken,
        cut: &CancellationToken,
    ) -> io::Result<Self> {
        let (runs, running) = unbounded_channel();
        let start = |place| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let (sockets, handed) = unbounded_channel();
            let (serving, runs) = (serving.clone(), runs.clone());
            let (stopping, cut) = (stopping.clone(), cut.clone());
            thread::Builder::new().name(format!("worker-{place}")).spawn(move || {
                work(runtime, handed, &serving, &stopping, &cut);
                drop(runs);
            })?;
            Ok(Worker { sockets, open: Arc::default() })
        };
        let workers = (0..number.get()).map(start).collect::<io::Result<_>>()?;
        Ok(Self { workers, running })
    }

    /// Hands a connection to the worker that has the fewest.
    pub(super) fn take(&self, socket: std::net::TcpStream, connected: Connected) {
        if let Some(worker) = self.workers.iter().min_by_key(|worker| worker.open.load(Ordering::Relaxed)) {
            let _ = worker.sockets.send((socket, Open::counted(&worker.open, connected)));
        }
    }

    /// Completes when no connection is left. No more are taken.
    pub(super) async fn ended(self) {
        let Self { workers, mut running } = self;
        drop(workers);
        let _ = running.recv().await;
    }
}

/// Keeps a timer nearer than that of any call. A timer that is the nearest of its runtime wakes it when it is set, though it runs, by
/// a write to the system; each call that waits sets one.
async fn pulse() -> Infallible {
    loop {
        sleep(PULSE).await;
    }
}

/// The life of a worker: until nothing more is handed over and every connection has ended, or until it is cut.
fn work(
    runtime: Runtime,
    mut handed: UnboundedReceiver<(std::net::TcpStream, Open)>,
    serving: &Arc<Serving>,
    stopping: &CancellationToken,
    cut: &CancellationToken,
) {
    runtime.block_on(cut.run_until_cancelled(async {
        let connections = TaskTracker::new();
        let _usher = AbortOnDropHandle::new(tokio::spawn(turns::usher()));
        let _pulse = AbortOnDropHandle::new(tokio::spawn(pulse()));
        while let Some((socket, open)) = handed.recv().await {
            let (serving, stopping) = (serving.clone(), stopping.clone());
            connections.spawn(async move {
                match TcpStream::from_std(socket) {
                    Ok(socket) => connection::serve(socket, serving, stopping).await,
                    Err(error) => tracing::warn!(%error, "a connection can't be served"),
                }
                drop(open);
            });
        }
        connections.close();
        connections.wait().await;
    }));
    // What blocking work is left ends by itself, or with the process.
    runtime.shutdown_background();
}
