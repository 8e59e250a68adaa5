//! The work of a profile as a category by occupation counts it.

use super::{
    Terms, Unsaid,
    experience::{Span, Tally, tally},
    reading::{Reading, Standing, standing},
    terms::Window,
};
use crate::model::{CreditedMonths, NocCode, OccupationRule, Profile, WorkExperience};

/// The spells of a profile under the rule of a category, in its window.
#[derive(Clone, Copy)]
pub(super) struct ListedWork<'a> {
    pub profile: &'a Profile,
    pub rule: &'a OccupationRule,
    pub window: Window,
    pub unsaid: Unsaid,
}

impl<'a> ListedWork<'a> {
    pub fn new(profile: &'a Profile, terms: &Terms<'_>, rule: &'a OccupationRule, unsaid: Unsaid) -> Self {
        Self { profile, rule, window: terms.window(rule.window_years), unsaid }
    }

    /// The months the rule asks for.
    pub fn required(&self) -> CreditedMonths {
        CreditedMonths::from_whole(self.rule.experience_months)
    }

    /// The listed occupations of the profile, each once, in the order of its spells.
    pub fn codes(self) -> impl Iterator<Item = NocCode> + 'a {
        let spells = &self.profile.work_experiences;
        spells.iter().enumerate().filter_map(move |(place, spell)| {
            let again = spells.iter().take(place).any(|earlier| earlier.code == spell.code);
            (!again && self.rule.lists(spell.code)).then_some(spell.code)
        })
    }

    /// The spells in one occupation, with their places and whether they count.
    pub fn spells(self, code: NocCode) -> impl Iterator<Item = (usize, &'a WorkExperience, Standing)> + Clone {
        let spells = self.profile.work_experiences.iter().enumerate().filter(move |(_, spell)| spell.code == code);
        spells.map(move |(place, spell)| (place, spell, standing(spell, self.rule, self.unsaid)))
    }

    /// The spells in one occupation that count in a reading.
    pub fn spans(self, code: NocCode, reading: Reading) -> impl Iterator<Item = Span> + Clone + 'a {
        self.spells(code).filter_map(move |(_, spell, standing)| Some(Span::of(spell, reading.hours(spell, standing)?)))
    }

    /// What the work in one occupation comes to in a reading.
    pub fn tally(self, code: NocCode, reading: Reading) -> Tally {
        tally(self.window, self.spans(code, reading))
    }

    /// The months credited in one occupation in a reading.
    pub fn months(self, code: NocCode, reading: Reading) -> CreditedMonths {
        self.tally(code, reading).months(self.rule.continuous)
    }

    /// Whether anything of the spells in one occupation is open, so that the two readings can differ.
    pub fn is_open(self, code: NocCode) -> bool {
        self.spells(code).any(|(_, spell, standing)| standing.is_open(spell))
    }
}
