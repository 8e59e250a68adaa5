//! Which unsaid fields of spells could still turn a category by occupation.

use super::{
    experience::{Span, for_each_run, tally},
    listed_work::ListedWork,
    reading::{Reading, open_fields},
    terms::Window,
};
use crate::model::{Field, NocCode, WeeklyHours, WorkField};

/// Visits to spells that settling one field may take. Where trying every combination of the other open spells of the same
/// occupation and stretch of time would take more, all of their open fields are named, so that none that matters is left out
/// and no profile is costly. Five others among ten spells come within it; a profile has one or two.
const MOST_VISITS: u64 = 800_000;

/// Names the fields that decide, in some completion of the others, whether an occupation reaches the months asked for.
pub(super) fn name_fields(work: ListedWork<'_>, fields: &mut Vec<Field>) {
    for code in work.codes() {
        for window in arenas(work, code) {
            Arena { work: ListedWork { window, ..work }, code }.name_fields(fields);
        }
    }
}

/// The stretches of time in which the months asked for could be reached: each long enough run of the reading that helps
/// most, or the whole window where the work need not be continuous.
fn arenas(work: ListedWork<'_>, code: NocCode) -> Vec<Window> {
    let mut arenas = Vec::new();
    if work.rule.continuous {
        for_each_run(work.window, work.spans(code, Reading::Most), |run| {
            if run.months() >= work.required() {
                arenas.push(Window { first: run.first_day, end: run.end });
            }
        });
    } else if work.months(code, Reading::Most) >= work.required() {
        arenas.push(work.window);
    }
    arenas
}

/// The spells of one occupation in a stretch of time that could reach the months asked for.
struct Arena<'a> {
    work: ListedWork<'a>,
    code: NocCode,
}

/// Hundredths of weekly hours of a spell; none when it does not count.
type Hours = Option<u32>;

/// A spell with open facts, and its hours in both readings.
#[derive(Clone, Copy)]
struct OpenSpell {
    place: usize,
    least: Hours,
    most: Hours,
    hours_unsaid: bool,
}

/// A question: do the months come out differently with one or the other of two hours for the spell at this place?
#[derive(Clone, Copy)]
struct Question {
    place: usize,
    most: Hours,
    least: Hours,
}

/// What spells with open facts are supposed to come to, by place.
type Supposed = Vec<(usize, Hours)>;

impl Arena<'_> {
    fn name_fields(&self, fields: &mut Vec<Field>) {
        let open = self.open_spells();
        for spell in &open {
            let OpenSpell { place, least, most, hours_unsaid } = *spell;
            let Some(said) = self.work.profile.work_experiences.get(place) else { continue };
            if least.is_none() && self.decides(Question { place, most, least: None }, &open) {
                let counts = open_fields(said, self.work.rule, self.work.unsaid);
                fields.extend(counts.map(|field| Field::Work(place, field)));
            }
            if hours_unsaid && self.decides(Question { place, most, least: Some(0) }, &open) {
                fields.push(Field::Work(place, WorkField::HoursPerWeek));
            }
        }
    }

    fn open_spells(&self) -> Vec<OpenSpell> {
        let Window { first, end } = self.work.window;
        let spells = self.work.spells(self.code).filter(|(_, spell, standing)| {
            let within = spell.first_day < end && spell.last_day.is_none_or(|last_day| first <= last_day);
            within && standing.is_open(spell)
        });
        let open = spells.map(|(place, spell, standing)| OpenSpell {
            place,
            least: Reading::Least.hours(spell, standing),
            most: Reading::Most.hours(spell, standing),
            hours_unsaid: spell.hours.is_none(),
        });
        open.collect()
    }

    /// Whether the months are reached with the one and missed with the other, in some completion of the other open spells.
    fn decides(&self, question: Question, open: &[OpenSpell]) -> bool {
        let others: Vec<OpenSpell> = open.iter().filter(|other| other.place != question.place).copied().collect();
        if self.visits(&others) > MOST_VISITS {
            return true;
        }
        // Every combination of the others at their ends, the most helpful first: it mostly settles the question.
        (0_u32..1 << others.len()).any(|combination| {
            let at_least = |nth: usize| combination >> nth & 1 == 1;
            let ends = others.iter().enumerate();
            let mut supposed: Supposed =
                ends.map(|(nth, other)| (other.place, if at_least(nth) { other.least } else { other.most })).collect();
            match self.turns(question, &mut supposed) {
                (true, true) => true,
                (false, true) => {
                    let between = |(nth, other): (usize, &OpenSpell)| {
                        other.hours_unsaid && at_least(nth) && self.turns_between(question, &supposed, nth)
                    };
                    others.iter().enumerate().any(between)
                }
                _ => false,
            }
        })
    }

    /// Whether the months are reached with the one, and whether they are missed with the other.
    fn turns(&self, question: Question, supposed: &mut Supposed) -> (bool, bool) {
        let mut reached_with = |hours| {
            supposed.push((question.place, hours));
            let reached = self.reached(supposed);
            supposed.pop();
            reached
        };
        (reached_with(question.most), !reached_with(question.least))
    }

    /// Hours have values between their ends: whether the question turns with those of the nth other spell just high enough.
    fn turns_between(&self, question: Question, supposed: &Supposed, nth: usize) -> bool {
        let with = |hours: u32| {
            let mut supposed = supposed.clone();
            if let Some((_, of_other)) = supposed.get_mut(nth) {
                *of_other = Some(hours);
            }
            self.turns(question, &mut supposed)
        };
        let (mut low, mut high) = (0, WeeklyHours::FULL_TIME);
        while low < high {
            let middle = u32::midpoint(low, high);
            if with(middle).0 { high = middle } else { low = middle + 1 }
        }
        with(high) == (true, true)
    }

    fn reached(&self, supposed: &Supposed) -> bool {
        let spans = self.work.spells(self.code).filter_map(|(place, spell, standing)| {
            let hours = match supposed.iter().find(|(other, _)| *other == place) {
                Some((_, hours)) => *hours,
                None => Reading::Least.hours(spell, standing),
            };
            Some(Span::of(spell, hours?))
        });
        tally(self.work.window, spans).months(self.work.rule.continuous) >= self.work.required()
    }

    /// Visits to spells that trying every combination of `others` takes at most: two readings a combination, and a search
    /// among the hours of each that has not said them; a reading visits the spells at each of their ends.
    fn visits(&self, others: &[OpenSpell]) -> u64 {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let spells = count(self.work.spells(self.code).count());
        let searched = count(others.iter().filter(|other| other.hours_unsaid).count());
        let combinations = 1_u64.checked_shl(u32::try_from(others.len()).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
        combinations.saturating_mul(2 + 24 * searched).saturating_mul(2 * spells * spells)
    }
}
