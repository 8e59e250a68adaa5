//! Which unsaid fields of spells could still turn a category by occupation.

use smallvec::SmallVec;

use super::{
    effort::Effort,
    listed_work::{ListedOccupation, ListedSpell, ListedSpells, ListedWork},
    named::NamedFields,
    reading::{Reading, open_fields},
    terms::Window,
    work::in_window,
};
use crate::model::{Field, WeeklyHours, WorkField};

/// Visits to beginnings and ends of spells that settling all fields of a profile may take; past it what is left is named. A profile
/// with a spell or two that leave something open stays far within it.
const MOST_VISITS: u32 = 600;

/// Names the fields that decide, in some completion of the others, whether an occupation reaches the months asked for.
pub(super) fn name_fields(work: &ListedWork<'_>, effort: &Effort, fields: &mut NamedFields) {
    let visits = Effort::new(MOST_VISITS);
    let counting = work.counting();
    for spells in ListedWork::by_occupation(&counting) {
        let occupation = work.occupation(spells);
        for window in arenas(work, &occupation) {
            let within: ListedSpells<'_> =
                occupation.spells.iter().filter(|listed| in_window(listed.spell, window)).copied().collect();
            let work = ListedWork { window, ..*work };
            Arena { work, occupation: work.occupation(&within), effort, visits: &visits }.name_fields(fields);
        }
    }
}

/// The stretches of time in which the months asked for could be reached: each long enough run of the reading that helps
/// most, or the whole window where the work need not be continuous.
fn arenas(work: &ListedWork<'_>, occupation: &ListedOccupation<'_, '_>) -> SmallVec<[Window; 2]> {
    let mut arenas = SmallVec::new();
    if work.rule.continuous {
        occupation.timeline.for_each_run(
            |nth| occupation.hours(nth, Reading::Most),
            |run| {
                if run.months() >= work.required() {
                    arenas.push(Window::new(run.first_day, run.end));
                }
            },
        );
    } else if occupation.reaches(work, Reading::Most) {
        arenas.push(work.window);
    }
    arenas
}

/// The spells of one occupation in a stretch of time that could reach the months asked for.
struct Arena<'s, 'a> {
    work: ListedWork<'a>,
    occupation: ListedOccupation<'s, 'a>,
    effort: &'s Effort,
    visits: &'s Effort,
}

/// Hundredths of weekly hours of a spell; none when it does not count.
type Hours = Option<u32>;

/// What the spells are supposed to come to, in their order.
type Supposed = SmallVec<[Hours; 8]>;

/// A question: do the months come out differently with one or the other of two hours for the nth spell?
#[derive(Clone, Copy)]
struct Question {
    nth: usize,
    most: Hours,
    least: Hours,
}

impl Arena<'_, '_> {
    fn name_fields(&self, fields: &mut NamedFields) {
        let open: SmallVec<[(usize, &ListedSpell<'_>); 8]> =
            self.occupation.spells.iter().enumerate().filter(|(_, of)| of.standing.is_open(of.spell)).collect();
        for (nth, listed) in &open {
            let [least, most] = [Reading::Least, Reading::Most].map(|reading| self.occupation.hours(*nth, reading));
            let decides = |least| self.decides(Question { nth: *nth, most, least }, &open);
            if least.is_none() && decides(None) {
                let counts = open_fields(listed.spell, self.work.rule, self.work.unsaid);
                fields.extend(counts.map(|field| Field::Work(listed.place, field)));
            }
            if listed.spell.hours.is_none() && decides(Some(0)) {
                fields.push(Field::Work(listed.place, WorkField::HoursPerWeek));
            }
        }
    }

    /// Whether the months are reached with the one and missed with the other, in some completion of the other open spells.
    fn decides(&self, question: Question, open: &[(usize, &ListedSpell<'_>)]) -> bool {
        if self.visits.is_spent() || self.effort.is_spent() {
            return true;
        }
        let others: SmallVec<[usize; 8]> =
            open.iter().map(|(nth, _)| *nth).filter(|nth| *nth != question.nth).collect();
        let at = |nth: usize, reading| self.occupation.hours(nth, reading);
        let mut supposed: Supposed = (0..self.occupation.spells.len()).map(|nth| at(nth, Reading::Least)).collect();
        // Every combination of the others at their ends, the most helpful first: it mostly settles the question.
        let combinations = u32::try_from(others.len()).ok().and_then(|others| 1_u64.checked_shl(others));
        for combination in 0..combinations.unwrap_or(u64::MAX) {
            let at_least = |place: usize| combination >> place.min(63) & 1 == 1;
            for (place, nth) in others.iter().enumerate() {
                let reading = if at_least(place) { Reading::Least } else { Reading::Most };
                suppose(&mut supposed, *nth, at(*nth, reading));
            }
            match self.turns(question, &mut supposed) {
                None | Some((true, true)) => return true,
                Some((false, true)) => {
                    for (_, nth) in others.iter().enumerate().filter(|(place, _)| at_least(*place)) {
                        let unsaid = self.occupation.spells.get(*nth).is_some_and(|other| other.spell.hours.is_none());
                        if unsaid && self.turns_between(question, &mut supposed, *nth) {
                            return true;
                        }
                    }
                }
                Some(_) => {}
            }
        }
        false
    }

    /// Whether the months are reached with the one, and whether they are missed with the other; none when that is more than is
    /// gone through.
    fn turns(&self, question: Question, supposed: &mut Supposed) -> Option<(bool, bool)> {
        let mut reached_with = |hours| {
            suppose(supposed, question.nth, hours);
            self.reached(supposed)
        };
        Some((reached_with(question.most)?, !reached_with(question.least)?))
    }

    /// Hours have values between their ends: whether the question turns with those of the nth other spell just high enough.
    fn turns_between(&self, question: Question, supposed: &mut Supposed, nth: usize) -> bool {
        let before = supposed.get(nth).copied().flatten();
        let mut with = |hours: u32| {
            suppose(supposed, nth, Some(hours));
            self.turns(question, supposed)
        };
        let (mut low, mut high) = (0, WeeklyHours::FULL_TIME);
        while low < high {
            let middle = u32::midpoint(low, high);
            match with(middle) {
                None => return true,
                Some((true, _)) => high = middle,
                Some((false, _)) => low = middle + 1,
            }
        }
        let turns = with(high).is_none_or(|turns| turns == (true, true));
        suppose(supposed, nth, before);
        turns
    }

    fn reached(&self, supposed: &Supposed) -> Option<bool> {
        let timeline = &self.occupation.timeline;
        let hours = |nth: usize| supposed.get(nth).copied().flatten();
        (self.visits.spend(timeline.len()) && self.effort.spend(timeline.len()))
            .then(|| timeline.reaches(hours, self.work.rule.continuous, self.work.required()))
    }
}

fn suppose(supposed: &mut Supposed, nth: usize, hours: Hours) {
    if let Some(supposed) = supposed.get_mut(nth) {
        *supposed = hours;
    }
}
