//! The work of a profile as a category by occupation counts it.

use smallvec::SmallVec;

use super::{
    Terms, Unsaid,
    experience::{Tally, Timeline, are_apart, days_within, reaches_by_calendar},
    reading::{Reading, Standing, standing},
    terms::Window,
    work::in_window,
};
use crate::model::{CreditedMonths, NocCode, OccupationRule, Outcome, Profile, WeeklyHours, WorkExperience};

/// The spells of a profile under the rule of a category, in its window.
#[derive(Clone, Copy)]
pub(super) struct ListedWork<'a> {
    pub profile: &'a Profile,
    pub rule: &'a OccupationRule,
    pub window: Window,
    pub unsaid: Unsaid,
}

/// A spell in a listed occupation that counts for at least one day, or may.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListedSpell<'a> {
    pub place: usize,
    pub spell: &'a WorkExperience,
    pub standing: Standing,
}

/// The spells of a handful of jobs, held in place.
pub(super) type ListedSpells<'a> = SmallVec<[ListedSpell<'a>; 8]>;

/// The spells of one listed occupation that count or may, laid out in the window.
pub(super) struct ListedOccupation<'s, 'a> {
    pub spells: &'s [ListedSpell<'a>],
    pub timeline: Timeline,
}

impl<'a> ListedWork<'a> {
    pub fn new(profile: &'a Profile, terms: &Terms<'_>, rule: &'a OccupationRule, unsaid: Unsaid) -> Self {
        Self { profile, rule, window: terms.window_of(rule), unsaid }
    }

    /// The months the rule asks for.
    pub fn required(&self) -> CreditedMonths {
        CreditedMonths::from_whole(self.rule.experience_months)
    }

