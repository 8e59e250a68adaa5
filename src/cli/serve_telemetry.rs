//! The flags of `serve` that say what can be seen of it.

use std::net::SocketAddr;

use clap::Args as Arguments;
use express_entry::server::{Telemetry, Traces, serve_metrics};
use tokio::net::TcpListener;

use super::CliError;

#[derive(Arguments)]
#[command(next_help_heading = "Telemetry")]
pub(super) struct TelemetryArgs {
    /// Address and port on which Prometheus may ask for GET /metrics, in plain HTTP; nothing that is told there is of a person.
    /// Without it there are none
    #[arg(long, env = "EXPRESS_ENTRY_METRICS_LISTEN", value_name = "ADDRESS")]
    metrics_listen: Option<SocketAddr>,
    /// Collector that gets a span for each call, by OTLP over gRPC, as "http://127.0.0.1:4317"; without it there are none
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    otlp_endpoint: Option<String>,
}

impl TelemetryArgs {
    /// Binds the listener of metrics, if there is to be one.
    pub(super) async fn listen(&self) -> Result<Option<TcpListener>, CliError> {
        let Some(address) = self.metrics_listen else { return Ok(None) };
        let bound = TcpListener::bind(address).await;
        bound.map(Some).map_err(|source| CliError::Listen { address: address.to_string(), source })
    }
}

impl TelemetryArgs {
    /// Where spans go, if they are to go anywhere. Needs a runtime.
    pub(super) fn traces(&self) -> Result<Option<Traces>, CliError> {
        let Some(endpoint) = &self.otlp_endpoint else { return Ok(None) };
        if !endpoint.starts_with("http://") {
            let usage =
                "--otlp-endpoint: not an http:// address; a collector beside the server can go on from there by TLS";
            return Err(CliError::Usage(usage.to_owned()));
        }
        Traces::to(endpoint).map(Some).map_err(|error| CliError::Usage(format!("--otlp-endpoint: {error}")))
    }
}

/// Tells metrics for as long as it is polled.
pub(super) async fn metrics(listener: Option<TcpListener>, telemetry: Telemetry) {
    match listener {
        Some(listener) => match serve_metrics(listener, telemetry).await {},
        None => std::future::pending().await,
    }
}
