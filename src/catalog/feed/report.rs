//! What an import did, what it left as it was, and what it could not read.

use std::fmt;

use chrono::NaiveDate;

/// The most characters of a value that a message repeats.
const MAX_SHOWN: usize = 120;

/// Something that an import changes in the overlay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A draw that was not in the catalogue.
    Added {
        /// Its number.
        number: String,
        /// Its day.
        held_on: NaiveDate,
        /// Its label.
        name: String,
        /// The invitations.
        invitations: u32,
        /// The score of the lowest-ranked candidate invited.
        crs_cut_off: i64,
    },
    /// A value that was not known before.
    Filled {
        /// The draw.
        number: String,
        /// The column of `draws.csv`, or `pool`.
        field: String,
        /// What it is now.
        now: String,
    },
    /// A value that the feed has otherwise; the former one is kept in `draw_corrections.csv`.
    Corrected {
        /// The draw.
        number: String,
        /// The column of `draws.csv`, or `pool`.
        field: String,
        /// What it was.
        formerly: String,
        /// What it is now.
        now: String,
    },
    /// What the draws of a year that is over add up to.
    Total {
        /// The year.
        year: i32,
        /// Its draws.
        draws: u32,
        /// Their invitations.
        invitations: u32,
    },
}

/// A value of the feed that is not that of the catalogue, for a known reason, and is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The draw.
    pub number: String,
    /// The column of `draws.csv`, or `pool`.
    pub field: String,
    /// What the feed says.
    pub feed: String,
    /// Why that is not taken.
    pub reason: &'static str,
}

/// A value of the feed that can't be read, or taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The number of the round, or its place in the feed.
    pub number: String,
    /// The field of the feed; empty when the round as a whole is meant.
    pub field: &'static str,
    /// The value as it is in the feed.
    pub value: String,
    /// Why it can't be taken.
    pub reason: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added { number, held_on, name, invitations, crs_cut_off } => {
                write!(f, "draw {number} added: {held_on}, {name}: {invitations} invitations, cut-off {crs_cut_off}")
            }
            Self::Filled { number, field, now } => write!(f, "draw {number}: {field} was not known and is {now}"),
            Self::Corrected { number, field, formerly, now } => {
                write!(f, "draw {number}: {field} corrected from {formerly} to {now}")
            }
            Self::Total { year, draws, invitations } => {
                write!(f, "the year {year} now has {draws} draws with {invitations} invitations")
            }
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, field, feed, reason } = self;
        write!(f, "draw {number}: {field} left as it is, though the feed says {feed}: {reason}")
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, field, value, reason } = self;
        if field.is_empty() {
            return write!(f, "draw {}: {reason}", shown(number).escape_debug());
        }
        write!(f, "draw {}: {field} {:?}: {reason}", shown(number).escape_debug(), shown(value))
    }
}

/// The beginning of a text that anyone may have written.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
