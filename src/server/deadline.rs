//! The caller's deadline.

use std::time::Duration;

use tonic::codegen::http::{HeaderMap, HeaderName};

use super::headers::find;

const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// The time that the caller gives the call, from its `grpc-timeout`: up to eight digits and a unit, as `250m`. What is not one
/// is none.
pub(super) fn of(headers: &HeaderMap) -> Option<Duration> {
    let text = find(headers, &TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_eight_digits_and_a_unit() {
        for (text, expected) in [
            ("1H", Some(Duration::from_secs(3_600))),
            ("2M", Some(Duration::from_secs(120))),
            ("3S", Some(Duration::from_secs(3))),
            ("250m", Some(Duration::from_millis(250))),
            ("99999999u", Some(Duration::from_micros(99_999_999))),
            ("0n", Some(Duration::ZERO)),
            ("999999999n", None),
            ("S", None),
            ("", None),
            ("1", None),
            ("1s", None),
            ("+1S", None),
            ("1é", None),
        ] {
            let headers = HeaderMap::from_iter([("grpc-timeout".parse().unwrap(), text.parse().unwrap())]);
            assert_eq!(of(&headers), expected, "{text}");
        }
    }
}
