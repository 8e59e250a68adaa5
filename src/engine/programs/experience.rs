//! The work that each program asks for.

use smallvec::SmallVec;

use super::Candidate;
use crate::{
    catalog::WorkRule,
    engine::{
        experience::Timeline,
        reading::Reading,
        work::{Settled, Side, in_window, of_teers, tally_of},
    },
    model::{CreditedMonths, NocCode, Outcome, Program, WorkExperience},
};

/// Whether the work of a program is there.
pub(super) fn outcome(candidate: &Candidate<'_>, program: Program) -> Outcome {
    let profile = candidate.profile;
    // Stated years win, and less than a year in ten is less than a year in three.
    if program == Program::CanadianExperienceClass && profile.canadian_work_years == Some(0) {
        return Outcome::NotMet;
    }
    if profile.work_experiences.is_empty() {
        return Outcome::Unknown;
    }
    let Some(work) = candidate.work(program) else { return Outcome::NotMet };
    Outcome::between(work.reached_in(candidate, Reading::Least), work.reached_in(candidate, Reading::Most))
}

/// The rule of a program.
pub(super) fn rule<'a>(candidate: &Candidate<'a>, program: Program) -> Option<&'a WorkRule> {
    match program {
        Program::FederalSkilledWorker => Some(&candidate.rules.skilled_worker.table.work),
        Program::CanadianExperienceClass => Some(&candidate.rules.experience_class.table.work),
        Program::FederalSkilledTrades => Some(&candidate.rules.skilled_trades.table.work),
        Program::ProvincialNominee => None,
    }
}

/// The months that a program asks for.
pub(super) fn required(candidate: &Candidate<'_>, program: Program) -> CreditedMonths {
    CreditedMonths::from_whole(rule(candidate, program).map_or(0, |rule| rule.months))
}

/// The spells that may count for a program, with their places.
pub(super) fn bearing<'a>(candidate: &Candidate<'a>, program: Program) -> SmallVec<[(usize, &'a WorkExperience); 8]> {
    let Some(rule) = rule(candidate, program) else { return SmallVec::new() };
    let window = candidate.day.window(rule.window_years);
    let trade = |code: NocCode| {
        program != Program::FederalSkilledTrades
            || candidate.day.catalog.occupation(code).is_some_and(|occupation| occupation.skilled_trade)
    };
    let spells = candidate.profile.work_experiences.iter().enumerate();
    let bears =
        |spell: &WorkExperience| in_window(spell, window) && of_teers(spell.code, &rule.teers) && trade(spell.code);
    spells.filter(|(_, spell)| bears(spell)).collect()
}

/// The work of a program, laid out.
pub(super) struct ProgramWork<'a> {
    /// The spells that may count, with their places; those of one occupation next to each other, where each stands alone.
    pub spells: SmallVec<[(usize, &'a WorkExperience); 8]>,
    /// The first spell of each occupation, or of all together, and the layout of its spells.
    occupations: SmallVec<[(usize, Timeline); 2]>,
    /// Whether only work in Canada counts, all occupations together.
    pub canadian: bool,
    continuous: bool,
    required: CreditedMonths,
}

impl<'a> ProgramWork<'a> {
    pub fn new(candidate: &Candidate<'a>, program: Program) -> Option<Self> {
        let rule = rule(candidate, program)?;
        let window = candidate.day.window(rule.window_years);
        let canadian = program == Program::CanadianExperienceClass;
        let mut spells = bearing(candidate, program);
        if !canadian {
            spells.sort_unstable_by_key(|(place, spell)| (spell.code, *place));
        }
        let together =
            |one: &(usize, &WorkExperience), next: &(usize, &WorkExperience)| canadian || one.1.code == next.1.code;
        let mut first = 0;
        let occupations = spells.chunk_by(together).map(|spells| {
            let begins = first;
            first += spells.len();
            (begins, Timeline::new(window, spells.iter().map(|(_, spell)| *spell)))
        });
        let occupations = occupations.collect();
        let continuous = program == Program::FederalSkilledWorker;
        Some(Self { spells, occupations, canadian, continuous, required: CreditedMonths::from_whole(rule.months) })
    }

    /// The layout of all spells together, where these count so.
    pub fn together(&self) -> Option<&Timeline> {
        self.occupations.first().map(|(_, timeline)| timeline).filter(|_| self.canadian)
    }

    /// Whether the spells reach what the program asks for, as they are settled.
    pub fn reached(&self, settled: &[Settled<'_>]) -> bool {
        let hours = |nth: usize| {
            let counts =
                |spell: &&Settled<'_>| if self.canadian { spell.counts_on(Side::Canada) } else { spell.counts };
            settled.get(nth).filter(counts).map(|spell| spell.hours)
        };
        let mut occupations = self.occupations.iter();
        occupations.any(|(first, timeline)| timeline.reaches(|nth| hours(first + nth), self.continuous, self.required))
    }

    /// The same in a reading.
    fn reached_in(&self, candidate: &Candidate<'_>, reading: Reading) -> bool {
        let settled = settled(self.spells.iter().map(|(_, spell)| *spell), candidate, reading);
        self.reached(&settled)
    }
}

/// Spells in a reading. Of work of unknown country, none is in Canada in the reading that helps least.
fn settled<'a>(
    spells: impl Iterator<Item = &'a WorkExperience>,
    candidate: &Candidate<'_>,
    reading: Reading,
) -> SmallVec<[Settled<'a>; 8]> {
    let side = if reading == Reading::Most { Side::Canada } else { Side::Abroad };
    spells.map(|spell| Settled::new(spell, reading, candidate.day.unsaid, side)).collect()
}

/// The most months in a reading, and the occupation of them where each stands alone.
pub(super) fn best(
    candidate: &Candidate<'_>,
    program: Program,
    reading: Reading,
) -> Option<(CreditedMonths, Option<NocCode>)> {
    let settled = settled(bearing(candidate, program).into_iter().map(|(_, spell)| spell), candidate, reading);
    best_of(candidate, program, &settled)
}

/// The most months of settled spells.
fn best_of(
    candidate: &Candidate<'_>,
    program: Program,
    settled: &[Settled<'_>],
) -> Option<(CreditedMonths, Option<NocCode>)> {
    let window = candidate.day.window(rule(candidate, program)?.window_years);
    if program == Program::CanadianExperienceClass {
        let tally = tally_of(settled, window, |spell| spell.counts_on(Side::Canada));
        return Some((tally.months(false), None));
    }
    let continuous = program == Program::FederalSkilledWorker;
    // Each occupation once, its spells together.
    let mut counting: SmallVec<[&Settled<'_>; 8]> = settled.iter().filter(|settled| settled.counts).collect();
    counting.sort_by_key(|settled| settled.spell.code);
    let lowest = settled.iter().map(|settled| settled.spell.code).min()?;
    let mut best = (CreditedMonths::default(), lowest);
    for spells in counting.chunk_by(|one, next| one.spell.code == next.spell.code) {
        let timeline = Timeline::new(window, spells.iter().map(|settled| settled.spell));
        let months = timeline.tally(|nth| spells.get(nth).map(|settled| settled.hours)).months(continuous);
        let code = spells.first().map_or(lowest, |settled| settled.spell.code);
        if months > best.0 || months == best.0 && code < best.1 {
            best = (months, code);
        }
    }
    Some((best.0, Some(best.1)))
}
