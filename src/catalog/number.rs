//! The order of draw numbers: `91a` before `91b` before `100`.

use std::cmp::Ordering;

/// Compares by the leading number, then by what follows it.
pub(super) fn order(a: &str, b: &str) -> Ordering {
    split(a).cmp(&split(b))
}

/// Whether the text is a draw number: digits without a leading zero, and at most one small letter.
pub(super) fn is_valid(text: &str) -> bool {
    let (number, suffix) = split(text);
    let letters = suffix.as_bytes();
    number > 0 && !text.starts_with('0') && letters.len() <= 1 && letters.iter().all(u8::is_ascii_lowercase)
}

fn split(text: &str) -> (u32, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, suffix) = text.split_at(end);
    (digits.parse().unwrap_or(0), suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_by_value_then_letter() {
        let mut numbers = ["100", "91b", "9", "91a"];
        numbers.sort_by(|a, b| order(a, b));
        assert_eq!(numbers, ["9", "91a", "91b", "100"]);
        for wrong in ["", "0", "012", "91ab", "a", "91A", "9 "] {
            assert!(!is_valid(wrong), "{wrong:?}");
        }
    }
}
