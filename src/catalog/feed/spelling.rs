//! Days, instants and counts as IRCC's staff type them.

use chrono::{DateTime, Datelike, Month, NaiveDate, NaiveTime, Timelike, Utc};

use super::report::shown;

/// How an instant is spelled, for messages.
const INSTANT: &str = "an instant looks like \"January 30, 2024 at 02:39:54 UTC\"";

/// How a day is spelled, for messages.
const DAY: &str = "a day looks like \"2024-02-14\", \"14-02-2024\" or \"February 14, 2024\"";

/// A text in pieces: spaces, wherever they are, mean nothing.
#[derive(Clone, Debug, PartialEq)]
enum Piece<'a> {
    Word(&'a str),
    Digits(&'a str),
    Mark(char),
}

/// The pieces that are not yet understood.
struct Pieces<'a>(std::vec::IntoIter<Piece<'a>>);

/// An instant as it is spelled; the year may be missing.
struct Spelled {
    month: u32,
    day: u32,
    year: Option<i32>,
    /// The time as written, without its AM or PM.
    time: NaiveTime,
    /// The time that it means.
    meant: NaiveTime,
}

/// Reads an instant, in UTC: `Month D[D][st|nd|rd|th][,|.] YYYY[,] [at] [YYYY-MM-DD] H[H]:MM:SS [AM|PM] [UTC]`.
///
/// AM and PM after an hour of 1 to 12 mean what they say; after any other hour, which is of a 24-hour clock, they are
/// passed over.
///
/// # Errors
/// What can't be read, a missing year among it.
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let spelled = spelled(text)?;
    let year = spelled.year.ok_or_else(|| format!("the year is missing; {INSTANT}"))?;
    Ok(date(year, spelled.month, spelled.day)?.and_time(spelled.meant).and_utc())
}

/// Whether a text can be meant to say an instant that is already known: a missing year is then no doubt, nor is an AM or PM
/// that does not belong to the time.
pub(super) fn can_say(text: &str, known: DateTime<Utc>) -> bool {
    spelled(text).is_ok_and(|spelled| {
        let day = date(spelled.year.unwrap_or(known.year()), spelled.month, spelled.day);
        day.is_ok_and(|day| [spelled.meant, spelled.time].iter().any(|time| day.and_time(*time).and_utc() == known))
    })
}

/// Reads a day: `YYYY-MM-DD`, `DD-MM-YYYY` or `Month D[D][st|nd|rd|th][,|.] YYYY`.
///
/// # Errors
/// What can't be read.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    let mut pieces = pieces(text);
    let read = if let Some(Piece::Word(_)) = pieces.first() {
        let (month, day) = pieces.month_and_day()?;
        let year = pieces.year().ok_or_else(|| format!("the year is missing; {DAY}"))?;
        date(year, month, day)
    } else {
        pieces.numeric_day().ok_or_else(|| DAY.to_owned())?
    };
    if pieces.first().is_some() { Err(DAY.into()) } else { read }
}

/// Reads a count, its thousands apart or not: `3,500`, `3500`.
///
/// # Errors
/// What can't be read.
pub(super) fn count(text: &str) -> Result<u32, String> {
    let wrong = || "a count looks like \"3,500\"".to_owned();
    let mut groups = text.trim().split(',');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.is_empty() || first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    let digits = [&[first][..], &rest].concat().concat();
    if first.is_empty() || !grouped || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    digits.parse().map_err(|_| wrong())
}

fn spelled(text: &str) -> Result<Spelled, String> {
    let mut pieces = pieces(text);
    let (month, day) = pieces.month_and_day()?;
    let year = pieces.year();
    pieces.skip(&Piece::Mark(','));
    pieces.skip_word("at");
    if matches!(pieces.0.as_slice(), [Piece::Digits(_), Piece::Mark('-'), ..]) {
        let again = pieces.numeric_day().ok_or_else(|| INSTANT.to_owned())??;
        if (again.month(), again.day()) != (month, day) || year.is_some_and(|year| year != again.year()) {
            return Err(format!("it names two days; {INSTANT}"));
        }
    }
    let time = pieces.time().ok_or_else(|| format!("the time can't be read; {INSTANT}"))?;
    let half = ["am", "pm"].into_iter().find(|half| pieces.skip_word(half));
    pieces.skip_word("utc");
    if pieces.first().is_some() {
        return Err(INSTANT.into());
    }
    Ok(Spelled { month, day, year, time, meant: meant(time, half) })
}

