//! The unsaid fields that could still change the verdict.
//!
//! A field matters when some completion of all other unsaid facts makes its criterion come out one way for one value
//! of the field and another way for another. No criterion of an indeterminate verdict fails, so that what turns one
//! criterion turns the verdict.

use super::{
    Decision, Terms, Unsaid,
    category::{listed_codes, occupation_tally, required},
    derived::Derived,
    experience::{Span, for_each_run, tally},
    french,
    reading::{Reading, Standing, open_fields, standing},
    terms::Window,
};
use crate::model::{
    CategoryRule, Field, LanguageTestField, NocCode, OccupationRule, Outcome, Profile, WeeklyHours, WorkField,
};

/// Visits to spells that settling one field may take. Where trying every combination of the other open spells of the same
/// occupation and stretch of time would take more, all of their open fields are named, so that none that matters is left out
/// and no profile is costly. Five others among ten spells come within it; a profile has one or two.
const MOST_VISITS: u64 = 800_000;

/// The fields of an indeterminate verdict, in the order of the profile.
pub(super) fn missing_fields(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    decision: &Decision,
    derived: Option<&Derived<'_>>,
) -> Vec<Field> {
    let mut fields = Vec::new();
    if profile.submitted_at.is_none() {
        fields.push(Field::SubmittedAt);
    }
    let score_decides = decision.crs_score == Outcome::Unknown || decision.tie_break == Some(Outcome::Unknown);
    if decision.score.exact().is_none() && score_decides {
        fields.push(Field::CrsScore);
        if let Some(derived) = derived {
            derived.missing_for_score(terms, &mut fields);
        }
    }
    if decision.program == Outcome::Unknown {
        fields.push(Field::EligiblePrograms);
        if let Some(derived) = derived {
            derived.missing_for_programs(terms.draw.programs, &mut fields);
        }
    }
    if let (Some(Outcome::Unknown), Some(version)) = (decision.category, terms.category) {
        match &version.rule {
            CategoryRule::Occupations(rule) => by_occupation(profile, terms, rule, unsaid, &mut fields),
            CategoryRule::French { min_nclc } => by_french(profile, terms, *min_nclc, unsaid, &mut fields),
            CategoryRule::Attested { .. } => fields.push(Field::AttestedCategoryIds),
        }
    }
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn by_french(profile: &Profile, terms: &Terms<'_>, min_nclc: u8, unsaid: Unsaid, fields: &mut Vec<Field>) {
    if profile.language_tests.is_empty() {
        fields.push(Field::LanguageTests);
    }
    for test in french::tests(profile, terms, unsaid) {
        if test.validity == french::Validity::Unknown && test.reaches(min_nclc) {
            fields.push(Field::LanguageTest(test.place, LanguageTestField::TakenOn));
        }
    }
}

fn by_occupation(profile: &Profile, terms: &Terms<'_>, rule: &OccupationRule, unsaid: Unsaid, fields: &mut Vec<Field>) {
    if profile.work_experiences.is_empty() {
        fields.push(Field::WorkExperiences);
    }
    let window = terms.window(rule.window_years);
    for code in listed_codes(profile, rule) {
        for arena in arenas(profile, rule, window, code, unsaid) {
            Arena { profile, rule, unsaid, code, window: arena }.name_fields(fields);
        }
    }
}

/// The stretches of time in which the months asked for could be reached: each long enough run of the reading that helps
/// most, or the whole window where the work need not be continuous.
fn arenas(profile: &Profile, rule: &OccupationRule, window: Window, code: NocCode, unsaid: Unsaid) -> Vec<Window> {
    let mut arenas = Vec::new();
    if rule.continuous {
        let spans = profile.work_experiences.iter().filter(|spell| spell.code == code).filter_map(|spell| {
            let hours = Reading::Most.hours(spell, standing(spell, rule, unsaid))?;
            Some(Span { first_day: spell.first_day, last_day: spell.last_day, hours })
        });
        for_each_run(window, spans, |run| {
            if run.months() >= required(rule) {
                arenas.push(Window { first: run.first_day, end: run.end });
            }
        });
    } else if occupation_tally(profile, rule, window, code, unsaid, Reading::Most).months(false) >= required(rule) {
        arenas.push(window);
    }
    arenas
}

/// The spells of one occupation in a stretch of time that could reach the months asked for.
struct Arena<'a> {
    profile: &'a Profile,
    rule: &'a OccupationRule,
    unsaid: Unsaid,
    code: NocCode,
    window: Window,
}

/// A spell with open facts, and its hundredths of weekly hours in both readings; none when it does not count.
#[derive(Clone, Copy)]
struct OpenSpell {
    place: usize,
    least: Option<u32>,
    most: Option<u32>,
    hours_unsaid: bool,
}

