//! Whether a candidate is eligible for the programs, by the rules of a day.

mod experience;
mod funds;
mod grid;
mod language;
mod missing;
mod words;

use std::{borrow::Borrow, cell::OnceCell};

use super::score::{Day, Space, bools};
use crate::{
    catalog::ProgramRulesOn,
    model::{Assumption, Outcome, Profile, Program, ProgramEligibility, Programs, Requirement, RequirementId},
};

use experience::ProgramWork;

pub(super) use missing::missing_fields;

/// A candidate, and the rules of the day.
pub(super) struct Candidate<'a> {
    pub profile: &'a Profile,
    pub day: &'a Day<'a>,
    pub space: &'a Space,
    pub rules: ProgramRulesOn<'a>,
    /// What several requirements rest on, worked out when it is first asked for.
    work: [OnceCell<Option<ProgramWork<'a>>>; 3],
    grid_parts: OnceCell<[(u16, u16); 6]>,
    class_levels: OnceCell<(u8, u8)>,
    /// How requirements came out, by program.
    outcomes: [[OnceCell<Outcome>; 8]; 4],
}

/// What stands at both ends of what is not said: whether it holds in the reading that helps least, and in the one that
/// helps most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    least: bool,
    most: bool,
}

impl Held {
    const OPEN: Self = Self { least: false, most: true };

    /// Of a value and others that it may be.
    fn of(values: impl IntoIterator<Item = impl Borrow<bool>>) -> Self {
        let mut held = Self { least: true, most: false };
        for holds in values {
            held = Self { least: held.least && *holds.borrow(), most: held.most || *holds.borrow() };
        }
        held
    }

    fn and(self, other: Self) -> Self {
        Self { least: self.least && other.least, most: self.most && other.most }
    }

    fn or(self, other: Self) -> Self {
        Self { least: self.least || other.least, most: self.most || other.most }
    }

    fn outcome(self) -> Outcome {
        Outcome::between(self.least, self.most)
    }
}

/// What a program asks for.
pub(super) fn requirements(program: Program) -> &'static [RequirementId] {
    use RequirementId::{
        CertificateOrJobOffer, Education, Experience, Language, Nomination, OutsideQuebec, SelectionPoints,
        SettlementFunds,
    };
    match program {
        Program::FederalSkilledWorker => {
            &[Experience, Language, Education, SelectionPoints, SettlementFunds, OutsideQuebec]
        }
        Program::CanadianExperienceClass => &[Experience, Language, OutsideQuebec],
        Program::FederalSkilledTrades => &[Experience, Language, CertificateOrJobOffer, SettlementFunds, OutsideQuebec],
        Program::ProvincialNominee => &[Nomination],
    }
}

impl<'a> Candidate<'a> {
    /// The candidate; none when the programs' rules of the day are not known.
    pub fn new(profile: &'a Profile, day: &'a Day<'a>, space: &'a Space) -> Option<Self> {
        Some(Self {
            profile,
            day,
            space,
            rules: day.catalog.programs_on(day.rules_on)?,
            work: Default::default(),
            grid_parts: OnceCell::new(),
            class_levels: OnceCell::new(),
            outcomes: Default::default(),
        })
    }

    /// The work of a program, laid out; none for one that asks for no work.
    fn work(&self, program: Program) -> Option<&ProgramWork<'a>> {
        let [worker, class, trades] = &self.work;
        let work = match program {
            Program::FederalSkilledWorker => worker,
            Program::CanadianExperienceClass => class,
            Program::FederalSkilledTrades => trades,
            Program::ProvincialNominee => return None,
        };
        work.get_or_init(|| ProgramWork::new(self, program)).as_ref()
    }

    /// Whether the candidate is eligible for one of `programs`.
    pub fn eligible_for_one_of(&self, programs: Programs) -> Outcome {
        let mut outcome = Outcome::NotMet;
        for program in programs.iter() {
            match self.eligible(program) {
                Outcome::Met => return Outcome::Met,
                Outcome::Unknown => outcome = Outcome::Unknown,
                Outcome::NotMet => {}
            }
        }
        outcome
    }

    /// Whether the candidate is eligible for a program.
    pub fn eligible(&self, program: Program) -> Outcome {
        Outcome::all(requirements(program).iter().map(|id| self.outcome(program, *id)))
    }

    /// How one requirement of a program comes out, worked out when it is first asked for.
    pub fn outcome(&self, program: Program, id: RequirementId) -> Outcome {
        let of_program = self.outcomes.get(usize::from(program as u8));
        let known = of_program.and_then(|of| of.get(usize::from(id as u8)));
        known.map_or_else(|| self.work_out(program, id), |known| *known.get_or_init(|| self.work_out(program, id)))
    }

    fn work_out(&self, program: Program, id: RequirementId) -> Outcome {
        let profile = self.profile;
        match id {
            RequirementId::Experience => experience::outcome(self, program),
            RequirementId::Language => language::outcome(self, program),
            RequirementId::Education => self.education().outcome(),
            RequirementId::SelectionPoints => {
                let pass_mark = self.rules.skilled_worker.table.pass_mark;
                let (least, most) = grid::points(self);
                Outcome::between(least >= pass_mark, most >= pass_mark)
            }
            RequirementId::SettlementFunds => funds::held(self).outcome(),
            RequirementId::OutsideQuebec => {
                let quebec = Held::of(bools(profile.intends_quebec));
                Outcome::between(!quebec.most, !quebec.least)
            }
            RequirementId::CertificateOrJobOffer => Held::of(bools(profile.certificate_of_qualification))
                .or(Held::of(bools(profile.job_offer_one_year)))
                .outcome(),
            RequirementId::Nomination => Held::of(bools(profile.provincial_nomination)).outcome(),
        }
    }

    fn education(&self) -> Held {
        let least_level = self.rules.skilled_worker.table.min_education;
        Held::of(self.space.education.iter().map(|level| *level >= least_level))
    }

    /// The fewest and the most whole years of work on FSWP's grid.
    pub fn grid_years(&self) -> (u32, u32) {
        grid::years(self)
    }

    /// The lowest and the highest level that CEC may ask for, which goes by the work.
    pub fn asked_level(&self) -> (u8, u8) {
        language::thresholds(self)
    }

    /// What was taken as true for a requirement of the programs, beside what was for the score.
    pub fn assumptions(&self) -> Vec<Assumption> {
        funds::assumptions(self)
    }

    /// Every program, told requirement by requirement.
    pub fn told(&self) -> Vec<ProgramEligibility> {
        let told = Program::ALL.map(|program| {
            let requirements: Vec<Requirement> =
                requirements(program).iter().map(|id| words::requirement(self, program, *id)).collect();
            let (least, most) = grid::points(self);
            let is_worker = program == Program::FederalSkilledWorker;
            ProgramEligibility {
                program,
                outcome: Outcome::all(requirements.iter().map(|requirement| requirement.outcome)),
                requirements,
                selection_points: (is_worker && least == most).then_some(least),
            }
        });
        told.into()
    }
}
