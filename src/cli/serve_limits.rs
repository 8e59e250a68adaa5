//! The flags of `serve` that bound what clients can ask of it.

use std::time::Duration;

use clap::{Args as Arguments, value_parser};
use express_entry::grpc::Limits;

use super::CliError;

/// The largest window of HTTP/2.
const WINDOW: i64 = (1 << 31) - 1;

#[derive(Arguments)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// Bytes of one message from a client
    #[arg(long, env = "EXPRESS_ENTRY_MAX_MESSAGE_BYTES", default_value_t = 4 << 20, value_name = "BYTES",
          value_parser = value_parser!(u32).range(16 << 10..=64 << 20))]
    max_message_bytes: u32,
    /// Connections open at once; one beyond them is closed as soon as it comes
    #[arg(long, env = "EXPRESS_ENTRY_MAX_CONNECTIONS", default_value_t = 256, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,
    /// Calls and streams open at once on one connection
    #[arg(long, env = "EXPRESS_ENTRY_MAX_CONCURRENT_STREAMS", default_value_t = 256, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=65_536))]
    max_concurrent_streams: u32,
    /// Streams that a client may reset before the server came to look at them; its connection is closed beyond
    #[arg(long, env = "EXPRESS_ENTRY_MAX_PENDING_RESETS", default_value_t = 20, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=65_536))]
    max_pending_resets: u32,
    /// Streams that a client may bring the server to reset by breaking the rules; its connection is closed beyond
    #[arg(long, env = "EXPRESS_ENTRY_MAX_ERROR_RESETS", default_value_t = 1_024, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=65_536))]
    max_error_resets: u32,
    /// Bytes of the metadata of one call
    #[arg(long, env = "EXPRESS_ENTRY_MAX_HEADER_BYTES", default_value_t = 16 << 10, value_name = "BYTES",
          value_parser = value_parser!(u32).range(4 << 10..=1 << 20))]
    max_header_bytes: u32,
    /// Bytes that a client may send ahead on one stream
    #[arg(long, env = "EXPRESS_ENTRY_STREAM_WINDOW_BYTES", default_value_t = 256 << 10, value_name = "BYTES",
          value_parser = value_parser!(u32).range(65_535..=WINDOW))]
    stream_window_bytes: u32,
    /// Bytes that a client may send ahead on one connection
    #[arg(long, env = "EXPRESS_ENTRY_CONNECTION_WINDOW_BYTES", default_value_t = 8 << 20, value_name = "BYTES",
          value_parser = value_parser!(u32).range(65_535..=WINDOW))]
    connection_window_bytes: u32,
    /// Seconds of silence after which a client is asked whether it is still there
    #[arg(long, env = "EXPRESS_ENTRY_KEEPALIVE_INTERVAL", default_value = "60", value_name = "SECONDS", value_parser = seconds)]
    keepalive_interval: Duration,
    /// Seconds that it has to answer that
    #[arg(long, env = "EXPRESS_ENTRY_KEEPALIVE_TIMEOUT", default_value = "20", value_name = "SECONDS", value_parser = seconds)]
    keepalive_timeout: Duration,
    /// Seconds that a connection has to begin: its handshake, and the first two frames of HTTP/2
    #[arg(long, env = "EXPRESS_ENTRY_BEGIN_TIMEOUT", default_value = "10", value_name = "SECONDS", value_parser = seconds)]
    begin_timeout: Duration,
    /// Seconds, give or take a tenth, after which a connection is sent away; what runs on it finishes
    #[arg(long, env = "EXPRESS_ENTRY_CONNECTION_AGE", default_value = "600", value_name = "SECONDS", value_parser = seconds)]
    connection_age: Duration,
    /// Seconds that a unary call takes at most when its caller sets no deadline
    #[arg(long, env = "EXPRESS_ENTRY_UNARY_DEADLINE", default_value = "5", value_name = "SECONDS", value_parser = seconds)]
    unary_deadline: Duration,
    /// Seconds that a unary call takes at most, whatever its caller sets
    #[arg(long, env = "EXPRESS_ENTRY_UNARY_DEADLINE_CAP", default_value = "30", value_name = "SECONDS", value_parser = seconds)]
    unary_deadline_cap: Duration,
    /// Seconds that a stream may go without a byte read or written
    #[arg(long, env = "EXPRESS_ENTRY_STREAM_IDLE_TIMEOUT", default_value = "600", value_name = "SECONDS", value_parser = seconds)]
    stream_idle_timeout: Duration,
    /// Seconds that an answer waits for a client that reads nothing
    #[arg(long, env = "EXPRESS_ENTRY_STREAM_STALL_TIMEOUT", default_value = "60", value_name = "SECONDS", value_parser = seconds)]
    stream_stall_timeout: Duration,
    /// Seconds after which a stream is told to go on anew
    #[arg(long, env = "EXPRESS_ENTRY_STREAM_LIFE", default_value = "3600", value_name = "SECONDS", value_parser = seconds)]
    stream_life: Duration,
    /// Unary calls in progress at once, over all connections
    #[arg(long, env = "EXPRESS_ENTRY_MAX_CALLS", default_value_t = 1_024, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=1_000_000))]
    max_calls: u32,
    /// Streams open at once, over all connections
    #[arg(long, env = "EXPRESS_ENTRY_MAX_STREAMS", default_value_t = 4_096, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=1_000_000))]
    max_streams: u32,
    /// SimulateDraw streams open at once, over all connections
    #[arg(long, env = "EXPRESS_ENTRY_MAX_SIMULATIONS", default_value_t = 4, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(1..=65_536))]
    max_simulations: u32,
    /// BatchEvaluate, ExplainGap and ProjectProfile at work at once; by default two for each core that the process may use
    #[arg(long, env = "EXPRESS_ENTRY_MAX_AT_WORK", value_name = "NUMBER", value_parser = value_parser!(u32).range(1..=256))]
    max_at_work: Option<u32>,
    /// Calls that wait for one of those to be done
    #[arg(long, env = "EXPRESS_ENTRY_MAX_QUEUE", default_value_t = 64, value_name = "NUMBER",
          value_parser = value_parser!(u32).range(0..=65_536))]
    max_queue: u32,
}