/// What spells with open facts are supposed to come to: by place, hundredths of weekly hours.
type Supposed = [(usize, Option<u32>)];

impl Arena<'_> {
    fn name_fields(&self, fields: &mut Vec<Field>) {
        let open = self.open_spells();
        for spell in &open {
            let Some(work) = self.profile.work_experiences.get(spell.place) else { continue };
            if spell.least.is_none() && self.decides(spell.place, (spell.most, None), &open) {
                fields.extend(open_fields(work, self.rule, self.unsaid).map(|field| Field::Work(spell.place, field)));
            }
            if spell.hours_unsaid && self.decides(spell.place, (spell.most, Some(0)), &open) {
                fields.push(Field::Work(spell.place, WorkField::HoursPerWeek));
            }
        }
    }

    fn open_spells(&self) -> Vec<OpenSpell> {
        let spells = self.profile.work_experiences.iter().enumerate();
        spells
            .filter(|(_, spell)| {
                let ends_before = spell.last_day.is_some_and(|last_day| last_day < self.window.first);
                spell.code == self.code && spell.first_day < self.window.end && !ends_before
            })
            .filter_map(|(place, spell)| {
                let standing = standing(spell, self.rule, self.unsaid);
                let open = standing == Standing::Open || standing == Standing::In && spell.hours.is_none();
                open.then(|| OpenSpell {
                    place,
                    least: Reading::Least.hours(spell, standing),
                    most: Reading::Most.hours(spell, standing),
                    hours_unsaid: spell.hours.is_none(),
                })
            })
            .collect()
    }

    /// Whether the months are reached with the first of `ends` for the spell at `place` and missed with the second, in
    /// some completion of the other open spells.
    fn decides(&self, place: usize, (most, least): (Option<u32>, Option<u32>), open: &[OpenSpell]) -> bool {
        let others: Vec<OpenSpell> = open.iter().filter(|other| other.place != place).copied().collect();
        if self.visits(&others) > MOST_VISITS {
            return true;
        }
        let turns = |supposed: &mut Vec<(usize, Option<u32>)>| {
            supposed.push((place, most));
            let reached = self.reached(supposed);
            supposed.pop();
            supposed.push((place, least));
            let missed = !self.reached(supposed);
            supposed.pop();
            (reached, missed)
        };
        // Every combination of the others at their ends, the most helpful first: it mostly settles the question.
        (0_u32..1 << others.len()).any(|combination| {
            let at_least = |nth: usize| combination >> nth & 1 == 1;
            let mut supposed: Vec<_> = others
                .iter()
                .enumerate()
                .map(|(nth, other)| (other.place, if at_least(nth) { other.least } else { other.most }))
                .collect();
            match turns(&mut supposed) {
                (true, true) => true,
                // Hours have values between their ends: raise those of one other spell until the months are reached.
                (false, true) => others.iter().enumerate().any(|(nth, other)| {
                    other.hours_unsaid && at_least(nth) && {
                        let mut with = |hours: u32| {
                            if let Some(entry) = supposed.get_mut(nth) {
                                entry.1 = Some(hours);
                            }
                            turns(&mut supposed)
                        };
                        let (mut low, mut high) = (0, WeeklyHours::FULL_TIME);
                        while low < high {
                            let middle = u32::midpoint(low, high);
                            if with(middle).0 { high = middle } else { low = middle + 1 }
                        }
                        let turned = with(high) == (true, true);
                        if let Some(entry) = supposed.get_mut(nth) {
                            entry.1 = other.least;
                        }
                        turned
                    }
                }),
                _ => false,
            }
        })
    }

    /// Visits to spells that trying every combination of `others` takes at most: two readings a combination, and a search
    /// among the hours of each that has not said them; a reading visits the spells at each of their ends.
    fn visits(&self, others: &[OpenSpell]) -> u64 {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let spells = count(self.profile.work_experiences.iter().filter(|spell| spell.code == self.code).count());
        let searched = count(others.iter().filter(|other| other.hours_unsaid).count());
        let combinations = 1_u64.checked_shl(u32::try_from(others.len()).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
        let readings = combinations.saturating_mul(2 + 24 * searched);
        readings.saturating_mul(2 * spells * spells)
    }

    fn reached(&self, supposed: &Supposed) -> bool {
        let spells = self.profile.work_experiences.iter().enumerate().filter(|(_, spell)| spell.code == self.code);
        let spans = spells.filter_map(|(place, spell)| {
            let hours = match supposed.iter().find(|(other, _)| *other == place) {
                Some((_, hours)) => (*hours)?,
                None => Reading::Least.hours(spell, standing(spell, self.rule, self.unsaid))?,
            };
            Some(Span { first_day: spell.first_day, last_day: spell.last_day, hours })
        });
        tally(self.window, spans).months(self.rule.continuous) >= required(self.rule)
    }
}
