//! Whether what a fact turns out to be can still change the total, or carry it over a threshold.
//!
//! It can when, in some completion of all the other facts, two of its values come to different answers. Age, the spouse's
//! facts and additional points add to the total by themselves, so that sets of their sums stand for them; the facts that
//! share points with others are gone through one by one.

mod sets;
mod values;

use std::cell::OnceCell;

use smallvec::{SmallVec, smallvec};

use super::{
    classes::Class,
    languages::{NONE, TOP},
    points::{LanguageChoice, WorkYears, credential, offer},
    space::{Day, Space},
};
use crate::{
    catalog::{Column, CrsTables, Sums},
    engine::effort::Effort,
    model::{EducationLevel, Language, Profile},
};

/// A fact, and the values it may take.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fact<'v> {
    Column,
    Age,
    Education,
    /// The tests, not said at all.
    Languages,
    /// Whether one of the tests of unknown validity is valid, by its bit.
    Test(u32),
    /// Years that it decides between.
    Work(&'v [(WorkYears, WorkYears)]),
    Certificate,
    Nomination,
    Offer,
    Credential,
    Sibling,
    SpouseEducation,
    SpouseLanguage,
    SpouseYears,
}

/// What shares points: one value of each, and the points that come of them.
#[derive(Clone, Copy, Debug)]
struct Shared {
    column: Column,
    class: usize,
    base: u16,
    french: u16,
}

/// All that adds to what shares points by itself, in a column, with some points of French.
struct Rest {
    column: Column,
    french: u16,
    sums: Sums,
}

/// The question, over a space.
pub(super) struct Search<'a> {
    tables: &'a CrsTables,
    space: &'a Space,
    /// The totals that an answer turns at; none when any difference counts.
    thresholds: &'a [u16],
    classes: Vec<Class<'a>>,
    /// Every value of what shares points; none when there are more than are gone through.
    shared: OnceCell<Option<Vec<Shared>>>,
    rests: OnceCell<Vec<Rest>>,
    effort: Effort,
}

/// Values of what shares points that are gone through. Where there are more, nearly everything is open, and what is open is
/// named, so that none that matters is left out.
const MOST_VALUES: usize = 300;

/// Steps that one value takes.
const VALUE_STEPS: usize = 12;

/// Steps of all questions together, each a few nanoseconds; past them what is open is named.
const MOST_STEPS: u32 = 3_000;

impl<'a> Search<'a> {
    pub fn new(space: &'a Space, profile: &Profile, day: &Day<'a>, thresholds: &'a [u16]) -> Self {
        Self {
            tables: day.tables,
            space,
            thresholds,
            classes: Class::all(space, profile, day),
            shared: OnceCell::new(),
            rests: OnceCell::new(),
            effort: Effort::new(MOST_STEPS),
        }
    }

    /// Whether the fact can still change the answer.
    pub fn matters(&self, fact: Fact<'_>) -> bool {
        match fact {
            // Nearly everything is open: what shares points is named.
            Fact::Column | Fact::Languages | Fact::Test(_) | Fact::Education | Fact::Work(_) | Fact::Certificate
                if !self.thresholds.is_empty() && self.shared_values().is_none() =>
            {
                true
            }
            Fact::Nomination | Fact::Offer | Fact::Credential | Fact::Sibling => self.additional(fact),
            Fact::Age | Fact::SpouseEducation | Fact::SpouseLanguage | Fact::SpouseYears => self.by_itself(fact),
            Fact::Column => self.column(),
            Fact::Languages => self.languages(),
            Fact::Test(bit) => self.test(bit),
            Fact::Education | Fact::Work(_) | Fact::Certificate => self.shared(fact),
        }
    }

    /// Whether totals raised by `low` and by `high` give different answers; `languages` adds to `rest` where it is there.
    fn turns(&self, low: u16, high: u16, rest: &Sums, languages: Option<&Sums>) -> bool {
        if low >= high || self.thresholds.is_empty() {
            return low < high;
        }
        let (lowest, highest) = rest.bounds().unwrap_or((0, 0));
        let (language_low, language_high) = languages.and_then(Sums::bounds).unwrap_or((0, 0));
        self.thresholds.iter().any(|at| {
            if low + lowest + language_low >= *at || high + highest + language_high < *at {
                return false;
            }
            match languages {
                None => rest.crosses(low, high, *at),
                Some(sums) => sums.iter().any(|own| !self.effort.spend(1) || rest.crosses(low + own, high + own, *at)),
            }
        })
    }

    fn rests(&self) -> &[Rest] {
        self.rests.get_or_init(|| self.rests_but(None))
    }

