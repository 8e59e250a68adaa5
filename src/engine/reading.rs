//! What an unsaid fact of a spell may turn out to be: out, in, or open until it is said.

use super::Unsaid;
use crate::model::{Answer, OccupationRule, WeeklyHours, WorkExperience, WorkField};

/// Whether a spell counts for a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It does not, whatever else is said.
    Out,
    /// It does.
    In,
    /// It does if what is not said turns out well.
    Open,
}

/// The reading of unsaid facts that helps the candidate least, and the one that helps most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Least,
    Most,
}

impl Standing {
    /// Whether what a spell of this standing comes to is open: whether it counts, or its hours.
    pub(super) fn is_open(self, spell: &WorkExperience) -> bool {
        match self {
            Self::Out => false,
            Self::Open => true,
            Self::In => spell.hours.is_none(),
        }
    }
}

/// Whether `spell` counts under `rule`. Its occupation is taken to be listed.
pub(super) fn standing(spell: &WorkExperience, rule: &OccupationRule, unsaid: Unsaid) -> Standing {
    let word = word(spell);
    let abroad = rule.canadian_experience && spell.country.is_some_and(|country| !country.is_canada());
    if word == Answer::No || abroad {
        return Standing::Out;
    }
    let country_open = rule.canadian_experience && spell.country.is_none();
    if country_open || word == Answer::Unsaid && unsaid == Unsaid::Unknown { Standing::Open } else { Standing::In }
}

/// What IRCC takes from the candidate's word of a spell, in one: no when any of it is denied, unsaid when any is not said.
fn word(spell: &WorkExperience) -> Answer {
    let duties = spell.duties;
    let answers = [spell.paid, duties.lead_statement, duties.main_duties, duties.essential_duties];
    if answers.contains(&Answer::No) {
        Answer::No
    } else if answers.contains(&Answer::Unsaid) {
        Answer::Unsaid
    } else {
        Answer::Yes
    }
}

/// The unsaid fields on which it depends whether `spell` counts.
pub(super) fn open_fields(
    spell: &WorkExperience,
    rule: &OccupationRule,
    unsaid: Unsaid,
) -> impl Iterator<Item = WorkField> {
    let country = (rule.canadian_experience && spell.country.is_none()).then_some(WorkField::CountryCode);
    let word = word_answers(spell)
        .into_iter()
        .filter(move |(_, answer, _)| unsaid == Unsaid::Unknown && *answer == Answer::Unsaid)
        .map(|(field, ..)| field);
    country.into_iter().chain(word)
}

/// What IRCC takes from the candidate's word of a spell: the field, what was said, and what is taken as true when
/// nothing was (IRPR ss. 73(2), 75(2)(b) and (c)).
pub(super) fn word_answers(spell: &WorkExperience) -> [(WorkField, Answer, &'static str); 4] {
    let duties = spell.duties;
    [
        (WorkField::Paid, spell.paid, "the work was paid"),
        (WorkField::LeadStatement, duties.lead_statement, "the actions of the lead statement were performed"),
        (WorkField::MainDuties, duties.main_duties, "a substantial number of the main duties was performed"),
        (WorkField::EssentialDuties, duties.essential_duties, "all essential duties were performed"),
    ]
}

impl Reading {
    /// The hundredths of weekly hours that a spell of this standing has in this reading; none when it does not count.
    pub(super) fn hours(self, spell: &WorkExperience, standing: Standing) -> Option<u32> {
        match (standing, self) {
            (Standing::Out, _) | (Standing::Open, Self::Least) => None,
            (Standing::In | Standing::Open, _) => Some(self.hours_when_in(spell)),
        }
    }

    /// The hundredths of weekly hours of a spell that counts. Unsaid hours lie between just above 0 and 30.
    pub(super) fn hours_when_in(self, spell: &WorkExperience) -> u32 {
        match (spell.hours, self) {
            (Some(hours), _) => hours.hundredths(),
            (None, Self::Least) => 0,
            (None, Self::Most) => WeeklyHours::FULL_TIME,
        }
    }
}
