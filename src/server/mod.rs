//! Transport: listening, TLS, callers, health, reflection, logs of calls, and a stop that is bounded.

mod accept;
mod alarm;
mod at_once;
mod begin;
mod body;
mod call;
mod callers;
mod calls;
mod connection;
mod deadline;
mod decision_log;
mod doors;
mod ends;
mod headers;
mod health;
mod lines;
mod live_catalog;
mod load;
mod log;
mod methods;
#[cfg(test)]
mod panics;
mod reload;
mod rotated;
mod security;
mod telemetry;
mod tls;
mod token;
mod turns;
mod worker;

use std::{future::Future, io, num::NonZeroUsize, sync::Arc, thread, time::Duration};

use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic_health::ServingStatus;

use crate::grpc::{AtWork, Limits};
use doors::Doors;
use load::Load;
use telemetry::Watched;
use worker::Workers;

pub use callers::{Callers, is_name};
pub use decision_log::{DecisionLogFiles, Recording};
pub use live_catalog::LiveCatalog;
pub use log::{Log, LogFormat, init as init_log};
pub use reload::FileError;
pub use security::Security;
pub use telemetry::{Telemetry, Traces, serve_metrics};
pub use tls::{ClientCa, Tls, TlsFiles};
pub use token::Token;

/// How the server works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Threads that serve connections. Each connection stays with one of them.
    pub workers: NonZeroUsize,
    /// Whether reflection is served.
    pub reflection: bool,
    /// Who is let in.
    pub security: Security,
    /// What is kept of calls for those who watch.
    pub telemetry: Telemetry,
    /// What is taken at most.
    pub limits: Limits,
    /// Where health alone is served, in plaintext and to everyone.
    pub health: Option<Arc<TcpListener>>,
}

/// What the connections of a server share.
struct Serving {
    doors: Doors,
    security: Security,
    telemetry: Telemetry,
    limits: Arc<Limits>,
    load: Arc<Load>,
    /// Tells the streams to end.
    draining: CancellationToken,
}

impl Default for Settings {
    /// One worker for each core that the process may use, and open to all, as is right on loopback.
    fn default() -> Self {
        Self {
            workers: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            reflection: true,
            security: Security::default(),
            telemetry: Telemetry::default(),
            limits: Limits::default(),
            health: None,
        }
    }
}

/// How a stop goes.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    /// How long health says NOT_SERVING while calls are still taken, so that callers can turn elsewhere.
    pub lame_duck: Duration,
    /// How long calls that run then have to finish.
    pub grace: Duration,
}

/// Why the server could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The system gives no thread, or no runtime for one.
    #[error("a worker can't be started: {0}")]
    Worker(#[from] io::Error),
    /// The descriptors built in are not fit for reflection.
    #[error("reflection can't be offered: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves `catalog` on `listener` until `stop` completes, then stops as it says: health NOT_SERVING, a pause, no new
/// calls, running ones finished, and an end after the grace period whatever clients do. Dropping it cuts everything off.
///
/// # Errors
/// When serving is not possible; a stop that had to cut calls off is none.
pub async fn run(
    listener: TcpListener,
    catalog: LiveCatalog,
    settings: Settings,
    stop: impl Future<Output = Stop>,
) -> Result<(), ServeError> {
    let (draining, stopping, cut) = (CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
    // The workers end with this, however it ends.
    let _cut = cut.clone().drop_guard();
    let Settings { workers, reflection, security, telemetry, limits, health: health_listener } = settings;
    let (load, at_work, limits) = (Load::new(&limits), AtWork::new(&limits), Arc::new(limits));
    telemetry.metrics().watch(Watched {
        security: security.clone(),
        catalog: catalog.clone(),
        load: load.clone(),
        at_work: at_work.clone(),
        limits: limits.clone(),
    });
    let (health, doors, health_alone) =
        Doors::open(catalog.served(), limits.clone(), at_work, reflection, draining.clone()).await?;
    let _watching = (security.watch(), catalog.watch());
    let _health_served = health_listener.map(|listener| health::serve(listener, health_alone, telemetry.clone()));
    let serving =
        Arc::new(Serving { doors, security, telemetry, limits, load: load.clone(), draining: draining.clone() });
    let workers = Workers::start(workers, &serving, &stopping, &cut)?;
    let grace = {
        let take = |socket, connected| workers.take(socket, connected);
        let mut accepting = std::pin::pin!(accept::connections(&listener, &load, take));
        let Stop { lame_duck, grace } = tokio::select! {
            never = &mut accepting => match never {},
            stop = stop => stop,
        };
        tracing::info!(lame_duck_s = lame_duck.as_secs_f64(), grace_s = grace.as_secs_f64(), "stopping");
        health.set(ServingStatus::NotServing).await;
        tokio::select! {
            never = &mut accepting => match never {},
            () = sleep(lame_duck) => grace,
        }
    };
    // No one gets a connection any more.
    drop(listener);
    draining.cancel();
    stopping.cancel();
    health.end_watches().await;
    if timeout(grace, workers.ended()).await.is_ok() {
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped at the end of the grace period with connections open");
    }
    Ok(())
}