impl LimitArgs {
    /// What the flags come to.
    pub(super) fn load(&self) -> Result<Limits, CliError> {
        if self.unary_deadline > self.unary_deadline_cap {
            let usage = "--unary-deadline is longer than --unary-deadline-cap";
            return Err(CliError::Usage(usage.to_owned()));
        }
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let defaults = Limits::default();
        Ok(Limits {
            message_bytes: size(self.max_message_bytes),
            connections: size(self.max_connections),
            connection_streams: self.max_concurrent_streams,
            pending_resets: size(self.max_pending_resets),
            error_resets: size(self.max_error_resets),
            header_bytes: self.max_header_bytes,
            stream_window: self.stream_window_bytes,
            connection_window: self.connection_window_bytes,
            keepalive_interval: self.keepalive_interval,
            keepalive_timeout: self.keepalive_timeout,
            begin_timeout: self.begin_timeout,
            connection_age: self.connection_age,
            unary_deadline: self.unary_deadline,
            unary_deadline_cap: self.unary_deadline_cap,
            stream_idle: self.stream_idle_timeout,
            stream_stall: self.stream_stall_timeout,
            stream_life: self.stream_life,
            calls: size(self.max_calls),
            streams: size(self.max_streams),
            simulations: size(self.max_simulations),
            at_work: self.max_at_work.map_or(defaults.at_work, size),
            queue: size(self.max_queue),
        })
    }
}

/// A time from a millisecond to a year.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if !(0.001..=31_536_000.0).contains(&seconds) {
        return Err("not from 0.001 to 31536000 seconds".to_owned());
    }
    Ok(Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Parser)]
    struct Flags {
        #[command(flatten)]
        limits: LimitArgs,
    }

    fn load(flags: &[&str]) -> Result<Limits, String> {
        let flags = Flags::try_parse_from([&["serve"], flags].concat()).map_err(|error| error.to_string())?;
        flags.limits.load().map_err(|error| error.to_string())
    }

    #[test]
    fn flags_that_are_not_given_are_the_limits_by_default() {
        assert_eq!(load(&[]), Ok(Limits::default()));
    }

    #[test]
    fn flags_have_ranges_and_go_together() {
        for (flags, fits) in [
            (&["--max-message-bytes", "16384"][..], true),
            (&["--max-message-bytes", "16383"], false),
            (&["--max-message-bytes", "67108865"], false),
            (&["--max-connections", "0"], false),
            (&["--stream-window-bytes", "65534"], false),
            (&["--connection-window-bytes", "2147483647"], true),
            (&["--connection-window-bytes", "2147483648"], false),
            (&["--max-queue", "0"], true),
            (&["--begin-timeout", "0.5"], true),
            (&["--begin-timeout", "0"], false),
            (&["--stream-life", "NaN"], false),
            (&["--stream-life", "1e9"], false),
            (&["--unary-deadline", "30"], true),
            (&["--unary-deadline", "31"], false),
            (&["--unary-deadline", "31", "--unary-deadline-cap", "31"], true),
        ] {
            assert_eq!(load(flags).is_ok(), fits, "{flags:?}: {:?}", load(flags));
        }
    }

    /// The table of the documentation has each flag, its variable and its default.
    #[test]
    fn each_flag_is_documented_with_its_default() {
        let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md")).unwrap();
        let rows: BTreeSet<Vec<&str>> =
            text.lines().map(|line| line.split('|').map(str::trim).skip(1).take(3).collect()).collect();
        for flag in Flags::command().get_arguments().filter(|flag| flag.get_env().is_some()) {
            let (name, variable) = (flag.get_long().unwrap(), flag.get_env().unwrap().to_str().unwrap());
            let defaults = flag.get_default_values().iter().map(|value| value.to_str().unwrap()).collect::<String>();
            let default = if defaults.is_empty() { "two for each core" } else { &defaults };
            let row = [format!("`--{name}`"), format!("`{variable}`"), default.to_owned()];
            assert!(rows.contains(&row.each_ref().map(String::as_str)[..]), "no row {row:?}");
        }
    }
}
