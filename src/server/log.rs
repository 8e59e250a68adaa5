use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
    sync::OnceLock,
};

use tracing::Level;
use tracing_subscriber::EnvFilter;

use super::{call::Ended, lines::Lines};

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

/// The line of a call that ended. It looks like any other line, and is put together by hand, since there is one for each call.
pub(super) fn call_ended(ended: &Ended<'_>) {
    let Some((format, lines)) = CALLS.get() else { return };
    if !tracing::enabled!(Level::INFO) {
        return;
    }
    lines.add(|line, now| match format {
        LogFormat::Human => {
            write!(line, "{now}  INFO call ended")?;
            for_each_field(ended, |name, value, _| write!(line, " {name}={value}"))?;
            writeln!(line)
        }
        LogFormat::Json => {
            write!(line, r#"{{"timestamp":"{now}","level":"INFO","message":"call ended""#)?;
            for_each_field(ended, |name, value, is_text| {
                let quote = if is_text { "\"" } else { "" };
                write!(line, r#","{name}":{quote}{value}{quote}"#)
            })?;
            writeln!(line, "}}")
        }
    });
}

/// The fields of the line of a call, and whether each is a text. None has anything that would have to be escaped.
fn for_each_field(
    ended: &Ended<'_>,
    mut tell: impl FnMut(&str, &dyn Display, bool) -> io::Result<()>,
) -> io::Result<()> {
    let Ended { method, caller, request_id, code, took, items, trace } = ended;
    tell("method", method, true)?;
    if let Some(caller) = caller {
        tell("caller", caller, true)?;
    }
    tell("code", &i32::from(*code), true)?;
    tell("us", &took.as_micros(), false)?;
    tell("request_id", request_id, true)?;
    if let Some(trace) = trace {
        tell("trace_id", trace, true)?;
    }
    for (name, count) in items.iter().flat_map(|items| items.named()) {
        if count > 0 {
            tell(name, &count, false)?;
        }
    }
    Ok(())
}
