use std::{process::ExitCode, time::Duration};

use clap::Args as Arguments;
use tonic::transport::Endpoint;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use super::{CliError, table::out, tls_client::TlsArgs};

/// Asks a running server whether it serves, for containers.
#[derive(Arguments)]
#[command(after_help = "Exit codes: 0 serving, 1 not serving, 69 no answer.")]
pub(super) struct Args {
    /// Address and port of the server
    #[arg(long, env = "EXPRESS_ENTRY_LISTEN", default_value = "127.0.0.1:50051")]
    address: String,
    /// Service to ask for; empty is the server as a whole
    #[arg(long, default_value = "")]
    service: String,
    /// Seconds to wait for an answer
    #[arg(long, default_value_t = 2, value_name = "SECONDS")]
    timeout: u64,
    #[command(flatten)]
    tls: TlsArgs,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let no_server = |why: String| CliError::NoServer(format!("{}: {why}", args.address));
    let endpoint = Endpoint::from_shared(format!("http://{}", args.address))
        .map_err(|error| CliError::Usage(format!("--address: {error}")))?
        .connect_timeout(Duration::from_secs(args.timeout))
        .timeout(Duration::from_secs(args.timeout));
    let tls = args.tls.load()?;
    let status = runtime.block_on(async {
        let connected = match tls {
            None => endpoint.connect().await,
            Some(tls) => tls.connect(args.address.clone(), &endpoint).await,
        };
        let channel = connected.map_err(|error| no_server(error.to_string()))?;
        let request = HealthCheckRequest { service: args.service.clone() };
        let answer = HealthClient::new(channel).check(request).await;
        answer.map(|answer| answer.into_inner().status()).map_err(|status| no_server(status.message().to_owned()))
    })?;
    out!("{}", status.as_str_name());
    Ok(if status == ServingStatus::Serving { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
