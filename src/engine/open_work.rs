//! Which unsaid facts of spells bear on a question that work answers.

use smallvec::{SmallVec, smallvec};

use super::{
    Unsaid,
    effort::Effort,
    reading::{Reading, word_answers},
    work::{Settled, Side, canada_answers, counts, counts_in_canada, said_side},
};
use crate::model::{Answer, WeeklyHours, WorkExperience, WorkField};

/// Spells gone through to try every combination of the open facts. Where there are more, all of their fields are named, so that
/// none that matters is left out and no profile is costly.
const MOST_SPELLS: usize = 600;

/// Open facts, the hours of one spell among them, up to which those hours are searched for values that let others decide.
const SEARCHED_TOGETHER: usize = 5;

/// Spells gone through in those searches; past them the others are named.
const MOST_SEARCHED: u32 = 900;

/// Hours told for one such search: an answer in whole years changes a few times only.
const MOST_CHANGES: usize = 24;

/// A group of unsaid fields of one spell that come to one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Counts,
    CountsInCanada,
    Country,
    Hours,
}

/// An unsaid fact, and the pairs of answers between which it decides; equal answers are left out.
pub(super) struct Turning<T> {
    pub place: usize,
    pub fields: WorkFields,
    pub pairs: Pairs<T>,
}

/// What one fact is said by.
pub(super) type WorkFields = SmallVec<[WorkField; 4]>;

/// Answers between which a fact decides.
pub(super) type Pairs<T> = SmallVec<[(T, T); 1]>;

