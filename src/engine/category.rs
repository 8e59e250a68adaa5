//! Whether a candidate belongs to a category.

use super::{
    Terms, Unsaid,
    experience::{Span, Tally, tally},
    french,
    reading::{Reading, Standing, standing},
    terms::Window,
};
use crate::model::{Category, CategoryRule, CreditedMonths, NocCode, OccupationRule, Outcome, Profile};

/// Decides the criterion by the version of the category in force on the day of the draw.
pub(super) fn decide(profile: &Profile, terms: &Terms<'_>, version: &Category, unsaid: Unsaid) -> Outcome {
    match &version.rule {
        CategoryRule::Occupations(rule) => by_occupation(profile, terms, rule, unsaid),
        CategoryRule::French { min_nclc } => french::decide(profile, terms, *min_nclc, unsaid),
        CategoryRule::Attested { .. } => {
            if profile.attested_categories.contains(&version.id) {
                Outcome::Met
            } else {
                Outcome::Unknown
            }
        }
    }
}

fn by_occupation(profile: &Profile, terms: &Terms<'_>, rule: &OccupationRule, unsaid: Unsaid) -> Outcome {
    if profile.work_experiences.is_empty() {
        return Outcome::Unknown;
    }
    let window = terms.window(rule.window_years);
    let reaches = |code, reading| months(profile, rule, window, code, unsaid, reading) >= required(rule);
    let mut most = false;
    for code in listed_codes(profile, rule) {
        if reaches(code, Reading::Least) {
            return Outcome::Met;
        }
        most = most || (is_open(profile, rule, code, unsaid) && reaches(code, Reading::Most));
    }
    Outcome::between(false, most)
}

/// The months a rule asks for.
pub(super) fn required(rule: &OccupationRule) -> CreditedMonths {
    CreditedMonths::from_whole(rule.experience_months)
}

/// The listed occupations of the profile, each once, in the order of its spells.
pub(super) fn listed_codes<'a>(profile: &'a Profile, rule: &'a OccupationRule) -> impl Iterator<Item = NocCode> + 'a {
    let spells = &profile.work_experiences;
    spells.iter().enumerate().filter_map(move |(place, spell)| {
        let again = spells.iter().take(place).any(|earlier| earlier.code == spell.code);
        (!again && rule.lists(spell.code)).then_some(spell.code)
    })
}

/// The months credited in one occupation in one reading.
pub(super) fn months(
    profile: &Profile,
    rule: &OccupationRule,
    window: Window,
    code: NocCode,
    unsaid: Unsaid,
    reading: Reading,
) -> CreditedMonths {
    occupation_tally(profile, rule, window, code, unsaid, reading).months(rule.continuous)
}

/// What the work in one occupation comes to in one reading.
pub(super) fn occupation_tally(
    profile: &Profile,
    rule: &OccupationRule,
    window: Window,
    code: NocCode,
    unsaid: Unsaid,
    reading: Reading,
) -> Tally {
    let spans = profile.work_experiences.iter().filter(|spell| spell.code == code).filter_map(|spell| {
        let hours = reading.hours(spell, standing(spell, rule, unsaid))?;
        Some(Span { first_day: spell.first_day, last_day: spell.last_day, hours })
    });
    tally(window, spans)
}

/// Whether anything of the occupation's spells is open, so that the two readings can differ.
fn is_open(profile: &Profile, rule: &OccupationRule, code: NocCode, unsaid: Unsaid) -> bool {
    profile.work_experiences.iter().filter(|spell| spell.code == code).any(|spell| {
        match standing(spell, rule, unsaid) {
            Standing::Out => false,
            Standing::Open => true,
            Standing::In => spell.hours.is_none(),
        }
    })
}
