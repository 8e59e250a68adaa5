use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use super::lines::Lines;

pub use super::lines::Flush as Log;

/// How lines of the log look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Sends the log to standard error. `filter` says what to log, as `info` or `express_entry=debug,h2=warn`. Lines are on their
/// way for as long as the answer is kept; its end waits for the last of them.
///
/// # Errors
/// When `filter` is not one.
pub fn init(format: LogFormat, filter: &str) -> Result<Log, tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::builder().parse(filter)?;
    let (lines, log) = Lines::to(io::stderr());
    // A log that no one takes any more must not end the calls that write to it.
    let format_lines = tracing_subscriber::fmt().with_writer(lines).log_internal_errors(false);
    let format_lines = format_lines.with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_target(false);
    match format {
        LogFormat::Human => format_lines.init(),
        LogFormat::Json => format_lines.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(log)
}
