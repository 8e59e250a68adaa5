//! Work that counts for scores and programs: all occupations of some TEER categories together, in Canada or abroad.

use super::{
    Unsaid,
    experience::{Tally, Timeline},
    reading::{Reading, word_answers},
    terms::Window,
};
use crate::model::{Answer, NocCode, WorkExperience, WorkField};

/// Where work was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Canada,
    Abroad,
}

/// A spell in one completion of what is not said of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settled<'a> {
    pub spell: &'a WorkExperience,
    /// Paid, with the duties performed.
    pub counts: bool,
    /// Fit to count as work in Canada, were it done there.
    pub counts_in_canada: bool,
    pub side: Side,
    /// Hundredths of weekly hours.
    pub hours: u32,
}

/// What IRCC takes from the candidate's word of work in Canada (IRPR s. 87.1(3)): the field, the answer with yes for what
/// helps, and what is taken as true when nothing was said.
pub(super) fn canada_answers(spell: &WorkExperience) -> [(WorkField, Answer, &'static str); 3] {
    let not = |answer| match answer {
        Answer::Unsaid => Answer::Unsaid,
        Answer::Yes => Answer::No,
        Answer::No => Answer::Yes,
    };
    [
        (WorkField::SelfEmployed, not(spell.self_employed), "the work in Canada was not self-employed"),
        (WorkField::Authorized, spell.authorized, "the work in Canada was authorized"),
        (
            WorkField::FullTimeStudent,
            not(spell.full_time_student),
            "the work in Canada was not done as a full-time student",
        ),
    ]
}

/// Whether answers that must all be yes are, in a reading.
fn all_yes(answers: impl IntoIterator<Item = Answer>, reading: Reading, unsaid: Unsaid) -> bool {
    answers.into_iter().all(|answer| match (answer, unsaid, reading) {
        (Answer::Yes, ..) | (Answer::Unsaid, Unsaid::Assumed, _) | (Answer::Unsaid, Unsaid::Unknown, Reading::Most) => {
            true
        }
        (Answer::No, ..) | (Answer::Unsaid, Unsaid::Unknown, Reading::Least) => false,
    })
}

/// Whether a spell was paid and its duties performed, in a reading.
pub(super) fn counts(spell: &WorkExperience, reading: Reading, unsaid: Unsaid) -> bool {
    all_yes(word_answers(spell).map(|(_, answer, _)| answer), reading, unsaid)
}

/// Whether a spell is fit to count as work in Canada, were it done there, in a reading.
pub(super) fn counts_in_canada(spell: &WorkExperience, reading: Reading, unsaid: Unsaid) -> bool {
    all_yes(canada_answers(spell).map(|(_, answer, _)| answer), reading, unsaid)
}

/// Where a spell was done; none when not said.
pub(super) fn said_side(spell: &WorkExperience) -> Option<Side> {
    spell.country.map(|country| if country.is_canada() { Side::Canada } else { Side::Abroad })
}

impl<'a> Settled<'a> {
    /// The spell in a reading, on `side` where that is not said.
    pub fn new(spell: &'a WorkExperience, reading: Reading, unsaid: Unsaid, side: Side) -> Self {
        Self {
            spell,
            counts: counts(spell, reading, unsaid),
            counts_in_canada: counts_in_canada(spell, reading, unsaid),
            side: said_side(spell).unwrap_or(side),
            hours: reading.hours_when_in(spell),
        }
    }

    /// Whether it counts on a side.
    pub fn counts_on(&self, side: Side) -> bool {
        self.counts && self.side == side && (side == Side::Abroad || self.counts_in_canada)
    }
}

/// Whether the TEER category of an occupation is among `teers`.
pub(super) fn of_teers(code: NocCode, teers: &[u8]) -> bool {
    teers.contains(&code.teer().digit())
}

/// Whether a spell has a day in the window.
pub(super) fn in_window(spell: &WorkExperience, window: Window) -> bool {
    spell.first_day < window.end && spell.last_day.is_none_or(|last_day| window.first <= last_day)
}

/// What the spells that `keep` takes come to together.
pub(super) fn tally_of(spells: &[Settled<'_>], window: Window, keep: impl Fn(&Settled<'_>) -> bool) -> Tally {
    let timeline = Timeline::new(window, spells.iter().map(|settled| settled.spell));
    timeline.tally(|nth| spells.get(nth).filter(|settled| keep(settled)).map(|settled| settled.hours))
}
