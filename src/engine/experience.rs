//! Credited months of work in one occupation, exactly.

use chrono::{Datelike, NaiveDate};
use smallvec::SmallVec;

use super::terms::Window;
use crate::model::{CreditedMonths, WeeklyHours, WorkExperience, days_in_month, whole_months};

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

    /// The first and the last day of what counts: the best run, or from the first run to the last.
    pub fn days(&self, continuous: bool) -> Option<(NaiveDate, NaiveDate)> {
        let (first_day, end) = if continuous {
            self.best_run.map(|run| (run.first_day, run.end))?
        } else {
            self.extent.map(|extent| (extent.first, extent.end))?
        };
        Some((first_day, end.pred_opt().unwrap_or(end)))
    }

    fn add(&mut self, run: Run) {
        if self.best_run.is_none_or(|best| run.months() > best.months()) {
            self.best_run = Some(run);
        }
        self.extent = Some(Window::new(self.extent.map_or(run.first_day, |extent| extent.first), run.end));
        self.total.hours += run.measures.hours;
        self.total.shares += run.measures.shares;
        self.total.dates = self.total.dates.max(run.measures.dates);
    }
}

/// Spells cut to a window, laid out by the days on which they begin and end. What each comes to is told when something is
/// asked of them, so that many suppositions can be asked of one layout.
#[derive(Debug)]
pub(super) struct Timeline {
    changes: SmallVec<[Change; 8]>,
}

/// A day on which a spell begins or ends.
#[derive(Clone, Copy, Debug)]
struct Change {
    at: Moment,
    /// The place of the spell among those laid out.
    nth: u32,
    begins: bool,
}

/// A change, and what lies between it and the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// The place of the spell among those laid out.
    pub nth: usize,
    /// Whether the spell begins there, or ends.
    pub begins: bool,
    /// Days until the next change, and their shares of calendar months; none after the last.
    pub days: u64,
    pub shares: u64,
}

/// A day, and its number.
#[derive(Clone, Copy, Debug)]
struct Moment {
    day: NaiveDate,
    number: i32,
}

/// Days with the same hours: up to, not including, `end`.
#[derive(Clone, Copy)]
struct Segment {
    from: Moment,
    end: Moment,
    /// None when no spell covers the days.
    hours: Option<u32>,
}

impl Moment {
    fn new(day: NaiveDate) -> Self {
        Self { day, number: day.num_days_from_ce() }
    }
}

impl Segment {
    fn days(&self) -> u64 {
        (self.end.number - self.from.number).unsigned_abs().into()
    }
}

impl Timeline {
    /// The layout of `spells` within `window`.
    pub fn new<'a>(window: Window, spells: impl Iterator<Item = &'a WorkExperience>) -> Self {
        let mut changes = SmallVec::<[Change; 8]>::with_capacity(2 * spells.size_hint().0);
        for (nth, spell) in (0..).zip(spells) {
            let (first, end) = within(spell, window);
            if first < end {
                changes.push(Change { at: Moment::new(first), nth, begins: true });
                changes.push(Change { at: Moment::new(end), nth, begins: false });
            }
        }
        changes.sort_unstable_by_key(|change| change.at.number);
        Self { changes }
    }

    /// How many days with a beginning or an end a question goes through.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// The changes, in order.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        let passed = |change: &Change| (change.at.number, shares_before(change.at.day));
        let mut next = self.changes.iter().skip(1).map(passed);
        let mut at = self.changes.first().map_or((0, 0), passed);
        self.changes.iter().map(move |change| {
            let (number, shares) = at;
            at = next.next().unwrap_or(at);
            Step {
                nth: usize::try_from(change.nth).unwrap_or(usize::MAX),
                begins: change.begins,
                days: (at.0 - number).unsigned_abs().into(),
                shares: (at.1 - shares).unsigned_abs(),
            }
        })
    }

    /// What the spells come to. `hours` tells the hundredths of weekly hours of the nth spell, none when it does not count. Hours
    /// of spells that overlap add up, to at most 30 (IRPR ss. 73(1), 80(4)).
    pub fn tally(&self, hours: impl Fn(usize) -> Option<u32>) -> Tally {
        let mut tally = Tally::default();
        self.for_each_run(hours, |run| tally.add(run));
        tally
    }

    /// Whether the spells come to `required` months, of one run where `continuous`; `hours` as in [`Self::tally`].
    pub fn reaches(
        &self,
        hours: impl Fn(usize) -> Option<u32> + Copy,
        continuous: bool,
        required: CreditedMonths,
    ) -> bool {
        // Mostly told by hours alone: that measure counts, and no other gives much more.
        let most = self.most_hours(hours, continuous);
        CreditedMonths::from_hours(most) >= required
            || CreditedMonths::most_from_hours(most) >= required && self.tally(hours).months(continuous) >= required
    }

    /// The whole years that the spells come to, all runs together; `hours` as in [`Self::tally`].
    pub fn whole_years(&self, hours: impl Fn(usize) -> Option<u32> + Copy) -> u32 {
        let most = self.most_hours(hours, false);
        let least = CreditedMonths::from_hours(most).whole_years();
        if CreditedMonths::most_from_hours(most).whole_years() == least {
            return least;
        }
        self.tally(hours).months(false).whole_years()
    }

    /// Hundredths of weekly hours, summed over days; `hours` as in [`Self::tally`].
    pub fn hours(&self, hours: impl Fn(usize) -> Option<u32>) -> u64 {
        self.most_hours(hours, false)
    }

    /// Hundredths of weekly hours, summed over days: of all runs together, or of the one that has most.
    fn most_hours(&self, hours: impl Fn(usize) -> Option<u32>, one_run: bool) -> u64 {
        let (mut sum, mut most) = (0, 0);
        self.for_each_segment(hours, |segment| match segment.hours {
            Some(weekly) => {
                sum += u64::from(weekly) * segment.days();
                most = most.max(sum);
            }
            None if one_run => sum = 0,
            None => {}
        });
        most
    }

    /// Calls `each` with the runs, in order.
    pub fn for_each_run(&self, hours: impl Fn(usize) -> Option<u32>, mut each: impl FnMut(Run)) {
        let mut open: Option<OpenRun> = None;
        self.for_each_segment(hours, |segment| match segment.hours {
            Some(hours) => open.get_or_insert_with(|| OpenRun::new(segment.from.day)).extend(segment, hours),
            None => {
                if let Some(run) = open.take() {
                    each(run.close());
                }
            }
        });
        if let Some(run) = open {
            each(run.close());
        }
    }

    /// Calls `each` with the segments from the first day covered to the last, in order.
    fn for_each_segment(&self, hours: impl Fn(usize) -> Option<u32>, mut each: impl FnMut(Segment)) {
        let mut from: Option<Moment> = None;
        let (mut sum, mut spells) = (0_u32, 0_u32);
        for change in &self.changes {
            let Some(weekly) = usize::try_from(change.nth).ok().and_then(&hours) else { continue };
            if let Some(from) = from.filter(|from| from.number < change.at.number) {
                let weekly = (spells > 0).then_some(sum.min(WeeklyHours::FULL_TIME));
                each(Segment { from, end: change.at, hours: weekly });
            }
            from = Some(change.at);
            if change.begins {
                (sum, spells) = (sum + weekly, spells + 1);
            } else {
                (sum, spells) = (sum.saturating_sub(weekly), spells.saturating_sub(1));
            }
        }
    }
}

