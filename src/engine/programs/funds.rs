//! Money to settle with.

use super::{Candidate, Held};
use crate::{
    engine::{
        Unsaid,
        score::bools,
        work::{Side, said_side},
    },
    model::{Answer, Assumption, Field, LARGEST_FAMILY, WorkExperience, WorkField},
};

/// Persons in a family at least: the candidate.
pub(super) const SMALLEST_FAMILY: u32 = 1;

/// Whether there is money enough, or none is asked for.
pub(super) fn held(candidate: &Candidate<'_>) -> Held {
    exempt(candidate).or(enough(candidate))
}

/// Whether none is asked for: an offer, and authorized work in Canada going on.
pub(super) fn exempt(candidate: &Candidate<'_>) -> Held {
    let profile = candidate.profile;
    let spells = &profile.work_experiences;
    let working = if spells.is_empty() {
        Held::OPEN
    } else {
        spells.iter().map(|spell| works_in_canada(candidate, spell)).fold(Held { least: false, most: false }, Held::or)
    };
    Held::of(bools(profile.job_offer_one_year)).and(working)
}

fn works_in_canada(candidate: &Candidate<'_>, spell: &WorkExperience) -> Held {
    let in_canada = match said_side(spell) {
        Some(side) => Held::of([side == Side::Canada]),
        None => Held::OPEN,
    };
    let word = |answer| match (answer, candidate.day.unsaid) {
        (Answer::Unsaid, Unsaid::Assumed) => Held::of([true]),
        (answer, _) => Held::of(bools(answer)),
    };
    Held::of([going_on(candidate, spell)]).and(in_canada).and(word(spell.authorized)).and(word(spell.paid))
}

/// Whether work goes on that day.
pub(super) fn going_on(candidate: &Candidate<'_>, spell: &WorkExperience) -> bool {
    let as_of = candidate.day.as_of;
    spell.first_day <= as_of && spell.last_day.is_none_or(|last_day| as_of <= last_day)
}

/// What was taken as true of work that goes on, where an offer makes it matter for the funds.
pub(super) fn assumptions(candidate: &Candidate<'_>) -> Vec<Assumption> {
    if candidate.day.unsaid == Unsaid::Unknown || !Held::of(bools(candidate.profile.job_offer_one_year)).most {
        return Vec::new();
    }
    let spells = candidate.profile.work_experiences.iter().enumerate();
    let exempting = spells.filter(|(_, spell)| works_in_canada(candidate, spell).most);
    let assumed = exempting.flat_map(|(place, spell)| {
        [
            (WorkField::Paid, spell.paid, "the work was paid"),
            (WorkField::Authorized, spell.authorized, "the work in Canada was authorized"),
        ]
        .into_iter()
        .filter(|(_, answer, _)| *answer == Answer::Unsaid)
        .map(move |(field, _, statement)| Assumption { field: Field::Work(place, field), statement })
    });
    assumed.collect()
}

/// Whether the money reaches the table's amount. A family of unknown size has the candidate at least.
fn enough(candidate: &Candidate<'_>) -> Held {
    let (Some(funds), Some(rule)) = (candidate.profile.funds_cad, candidate.rules.settlement_funds) else {
        return Held::OPEN;
    };
    let known = candidate.profile.family_size;
    let (lowest, highest) = rule.table.bounds(known.unwrap_or(SMALLEST_FAMILY));
    let highest = known.map_or_else(|| rule.table.bounds(LARGEST_FAMILY).1, |_| highest);
    Held { least: highest.is_some_and(|amount| funds >= amount), most: funds >= lowest }
}
