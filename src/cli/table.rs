//! Tables for people.

use comfy_table::{ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};
use express_entry::grpc::proto;

/// Columns of a table where the width of the terminal is not known.
const WIDTH: u16 = 120;

/// A table with a head, as wide as the terminal.
pub(super) fn table<const N: usize>(head: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_header(head);
    if !table.is_tty() {
        table.set_width(WIDTH);
    }
    table
}

/// An enum value without the prefix of its enum: `VERDICT_INVITED` is `INVITED`.
pub(super) fn short<'a>(value: &'a str, prefix: &str) -> &'a str {
    value.strip_prefix(prefix).unwrap_or(value)
}

/// A date as `2024-02-14`.
pub(super) fn day(date: Option<proto::Date>) -> String {
    date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)).unwrap_or_default()
}

/// An instant as `2024-01-30T02:39:54Z`.
pub(super) fn instant(at: Option<prost_types::Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// A count with its thousands apart: `211,273`.
pub(super) fn grouped(count: i32) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Abbreviations of programs: `FSWP, CEC`.
pub(super) fn programs(programs: impl Iterator<Item = proto::Program>) -> String {
    let short = programs.map(|program| match program {
        proto::Program::Unspecified => "",
        proto::Program::FederalSkilledWorker => "FSWP",
        proto::Program::CanadianExperienceClass => "CEC",
        proto::Program::FederalSkilledTrades => "FSTP",
        proto::Program::ProvincialNominee => "PNP",
    });
    short.collect::<Vec<_>>().join(", ")
}

/// Prints a line. A reader that has gone, as `head` does, is no failure, and there is no one left to tell of another.
macro_rules! out {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout().lock(), $($text)*);
    }};
}
pub(super) use out;
