//! The flags of `serve` that say what can be seen of it.

use std::net::SocketAddr;

use clap::Args as Arguments;
use express_entry::server::{Telemetry, serve_metrics};
use tokio::net::TcpListener;

use super::CliError;

#[derive(Arguments)]
#[command(next_help_heading = "Telemetry")]
pub(super) struct TelemetryArgs {
    /// Address and port on which Prometheus may ask for GET /metrics, in plain HTTP; nothing that is told there is of a person.
    /// Without it there are none
    #[arg(long, env = "EXPRESS_ENTRY_METRICS_LISTEN", value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
}

impl TelemetryArgs {
    /// Binds the listener of metrics, if there is to be one.
    pub(super) async fn listen(&self) -> Result<Option<TcpListener>, CliError> {
        let Some(address) = self.metrics_listen else { return Ok(None) };
        let bound = TcpListener::bind(address).await;
        bound.map(Some).map_err(|source| CliError::Listen { address: address.to_string(), source })
    }
}

/// Tells metrics for as long as it is polled.
pub(super) async fn metrics(listener: Option<TcpListener>, telemetry: Telemetry) {
    match listener {
        Some(listener) => match serve_metrics(listener, telemetry).await {},
        None => std::future::pending().await,
    }
}
