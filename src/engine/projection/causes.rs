//! Why a day differs from the day before: what happened to the facts, told where undoing it would change the day.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

use super::{
    rules,
    state::{Asked, State},
    words::{effect, sentence},
    work,
};
use crate::{
    engine::{
        Unsaid,
        decide::leaves_pool_at,
        score::{Day, known_age},
        validity::{Validity, test_validity, validity},
    },
    model::{
        ChangeKind, Education, EducationField, Field, LanguageTest, LanguageTestField, Outcome, Profile,
        ProjectedChange,
    },
};

/// Two days, one after the other, that differ.
pub(super) struct Step<'s, 'p, 'c> {
    pub asked: Asked<'p, 'c>,
    pub before: NaiveDate,
    pub day: NaiveDate,
    pub old: &'s State<'c>,
    pub new: &'s State<'c>,
}

/// Something that happened to a fact.
struct Event {
    kind: ChangeKind,
    field: Field,
    what: String,
    /// The profile with the fact as it was the day before, for the day.
    undone: Profile,
    /// The profile with the fact as it is now, for the day before.
    done: Profile,
}

/// The reasons, in the order of their kinds; at least one.
pub(super) fn changes(step: &Step<'_, '_, '_>) -> Vec<ProjectedChange> {
    let events = events(step);
    let mut found: Vec<ProjectedChange> = events
        .iter()
        .filter_map(|event| Some(event.told(Some(step.bearing(event)?))))
        .chain(work::changes(step))
        .chain(pool(step))
        .chain(rules::changes(step))
        .collect();
    if found.is_empty() {
        // Two of them together did what neither would have done alone.
        found.extend(events.iter().map(|event| event.told(effect(step.old, step.new))));
    }
    if found.is_empty() {
        found.push(work::otherwise(step));
    }
    found.sort_by_key(|change| change.kind);
    found
}

impl<'c> Step<'_, '_, 'c> {
    /// The state of the day, or of the day before, had the profile been another.
    pub fn state_of(&self, profile: &Profile, day: NaiveDate) -> State<'c> {
        State::of(Asked { profile, catalog: self.asked.catalog, unsaid: self.asked.unsaid }, day)
    }

    /// Whether the same tables of scores hold on both days.
    pub fn same_tables(&self) -> bool {
        let from = |day| self.asked.catalog.crs_on(day).map(|tables| tables.in_force.from);
        from(self.before) == from(self.day)
    }

    /// What an event did; none when it made no difference.
    fn bearing(&self, event: &Event) -> Option<String> {
        let undone = effect(&self.state_of(&event.undone, self.day), self.new);
        // Of two events that do the same, undoing one changes nothing; either would have done it alone.
        undone.or_else(|| {
            let alone = || effect(self.old, &self.state_of(&event.done, self.before));
            if self.same_tables() { alone() } else { None }
        })
    }
}

impl Event {
    fn told(&self, did: Option<String>) -> ProjectedChange {
        ProjectedChange { kind: self.kind, field: Some(self.field), explanation: sentence(&self.what, did) }
    }
}

fn pool(step: &Step<'_, '_, '_>) -> Option<ProjectedChange> {
    let at = step.asked.profile.submitted_at?;
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let (kind, explanation) = match (step.old.in_pool, step.new.in_pool) {
        (Outcome::NotMet, Outcome::Met) => {
            (ChangeKind::ProfileSubmitted, format!("the profile is submitted at {}: it is in the pool", instant(at)))
        }
        (Outcome::Met, Outcome::NotMet) => {
            let end = instant(leaves_pool_at(at));
            (ChangeKind::ProfileExpired, format!("the profile's year in the pool ends at {end}: it is out of the pool"))
        }
        _ => return None,
    };
    Some(ProjectedChange { kind, field: Some(Field::SubmittedAt), explanation })
}

