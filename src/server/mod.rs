//! Transport: listening, health, reflection, logs of calls, and a stop that is bounded.

mod calls;
mod log;

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{net::TcpListener, time::timeout};
use tokio_util::sync::CancellationToken;
use tonic::{
    server::NamedService,
    transport::{Server, server::TcpIncoming},
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    catalog::Catalog,
    grpc::{
        Api, Service,
        limits::MAX_CONCURRENT_STREAMS,
        proto::{DESCRIPTORS, express_entry_service_server::ExpressEntryServiceServer},
    },
};

pub use log::{LogFormat, init as init_log};

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
    /// The listener or the connections on it.
    #[error("serving failed: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors built in are not fit for reflection.
    #[error("reflection can't be offered: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves `catalog` on `listener` until `stop` completes, then stops as it says: health NOT_SERVING, a pause, no new
/// calls, running ones finished, and an end after the grace period whatever clients do.
///
/// # Errors
/// When serving is not possible; a stop that had to cut calls off is none.
pub async fn run(
    listener: TcpListener,
    catalog: Arc<Catalog>,
    stop: impl Future<Output = Stop>,
) -> Result<(), ServeError> {
    let (draining, stopping) = (CancellationToken::new(), CancellationToken::new());
    let (health, health_service) = tonic_health::server::health_reporter();
    set_health(&health, ServingStatus::Serving).await;
    let router = Server::builder()
        .layer(calls::log_layer())
        .layer(CatchPanicLayer::custom(calls::panicked))
        .layer(calls::ReasonLayer)
        .max_concurrent_streams(Some(MAX_CONCURRENT_STREAMS))
        .initial_stream_window_size(Some(256 << 10))
        .initial_connection_window_size(Some(8 << 20))
        .http2_max_header_list_size(Some(16 << 10))
        .http2_max_pending_accept_reset_streams(Some(20))
        .http2_max_local_error_reset_streams(Some(1024))
        .http2_keepalive_interval(Some(Duration::from_secs(60)))
        .http2_keepalive_timeout(Some(Duration::from_secs(20)))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .add_service(Service::server(Api::new(catalog), draining.clone()));
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true)).with_keepalive(Some(Duration::from_secs(60)));
    let serving = router.serve_with_incoming_shutdown(incoming, stopping.clone().cancelled_owned());
    tokio::pin!(serving);
    let Stop { lame_duck, grace } = tokio::select! {
        ended = &mut serving => return Ok(ended?),
        stop = stop => stop,
    };
    tracing::info!(lame_duck_s = lame_duck.as_secs_f64(), grace_s = grace.as_secs_f64(), "stopping");
    set_health(&health, ServingStatus::NotServing).await;
    if let Ok(ended) = timeout(lame_duck, &mut serving).await {
        return Ok(ended?);
    }
    draining.cancel();
    stopping.cancel();
    end_watches(health).await;
    if let Ok(ended) = timeout(grace, &mut serving).await {
        ended?;
        tracing::info!("stopped");
    } else {
        tracing::warn!("stopped at the end of the grace period with connections open");
    }
    Ok(())
}

type ExpressEntry = ExpressEntryServiceServer<Service>;

async fn set_health(health: &HealthReporter, status: ServingStatus) {
    for service in ["", ExpressEntry::NAME] {
        health.set_service_status(service, status).await;
    }
}

/// Ends the open health watches, which would otherwise last as long as their clients.
async fn end_watches(mut health: HealthReporter) {
    for service in ["", ExpressEntry::NAME] {
        health.clear_service_status(service).await;
    }
}

/// Reflection over this service, health, and the details that errors carry.
fn reflection<'a>() -> tonic_reflection::server::Builder<'a> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}
