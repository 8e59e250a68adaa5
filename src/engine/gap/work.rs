//! Work in a listed occupation that would have begun earlier, or at all.

use chrono::{Days, NaiveDate};

use super::steps::Dimension;
use crate::{
    engine::{
        Terms, Unsaid, category,
        listed_work::ListedWork,
        reading::{Reading, Standing},
        terms::Window,
    },
    model::{
        Answer, CategoryRule, Change, CountryCode, Duties, GapChangeKind, NocCode, OccupationRule, Outcome, Profile,
        WeeklyHours, WorkExperience, minus_years, plus_years,
    },
};

/// Years after the draw in which work that goes on may reach the months asked for.
const YEARS_AHEAD: u32 = 10;

/// One dimension for each listed occupation of the profile, the smaller change first; where none of its spells can be
/// moved far enough, one of work that is new.
pub(super) fn dimensions(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid) -> Vec<Dimension> {
    let Some(rule) = rule(terms) else { return Vec::new() };
    let work = ListedWork::new(profile, terms, rule, unsaid);
    let mut moved: Vec<(i64, Change)> = work.codes().filter_map(|code| earlier(&work, code, terms)).collect();
    moved.sort_by_key(|(days, _)| *days);
    if moved.is_empty() {
        let code = work.codes().next().or_else(|| rule.noc_codes.first().copied());
        moved.extend(code.and_then(|code| new_work(&work, code, terms)).map(|change| (0, change)));
    }
    let dimension = |change| Dimension { kind: GapChangeKind::ListedWork, steps: vec![change] };
    moved.into_iter().map(|(_, change)| dimension(change)).collect()
}

fn rule<'a>(terms: &Terms<'a>) -> Option<&'a OccupationRule> {
    match &terms.category?.rule {
        CategoryRule::Occupations(rule) => Some(rule),
        CategoryRule::French { .. } | CategoryRule::Attested { .. } => None,
    }
}

/// The spell that begins the last run of an occupation, begun as late as would have been enough, and the days that
/// it moves.
fn earlier(work: &ListedWork<'_>, code: NocCode, terms: &Terms<'_>) -> Option<(i64, Change)> {
    let mut counting = work.counting();
    counting.retain(|listed| listed.spell.code == code);
    let occupation = work.occupation(&counting);
    let mut last_run = None;
    let least = |nth| occupation.hours(nth, Reading::Least);
    occupation.timeline.for_each_run(least, |run| last_run = Some(run.first_day));
    let begins = last_run?;
    let covers =
        |spell: &WorkExperience| spell.first_day <= begins && spell.last_day.is_none_or(|last_day| begins <= last_day);
    let sure = occupation.spells.iter().filter(|listed| listed.standing == Standing::In && covers(listed.spell));
    let listed = sure.min_by_key(|listed| (listed.spell.first_day, listed.place))?;
    let (place, spell) = (listed.place, listed.spell);
    let first_day = latest(work.window.first, spell.first_day, |day| {
        let mut changed = work.profile.clone();
        if let Some(spell) = changed.work_experiences.get_mut(place) {
            spell.first_day = day;
        }
        met(&changed, work, terms)
    })?;
    let days = spell.first_day.signed_duration_since(first_day).num_days();
    Some((days, Change::WorkSince { place, first_day }))
}

/// Full-time work in Canada that is still going on, begun as late as would have been enough. All that a spell needs is said
/// of it.
fn new_work(work: &ListedWork<'_>, code: NocCode, terms: &Terms<'_>) -> Option<Change> {
    let hours = WeeklyHours::new(30.0).ok()?;
    let country: CountryCode = "CA".parse().ok()?;
    let spell = |first_day| WorkExperience {
        code,
        first_day,
        last_day: None,
        hours: Some(hours),
        country: Some(country),
        paid: Answer::Yes,
        duties: Duties { lead_statement: Answer::Yes, main_duties: Answer::Yes, essential_duties: Answer::Yes },
        self_employed: Answer::No,
        authorized: Answer::Yes,
        full_time_student: Answer::No,
    };
    let first_day = latest(work.window.first, work.window.end, |day| {
        let mut changed = work.profile.clone();
        changed.work_experiences.push(spell(day));
        met(&changed, work, terms)
    })?;
    Some(Change::NewWork(spell(first_day)))
}

fn met(profile: &Profile, work: &ListedWork<'_>, terms: &Terms<'_>) -> bool {
    terms.category.is_some_and(|version| category::decide(profile, terms, version, work.unsaid) == Outcome::Met)
}

/// The latest day from `first` up to, not including, `end` that is early enough. Of two days the earlier one is, when the
/// later one is.
fn latest(first: NaiveDate, end: NaiveDate, enough: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    if first >= end || !enough(first) {
        return None;
    }
    let (mut good, mut bad) = (first, end);
    loop {
        let apart = bad.signed_duration_since(good).num_days().unsigned_abs();
        if apart <= 1 {
            return Some(good);
        }
        let middle = good.checked_add_days(Days::new(apart / 2))?;
        if enough(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
}

/// The first day from the draw on at which the work in the occupation of the spell at `place`, left as it is, reaches the
/// months asked for.
pub(super) fn reached_on(profile: &Profile, place: usize, terms: &Terms<'_>, unsaid: Unsaid) -> Option<NaiveDate> {
    let rule = rule(terms)?;
    let spell = profile.work_experiences.get(place).filter(|spell| spell.last_day.is_none())?;
    let from = terms.draw.held_on;
    let work = ListedWork::new(profile, terms, rule, unsaid);
    from.iter_days().take_while(|day| *day <= plus_years(from, YEARS_AHEAD)).find(|day| {
        let window = Window::new(minus_years(*day, rule.window_years), *day);
        let work = ListedWork { window, ..work };
        work.months(spell.code, Reading::Least) >= work.required()
    })
}
