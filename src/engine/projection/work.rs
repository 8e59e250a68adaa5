//! Work that reaches what is asked for, or no longer does.

use super::{
    causes::Step,
    rules::funds,
    state::{Laid, draw_on},
    words::{self, effect, sentence, years},
};
use crate::{
    engine::{
        Terms,
        listed_work::ListedWork,
        programs::{Candidate, requirements},
        reading::Reading,
    },
    model::{
        Category, CategoryRule, ChangeKind, Field, OccupationRule, Outcome, Profile, Program, ProjectedChange,
        RequirementId, ScoreRange,
    },
};

/// Years of work at both ends of what is not said.
type Ends = (u32, u32);

/// What became of work, where what goes by it changed too.
pub(super) fn changes(step: &Step<'_, '_, '_>) -> Vec<ProjectedChange> {
    let laid = |day| Laid::of(step.asked, day);
    let mut found = Vec::new();
    if let Some((old, new)) = laid(step.before).zip(laid(step.day)) {
        score(step, &old, &new, &mut found);
        programs(step, &old, &new, &mut found);
    }
    categories(step, &mut found);
    found
}

/// What is told when no reason was found: of all facts, work is what moves every day.
pub(super) fn otherwise(step: &Step<'_, '_, '_>) -> ProjectedChange {
    change(better(step), Field::WorkExperiences, sentence("the work that counts changes", effect(step.old, step.new)))
}

/// Whether a day is better than the one before it: by the score, otherwise by FSWP, whose grid counts all work.
fn better(step: &Step<'_, '_, '_>) -> bool {
    let ends = |range: Option<ScoreRange>| range.map(|range| (range.max, range.min));
    let worker = |programs: &[(Program, Outcome)]| programs.first().map(|(_, outcome)| rank(*outcome));
    (ends(step.new.score), worker(&step.new.programs)) >= (ends(step.old.score), worker(&step.old.programs))
}

/// What became of eligibility for FSWP; none when nothing did.
fn worker_turned(step: &Step<'_, '_, '_>) -> Option<String> {
    let ((program, outcome), (_, before)) = step.new.programs.first().zip(step.old.programs.first())?;
    (outcome != before).then(|| words::program(*program, *outcome))
}

fn change(up: bool, field: Field, explanation: String) -> ProjectedChange {
    let kind = if up { ChangeKind::WorkCompleted } else { ChangeKind::WorkLeftWindow };
    ProjectedChange { kind, field: Some(field), explanation }
}

fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::NotMet => 0,
        Outcome::Unknown => 1,
        Outcome::Met => 2,
    }
}

fn ends(years: impl Iterator<Item = u32> + Clone) -> Ends {
    (years.clone().min().unwrap_or(0), years.max().unwrap_or(0))
}