/// A time with its AM or PM. An hour of 0, or above 12, is of a 24-hour clock.
fn meant(time: NaiveTime, half: Option<&str>) -> NaiveTime {
    let hour = match (half, time.hour()) {
        (Some("am"), 12) => 0,
        (Some("pm"), hour @ 1..=11) => hour + 12,
        (_, hour) => hour,
    };
    time.with_hour(hour).unwrap_or(time)
}

fn date(year: i32, month: u32, day: u32) -> Result<NaiveDate, String> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| format!("{year}-{month:02}-{day:02} is not a day"))
}

fn pieces(text: &str) -> Pieces<'_> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let run = |of: fn(char) -> bool| rest.find(|c: char| !of(c)).unwrap_or(rest.len());
        let (length, piece): (usize, fn(&str) -> Piece<'_>) = match first {
            '0'..='9' => (run(|c| c.is_ascii_digit()), |text| Piece::Digits(text)),
            c if c.is_alphabetic() => (run(char::is_alphabetic), |text| Piece::Word(text)),
            _ => (first.len_utf8(), |text| Piece::Mark(text.chars().next().unwrap_or_default())),
        };
        let (this, after) = rest.split_at(length);
        pieces.push(piece(this));
        rest = after.trim_start();
    }
    Pieces(pieces.into_iter())
}

impl<'a> Pieces<'a> {
    fn first(&self) -> Option<&Piece<'a>> {
        self.0.as_slice().first()
    }

    fn skip(&mut self, piece: &Piece<'_>) -> bool {
        let found = self.first() == Some(piece);
        if found {
            self.0.next();
        }
        found
    }

    fn skip_word(&mut self, word: &str) -> bool {
        let found = matches!(self.first(), Some(Piece::Word(text)) if text.eq_ignore_ascii_case(word));
        if found {
            self.0.next();
        }
        found
    }

    /// A number of at least `least` and at most `most` digits.
    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        match self.first() {
            Some(Piece::Digits(digits)) if (least..=most).contains(&digits.len()) => {
                let number = digits.parse().ok();
                self.0.next();
                number
            }
            _ => None,
        }
    }

    /// `January 30th,`
    fn month_and_day(&mut self) -> Result<(u32, u32), String> {
        let month = match self.0.next() {
            Some(Piece::Word(word)) => {
                word.parse::<Month>().map_err(|_| format!("{:?} is not a month", shown(word)))?
            }
            _ => return Err("it does not begin with a month".into()),
        };
        let day = self.number(1, 2).ok_or("the day of the month can't be read")?;
        let _ = ["st", "nd", "rd", "th"].into_iter().any(|ending| self.skip_word(ending));
        let _ = self.skip(&Piece::Mark(',')) || self.skip(&Piece::Mark('.'));
        Ok((month.number_from_month(), day))
    }

    /// A year, but not that of `2024-01-30`.
    fn year(&mut self) -> Option<i32> {
        if let [Piece::Digits(_), Piece::Mark('-'), ..] = self.0.as_slice() {
            return None;
        }
        self.number(4, 4).and_then(|year| year.try_into().ok())
    }

    /// `2024-01-30` or `30-01-2024`; none when it is spelled otherwise.
    fn numeric_day(&mut self) -> Option<Result<NaiveDate, String>> {
        let year_first = self.number(4, 4);
        let first = if year_first.is_some() { year_first } else { self.number(1, 2) };
        self.skip(&Piece::Mark('-')).then_some(())?;
        let month = self.number(1, 2)?;
        self.skip(&Piece::Mark('-')).then_some(())?;
        let (year, day) = match year_first {
            Some(year) => (year, self.number(1, 2)?),
            None => (self.number(4, 4)?, first?),
        };
        Some(date(year.try_into().ok()?, month, day))
    }

    /// `02:39:54` or `2:39:54`.
    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.number(1, 2)?;
        self.skip(&Piece::Mark(':')).then_some(())?;
        let minute = self.number(2, 2)?;
        self.skip(&Piece::Mark(':')).then_some(())?;
        NaiveTime::from_hms_opt(hour, minute, self.number(2, 2)?)
    }
}
