//! Money to settle with.

use super::{Candidate, Held};
use crate::{
    engine::{
        Unsaid,
        score::bools,
        work::{Side, said_side},
    },
    model::{Answer, MaritalStatus, WorkExperience},
};

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
    let as_of = candidate.day.as_of;
    let going_on = spell.first_day <= as_of && spell.last_day.is_none_or(|last_day| as_of <= last_day);
    let in_canada = match said_side(spell) {
        Some(side) => Held::of(&[side == Side::Canada]),
        None => Held::OPEN,
    };
    let authorized = match (spell.authorized, candidate.day.unsaid) {
        (Answer::Unsaid, Unsaid::Assumed) => Held::of(&[true]),
        (answer, _) => Held::of(bools(answer)),
    };
    Held::of(&[going_on]).and(in_canada).and(authorized)
}

/// Whether the money reaches the table's amount. A family of unknown size has at least the candidate, and a partner.
fn enough(candidate: &Candidate<'_>) -> Held {
    let (Some(funds), Some(rule)) = (candidate.profile.funds_cad, candidate.rules.settlement_funds) else {
        return Held::OPEN;
    };
    let known = candidate.profile.family_size;
    let (lowest, highest) = rule.table.bounds(known.unwrap_or(smallest_family(candidate)));
    let highest = known.and(highest);
    Held { least: highest.is_some_and(|amount| funds >= amount), most: funds >= lowest }
}

pub(super) fn smallest_family(candidate: &Candidate<'_>) -> u32 {
    if candidate.profile.marital_status == Some(MaritalStatus::Partnered) { 2 } else { 1 }
}
