//! The id by which a call is known in the log, in traces, and to its caller.

use std::{
    cell::Cell,
    hash::{BuildHasher, RandomState},
};

use tonic::codegen::http::{HeaderMap, HeaderName, HeaderValue};

use crate::server::headers::find;

/// The key of the metadata that has it, of requests and of answers.
pub(in crate::server) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Letters of an id that a caller gives, at most.
const LONGEST: usize = 64;

/// The id of a call.
pub(in crate::server) enum RequestId {
    /// As the caller gives it.
    Given(HeaderValue),
    /// Sixteen digits of our own, where the caller gives none or, `instead`, one that is not fit.
    Made {
        /// The digits.
        digits: [u8; 16],
        /// Whether they stand for one that the caller gives.
        instead: bool,
    },
}

impl RequestId {
    /// The id that the caller gives, when it is one that the log can hold as it is, or else 64 random bits.
    pub(in crate::server) fn of(headers: &HeaderMap) -> Self {
        match find(headers, &REQUEST_ID) {
            Some(given) if is_sane(given.as_bytes()) => Self::Given(given.clone()),
            given => Self::Made { digits: hexadecimal(random()), instead: given.is_some() },
        }
    }

    /// Whether the caller gives an id, fit or not.
    pub(in crate::server) fn is_asked(&self) -> bool {
        !matches!(self, Self::Made { instead: false, .. })
    }

    pub(in crate::server) fn as_str(&self) -> &str {
        let bytes = match self {
            Self::Given(given) => given.as_bytes(),
            Self::Made { digits, .. } => digits,
        };
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// The id as an answer has it. Connections remember headers that come again; but for the first of a connection, with which its name
    /// is remembered, an id is marked as none of these, so that it does not push out what all answers have.
    pub(in crate::server) fn answered(&self, first: bool) -> HeaderValue {
        let mut answered = match self {
            Self::Given(given) => given.clone(),
            Self::Made { digits, .. } => HeaderValue::from_bytes(digits).unwrap_or(HeaderValue::from_static("none")),
        };
        answered.set_sensitive(!first);
        answered
    }
}

/// Sixteen digits.
fn hexadecimal(number: u64) -> [u8; 16] {
    let digit = |place: usize| {
        let digit = u8::try_from((number >> (60 - 4 * place)) & 0xf).unwrap_or_default();
        if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }
    };
    std::array::from_fn(digit)
}

fn is_sane(id: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    (1..=LONGEST).contains(&id.len()) && id.iter().all(fits)
}

/// A number that no one else has: the count of calls, under a hash with keys of this thread. It need not be a secret, and must not
/// cost a call to the system, nor a wait for other threads.
fn random() -> u64 {
    thread_local! {
        static KEYS: RandomState = RandomState::new();
        static CALLS: Cell<u64> = const { Cell::new(0) };
    }
    let call = CALLS.replace(CALLS.get().wrapping_add(1));
    KEYS.with(|keys| keys.hash_one(call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_of_the_caller_is_taken_and_any_other_is_not() {
        let id = |given: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(given).unwrap())]);
            RequestId::of(&headers).as_str().to_owned()
        };
        let longest = "x".repeat(LONGEST);
        for given in ["a", "550e8400-e29b-41d4-a716-446655440000", "job_7.retry", &longest] {
            assert_eq!(id(given), given);
        }
        for given in ["", "two words", "a\"b", "a=b", "a\\b", "jürgen", &format!("{longest}x")] {
            let made = id(given);
            assert!(made.len() == 16 && made.bytes().all(|digit| digit.is_ascii_hexdigit()), "{given:?}: {made}");
        }
        assert_eq!(hexadecimal(0x0123_4567_89ab_cdef), *b"0123456789abcdef");
    }

    #[test]
    fn ids_differ_within_a_thread_and_between_threads() {
        let made = || RequestId::of(&HeaderMap::new()).as_str().to_owned();
        let threads = [(); 4].map(|()| std::thread::spawn(move || [made(), made()]));
        let ids: std::collections::HashSet<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(ids.len(), 8);
    }
}
