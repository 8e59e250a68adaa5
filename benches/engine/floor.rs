//! The floor: draw 284 decided by hand, with its figures written into the code.
//!
//! The same answers as the engine in the VERDICT view, for any profile that states score and programs: five criteria in three
//! values, unsaid answers taken as true, unsaid hours open, three exact measures of months, spells of one occupation that
//! overlap. What it leaves out is everything that makes a rule data: other draws, other versions, tables.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use express_entry::model::{Answer, NocList, Profile, Program, Verdict, WorkExperience, whole_months};

/// Draw 284, as published.
pub struct Floor {
    held_at: DateTime<Utc>,
    tie_break_at: DateTime<Utc>,
    window: (NaiveDate, NaiveDate),
    codes: NocList,
}

/// One month, in the unit in which hours, shares and whole months are all whole.
const MONTH: u64 = 14_725_620_000;
const SIX_MONTHS: u64 = 6 * MONTH;
const CUT_OFF: i32 = 422;
/// Hundredths of weekly hours over days that are six months by hours, and that no measure makes six months below.
const ENOUGH: u64 = 6 * 91_000;
const TOO_FEW: u64 = 6 * 28 * 3_000;

/// A spell that counts: first day, the day after the last, hundredths of weekly hours.
type Span = (NaiveDate, NaiveDate, u32);

impl Floor {
    pub fn new(codes: &NocList) -> Self {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        Self {
            held_at: "2024-02-14T15:50:22Z".parse().unwrap(),
            tie_break_at: "2024-01-30T02:39:54Z".parse().unwrap(),
            window: (day("2021-02-14"), day("2024-02-14")),
            codes: codes.clone(),
        }
    }

    pub fn verdict(&self, profile: &Profile) -> Verdict {
        let mut unknown = false;
        let mut failed = false;
        match profile.submitted_at {
            None => unknown = true,
            Some(at) => failed |= !self.in_pool(at),
        }
        let programs = profile.eligible_programs;
        failed |= !(programs.contains(Program::FederalSkilledWorker)
            || programs.contains(Program::CanadianExperienceClass)
            || programs.contains(Program::FederalSkilledTrades));
        match profile.crs_score.map_or(0, |score| score.points()).cmp(&CUT_OFF) {
            std::cmp::Ordering::Less => failed = true,
            std::cmp::Ordering::Equal => match profile.submitted_at {
                None => unknown = true,
                Some(at) => failed |= at >= self.tie_break_at,
            },
            std::cmp::Ordering::Greater => {}
        }
        match self.category(&profile.work_experiences) {
            Some(true) => {}
            Some(false) => failed = true,
            None => unknown = true,
        }
        match (failed, unknown) {
            (true, _) => Verdict::NotInvited,
            (false, true) => Verdict::Indeterminate,
            (false, false) => Verdict::Invited,
        }
    }

    fn in_pool(&self, at: DateTime<Utc>) -> bool {
        let (at, held_at) = (at.naive_utc(), self.held_at.naive_utc());
        if at > held_at {
            return false;
        }
        match held_at.year() - at.year() {
            0 => true,
            1 => {
                let day = if at.month() == 2 && at.day() == 29 { 28 } else { at.day() };
                (held_at.month(), held_at.day(), held_at.time()) < (at.month(), day, at.time())
            }
            _ => false,
        }
    }

    /// Met, not met, or open.
    fn category(&self, spells: &[WorkExperience]) -> Option<bool> {
        if spells.is_empty() {
            return None;
        }
        let mut open = false;
        for (place, spell) in spells.iter().enumerate() {
            let code = spell.code;
            if !self.codes.contains(code) || spells[..place].iter().any(|earlier| earlier.code == code) {
                continue;
            }
            if self.reaches(&spells[place..], 0) {
                return Some(true);
            }
            let unsaid = spells.iter().any(|spell| spell.code == code && spell.hours.is_none());
            open |= unsaid && self.reaches(&spells[place..], 3_000);
        }
        if open { None } else { Some(false) }
    }

    /// Whether some run of the occupation of the first spell comes to six months, unsaid hours being `unsaid`.
    fn reaches(&self, spells: &[WorkExperience], unsaid: u32) -> bool {
        let code = spells[0].code;
        let mut spans: [Span; 50] = [(self.window.0, self.window.0, 0); 50];
        let mut count = 0;
        for spell in spells {
            if spell.code != code || denied(spell) {
                continue;
            }
            let first = spell.first_day.max(self.window.0);
            let end = spell.last_day.and_then(|day| day.succ_opt()).unwrap_or(self.window.1).min(self.window.1);
            if first < end {
                spans[count] = (first, end, spell.hours.map_or(unsaid, |hours| hours.hundredths()));
                count += 1;
            }
        }
        match &mut spans[..count] {
            [] => false,
            [(first, end, hours)] => {
                let days = u64::try_from(end.num_days_from_ce() - first.num_days_from_ce()).unwrap_or(0);
                let earned = days * u64::from((*hours).min(3_000));
                earned >= ENOUGH || earned >= TOO_FEW && runs_reach(&[(*first, *end, *hours)])
            }
            spans => {
                spans.sort_unstable();
                runs_reach(spans)
            }
        }
    }
}

fn denied(spell: &WorkExperience) -> bool {
    let duties = spell.duties;
    spell.paid == Answer::No
        || duties.lead_statement == Answer::No
        || duties.main_duties == Answer::No
        || duties.essential_duties == Answer::No
}

/// Goes through spans in the order of their first days, from one change of hours to the next.
fn runs_reach(spans: &[Span]) -> bool {
    let Some(mut day) = spans.first().map(|span| span.0) else { return false };
    let (mut hours, mut shares, mut dates, mut full_time_since) = (0_u64, 0_u64, 0, None);
    let mut reached = false;
    loop {
        let mut end = NaiveDate::MAX;
        let mut weekly = None;
        for span in spans {
            if span.0 > day {
                end = end.min(span.0);
                break;
            } else if day < span.1 {
                end = end.min(span.1);
                weekly = Some((weekly.unwrap_or(0) + span.2).min(3_000));
            }
        }
        let Some(weekly) = weekly else {
            if let Some(since) = full_time_since.take() {
                dates = dates.max(whole_months(since, day));
            }
            reached |= months(hours, shares, dates) >= SIX_MONTHS;
            if end == NaiveDate::MAX {
                return reached;
            }
            (hours, shares, dates) = (0, 0, 0);
            day = end;
            continue;
        };
        hours += u64::from(weekly) * u64::try_from(end.num_days_from_ce() - day.num_days_from_ce()).unwrap_or(0);
        shares += u64::from(weekly) * (shares_before(end) - shares_before(day));
        if weekly == 3_000 {
            full_time_since = full_time_since.or(Some(day));
        } else if let Some(since) = full_time_since.take() {
            dates = dates.max(whole_months(since, day));
        }
        day = end;
    }
}

fn months(hours: u64, shares: u64, dates: u32) -> u64 {
    (hours * (MONTH / 91_000)).max(shares * (MONTH / (3_000 * 377_580))).max(u64::from(dates) * MONTH)
}

fn shares_before(day: NaiveDate) -> u64 {
    let days_in_month = match day.month() {
        4 | 6 | 9 | 11 => 30,
        2 if day.leap_year() => 29,
        2 => 28,
        _ => 31,
    };
    let months = u64::try_from(day.year()).unwrap_or(0) * 12 + u64::from(day.month0());
    months * 377_580 + u64::from(day.day0()) * (377_580 / days_in_month)
}
