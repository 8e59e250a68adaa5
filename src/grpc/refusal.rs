//! Why a request is refused, before any of it is a gRPC status.

use std::fmt;

use chrono::NaiveDate;

use super::incident::Incident;
use crate::model::Period;

/// Why a request, or an item of one, could not be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Fields that can't be true, or are missing.
    InvalidFields(Violations),
    /// No draw of this number.
    DrawNotFound(String),
    /// No category of this id.
    CategoryNotFound {
        /// The id asked for.
        id: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// The category is known, and no draw was held in it.
    NoDrawInCategory(String),
    /// No occupation of this code.
    OccupationNotFound(String),
    /// The catalogue has no scoring rules for the day.
    RulesNotInCatalog {
        /// The day asked for.
        day: NaiveDate,
        /// The days there are rules for; none when there are none at all.
        covered: Option<Period>,
    },
    /// Frames of a stream out of order.
    StreamProtocol(Violation),
    /// The answer would be too large to send.
    ResponseTooLarge {
        /// Bytes of the answer.
        bytes: usize,
    },
    /// The server is stopping.
    Draining,
    /// No credentials, or none that are known.
    CallerUnknown,
    /// The caller is known, and may not call this method.
    MethodNotAllowed {
        /// The caller's name.
        caller: String,
    },
    /// The decision can't be recorded, and is not to be made then.
    DecisionLogFailing,
    /// The server has as much to do as it takes on.
    Overloaded {
        /// The limit that is reached, as `GetServerInfo` names it.
        limit: &'static str,
    },
    /// Nothing was read or written on the stream for too long.
    StreamIdle,
    /// The service is at fault.
    Internal,
    /// The service is at fault, and the log tells more.
    Panicked(Incident),
}

/// Fields that can't be true, or are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

/// One wrong field: its path, and what is wrong with it and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The path from the message that the caller filled: `profile.work_experiences[2].noc_code`.
    pub field: String,
    /// What is wrong, with the value, and what would be right.
    pub description: String,
}

/// The place of a field, told only when something is wrong with it.
#[derive(Clone, Copy)]
pub enum Path<'a> {
    /// The message that the caller filled.
    Root,
    /// A field of a message.
    Field(&'a Path<'a>, &'static str),
    /// An entry of a list.
    Entry(&'a Path<'a>, usize),
}

impl Violations {
    /// Adds what is wrong with the field at `path`.
    #[cold]
    #[inline(never)]
    pub fn add(&mut self, path: Path<'_>, description: impl fmt::Display) {
        self.0.push(Violation { field: path.to_string(), description: description.to_string() });
    }

    /// Adds what is wrong when it is, and hands on what is not.
    pub fn keep<T, E: fmt::Display>(&mut self, path: Path<'_>, parsed: Result<T, E>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(path, error);
                None
            }
        }
    }

    /// What was found, or the refusal that it does not exist; beside other wrong fields that is one more of them.
    ///
    /// # Errors
    /// The refusal, when no field is wrong.
    pub fn found<T>(&mut self, path: Path<'_>, found: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(refusal) if self.is_empty() => Err(refusal),
            Err(_) => {
                self.add(path, "names nothing that there is");
                Ok(None)
            }
        }
    }

    /// The wrong fields, in the order in which they were found.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Violation> {
        self.0.iter()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value`, when nothing is wrong.
    ///
    /// # Errors
    /// What is wrong, when anything is; [`Refusal::Internal`] when there is no value for no reason.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Refusal> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            None if self.is_empty() => Err(Refusal::Internal),
            _ => Err(Refusal::InvalidFields(self)),
        }
    }
}

impl<'a> Path<'a> {
    /// The field `name` of the message at this path.
    pub fn field(&'a self, name: &'static str) -> Path<'a> {
        Path::Field(self, name)
    }

    /// The entry at `place` of the list at this path.
    pub fn entry(&'a self, place: usize) -> Path<'a> {
        Path::Entry(self, place)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(Self::Root, name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Entry(list, place) => write!(f, "{list}[{place}]"),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.description)
    }
}
