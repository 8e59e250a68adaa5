//! Civil dates: periods in force, and months and years counted from a first day.

use chrono::{Datelike, Months, NaiveDate};

/// Days from a first to a last, both included; no last day means to this day and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day, itself included.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Whether `day` lies in the period.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }

    /// The period in words: `2023-05-31 to 2025-02-26`, `from 2026-02-18`.
    pub fn describe(&self) -> String {
        match self.to {
            Some(to) => format!("{} to {to}", self.from),
            None => format!("from {}", self.from),
        }
    }
}

/// `months` calendar months after `day`, the day cut to the end of the month: 31 August and one month is 30 September.
///
/// ```
/// # use chrono::NaiveDate;
/// # use express_entry::model::plus_months;
/// let day = |text: &str| text.parse::<NaiveDate>();
/// assert_eq!(plus_months(day("2023-08-31")?, 1), day("2023-09-30")?);
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn plus_months(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// `years` years after `day`: 29 February and a year is 28 February.
pub fn plus_years(day: NaiveDate, years: u32) -> NaiveDate {
    let year = i32::try_from(years).ok().and_then(|years| day.year().checked_add(years));
    year.and_then(|year| in_year(day, year)).unwrap_or(NaiveDate::MAX)
}

/// `years` years before `day`, the day cut to the end of the month.
pub fn minus_years(day: NaiveDate, years: u32) -> NaiveDate {
    let year = i32::try_from(years).ok().and_then(|years| day.year().checked_sub(years));
    year.and_then(|year| in_year(day, year)).unwrap_or(NaiveDate::MIN)
}

/// The same day in another year; 29 February is 28 February in a common one.
fn in_year(day: NaiveDate, year: i32) -> Option<NaiveDate> {
    day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28).filter(|_| day.month() == 2))
}

/// The year, month and day, by which civil dates are in order. 29 February of a common year comes before its 1 March.
fn by_parts(day: NaiveDate, years_on: u32) -> (i64, u32, u32) {
    (i64::from(day.year()) + i64::from(years_on), day.month(), day.day())
}

/// Whether a result of `result`, which is valid for `years` years, has expired on `day`: it has on the anniversary itself. One
/// of 29 February expires on 1 March of a common year.
///
/// ```
/// # use chrono::NaiveDate;
/// # use express_entry::model::has_expired;
/// let day = |text: &str| text.parse::<NaiveDate>();
/// assert!(!has_expired(day("2022-02-14")?, 2, day("2024-02-13")?));
/// assert!(has_expired(day("2022-02-14")?, 2, day("2024-02-14")?));
/// assert!(!has_expired(day("2024-02-29")?, 2, day("2026-02-28")?));
/// assert!(has_expired(day("2024-02-29")?, 2, day("2026-03-01")?));
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn has_expired(result: NaiveDate, years: u32, day: NaiveDate) -> bool {
    by_parts(result, years) <= by_parts(day, 0)
}

/// The years completed on `day` by one born on `birth`; none before birth. One born on 29 February completes a year on
/// 1 March of a common year.
///
/// ```
/// # use chrono::NaiveDate;
/// # use express_entry::model::completed_years;
/// let day = |text: &str| text.parse::<NaiveDate>();
/// assert_eq!(completed_years(day("1996-02-29")?, day("2025-02-28")?), 28);
/// assert_eq!(completed_years(day("1996-02-29")?, day("2025-03-01")?), 29);
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn completed_years(birth: NaiveDate, day: NaiveDate) -> u32 {
    let years = u32::try_from(day.year() - birth.year()).unwrap_or(0);
    if has_expired(birth, years, day) { years } else { years.saturating_sub(1) }
}

/// The calendar months between `from` and `to`: the largest number that, added to `from`, does not pass `to`.
///
/// ```
/// # use chrono::NaiveDate;
/// # use express_entry::model::whole_months;
/// let day = |text: &str| text.parse::<NaiveDate>();
/// assert_eq!(whole_months(day("2024-02-15")?, day("2024-08-15")?), 6);
/// assert_eq!(whole_months(day("2024-02-15")?, day("2024-08-14")?), 5);
/// assert_eq!(whole_months(day("2023-08-31")?, day("2024-02-29")?), 6, "31 August and six months is 29 February");
/// # Ok::<(), chrono::ParseError>(())
/// ```
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let index = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let months = u32::try_from(index(to) - index(from)).unwrap_or(0);
    // A day that the month of `to` does not have is cut to its end.
    if from.day() <= to.day() || to.day() == days_in_month(to) { months } else { months.saturating_sub(1) }
}

/// The days in the month of `day`, 28 to 31.
pub fn days_in_month(day: NaiveDate) -> u32 {
    match day.month() {
        4 | 6 | 9 | 11 => 30,
        2 if day.leap_year() => 29,
        2 => 28,
        _ => 31,
    }
}