fn events(step: &Step<'_, '_, '_>) -> Vec<Event> {
    let profile = step.asked.profile;
    let mut events: Vec<Event> = birthday(step).into_iter().collect();
    let Some(day) = Day::for_programs(step.asked.catalog, step.day, step.asked.unsaid) else { return events };
    let Some(before) = Day::for_programs(step.asked.catalog, step.before, step.asked.unsaid) else { return events };
    for (place, test) in profile.language_tests.iter().enumerate() {
        if let Some(began) = test_turns(test, &before, &day) {
            let with = |taken_on| with_test(profile, place, taken_on, |profile| &mut profile.language_tests);
            let field = Field::LanguageTest(place, LanguageTestField::TakenOn);
            events.push(of_test(began, test, "the test", field, step, with));
        }
    }
    for (place, test) in profile.spouse.language_tests.iter().enumerate() {
        if let Some(began) = test_turns(test, &before, &day) {
            let with = |taken_on| with_test(profile, place, taken_on, |profile| &mut profile.spouse.language_tests);
            let field = Field::SpouseLanguageTest(place, LanguageTestField::TakenOn);
            events.push(of_test(began, test, "the spouse's test", field, step, with));
        }
    }
    if let Some((began, on)) = assessment_turns(&profile.education, &before, &day) {
        let with = |assessed_on| {
            let education = Education { assessed_on: Some(assessed_on), ..profile.education };
            Profile { education, ..profile.clone() }
        };
        let field = Field::Education(EducationField::AssessedOn);
        events.push(of_assessment(began, &format!("the assessment of {on}"), field, step, with));
    }
    if let Some((began, on)) = assessment_turns(&profile.spouse.education, &before, &day) {
        let with = |assessed_on| {
            let mut profile = profile.clone();
            profile.spouse.education.assessed_on = Some(assessed_on);
            profile
        };
        let field = Field::SpouseEducation(EducationField::AssessedOn);
        events.push(of_assessment(began, &format!("the spouse's assessment of {on}"), field, step, with));
    }
    events
}

fn birthday(step: &Step<'_, '_, '_>) -> Option<Event> {
    let profile = step.asked.profile;
    let (was, is) = (known_age(profile, step.before)?, known_age(profile, step.day)?);
    let aged = |age| Profile { age: Some(age), ..profile.clone() };
    (was != is).then(|| Event {
        kind: ChangeKind::Birthday,
        field: Field::BirthDate,
        what: format!("{is} years old"),
        undone: aged(was),
        done: aged(is),
    })
}

/// Whether a test begins to count on the day, or expires; none when neither.
fn test_turns(test: &LanguageTest, before: &Day<'_>, day: &Day<'_>) -> Option<bool> {
    let counts = |day: &Day<'_>| {
        let years = day.tables.shared.table.language_test_valid_years;
        let accepted = test_validity(test, years, day);
        // The category of French asks for the results alone.
        let result = validity(test.taken_on, years, day.as_of, day.unsaid);
        (accepted != Validity::Invalid, result != Validity::Invalid)
    };
    let (was, is) = (counts(before), counts(day));
    (was != is).then_some(is > was)
}

/// Whether an assessment begins to count on the day, or expires, and its own day; none when neither.
fn assessment_turns(education: &Education, before: &Day<'_>, day: &Day<'_>) -> Option<(bool, NaiveDate)> {
    let on = education.assessed_on?;
    let counts = |day: &Day<'_>| {
        let years = day.tables.shared.table.assessment_valid_years;
        validity(Some(on), years, day.as_of, Unsaid::Unknown) == Validity::Valid
    };
    let (was, is) = (counts(before), counts(day));
    (was != is).then_some((is, on))
}

fn with_test(
    profile: &Profile,
    place: usize,
    taken_on: NaiveDate,
    tests: impl Fn(&mut Profile) -> &mut Vec<LanguageTest>,
) -> Profile {
    let mut profile = profile.clone();
    if let Some(test) = tests(&mut profile).get_mut(place) {
        test.taken_on = Some(taken_on);
    }
    profile
}

fn of_test(
    began: bool,
    test: &LanguageTest,
    name: &str,
    field: Field,
    step: &Step<'_, '_, '_>,
    with: impl Fn(NaiveDate) -> Profile,
) -> Event {
    let name = test.taken_on.map_or_else(|| name.to_owned(), |on| format!("{name} of {on}"));
    let kind = if began { ChangeKind::TestCounts } else { ChangeKind::TestExpired };
    of_result(began, kind, &name, field, step, with)
}

fn of_assessment(
    began: bool,
    name: &str,
    field: Field,
    step: &Step<'_, '_, '_>,
    with: impl Fn(NaiveDate) -> Profile,
) -> Event {
    let kind = if began { ChangeKind::AssessmentCounts } else { ChangeKind::AssessmentExpired };
    of_result(began, kind, name, field, step, with)
}

/// A result of the day itself counts, and one of a later day does not: so is it undone, and done.
fn of_result(
    began: bool,
    kind: ChangeKind,
    name: &str,
    field: Field,
    step: &Step<'_, '_, '_>,
    with: impl Fn(NaiveDate) -> Profile,
) -> Event {
    let later = step.day.succ_opt().unwrap_or(NaiveDate::MAX);
    let (undone, done) = if began { (later, step.before) } else { (step.day, later) };
    let what = if began { format!("{name} begins to count") } else { format!("{name} has expired") };
    Event { kind, field, what, undone: with(undone), done: with(done) }
}
