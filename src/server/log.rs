use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Sends the log to standard error. `filter` says what to log, as `info` or `express_entry=debug,h2=warn`.
///
/// # Errors
/// When `filter` is not one.
pub fn init(format: LogFormat, filter: &str) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    // A log that no one takes any more must not end the calls that write to it.
    let lines = tracing_subscriber::fmt().with_writer(io::stderr).log_internal_errors(false);
    let lines = lines.with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_target(false);
    match format {
        LogFormat::Human => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(())
}
