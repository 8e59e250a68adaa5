//! FSWP's selection grid.

use smallvec::SmallVec;

use super::{Candidate, Held};
use crate::{
    catalog::{Column, SelectionGrid},
    engine::{
        experience::Timeline,
        reading::Reading,
        score::{LanguageChoice, bools, known_age},
        work::counts,
    },
    model::{Answer, Program, WorkExperience},
};

/// The points in the reading that helps least, and in the one that helps most.
pub(super) fn points(candidate: &Candidate<'_>) -> (u16, u16) {
    let parts = parts(candidate);
    parts.into_iter().fold((0, 0), |(least, most), (part_least, part_most)| (least + part_least, most + part_most))
}

/// The factors of the grid at both ends: education, language, experience, age, arranged employment, adaptability. Each
/// stands alone, but for the offer, which helps both of the last two.
pub(super) fn parts(candidate: &Candidate<'_>) -> [(u16, u16); 6] {
    *candidate.grid_parts.get_or_init(|| parts_of(candidate))
}

fn parts_of(candidate: &Candidate<'_>) -> [(u16, u16); 6] {
    let grid = &candidate.rules.skilled_worker.table.grid;
    let offer = Held::of(bools(candidate.profile.job_offer_one_year));
    let worth = |held: bool, points: u16| if held { points } else { 0 };
    [
        ends(candidate.space.education.iter().map(|level| grid.education.of(*level))),
        language(candidate, grid),
        experience(candidate, grid),
        age(candidate, grid),
        (worth(offer.least, grid.arranged_employment), worth(offer.most, grid.arranged_employment)),
        adaptability(candidate, grid),
    ]
}

fn ends(points: impl Iterator<Item = u16> + Clone) -> (u16, u16) {
    (points.clone().min().unwrap_or(0), points.max().unwrap_or(0))
}

fn language(candidate: &Candidate<'_>, grid: &SelectionGrid) -> (u16, u16) {
    let of_choice = |choice: &LanguageChoice| {
        let first: u16 =
            choice.first.each().iter().map(|(_, level)| grid.first_language.at(level.level().into())).sum();
        let second =
            if choice.second.lowest().level() >= grid.second_language_min_clb { grid.second_language } else { 0 };
        first + second
    };
    let best =
        |reading: &crate::engine::score::LanguageReading| reading.choices.iter().map(of_choice).max().unwrap_or(0);
    ends(candidate.space.languages.iter().map(best))
}

fn experience(candidate: &Candidate<'_>, grid: &SelectionGrid) -> (u16, u16) {
    let (least, most) = years(candidate);
    (grid.experience.at(least), grid.experience.at(most))
}

/// Whole years of all work in the window. Stated years of work in Canada and abroad are added together.
pub(super) fn years(candidate: &Candidate<'_>) -> (u32, u32) {
    let profile = candidate.profile;
    let stated = profile.canadian_work_years.is_some() || profile.foreign_work_years.is_some();
    let rule = &candidate.rules.skilled_worker.table.work;
    if stated || profile.work_experiences.is_empty() {
        let totals = candidate.space.work.iter().map(|years| years.canadian.saturating_add(years.foreign));
        let both = profile.canadian_work_years.and(profile.foreign_work_years);
        let open = both.is_none() && profile.work_experiences.is_empty();
        let most = totals.clone().max().unwrap_or(0);
        return (totals.min().unwrap_or(0), if open { most.max(rule.window_years) } else { most });
    }
    let window = candidate.day.window(rule.window_years);
    let Some(work) = candidate.work(Program::FederalSkilledWorker) else { return (0, 0) };
    let timeline = Timeline::new(window, work.spells.iter().map(|(_, spell)| *spell));
    let years = |reading: Reading| {
        let counts = |spell: &WorkExperience| counts(spell, reading, candidate.day.unsaid);
        let hours = work.spells.iter().map(|(_, spell)| counts(spell).then(|| reading.hours_when_in(spell)));
        let hours: SmallVec<[Option<u32>; 8]> = hours.collect();
        timeline.whole_years(|nth| hours.get(nth).copied().flatten())
    };
    (years(Reading::Least), years(Reading::Most))
}

fn age(candidate: &Candidate<'_>, grid: &SelectionGrid) -> (u16, u16) {
    if let Some(age) = known_age(candidate.profile, candidate.day.as_of) {
        return (grid.age.at(age), grid.age.at(age));
    }
    let points = grid.age.representatives().map(|age| grid.age.at(age));
    points.fold((u16::MAX, 0), |(least, most), points| (least.min(points), most.max(points)))
}

/// What counts for adaptability, at both ends.
pub(super) fn adapts(candidate: &Candidate<'_>) -> [(Held, u16); 7] {
    let Candidate { profile, space, .. } = candidate;
    let table = &candidate.rules.skilled_worker.table.grid.adaptability;
    let said = profile.adaptability;
    let spouse = Held::of(space.columns.iter().map(|column| *column == Column::WithSpouse));
    let or = |answer: Answer, derived: Held| match answer {
        Answer::Unsaid => derived,
        said => Held::of(bools(said)),
    };
    let relative = if profile.sibling_in_canada == Answer::Yes { Held::of([true]) } else { Held::OPEN };
    let canadian_years = space.work.iter().map(|years| years.canadian >= 1);
    let spouse_years = space.spouse_years.iter().map(|years| *years >= 1);
    [
        (or(said.spouse_language, spouse.and(spouse_language(candidate))), table.spouse_language),
        (or(said.canadian_study, Held::OPEN), table.canadian_study),
        (or(said.spouse_canadian_study, spouse.and(Held::OPEN)), table.spouse_canadian_study),
        (Held::of(canadian_years), table.canadian_work),
        (or(said.spouse_canadian_work, spouse.and(Held::of(spouse_years))), table.spouse_canadian_work),
        (or(said.relative_in_canada, relative), table.relative_in_canada),
        (Held::of(bools(profile.job_offer_one_year)), table.arranged_employment),
    ]
}

fn spouse_language(candidate: &Candidate<'_>) -> Held {
    if candidate.profile.spouse.language_tests.is_empty() {
        return Held::OPEN;
    }
    let min_clb = candidate.rules.skilled_worker.table.grid.adaptability.spouse_min_clb;
    let reaching = || candidate.space.spouse_tests.iter().filter(|test| test.reached.lowest().level() >= min_clb);
    Held { least: reaching().any(|test| test.valid == Some(true)), most: reaching().next().is_some() }
}

fn adaptability(candidate: &Candidate<'_>, grid: &SelectionGrid) -> (u16, u16) {
    let sum = |held: fn(&Held) -> bool| -> u16 {
        let earned = adapts(candidate).into_iter().filter(|(one, _)| held(one)).map(|(_, points)| points);
        earned.sum::<u16>().min(grid.adaptability.max)
    };
    (sum(|held| held.least), sum(|held| held.most))
}
