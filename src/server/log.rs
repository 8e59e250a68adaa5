use std::{
    io::{self, IsTerminal},
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
    lines.add(ended.at, |line, now| {
        let json = *format == LogFormat::Json;
        if json {
            line.extend_from_slice(br#"{"timestamp":""#);
        }
        now.tell(line);
        Fields { line, json }.of(ended);
        line.extend_from_slice(if json { b"}\n" } else { b"\n" });
    });
}

/// The fields of a line in the making. None has anything that would have to be escaped.
struct Fields<'a> {
    line: &'a mut Vec<u8>,
    json: bool,
}

/// What stands before a value: for people, and as JSON.
type Name = [&'static str; 2];

const METHOD: Name = ["  INFO call ended method=", r#"","level":"INFO","message":"call ended","method":""#];
const CALLER: Name = [" caller=", r#","caller":""#];
const CODE: Name = [" code=", r#","code":""#];
const MICROS: Name = [" us=", r#","us":"#];
const REQUEST_ID: Name = [" request_id=", r#","request_id":""#];
const TRACE_ID: Name = [" trace_id=", r#","trace_id":""#];

impl Fields<'_> {
    fn of(&mut self, ended: &Ended<'_>) {
        let Ended { method, caller, request_id, code, took, items, trace, .. } = ended;
        self.text(METHOD, method);
        if let Some(caller) = caller {
            self.text(CALLER, caller);
        }
        self.text(CODE, CODES.get(*code as usize).unwrap_or(&"2"));
        self.number(MICROS, took.as_micros().try_into().unwrap_or(u64::MAX));
        self.text(REQUEST_ID, request_id);
        if let Some(trace) = trace {
            self.text(TRACE_ID, &trace.to_string());
        }
        for (name, count) in items.iter().flat_map(|items| items.named()).filter(|(_, count)| *count > 0) {
            self.name([" ", ",\""]);
            self.line.extend_from_slice(name.as_bytes());
            self.number(["=", "\":"], count);
        }
    }

    fn name(&mut self, [human, json]: Name) {
        self.line.extend_from_slice(if self.json { json } else { human }.as_bytes());
    }

    fn text(&mut self, name: Name, text: &str) {
        self.name(name);
        self.line.extend_from_slice(text.as_bytes());
        if self.json {
            self.line.push(b'"');
        }
    }

    fn number(&mut self, name: Name, number: u64) {
        self.name(name);
        self.line.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
    }
}

/// The codes of gRPC as they are told.
const CODES: [&str; 17] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16"];
