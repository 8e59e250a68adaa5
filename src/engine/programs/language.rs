//! The levels that each program asks for, in one valid test.

use smallvec::SmallVec;

use super::{Candidate, Held};
use crate::{
    engine::{
        reading::Reading,
        work::{Settled, Side, of_teers},
    },
    model::{Abilities, Clb, Outcome, Program, WorkExperience},
};

/// Whether one valid test reaches the levels of a program.
pub(super) fn outcome(candidate: &Candidate<'_>, program: Program) -> Outcome {
    let reaches = |levels: Abilities<u8>| reached(candidate, levels);
    match program {
        Program::FederalSkilledWorker => reaches(all(candidate.rules.skilled_worker.table.min_clb)).outcome(),
        Program::FederalSkilledTrades => reaches(trades(candidate)).outcome(),
        Program::CanadianExperienceClass => {
            let (easier, harder) = thresholds(candidate);
            let held = Held { least: reaches(all(harder)).least, most: reaches(all(easier)).most };
            held.outcome()
        }
        Program::ProvincialNominee => Outcome::Met,
    }
}

/// The same level in each ability.
fn all(level: u8) -> Abilities<u8> {
    Abilities { listening: level, reading: level, writing: level, speaking: level }
}

/// The levels that FSTP asks for.
pub(super) fn trades(candidate: &Candidate<'_>) -> Abilities<u8> {
    let rule = &candidate.rules.skilled_trades.table;
    Abilities {
        listening: rule.min_listening,
        reading: rule.min_reading,
        writing: rule.min_writing,
        speaking: rule.min_speaking,
    }
}

/// Whether one test reaches the levels.
pub(super) fn reached(candidate: &Candidate<'_>, asked: Abilities<u8>) -> Held {
    if candidate.profile.language_tests.is_empty() {
        return Held::OPEN;
    }
    let reaches =
        |levels: Abilities<Clb>| levels.zip(asked).each().iter().all(|(_, (level, asked))| level.level() >= *asked);
    let reaching = || candidate.space.tests.iter().filter(|test| reaches(test.reached));
    Held { least: reaching().any(|test| test.valid == Some(true)), most: reaching().next().is_some() }
}

/// The lowest and the highest level that CEC may ask for. It goes by the side, by TEER category, with more hours in the
/// window; with equal hours it is the lower one.
pub(super) fn thresholds(candidate: &Candidate<'_>) -> (u8, u8) {
    *candidate.class_levels.get_or_init(|| thresholds_of(candidate))
}

fn thresholds_of(candidate: &Candidate<'_>) -> (u8, u8) {
    let class = &candidate.rules.experience_class.table;
    if candidate.profile.work_experiences.is_empty() {
        return (class.lower_min_clb, class.higher_min_clb);
    }
    let work = candidate.work(Program::CanadianExperienceClass);
    let hours = |reading: Reading, higher: bool| {
        let Some((work, timeline)) = work.and_then(|work| work.together().map(|timeline| (work, timeline))) else {
            return 0;
        };
        let side = if reading == Reading::Most { Side::Canada } else { Side::Abroad };
        let of_spell = |spell: &WorkExperience| {
            let on_side = of_teers(spell.code, &class.higher_teers) == higher;
            let settled = Settled::new(spell, reading, candidate.day.unsaid, side);
            (on_side && settled.counts_on(Side::Canada)).then_some(settled.hours)
        };
        let hours: SmallVec<[Option<u32>; 8]> = work.spells.iter().map(|(_, spell)| of_spell(spell)).collect();
        timeline.hours(|nth| hours.get(nth).copied().flatten())
    };
    if hours(Reading::Least, true) > hours(Reading::Most, false) {
        (class.higher_min_clb, class.higher_min_clb)
    } else if hours(Reading::Most, true) <= hours(Reading::Least, false) {
        (class.lower_min_clb, class.lower_min_clb)
    } else {
        (class.lower_min_clb, class.higher_min_clb)
    }
}