/// The first day of a spell cut to a window, and the day after the last; not after the first when no day is left.
fn within(spell: &WorkExperience, window: Window) -> (NaiveDate, NaiveDate) {
    let end = spell.last_day.and_then(|last| last.succ_opt()).map_or(window.end, |end| end.min(window.end));
    (spell.first_day.max(window.first), end)
}

/// How many days of a spell lie in a window.
pub(super) fn days_within(spell: &WorkExperience, window: Window) -> u64 {
    let number = |day: NaiveDate| day.num_days_from_ce();
    let first = number(spell.first_day).max(window.first_number);
    let end = spell.last_day.map_or(window.end_number, |last| window.end_number.min(number(last) + 1));
    u64::try_from(end - first).unwrap_or(0)
}

/// Whether a day lies between two spells, so that each is a run of its own.
pub(super) fn are_apart(one: &WorkExperience, other: &WorkExperience) -> bool {
    let before = |one: &WorkExperience, other: &WorkExperience| {
        one.last_day.is_some_and(|last| last < other.first_day && last.succ_opt() != Some(other.first_day))
    };
    before(one, other) || before(other, one)
}

/// Whether `weekly` hundredths of an hour over the days of a spell with no other beside it come to `months` by the two measures that look at the
/// calendar: whole months of full-time work, or shares of each.
#[inline(never)]
pub(super) fn reaches_by_calendar(spell: &WorkExperience, window: Window, weekly: u32, months: u32) -> bool {
    let (first, end) = within(spell, window);
    let shares = || u64::try_from(shares_before(end) - shares_before(first)).unwrap_or(0);
    first < end
        && (weekly >= WeeklyHours::FULL_TIME && whole_months(first, end) >= months
            || CreditedMonths::from_shares(u64::from(weekly) * shares()) >= CreditedMonths::from_whole(months))
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

    fn extend(&mut self, segment: Segment, hours: u32) {
        let (from, end) = (segment.from.day, segment.end.day);
        let shares = (shares_before(end) - shares_before(from)).unsigned_abs();
        self.run.measures.hours += u64::from(hours) * segment.days();
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
    // Written out, so that nothing is divided.
    let share = match days_in_month(day) {
        28 => CreditedMonths::SHARES_PER_MONTH / 28,
        29 => CreditedMonths::SHARES_PER_MONTH / 29,
        30 => CreditedMonths::SHARES_PER_MONTH / 30,
        _ => CreditedMonths::SHARES_PER_MONTH / 31,
    };
    months * CreditedMonths::SHARES_PER_MONTH + i64::from(day.day0()) * share
}
