use std::{net::SocketAddr, num::NonZeroUsize, process::ExitCode, sync::Arc, time::Duration};

use clap::{Args as Arguments, ValueEnum};
use express_entry::{
    grpc::log_panics,
    server::{self, LiveCatalog, LogFormat, Settings, Stop, Telemetry},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use super::{
    CliError,
    catalog_dir::CatalogArgs,
    serve_decision_log::DecisionLogArgs,
    serve_limits::LimitArgs,
    serve_security::SecurityArgs,
    serve_telemetry::{self, TelemetryArgs},
};

/// Serves the gRPC API until SIGTERM or Ctrl-C.
///
/// On SIGTERM health says NOT_SERVING, calls are taken for the lame-duck pause, then running ones have the grace period to
/// finish. Ctrl-C skips the pause; a second one skips the rest. Files are looked at every two seconds, and at once on SIGHUP.
#[derive(Arguments)]
pub(super) struct Args {
    /// Address and port to listen on
    #[arg(long, env = "EXPRESS_ENTRY_LISTEN", default_value = "127.0.0.1:50051")]
    listen: SocketAddr,
    /// Seconds in which health says NOT_SERVING and calls are still taken, after SIGTERM
    #[arg(long, env = "EXPRESS_ENTRY_LAME_DUCK", default_value_t = 2.0, value_name = "SECONDS")]
    lame_duck: f64,
    /// Seconds that running calls have to finish, after that
    #[arg(long, env = "EXPRESS_ENTRY_GRACE_PERIOD", default_value_t = 20.0, value_name = "SECONDS")]
    grace_period: f64,
    /// Threads that serve connections; by default one for each core that the process may use
    #[arg(long, env = "EXPRESS_ENTRY_WORKERS", value_name = "NUMBER")]
    workers: Option<NonZeroUsize>,
    /// Address and port where health alone is served, in plaintext and to everyone, for probes; by default nowhere
    #[arg(long, env = "EXPRESS_ENTRY_HEALTH_LISTEN", value_name = "ADDRESS")]
    health_listen: Option<SocketAddr>,
    #[command(flatten)]
    catalog: CatalogArgs,
    #[command(flatten)]
    security: SecurityArgs,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    telemetry: TelemetryArgs,
    #[command(flatten)]
    decision_log: DecisionLogArgs,
    /// How lines of the log look
    #[arg(long, env = "EXPRESS_ENTRY_LOG_FORMAT", default_value = "human")]
    log_format: Format,
    /// What to log: a level, or levels by module, as "info" or "express_entry=debug,h2=warn"
    #[arg(long, env = "EXPRESS_ENTRY_LOG", default_value = "info", value_name = "FILTER")]
    log: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, CliError> {
    let format = match args.log_format {
        Format::Human => LogFormat::Human,
        Format::Json => LogFormat::Json,
    };
    let seconds = |flag: &str, seconds: f64| {
        Duration::try_from_secs_f64(seconds).map_err(|error| CliError::Usage(format!("{flag}: {error}")))
    };
    let lame_duck = seconds("--lame-duck", args.lame_duck)?;
    let grace = seconds("--grace-period", args.grace_period)?;
    let limits = args.limits.load()?;
    let _log = server::init_log(format, &args.log).map_err(|error| CliError::Usage(format!("--log: {error}")))?;
    log_panics();
    let catalog = args.catalog.load()?;
    // This thread accepts connections and listens for signals; the workers have runtimes of their own. Connections that outlast
    // the grace period end with the process.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let traces = runtime.block_on(async { args.telemetry.traces() })?;
    let recording = args.decision_log.open()?;
    let defaults = Settings::default();
    let settings = Settings {
        workers: args.workers.unwrap_or(defaults.workers),
        reflection: args.security.reflection(args.listen),
        security: args.security.load(args.listen)?,
        limits,
        health: None,
        telemetry: Telemetry::new(recording.as_ref(), traces.clone()),
    };
    let served = runtime.block_on(serve(args, catalog, settings, Stop { lame_duck, grace }));
    if let Some(traces) = traces {
        runtime.block_on(traces.end());
    }
    served?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(args: &Args, catalog: LiveCatalog, mut settings: Settings, on_sigterm: Stop) -> Result<(), CliError> {
    let (mut sigterm, mut sigint) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let listener = listen(args.listen).await?;
    if let Some(health) = args.health_listen {
        settings.health = Some(Arc::new(listen(health).await?));
    }
    let metrics = args.telemetry.listen().await?;
    tell_start(&listener, &catalog, &settings)?;
    if let Some(metrics) = &metrics {
        tracing::info!(address = %metrics.local_addr()?, "metrics are told");
    }
    let metrics = serve_telemetry::metrics(metrics, settings.telemetry.clone());
    let (obeyed, stopping) = oneshot::channel();
    let stop = async {
        let stop = tokio::select! {
            _ = sigterm.recv() => on_sigterm,
            _ = sigint.recv() => Stop { lame_duck: Duration::ZERO, ..on_sigterm },
        };
        let _ = obeyed.send(());
        stop
    };
    tokio::select! {
        ended = server::run(listener, catalog, settings, stop) => Ok(ended?),
        () = interrupted_again(stopping) => Ok(()),
        () = metrics => Ok(()),
    }
}

/// Says what is served, and where.
fn tell_start(listener: &TcpListener, catalog: &LiveCatalog, settings: &Settings) -> Result<(), CliError> {
    let catalog = catalog.catalog();
    tracing::info!(
        address = %listener.local_addr()?,
        tls = settings.security.tls.is_some(),
        callers = settings.security.callers.is_some(),
        reflection = settings.reflection,
        draws = catalog.draws().len(),
        catalog = %catalog.digest(),
        "listening"
    );
    if let Some(health) = &settings.health {
        tracing::info!(address = %health.local_addr()?, "health is served");
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|source| CliError::Listen { address: address.to_string(), source })
}

/// Completes at a Ctrl-C that comes while a stop is under way.
async fn interrupted_again(stopping: oneshot::Receiver<()>) {
    if stopping.await.is_ok() && tokio::signal::ctrl_c().await.is_ok() {
        tracing::warn!("interrupted again: stopping at once");
        return;
    }
    std::future::pending::<()>().await;
}
