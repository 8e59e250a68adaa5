//! The id by which a call is known in the log, in traces, and to its caller.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tonic::codegen::http::{HeaderMap, HeaderName, HeaderValue};

/// The key of the metadata that has it, of requests and of answers.
pub(in crate::server) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Letters of an id that a caller gives, at most.
const LONGEST: usize = 64;

/// The id that the caller gives, when it is one that the log can hold as it is, or else 64 random bits.
pub(in crate::server) fn request_id(headers: &HeaderMap) -> HeaderValue {
    match headers.get(&REQUEST_ID) {
        Some(given) if is_sane(given.as_bytes()) => given.clone(),
        _ => HeaderValue::from_bytes(&hexadecimal(random())).unwrap_or(HeaderValue::from_static("none")),
    }
}

/// The id as the answer has it: marked, so that it does not push what all answers have from the tables of the connection, which remember
/// headers that come again.
pub(in crate::server) fn answered(request_id: &HeaderValue) -> HeaderValue {
    let mut answered = request_id.clone();
    answered.set_sensitive(true);
    answered
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

/// A number that no one else has: the count of calls, under a hash with keys of this process. It need not be a secret, and must not
/// cost a call to the system.
fn random() -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static CALLS: AtomicU64 = AtomicU64::new(0);
    KEYS.hash_one(CALLS.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_of_the_caller_is_taken_and_any_other_is_not() {
        let id = |given: &str| {
            let headers = HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(given).unwrap())]);
            request_id(&headers).to_str().unwrap().to_owned()
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
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