/// The unsaid facts of `spells`, by place, that turn the answer of `ask` in some completion of the others. `canadian` says
/// whether the country and what only work in Canada rests on have a say.
pub(super) fn turning<T: PartialEq + Copy>(
    spells: &[(usize, &WorkExperience)],
    unsaid: Unsaid,
    canadian: bool,
    ask: impl Fn(&[Settled<'_>]) -> T,
) -> Vec<Turning<T>> {
    let open: Vec<(usize, &WorkExperience, Fact)> = spells
        .iter()
        .flat_map(|(place, spell)| open_facts(spell, unsaid, canadian).map(|fact| (*place, *spell, fact)))
        .collect();
    let settle = |combination: u32, hours: Option<u32>| -> SmallVec<[Settled<'_>; 8]> {
        let mut facts = open.iter().enumerate().peekable();
        let settled = spells.iter().map(|(place, spell)| {
            // The open facts lie in the order of the spells.
            let mut helping: [Option<bool>; 4] = [None; 4];
            while let Some((nth, (_, _, fact))) = facts.next_if(|(_, (other, ..))| other == place) {
                if let Some(helps) = helping.get_mut(*fact as usize) {
                    *helps = Some(turns_out_well(combination, nth));
                }
            }
            let mut settled = settled(spell, unsaid, |fact| helping.get(fact as usize).copied().flatten());
            if spell.hours.is_none() {
                settled.hours = hours.unwrap_or(settled.hours);
            }
            settled
        });
        settled.collect()
    };
    let all = u32::try_from(open.len())
        .ok()
        .and_then(|open| 1_u32.checked_shl(open))
        .filter(|all| usize::try_from(*all).is_ok_and(|all| all.saturating_mul(spells.len()) <= MOST_SPELLS));
    let many = all.is_none();
    let combinations: Vec<u32> = all.map_or_else(|| vec![0, u32::MAX], |all| (0..all).collect());
    let answers: Vec<T> = combinations.iter().map(|combination| ask(&settle(*combination, None))).collect();
    let effort = Effort::new(MOST_SEARCHED);
    let ends = answers.first().copied().zip(answers.last().copied()).filter(|(least, most)| least != most);
    let hours = open.iter().filter(|(_, _, fact)| *fact == Fact::Hours).count();
    let searched = hours == 1 && open.len() <= SEARCHED_TOGETHER;
    let named = open.iter().enumerate().filter_map(|(nth, (place, spell, fact))| {
        let mut pairs: Pairs<T> = SmallVec::new();
        if !many {
            for (least, without) in combinations.iter().zip(&answers) {
                let most = least | 1 << nth;
                let with = usize::try_from(most).ok().and_then(|most| answers.get(most));
                if let Some(with) = with.filter(|with| *with != without) {
                    pairs.push((*without, *with));
                }
            }
        }
        // Hours have values between their ends, so that others may stand just short of what is asked.
        if searched && *fact != Fact::Hours {
            let asked = |combination| {
                let (effort, settle, ask) = (&effort, &settle, &ask);
                move |hours| effort.spend(spells.len()).then(|| ask(&settle(combination, Some(hours))))
            };
            for combination in &combinations {
                let (without, with) = (asked(combination & !(1 << nth)), asked(combination | 1 << nth));
                for hours in changes(without).into_iter().chain(changes(with)) {
                    pairs.extend(without(hours).zip(with(hours)));
                }
            }
            if effort.is_spent() {
                pairs.extend(ends);
            }
            pairs.retain(|(without, with)| *without != *with);
        } else if many || hours > 1 || hours == 1 && open.len() > 1 {
            pairs.extend(ends);
        }
        pairs.dedup();
        let fields = fields(spell, *fact, unsaid);
        (!pairs.is_empty()).then_some(Turning { place: *place, fields, pairs })
    });
    named.collect()
}

/// Whether the nth open fact turns out well; all do in the last combination, however many they are.
fn turns_out_well(combination: u32, nth: usize) -> bool {
    let bits = u32::try_from(nth).ok().and_then(|nth| combination.checked_shr(nth));
    combination == u32::MAX || bits.is_some_and(|bits| bits & 1 == 1)
}

/// Hundredths of weekly hours at which an answer that only rises with them changes, and the ones just below; not all of them when
/// no more is answered.
fn changes<T: PartialEq>(answer: impl Fn(u32) -> Option<T>) -> Vec<u32> {
    let mut found = Vec::new();
    let mut spans = vec![(0, WeeklyHours::FULL_TIME)];
    while let Some((low, high)) = spans.pop() {
        if found.len() >= MOST_CHANGES || answer(low) == answer(high) {
            continue;
        }
        if high - low == 1 {
            found.extend([low, high]);
        } else {
            let middle = u32::midpoint(low, high);
            spans.extend([(low, middle), (middle, high)]);
        }
    }
    found
}

fn open_facts(spell: &WorkExperience, unsaid: Unsaid, canadian: bool) -> impl Iterator<Item = Fact> + use<> {
    let differs = |of: fn(&WorkExperience, Reading, Unsaid) -> bool| {
        of(spell, Reading::Least, unsaid) != of(spell, Reading::Most, unsaid)
    };
    let out = !counts(spell, Reading::Most, unsaid);
    let counts = differs(counts);
    let in_canada = canadian && said_side(spell) != Some(Side::Abroad) && differs(counts_in_canada);
    let country = canadian && said_side(spell).is_none();
    let facts = [
        (Fact::Counts, counts),
        (Fact::CountsInCanada, in_canada),
        (Fact::Country, country),
        (Fact::Hours, spell.hours.is_none()),
    ];
    facts.into_iter().filter(move |(_, open)| *open && !out).map(|(fact, _)| fact)
}

/// The spell in one completion; `helps` tells whether an open fact turns out well.
fn settled(spell: &WorkExperience, unsaid: Unsaid, helps: impl Fn(Fact) -> Option<bool>) -> Settled<'_> {
    let side = if helps(Fact::Country) == Some(true) { Side::Canada } else { Side::Abroad };
    let mut settled = Settled::new(spell, Reading::Least, unsaid, side);
    settled.counts = helps(Fact::Counts).unwrap_or(settled.counts);
    settled.counts_in_canada = helps(Fact::CountsInCanada).unwrap_or(settled.counts_in_canada);
    if helps(Fact::Hours) == Some(true) {
        settled.hours = WeeklyHours::FULL_TIME;
    }
    settled
}

fn fields(spell: &WorkExperience, fact: Fact, unsaid: Unsaid) -> WorkFields {
    let open = |answers: &[(WorkField, Answer, &str)]| -> WorkFields {
        let unsaid_ones =
            answers.iter().filter(|(_, answer, _)| *answer == Answer::Unsaid && unsaid == Unsaid::Unknown);
        unsaid_ones.map(|(field, ..)| *field).collect()
    };
    match fact {
        Fact::Counts => open(&word_answers(spell)),
        Fact::CountsInCanada => open(&canada_answers(spell)),
        Fact::Country => smallvec![WorkField::CountryCode],
        Fact::Hours => smallvec![WorkField::HoursPerWeek],
    }
}