    /// The spells in listed occupations that count or may, those of one occupation next to each other, by code.
    pub fn counting(&self) -> ListedSpells<'a> {
        by_code(self.listed())
    }

    /// The same, whatever the window.
    pub fn counting_on_some_day(&self) -> ListedSpells<'a> {
        by_code(self.listed_where(|_| true))
    }

    /// The same as [`Self::counting`] in the order of the profile.
    pub fn listed(&self) -> impl Iterator<Item = ListedSpell<'a>> + Clone {
        self.listed_where(|spell| in_window(spell, self.window))
    }

    fn listed_where(
        &self,
        keep: impl Fn(&WorkExperience) -> bool + Clone,
    ) -> impl Iterator<Item = ListedSpell<'a>> + Clone {
        let spells = self.profile.work_experiences.iter().enumerate();
        let spells = spells.filter(move |(_, spell)| self.rule.lists(spell.code) && keep(spell));
        spells
            .map(|(place, spell)| ListedSpell { place, spell, standing: standing(spell, self.rule, self.unsaid) })
            .filter(|listed| listed.standing != Standing::Out)
    }

    /// The spells of one occupation after those of another, as [`Self::counting`] puts them.
    pub fn by_occupation<'s>(counting: &'s [ListedSpell<'a>]) -> impl Iterator<Item = &'s [ListedSpell<'a>]> {
        counting.chunk_by(|one, next| one.spell.code == next.spell.code)
    }

    /// Spells of one occupation, laid out.
    pub fn occupation<'s>(&self, spells: &'s [ListedSpell<'a>]) -> ListedOccupation<'s, 'a> {
        ListedOccupation { spells, timeline: Timeline::new(self.window, spells.iter().map(|listed| listed.spell)) }
    }

    /// How the criterion comes out by spells of one occupation.
    pub fn outcome(&self, spells: &[ListedSpell<'_>]) -> Outcome {
        self.plain_outcome(spells.iter().copied()).unwrap_or_else(|| {
            let occupation = self.occupation(spells);
            let least = occupation.reaches(self, Reading::Least);
            let most = || occupation.is_open() && occupation.reaches(self, Reading::Most);
            Outcome::between(least, least || most())
        })
    }

    /// How it comes out by spells of any occupations, where that shows without laying them out: one alone reaches what the rule asks for, or
    /// no occupation could.
    pub fn plain_outcome<'s>(&self, spells: impl Iterator<Item = ListedSpell<'s>> + Clone) -> Option<Outcome> {
        let (required, mut least, mut most) = (self.required(), 0, 0);
        for listed in spells.clone() {
            let days = days_within(listed.spell, self.window);
            if self.reaches_alone(&listed, Reading::Least, days) {
                return Some(Outcome::Met);
            }
            least += u64::from(weekly(&listed, Reading::Least)) * days;
            most += u64::from(weekly(&listed, Reading::Most)) * days;
        }
        let mut alone = spells.map(|listed| (listed, days_within(listed.spell, self.window)));
        let short = CreditedMonths::most_from_hours(most) < required
            // That none reaches it in the reading that helps least was just seen.
            || self.each_is_alone()
                && (least == most || !alone.any(|(listed, days)| self.reaches_alone(&listed, Reading::Most, days)));
        short.then_some(Outcome::NotMet)
    }

    /// Whether a spell reaches what the rule asks for with no other beside it; `days` of it lie in the window.
    fn reaches_alone(&self, listed: &ListedSpell<'_>, reading: Reading, days: u64) -> bool {
        let (weekly, required) = (weekly(listed, reading), self.required());
        let hours = u64::from(weekly) * days;
        CreditedMonths::from_hours(hours) >= required
            || CreditedMonths::most_from_hours(hours) >= required
                && reaches_by_calendar(listed.spell, self.window, weekly, self.rule.experience_months)
    }

    /// Whether it shows that no two spells of the profile add up: they are of different occupations, or of different runs where one has to be
    /// enough.
    #[inline(never)]
    fn each_is_alone(&self) -> bool {
        let spells = self.profile.work_experiences.as_slice();
        let add_up = |one: &WorkExperience, other: &WorkExperience| {
            one.code == other.code && !(self.rule.continuous && are_apart(one, other))
        };
        let mut earlier = (0..).map_while(|place| spells.split_at_checked(place)?.1.split_first());
        spells.len() <= FEW && !earlier.any(|(one, later)| later.iter().any(|other| add_up(one, other)))
    }

    /// The listed occupations of the profile, each once, in the order of its spells, whether these count or not.
    pub fn codes(&self) -> impl Iterator<Item = NocCode> + use<'a> {
        let (spells, rule) = (&self.profile.work_experiences, self.rule);
        spells.iter().enumerate().filter_map(move |(place, spell)| {
            let again = spells.iter().take(place).any(|earlier| earlier.code == spell.code);
            (!again && rule.lists(spell.code)).then_some(spell.code)
        })
    }

    /// The months credited in one occupation in a reading.
    pub fn months(&self, code: NocCode, reading: Reading) -> CreditedMonths {
        let mut counting = self.counting();
        counting.retain(|listed| listed.spell.code == code);
        self.occupation(&counting).tally(reading).months(self.rule.continuous)
    }
}

/// Spells that are each compared with each; more are laid out.
const FEW: usize = 8;

/// The hundredths of weekly hours that count in a reading.
fn weekly(listed: &ListedSpell<'_>, reading: Reading) -> u32 {
    reading.hours(listed.spell, listed.standing).unwrap_or(0).min(WeeklyHours::FULL_TIME)
}

fn by_code<'a>(spells: impl Iterator<Item = ListedSpell<'a>>) -> ListedSpells<'a> {
    let mut spells: ListedSpells<'a> = spells.collect();
    spells.sort_unstable_by_key(|listed| (listed.spell.code, listed.place));
    spells
}

impl ListedOccupation<'_, '_> {
    /// The hundredths of weekly hours of the nth spell in a reading; none when it does not count.
    pub fn hours(&self, nth: usize, reading: Reading) -> Option<u32> {
        self.spells.get(nth).and_then(|listed| reading.hours(listed.spell, listed.standing))
    }

    /// What the work comes to in a reading.
    pub fn tally(&self, reading: Reading) -> Tally {
        self.timeline.tally(|nth| self.hours(nth, reading))
    }

    /// Whether the work reaches what a rule asks for, in a reading.
    pub fn reaches(&self, work: &ListedWork<'_>, reading: Reading) -> bool {
        self.timeline.reaches(|nth| self.hours(nth, reading), work.rule.continuous, work.required())
    }

    /// Whether anything of the spells is open, so that the two readings can differ.
    pub fn is_open(&self) -> bool {
        self.spells.iter().any(|listed| listed.standing.is_open(listed.spell))
    }
}