    fn additional(&self, fact: Fact<'_>) -> bool {
        let (space, tables) = (self.space, self.tables);
        let cap = tables.shared.table.additional_cap;
        let (own, others): (Vec<u16>, [Vec<u16>; 3]) = {
            let nomination: Vec<u16> = space
                .nomination
                .iter()
                .map(|holds| if *holds { tables.provincial_nomination.table.points } else { 0 })
                .collect();
            let offers: Vec<u16> = space.offer.iter().map(|held| offer(tables, *held)).collect();
            let credentials: Vec<u16> = space.credential.iter().map(|held| credential(tables, *held)).collect();
            let sibling: Vec<u16> =
                space.sibling.iter().map(|holds| if *holds { tables.sibling.table.points } else { 0 }).collect();
            match fact {
                Fact::Nomination => (nomination, [offers, credentials, sibling]),
                Fact::Offer => (offers, [nomination, credentials, sibling]),
                Fact::Credential => (credentials, [nomination, offers, sibling]),
                _ => (sibling, [nomination, offers, credentials]),
            }
        };
        let low = own.iter().min().copied().unwrap_or(0);
        let high = own.iter().max().copied().unwrap_or(0);
        if low == high {
            return false;
        }
        let sections = |french: u16| {
            let from = Sums::ZERO.raised(french).capped(cap);
            others.iter().fold(from, |sums, other| sums.plus(other.iter().copied()).capped(cap))
        };
        let by_french = |french: u16| -> SmallVec<[(u16, u16); 8]> {
            let ends = sections(french);
            ends.iter()
                .map(|others| (cap.min(others + low), cap.min(others + high)))
                .filter(|(low, high)| low < high)
                .collect()
        };
        let ends: SmallVec<[_; 4]> = self.frenches().into_iter().map(|french| (french, by_french(french))).collect();
        if self.thresholds.is_empty() || self.shared_values().is_none() {
            return ends.iter().any(|(_, ends)| !ends.is_empty());
        }
        let alone: SmallVec<[(Column, Sums); 2]> =
            space.columns.iter().map(|column| (*column, self.alone(*column, None))).collect();
        self.any_shared(|shared, languages| {
            let Some((_, ends)) = ends.iter().find(|(points, _)| *points == shared.french) else { return false };
            let Some((_, alone)) = alone.iter().find(|(of, _)| *of == shared.column) else { return false };
            ends.iter().any(|(low, high)| {
                !self.effort.spend(1) || self.turns(shared.base + low, shared.base + high, alone, languages)
            })
        })
    }

    fn by_itself(&self, fact: Fact<'_>) -> bool {
        let ends = |column: Column| {
            let own = match fact {
                Fact::Age => self.ages(column).into_vec(),
                fact => self.spouse(column, fact),
            };
            let (low, high) = (own.iter().min().copied(), own.iter().max().copied());
            (column, low.unwrap_or(0), high.unwrap_or(0))
        };
        let ends: SmallVec<[(Column, u16, u16); 2]> = self.space.columns.iter().map(|column| ends(*column)).collect();
        if ends.iter().all(|(_, low, high)| low == high) {
            return false;
        }
        if self.thresholds.is_empty() || self.shared_values().is_none() {
            return true;
        }
        let rests = self.rests_but(Some(fact));
        self.any_shared(|shared, languages| {
            let Some((_, low, high)) = ends.iter().find(|(of, ..)| *of == shared.column) else { return false };
            let Some(rest) = rest_of(&rests, shared.column, shared.french) else { return false };
            self.turns(shared.base + low, shared.base + high, rest, languages)
        })
    }

    /// Education, work or a certificate, among the values that share points.
    fn shared(&self, fact: Fact<'_>) -> bool {
        let space = self.space;
        let pairs: Vec<[WorkYears; 2]> = match fact {
            Fact::Work(pairs) => pairs.iter().map(|(one, other)| [*one, *other]).collect(),
            _ => Vec::new(),
        };
        // The values that the fact has beside one value of each of the others.
        let (mut levels, mut work, mut certificates): (Vec<_>, Vec<_>, Vec<_>) = (
            space.education.chunks(1).collect(),
            space.work.chunks(1).collect(),
            space.certificate.chunks(1).collect(),
        );
        match fact {
            Fact::Education => levels = vec![&space.education],
            Fact::Work(_) => work = pairs.iter().map(<[WorkYears; 2]>::as_slice).collect(),
            _ => certificates = vec![space.certificate],
        }
        for column in &space.columns {
            for class in &self.classes {
                for levels in &levels {
                    for work in &work {
                        for certificates in &certificates {
                            if self.turned(*column, class, levels, work, certificates) {
                                return true;
                            }
                        }
                    }
                }
            }
        }
        false
    }

