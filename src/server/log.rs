use std::{
    io::{self, IsTerminal, Write},
    sync::OnceLock,
    time::Duration,
};

use tracing::Level;
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
    let _ = CALLS.set((format, lines.clone()));
    // A log that no one takes any more must not end the calls that write to it.
    let format_lines = tracing_subscriber::fmt().with_writer(lines).log_internal_errors(false);
    let format_lines = format_lines.with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_target(false);
    match format {
        LogFormat::Human => format_lines.init(),
        LogFormat::Json => format_lines.json().flatten_event(true).with_span_list(false).init(),
    }
    Ok(log)
}

/// Where lines of calls go, once there is a log.
static CALLS: OnceLock<(LogFormat, Lines)> = OnceLock::new();

/// The line of a call that ended, with its method, its caller if that is known, its code, and the microseconds it took. It looks like any other line, and
/// is put together by hand, since there is one for each call.
pub(super) fn call_ended(method: &str, caller: Option<&str>, code: &str, took: Duration) {
    let Some((format, lines)) = CALLS.get() else { return };
    if !tracing::enabled!(Level::INFO) {
        return;
    }
    let us = took.as_micros();
    // A caller's name has nothing that would have to be escaped.
    lines.add(|line, now| match (format, caller) {
        (LogFormat::Human, None) => writeln!(line, "{now}  INFO call ended method={method} code={code} us={us}"),
        (LogFormat::Human, Some(caller)) => {
            writeln!(line, "{now}  INFO call ended method={method} caller={caller} code={code} us={us}")
        }
        (LogFormat::Json, None) => writeln!(
            line,
            r#"{{"timestamp":"{now}","level":"INFO","message":"call ended","method":"{method}","code":"{code}","us":{us}}}"#
        ),
        (LogFormat::Json, Some(caller)) => writeln!(
            line,
            r#"{{"timestamp":"{now}","level":"INFO","message":"call ended","method":"{method}","caller":"{caller}","code":"{code}","us":{us}}}"#
        ),
    });
}