/// Whole years of the score.
fn score(step: &Step<'_, '_, '_>, old: &Laid<'_>, new: &Laid<'_>, found: &mut Vec<ProjectedChange>) {
    let profile = step.asked.profile;
    let worked = !profile.work_experiences.is_empty();
    let canadian = |laid: &Laid<'_>| ends(laid.space.work.iter().map(|years| years.canadian));
    let foreign = |laid: &Laid<'_>| ends(laid.space.work.iter().map(|years| years.foreign));
    let spouse = |laid: &Laid<'_>| ends(laid.space.spouse_years.iter().copied());
    let spouse_worked = !profile.spouse.work_experiences.is_empty();
    let ends_of = |laid: &Laid<'_>| (canadian(laid), foreign(laid));
    if worked && ends_of(old) == ends_of(new) && old.space.work != new.space.work && step.same_tables() {
        // Work of unknown country: years that add up otherwise, between the same ends.
        if let Some(did) = words::score(step.old.score, step.new.score).or_else(|| worker_turned(step)) {
            let what = "work makes up other years in Canada and abroad, according to its country";
            found.push(change(better(step), Field::WorkExperiences, format!("{what}: {did}")));
        }
    }
    let mut tell = |known: bool, name: &str, field: Field, (was, is): (Ends, Ends), stated: &dyn Fn(u32) -> Profile| {
        if !known || was == is {
            return;
        }
        // Years that are known can be stated as they were, to see what became of them.
        let without = (was.0 == was.1).then(|| step.state_of(&stated(was.0), step.day).score);
        let did = words::score(without.unwrap_or(step.old.score), step.new.score);
        if let Some(did) = did.or_else(|| worker_turned(step)) {
            let verb = if is > was { "reaches" } else { "within the window falls to" };
            found.push(change(is > was, field, format!("{name} {verb} {}: {did}", years(is))));
        }
    };
    let pair = |of: &dyn Fn(&Laid<'_>) -> Ends| (of(old), of(new));
    tell(worked, "work in Canada", Field::WorkExperiences, pair(&canadian), &|years| Profile {
        canadian_work_years: Some(years),
        ..profile.clone()
    });
    tell(worked, "work abroad", Field::WorkExperiences, pair(&foreign), &|years| Profile {
        foreign_work_years: Some(years),
        ..profile.clone()
    });
    tell(spouse_worked, "the spouse's work in Canada", Field::SpouseWorkExperiences, pair(&spouse), &|years| {
        let mut profile = profile.clone();
        profile.spouse.canadian_work_years = Some(years);
        profile
    });
}

/// Requirements of programs that turn by work.
fn programs(step: &Step<'_, '_, '_>, old: &Laid<'_>, new: &Laid<'_>, found: &mut Vec<ProjectedChange>) {
    let profile = step.asked.profile;
    let Some((was, is)) = old.candidate(profile).zip(new.candidate(profile)) else { return };
    for ((program, outcome), (_, before)) in step.new.programs.iter().zip(&step.old.programs) {
        if outcome == before {
            continue;
        }
        let did = words::program(*program, *outcome);
        for id in requirements(*program) {
            let (then, now) = (was.outcome(*program, *id), is.outcome(*program, *id));
            if then == now {
                continue;
            }
            if let Some((up, what)) = by_work(step, &was, &is, *program, *id, rank(now) > rank(then)) {
                found.push(change(up, Field::WorkExperiences, format!("{what}: {did}")));
            }
        }
    }
}

/// Whether a requirement that turned did so by work: which way the work went, and what it did.
fn by_work(
    step: &Step<'_, '_, '_>,
    was: &Candidate<'_>,
    is: &Candidate<'_>,
    program: Program,
    id: RequirementId,
    up: bool,
) -> Option<(bool, String)> {
    let name = program.abbreviation();
    match id {
        RequirementId::Experience => {
            let verb = if up { "reaches" } else { "no longer reaches" };
            Some((up, format!("work {verb} what {name} asks for")))
        }
        RequirementId::Language if program == Program::CanadianExperienceClass => {
            let (before, now) = (was.asked_level(), is.asked_level());
            let what = || format!("the work with more hours decides the level that {name} asks for, now {}", now.1);
            (before != now).then(|| (up, what()))
        }
        RequirementId::SelectionPoints => {
            let (before, now) = (was.grid_years(), is.grid_years());
            let verb = if now > before { "reaches" } else { "falls to" };
            (before != now).then(|| (now > before, format!("work on {name}'s grid {verb} {}", years(now))))
        }
        RequirementId::SettlementFunds if funds(step, step.before) == funds(step, step.day) => {
            let what = if up { "work in Canada is going on" } else { "work in Canada is no longer going on" };
            Some((up, format!("{what}, which bears on the settlement funds of {name}")))
        }
        _ => None,
    }
}

/// Categories by occupation that turn under the same version.
fn categories(step: &Step<'_, '_, '_>, found: &mut Vec<ProjectedChange>) {
    let catalog = step.asked.catalog;
    for (id, outcome) in &step.new.categories {
        let before = step.old.categories.iter().find(|(other, _)| other == id).map(|(_, before)| *before);
        let version = catalog.category_on(id, step.day);
        let same = version.map(|version| version.in_force) == catalog.category_on(id, step.before).map(|v| v.in_force);
        if let (Some(before), Some(version), true) = (before, version, same)
            && let CategoryRule::Occupations(rule) = &version.rule
            && before != *outcome
        {
            let up = rank(*outcome) > rank(before);
            let what = work_listed(step, version, rule, up);
            let did = words::category(id.as_str(), *outcome);
            found.push(change(up, Field::WorkExperiences, format!("{what}: {did}")));
        }
    }
}

fn work_listed(step: &Step<'_, '_, '_>, version: &Category, rule: &OccupationRule, up: bool) -> String {
    let OccupationRule { experience_months: months, window_years, .. } = rule;
    if !up {
        return format!("work of the last {window_years} years no longer reaches {months} months");
    }
    let draw = draw_on(step.day);
    let terms = Terms::of_category(&draw, Some(version), step.asked.catalog);
    let work = ListedWork::new(step.asked.profile, &terms, rule, step.asked.unsaid);
    let reached = |reading| work.codes().find(|code| work.months(*code, reading) >= work.required());
    match reached(Reading::Least).or_else(|| reached(Reading::Most)) {
        Some(code) => format!("work in {code} reaches {months} months"),
        None => format!("work reaches {months} months"),
    }
}