    /// Whether some of these values give different answers.
    fn turned(
        &self,
        column: Column,
        class: &Class<'_>,
        levels: &[EducationLevel],
        work: &[WorkYears],
        certificates: &[bool],
    ) -> bool {
        let (mut low, mut high, mut of_french) = (u16::MAX, 0, 0);
        for level in levels {
            for work in work {
                for certificate in certificates {
                    if !self.effort.spend(VALUE_STEPS * class.choices.len()) {
                        return true;
                    }
                    let (base, french) = self.value(column, *level, class, *work, *certificate);
                    (low, high, of_french) = (low.min(base), high.max(base), french);
                }
            }
        }
        if low >= high || self.thresholds.is_empty() {
            return low < high;
        }
        rest_of(self.rests(), column, of_french).is_some_and(|rest| self.turns(low, high, rest, class.sums(column)))
    }

    /// The tests not said at all: from no level to the highest.
    fn languages(&self) -> bool {
        let [least, most] = [NONE, TOP].map(|levels| Class {
            valid: 0,
            choices: smallvec![LanguageChoice { first_language: Language::English, first: levels, second: levels }],
            sums: None,
        });
        self.between(&least, &most)
    }

    fn test(&self, bit: u32) -> bool {
        let with = self.classes.iter().filter(|class| class.valid & bit != 0);
        with.into_iter().any(|with| {
            let without = self.classes.iter().find(|class| class.valid == with.valid & !bit);
            without.is_some_and(|without| self.between(without, with))
        })
    }

    /// Whether it matters which of two classes it is.
    fn between(&self, one: &Class<'_>, other: &Class<'_>) -> bool {
        let space = self.space;
        let cap = self.tables.shared.table.additional_cap;
        // The same additional facts on both sides: their sums without French, capped with it.
        let additional = self.additional_sections(0);
        let choices = one.choices.len() + other.choices.len();
        space.columns.iter().any(|column| {
            let alone = self.alone(*column, None);
            space.education.iter().any(|level| {
                space.work.iter().any(|work| {
                    space.certificate.iter().any(|certificate| {
                        if !self.effort.spend(VALUE_STEPS * choices) {
                            return true;
                        }
                        let of = |class| self.value(*column, *level, class, *work, *certificate);
                        let (one, other) = (of(one), of(other));
                        additional.iter().any(|without| {
                            let total = |(base, french): (u16, u16)| base + cap.min(without + french);
                            let (one, other) = (total(one), total(other));
                            !self.effort.spend(1) || self.turns(one.min(other), one.max(other), &alone, None)
                        })
                    })
                })
            })
        })
    }

    fn column(&self) -> bool {
        let [Column::WithoutSpouse, Column::WithSpouse] = self.space.columns.as_slice() else { return false };
        let space = self.space;
        let spouse = [Fact::SpouseEducation, Fact::SpouseLanguage, Fact::SpouseYears].map(|fact| {
            let own = self.spouse(Column::WithSpouse, fact);
            (own.iter().min().copied().unwrap_or(0), own.iter().max().copied().unwrap_or(0))
        });
        let ends = [spouse.iter().map(|(low, _)| low).sum::<u16>(), spouse.iter().map(|(_, high)| high).sum()];
        self.classes.iter().any(|class| {
            let own = Class { sums: None, ..class.clone() };
            space.education.iter().any(|level| {
                space.work.iter().any(|work| {
                    space.certificate.iter().any(|certificate| {
                        if !self.effort.spend(2 * VALUE_STEPS * own.choices.len()) {
                            return true;
                        }
                        let of = |column| self.value(column, *level, &own, *work, *certificate);
                        let (without, with) = (of(Column::WithoutSpouse), of(Column::WithSpouse));
                        let rest = self.additional_sections(without.1);
                        space.ages.iter().any(|age| {
                            let points = self.tables.age.table.at(*age);
                            let without = without.0 + points.without_spouse;
                            ends.iter().any(|spouse| {
                                let with = with.0 + points.with_spouse + spouse;
                                !self.effort.spend(1) || self.turns(without.min(with), without.max(with), &rest, None)
                            })
                        })
                    })
                })
            })
        })
    }
}

fn rest_of(rests: &[Rest], column: Column, french: u16) -> Option<&Sums> {
    rests.iter().find(|rest| rest.column == column && rest.french == french).map(|rest| &rest.sums)
}
