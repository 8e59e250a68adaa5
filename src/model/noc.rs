use std::{fmt, ops::Deref, str::FromStr};

/// A NOC 2021 unit group code: five digits, of which the second is the TEER category.
///
/// A code that parses need not be one that exists: that is the catalogue's to say.
///
/// ```
/// # use express_entry::model::{NocCode, Teer};
/// let nurse: NocCode = "31301".parse()?;
/// assert_eq!(nurse.teer(), Teer::T1);
/// assert!("3012".parse::<NocCode>().is_err(), "NOC 2016 codes have four digits");
/// # Ok::<(), express_entry::model::NocCodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NocCode(u32);

/// A list of unit groups, rising, of which it is quick to say whether a code is on it.
#[derive(Clone, PartialEq, Eq)]
pub struct NocList {
    codes: Vec<NocCode>,
    /// A bit for each number of five digits.
    members: Box<[u64]>,
}

/// Training, education, experience and responsibilities: the second digit of a NOC 2021 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Teer {
    /// Management.
    T0,
    /// Usually a university degree.
    T1,
    /// Usually a diploma, an apprenticeship of two years or more, or supervision.
    T2,
    /// Usually a diploma, or an apprenticeship of less than two years.
    T3,
    /// Usually secondary school.
    T4,
    /// Short demonstration.
    T5,
}

/// Why a text is no NOC 2021 code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NocCodeError {
    /// Not five digits.
    #[error("NOC code {0:?} is not five digits; NOC 2021 unit groups look like \"31301\"")]
    NotFiveDigits(String),
    /// The second digit is no TEER category.
    #[error("NOC code {0:?} has the second digit {1}; in NOC 2021 it is the TEER category, 0 to 5")]
    NotATeer(String, char),
}

impl NocCode {
    /// The code in a text that need not have been seen to be one.
    ///
    /// # Errors
    /// When it is not five digits, or the second is no TEER category.
    #[inline]
    pub fn of(text: &[u8]) -> Result<Self, NocCodeError> {
        match <[u8; 5]>::try_from(text) {
            Ok(digits @ [_, b'0'..=b'5', ..]) if digits.iter().all(u8::is_ascii_digit) => {
                Ok(Self(digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))))
            }
            _ => Err(no_code(text)),
        }
    }

    /// The TEER category.
    pub fn teer(self) -> Teer {
        match self.0 / 1_000 % 10 {
            0 => Teer::T0,
            1 => Teer::T1,
            2 => Teer::T2,
            3 => Teer::T3,
            4 => Teer::T4,
            _ => Teer::T5,
        }
    }

    /// The broad occupational category, 0 to 9: the first digit.
    pub fn broad_category(self) -> u8 {
        u8::try_from(self.0 / 10_000).unwrap_or_default()
    }
}

impl NocList {
    /// Numbers of five digits.
    const NUMBERS: usize = 100_000;

    /// The list of `codes`, in their order, each once.
    pub fn new(mut codes: Vec<NocCode>) -> Self {
        codes.sort_unstable();
        codes.dedup();
        let mut members = vec![0; Self::NUMBERS.div_ceil(64)].into_boxed_slice();
        for code in &codes {
            let (word, bit) = Self::place(*code);
            if let Some(word) = members.get_mut(word) {
                *word |= bit;
            }
        }
        Self { codes, members }
    }

    /// Whether the code is on the list.
    ///
    /// ```
    /// # use express_entry::model::{NocCode, NocList};
    /// let nurses = NocList::new(vec!["31301".parse()?, "31302".parse()?]);
    /// assert!(nurses.contains("31302".parse()?) && !nurses.contains("21231".parse()?));
    /// # Ok::<(), express_entry::model::NocCodeError>(())
    /// ```
    pub fn contains(&self, code: NocCode) -> bool {
        let (word, bit) = Self::place(code);
        self.members.get(word).is_some_and(|word| word & bit != 0)
    }

    fn place(code: NocCode) -> (usize, u64) {
        (usize::try_from(code.0 / 64).unwrap_or(usize::MAX), 1 << (code.0 % 64))
    }
}

impl Deref for NocList {
    type Target = [NocCode];

    fn deref(&self) -> &[NocCode] {
        &self.codes
    }
}

impl fmt::Debug for NocList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.codes).finish()
    }
}

impl Teer {
    /// The digit, 0 to 5.
    pub fn digit(self) -> u8 {
        self as u8
    }
}

impl FromStr for NocCode {
    type Err = NocCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::of(text.as_bytes())
    }
}

#[cold]
fn no_code(text: &[u8]) -> NocCodeError {
    let told = String::from_utf8_lossy(text);
    match text {
        [_, teer @ b'6'..=b'9', _, _, _] if text.iter().all(u8::is_ascii_digit) => {
            NocCodeError::NotATeer(told.into_owned(), char::from(*teer))
        }
        _ => NocCodeError::NotFiveDigits(shorten(&told)),
    }
}

/// The beginning of a text that may be of any length.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(32) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl fmt::Display for NocCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl fmt::Debug for NocCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NocCode({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_five_digits_and_a_teer() {
        for text in ["31301", "00010", "95109"] {
            assert_eq!(text.parse::<NocCode>().unwrap().to_string(), text);
        }
        for text in ["", "3012", "313010", "3130a", " 31301", "３1301", "36301"] {
            assert!(text.parse::<NocCode>().is_err(), "{text:?}");
        }
        assert_eq!("95109".parse::<NocCode>().unwrap().teer().digit(), 5);
        assert_eq!("95109".parse::<NocCode>().unwrap().broad_category(), 9);
    }
}
