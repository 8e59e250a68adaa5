//! The rounds of IRCC's feed as they are written: every value a text.

use serde_json::{Map, Value};

use super::report::Unreadable;

/// The most rounds of a feed; a few hundred were held in eleven years.
const MAX_ROUNDS: usize = 5_000;

/// The text is not IRCC's feed of rounds.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is other JSON.
    #[error("not IRCC's feed of rounds: it has no list \"rounds\"")]
    NoRounds,
    /// It has more rounds than can be.
    #[error("not IRCC's feed of rounds: {0} rounds; at most {MAX_ROUNDS} are read")]
    TooManyRounds(usize),
}

/// A round of the feed.
pub(super) struct Round<'a> {
    /// `drawNumber`, or where it stands when it has none.
    pub number: String,
    values: &'a Map<String, Value>,
}

/// Reads a feed as JSON.
pub(super) fn json(feed: &str) -> Result<Value, FeedError> {
    // Files that go through some editors begin with a mark of their encoding.
    Ok(serde_json::from_str(feed.strip_prefix('\u{feff}').unwrap_or(feed))?)
}

/// The rounds of a feed, oldest first, and what of the list is no round.
pub(super) fn rounds(feed: &Value) -> Result<(Vec<Round<'_>>, Vec<Unreadable>), FeedError> {
    let Some(list) = feed.get("rounds").and_then(Value::as_array) else {
        return Err(FeedError::NoRounds);
    };
    if list.len() > MAX_ROUNDS {
        return Err(FeedError::TooManyRounds(list.len()));
    }
    let (mut rounds, mut unreadable) = (Vec::with_capacity(list.len()), Vec::new());
    for (place, value) in list.iter().enumerate().rev() {
        let number = value.get("drawNumber").and_then(Value::as_str).unwrap_or_default().trim();
        match value {
            Value::Object(values) if !number.is_empty() => rounds.push(Round { number: number.to_owned(), values }),
            Value::Object(_) => unreadable.push(Unreadable {
                number: format!("of rounds[{place}]"),
                field: "drawNumber",
                value: value.get("drawNumber").map(Value::to_string).unwrap_or_default(),
                reason: "a round has a number as text".into(),
            }),
            _ => unreadable.push(Unreadable {
                number: format!("of rounds[{place}]"),
                field: "",
                value: String::new(),
                reason: "it is not an object".into(),
            }),
        }
    }
    Ok((rounds, unreadable))
}

impl Round<'_> {
    /// The text of a field; empty where there is none.
    pub fn text(&self, field: &'static str) -> Result<&str, Unreadable> {
        match self.values.get(field) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(text)) => Ok(text.trim()),
            Some(other) => Err(self.unreadable(field, &other.to_string(), "it is not a text")),
        }
    }

    /// A field read by `read`; none where it is empty.
    pub fn value<T>(
        &self,
        field: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, Unreadable> {
        let text = self.text(field)?;
        if text.is_empty() {
            return Ok(None);
        }
        read(text).map(Some).map_err(|reason| self.unreadable(field, text, reason))
    }

    /// Tells that a field can't be taken.
    pub fn unreadable(&self, field: &'static str, value: &str, reason: impl Into<String>) -> Unreadable {
        Unreadable { number: self.number.clone(), field, value: value.to_owned(), reason: reason.into() }
    }
}
