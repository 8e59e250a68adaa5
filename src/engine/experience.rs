//! Credited months of work in one occupation, exactly.

use chrono::{Datelike, NaiveDate};

use super::terms::Window;
use crate::model::{CreditedMonths, WeeklyHours, WorkExperience, whole_months};

/// The days and weekly hours, in hundredths, of a spell that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub first_day: NaiveDate,
    /// None when it is still going on.
    pub last_day: Option<NaiveDate>,
    pub hours: u32,
}

impl Span {
    /// The days of a spell, with its hours.
    pub fn of(spell: &WorkExperience, hours: u32) -> Self {
        Self { first_day: spell.first_day, last_day: spell.last_day, hours }
    }
}

/// A longest stretch of days that are each covered, and the months it earns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub first_day: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    measures: Measures,
}

/// The three measures of months; the best counts.
#[derive(Clone, Copy, Debug, Default)]
struct Measures {
    /// Hundredths of weekly hours, summed over days.
    hours: u64,
    /// Hundredths of weekly hours times the share of the day in its calendar month, summed over days.
    shares: u64,
    /// Whole calendar months of the longest full-time stretch.
    dates: u32,
}

/// What work in one occupation comes to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// The run with the most months, the earliest of equals.
    pub best_run: Option<Run>,
    /// From the first day of the first run to the day after the last of the last.
    pub extent: Option<Window>,
    total: Measures,
}

impl Run {
    pub fn months(&self) -> CreditedMonths {
        self.measures.months()
    }
}

impl Measures {
    fn months(&self) -> CreditedMonths {
        CreditedMonths::from_hours(self.hours)
            .max(CreditedMonths::from_shares(self.shares))
            .max(CreditedMonths::from_whole(self.dates))
    }
}

impl Tally {
    /// The months credited: those of the best run where the work must be continuous, otherwise those of all runs
    /// together, by dates of the longest stretch.
    pub fn months(&self, continuous: bool) -> CreditedMonths {
        if continuous {
            self.best_run.map_or_else(CreditedMonths::default, |run| run.months())
        } else {
            self.total.months()
        }
    }

    /// Hundredths of weekly hours, summed over days: what says which of two tallies has more hours.
    pub fn hours(&self) -> u64 {
        self.total.hours
    }

    fn add(&mut self, run: Run) {
        if self.best_run.is_none_or(|best| run.months() > best.months()) {
            self.best_run = Some(run);
        }
        self.extent = Some(Window { first: self.extent.map_or(run.first_day, |extent| extent.first), end: run.end });
        self.total.hours += run.measures.hours;
        self.total.shares += run.measures.shares;
        self.total.dates = self.total.dates.max(run.measures.dates);
    }
}

/// Adds up the spans of one occupation within `window`. Hours of spans that overlap add up, to at most 30
/// (IRPR ss. 73(1), 80(4)).
pub(super) fn tally(window: Window, spans: impl Iterator<Item = Span> + Clone) -> Tally {
    let mut tally = Tally::default();
    for_each_run(window, spans, |run| tally.add(run));
    tally
}

/// Calls `each` with the runs of the spans within `window`, in order.
pub(super) fn for_each_run<S: Iterator<Item = Span> + Clone>(window: Window, spans: S, mut each: impl FnMut(Run)) {
    let mut open: Option<OpenRun> = None;
    let mut day = window.first;
    while day < window.end {
        let Segment { end, hours } = segment(day, window.end, spans.clone());
        match (hours, &mut open) {
            (Some(hours), Some(run)) => run.extend(day, end, hours),
            (Some(hours), None) => {
                let mut run = OpenRun::new(day);
                run.extend(day, end, hours);
                open = Some(run);
            }
            (None, _) => {
                if let Some(run) = open.take() {
                    each(run.close());
                }
            }
        }
        day = end;
    }
    if let Some(run) = open {
        each(run.close());
    }
}

/// Days with the same hours: up to, not including, `end`.
struct Segment {
    end: NaiveDate,
    /// None when no span covers the days.
    hours: Option<u32>,
}

/// The days from `day` on over which nothing begins or ends.
fn segment(day: NaiveDate, window_end: NaiveDate, spans: impl Iterator<Item = Span>) -> Segment {
    let mut segment = Segment { end: window_end, hours: None };
    for span in spans {
        if span.first_day > day {
            segment.end = segment.end.min(span.first_day);
        } else if span.last_day.is_none_or(|last_day| day <= last_day) {
            let hours = segment.hours.unwrap_or(0) + span.hours;
            segment.hours = Some(hours.min(WeeklyHours::FULL_TIME));
            if let Some(after) = span.last_day.and_then(|last_day| last_day.succ_opt()) {
                segment.end = segment.end.min(after);
            }
        }
    }
    segment
}

/// A run that is still being extended.
struct OpenRun {
    run: Run,
    /// First day of the full-time stretch that reaches to the end so far.
    full_time_since: Option<NaiveDate>,
}

impl OpenRun {
    fn new(day: NaiveDate) -> Self {
        Self { run: Run { first_day: day, end: day, measures: Measures::default() }, full_time_since: None }
    }

    fn extend(&mut self, from: NaiveDate, end: NaiveDate, hours: u32) {
        let days = end.signed_duration_since(from).num_days().unsigned_abs();
        let shares = (shares_before(end) - shares_before(from)).unsigned_abs();
        self.run.measures.hours += u64::from(hours) * days;
        self.run.measures.shares += u64::from(hours) * shares;
        if hours >= WeeklyHours::FULL_TIME {
            self.full_time_since = self.full_time_since.or(Some(from));
        } else {
            self.end_stretch();
        }
        self.run.end = end;
    }

    fn end_stretch(&mut self) {
        if let Some(since) = self.full_time_since.take() {
            self.run.measures.dates = self.run.measures.dates.max(whole_months(since, self.run.end));
        }
    }

    fn close(mut self) -> Run {
        self.end_stretch();
        self.run
    }
}

/// Shares of calendar months passed before `day`, since a fixed month: each month is worth the same, and each of its days an
/// equal part of it.
fn shares_before(day: NaiveDate) -> i64 {
    let months = i64::from(day.year()) * 12 + i64::from(day.month0());
    months * CreditedMonths::SHARES_PER_MONTH
        + i64::from(day.day0()) * (CreditedMonths::SHARES_PER_MONTH / days_in_month(day))
}

fn days_in_month(day: NaiveDate) -> i64 {
    match day.month() {
        4 | 6 | 9 | 11 => 30,
        2 if day.leap_year() => 29,
        2 => 28,
        _ => 31,
    }
}
