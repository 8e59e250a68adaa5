use std::{fmt, str::FromStr};

use super::noc::shorten;

/// A country by its ISO 3166-1 alpha-2 code: two capital letters that the standard assigns.
///
/// ```
/// # use express_entry::model::CountryCode;
/// assert!("CA".parse::<CountryCode>().is_ok_and(CountryCode::is_canada));
/// assert!("ca".parse::<CountryCode>().is_err());
/// assert!("XX".parse::<CountryCode>().is_err(), "not assigned");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountryCode([u8; 2]);

/// The text is no country code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("country code {0:?} is not one that ISO 3166-1 assigns; codes are two capital letters, \"CA\" for Canada")]
pub struct CountryCodeError(String);

impl CountryCode {
    /// The code in a text that need not have been seen to be one.
    ///
    /// # Errors
    /// When it is not assigned.
    #[inline]
    pub fn of(text: &[u8]) -> Result<Self, CountryCodeError> {
        match <[u8; 2]>::try_from(text) {
            Ok(letters) if is_assigned(letters) => Ok(Self(letters)),
            _ => Err(not_assigned(text)),
        }
    }

    /// Whether the country is Canada.
    pub fn is_canada(self) -> bool {
        self.0 == *b"CA"
    }
}

impl FromStr for CountryCode {
    type Err = CountryCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::of(text.as_bytes())
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.0).unwrap_or_default())
    }
}

#[cold]
fn not_assigned(text: &[u8]) -> CountryCodeError {
    CountryCodeError(shorten(&String::from_utf8_lossy(text)))
}

fn is_assigned([first, second]: [u8; 2]) -> bool {
    let place = |letter: u8| letter.is_ascii_uppercase().then(|| letter - b'A');
    let row = place(first).and_then(|first| SECOND_LETTERS.get(usize::from(first)));
    row.zip(place(second)).is_some_and(|(row, second)| row >> second & 1 == 1)
}

/// For each first letter a bit for each second letter that is assigned with it.
const SECOND_LETTERS: [u32; 26] = second_letters();

#[allow(clippy::indexing_slicing, reason = "the compiler works it out, and would say so")]
const fn second_letters() -> [u32; 26] {
    let mut rows = [0; 26];
    let mut rest = ASSIGNED.as_bytes();
    while let [first, second, b' ', after @ ..] = rest {
        rows[(*first - b'A') as usize] |= 1 << (*second - b'A');
        rest = after;
    }
    rows
}

/// The 249 officially assigned codes of ISO 3166-1.
const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY \
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK \
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW \
    ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_assigned_codes_are_taken_and_no_others() {
        let letters = || (0..=127_u8).map(char::from);
        let taken = letters().flat_map(|first| letters().map(move |second| format!("{first}{second}")));
        let taken: Vec<String> = taken.filter(|text| text.parse::<CountryCode>().is_ok()).collect();
        assert_eq!(taken, ASSIGNED.split_ascii_whitespace().collect::<Vec<_>>());
        assert_eq!(taken.len(), 249);
        assert!(["", "C", "CAN", "É"].iter().all(|text| text.parse::<CountryCode>().is_err()));
    }
}
