//! Which unsaid facts of spells bear on a question that work answers.

use smallvec::{SmallVec, smallvec};

use super::{
    Unsaid,
    effort::Effort,
    named::WorkLeaves,
    reading::{Reading, word_answers},
    work::{Settled, Side, canada_answers, counts, counts_in_canada, said_side},
};
use crate::model::{Answer, WeeklyHours, WorkExperience, WorkField};

/// Spells gone through to try every combination of the open facts. Where there are more, all of their fields are named, so that
/// none that matters is left out and no profile is costly.
const MOST_SPELLS: usize = 300;

/// Open facts, the hours of one spell among them, up to which those hours are searched for values that let others decide.
const SEARCHED_TOGETHER: usize = 5;

/// Spells gone through in those searches; past them the others are named.
const MOST_SEARCHED: u32 = 150;

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

/// A fact that the nth spell leaves open.
#[derive(Clone, Copy)]
struct OpenFact {
    nth: usize,
    fact: Fact,
}

/// Spells, and what they leave open, which is settled anew for each question.
struct Completions<'a, 'o> {
    open: &'o [OpenFact],
    settled: SmallVec<[Settled<'a>; 8]>,
}

/// Answers between which a fact decides.
type Pairs<T> = SmallVec<[(T, T); 2]>;

/// The unsaid facts of `spells`, by place, that turn the answer of `ask` in some completion of the others: calls `name` with each, and
/// the pairs of answers between which it decides, until it says that one of them matters. `canadian` says whether the country and
/// what only work in Canada rests on have a say. `ends` are answers between which that of every completion lies: where not every
/// completion is tried, or there is no effort left, the pair of them stands for those between.
pub(super) fn turning<T: Ord + Copy>(
    spells: &[(usize, &WorkExperience)],
    (unsaid, canadian): (Unsaid, bool),
    effort: &Effort,
    ask: impl Fn(&[Settled<'_>]) -> T,
    ends: (T, T),
    mut name: impl FnMut(usize, WorkLeaves, &[(T, T)]) -> bool,
) {
    let open = OpenFact::of(spells, unsaid, canadian);
    if open.is_empty() {
        return;
    }
    let told = |of: &OpenFact| {
        let (place, spell) = spells.get(of.nth)?;
        Some((*place, leaves(spell, of.fact, unsaid)))
    };
    let all = u32::try_from(open.len()).ok().and_then(|open| 1_u32.checked_shl(open)).filter(|all| {
        let asked = usize::try_from(*all).unwrap_or(usize::MAX).saturating_mul(spells.len());
        asked <= MOST_SPELLS && effort.spend(asked)
    });
    let Some(all) = all else {
        if ends.0 != ends.1 {
            for (place, leaves) in open.iter().filter_map(told) {
                name(place, leaves, &[ends]);
            }
        }
        return;
    };
    let mut completions = Completions::new(spells, unsaid, &open);
    let answers: SmallVec<[T; 16]> = (0..all).map(|combination| ask(completions.settle(combination, None))).collect();
    let answer = |combination: u32| usize::try_from(combination).ok().and_then(|place| answers.get(place)).copied();
    let is_hours = |of: &OpenFact| of.fact == Fact::Hours;
    let between = open.len() > 1 && open.iter().any(is_hours);
    let ends = between.then_some(ends);
    let hours = open.iter().position(is_hours).filter(|hours| !open.iter().skip(hours + 1).any(is_hours));
    let searched = hours.filter(|_| open.len() <= SEARCHED_TOGETHER);
    let searched_for = Effort::new(MOST_SEARCHED);
    for (nth, of) in open.iter().enumerate() {
        let Some((place, leaves)) = told(of) else { continue };
        let without = (0..all).filter(move |combination| combination >> nth & 1 == 0);
        let plain = without.clone().filter_map(|without| answer(without).zip(answer(without | 1 << nth)));
        let pairs = different(plain.collect());
        if !pairs.is_empty() && name(place, leaves, &pairs) {
            continue;
        }
        // Hours have values between their ends, so that others may stand just short of what is asked.
        let between = match searched.filter(|hours| *hours != nth) {
            Some(hours) => {
                let mut pairs = Pairs::new();
                for without in without.filter(|combination| combination >> hours & 1 == 0) {
                    let mut at = |combination: u32, hours| {
                        let affords = searched_for.spend(spells.len()) && effort.spend(spells.len());
                        affords.then(|| ask(completions.settle(combination, Some(hours))))
                    };
                    let with = without | 1 << nth;
                    for hours in changes(|hours| at(without, hours)).into_iter().chain(changes(|hours| at(with, hours)))
                    {
                        pairs.extend(at(without, hours).zip(at(with, hours)));
                    }
                }
                if searched_for.is_spent() || effort.is_spent() {
                    pairs.extend(ends);
                }
                pairs
            }
            None => ends.into_iter().collect(),
        };
        let pairs = different(between);
        if !pairs.is_empty() {
            name(place, leaves, &pairs);
        }
    }
}

/// Calls `name` with the unsaid facts of `spells`, by place, that bear on the hours that count, in Canada where `canadian`: all of those
/// that a spell which may count leaves open.
pub(super) fn bearing_on_hours(
    spells: &[(usize, &WorkExperience)],
    unsaid: Unsaid,
    canadian: bool,
    mut name: impl FnMut(usize, WorkLeaves),
) {
    let may_be_in_canada = |spell: &WorkExperience| {
        said_side(spell) != Some(Side::Abroad) && counts_in_canada(spell, Reading::Most, unsaid)
    };
    for (place, spell) in spells.iter().filter(|(_, spell)| !canadian || may_be_in_canada(spell)) {
        open_facts(spell, unsaid, canadian).for_each(|fact| name(*place, leaves(spell, fact, unsaid)));
    }
}

impl OpenFact {
    /// What spells leave open.
    fn of(spells: &[(usize, &WorkExperience)], unsaid: Unsaid, canadian: bool) -> SmallVec<[Self; 8]> {
        let mut open = SmallVec::new();
        for (nth, (_, spell)) in spells.iter().enumerate() {
            open.extend(open_facts(spell, unsaid, canadian).map(|fact| Self { nth, fact }));
        }
        open
    }
}

impl<'a, 'o> Completions<'a, 'o> {
    fn new(spells: &[(usize, &'a WorkExperience)], unsaid: Unsaid, open: &'o [OpenFact]) -> Self {
        let settled = spells.iter().map(|(_, spell)| Settled::new(spell, Reading::Least, unsaid, Side::Abroad));
        Self { open, settled: settled.collect() }
    }

    /// The spells in one completion: each bit tells whether an open fact turns out well. `hours` are those of spells whose hours are
    /// open, where they lie between their ends.
    fn settle(&mut self, combination: u32, hours: Option<u32>) -> &[Settled<'a>] {
        for (bit, OpenFact { nth, fact }) in (0..).zip(self.open) {
            let well = combination.checked_shr(bit).is_some_and(|bits| bits & 1 == 1);
            let Some(settled) = self.settled.get_mut(*nth) else { continue };
            match fact {
                Fact::Counts => settled.counts = well,
                Fact::CountsInCanada => settled.counts_in_canada = well,
                Fact::Country => settled.side = if well { Side::Canada } else { Side::Abroad },
                Fact::Hours => settled.hours = hours.unwrap_or(if well { WeeklyHours::FULL_TIME } else { 0 }),
            }
        }
        &self.settled
    }
}

/// The pairs of answers that differ, each once.
fn different<T: Ord>(mut pairs: Pairs<T>) -> Pairs<T> {
    pairs.retain(|(without, with)| without != with);
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Two hours, and the answers at them.
type Span<T> = [(u32, Option<T>); 2];

/// Hundredths of weekly hours at which an answer that only rises with them changes, and the ones just below; not all of them when
/// no more is answered.
fn changes<T: PartialEq + Copy>(mut answer: impl FnMut(u32) -> Option<T>) -> SmallVec<[u32; 8]> {
    let mut found = SmallVec::new();
    let ends = [0, WeeklyHours::FULL_TIME].map(|hours| (hours, answer(hours)));
    let mut spans: SmallVec<[Span<T>; 16]> = smallvec![ends];
    while let Some([low, high]) = spans.pop() {
        if found.len() >= MOST_CHANGES || low.1 == high.1 {
            continue;
        }
        if high.0 - low.0 == 1 {
            found.extend([low.0, high.0]);
        } else {
            let middle = u32::midpoint(low.0, high.0);
            let middle = (middle, answer(middle));
            spans.extend([[low, middle], [middle, high]]);
        }
    }
    found
}

/// What a spell leaves open; nothing when it does not count whatever else is said.
fn open_facts(spell: &WorkExperience, unsaid: Unsaid, canadian: bool) -> impl Iterator<Item = Fact> + use<> {
    let may_count = counts(spell, Reading::Most, unsaid);
    let differs = |of: fn(&WorkExperience, Reading, Unsaid) -> bool| {
        of(spell, Reading::Least, unsaid) != of(spell, Reading::Most, unsaid)
    };
    let in_canada = || canadian && said_side(spell) != Some(Side::Abroad) && differs(counts_in_canada);
    let facts = [
        (Fact::Counts, may_count && !counts(spell, Reading::Least, unsaid)),
        (Fact::CountsInCanada, may_count && in_canada()),
        (Fact::Country, may_count && canadian && spell.country.is_none()),
        (Fact::Hours, may_count && spell.hours.is_none()),
    ];
    facts.into_iter().filter(|(_, open)| *open).map(|(fact, _)| fact)
}

/// The unsaid leaves that come to a fact.
fn leaves(spell: &WorkExperience, fact: Fact, unsaid: Unsaid) -> WorkLeaves {
    let open = |answers: &[(WorkField, Answer, &str)]| -> WorkLeaves {
        let unsaid_ones =
            answers.iter().filter(|(_, answer, _)| *answer == Answer::Unsaid && unsaid == Unsaid::Unknown);
        unsaid_ones.map(|(field, ..)| *field).collect()
    };
    match fact {
        Fact::Counts => open(&word_answers(spell)),
        Fact::CountsInCanada => open(&canada_answers(spell)),
        Fact::Country => WorkField::CountryCode.into(),
        Fact::Hours => WorkField::HoursPerWeek.into(),
    }
}
