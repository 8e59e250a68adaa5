//! Whether what a fact turns out to be can still change the total, or carry it over a threshold.
//!
//! It can when, in some completion of all the other facts, two of its values come to different answers. Age, the spouse's
//! facts and additional points add to the total by themselves, so that sets of their sums stand for them; the facts that
//! share points with others are gone through one by one.

mod sets;
mod values;

use std::cell::OnceCell;

use smallvec::{SmallVec, smallvec};

use sets::PointsAlone;

use super::{
    classes::Class,
    languages::{NONE, TOP},
    points::{LanguageChoice, WorkYears},
    space::{Day, Space},
};
use crate::{
    catalog::{Column, CrsTables, Sums},
    engine::effort::Effort,
    model::{Language, Profile},
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

/// Points that are shared, and those of French.
type Value = (u16, u16);

/// One value of each of what shares points, by its place among the others.
#[derive(Clone, Copy, Debug)]
struct Place {
    column: usize,
    class: usize,
    education: usize,
    work: usize,
    certificate: usize,
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
    preferred: Option<Language>,
    /// What languages come to, laid out when it is first asked for.
    classes: OnceCell<Vec<Class<'a>>>,
    /// Every value of what shares points; none when there are more than are gone through.
    shared: OnceCell<Option<Vec<Shared>>>,
    /// Points of what earns by itself, in each column.
    points_alone: OnceCell<SmallVec<[(Column, PointsAlone); 2]>>,
    /// Sums of them.
    alone: OnceCell<SmallVec<[(Column, Sums); 2]>>,
    /// Sums of the additional facts, by the points of French that there can be.
    additional: OnceCell<SmallVec<[(u16, Sums); 4]>>,
    /// The same with no points of French.
    without_french: OnceCell<Sums>,
    rests: OnceCell<Vec<Rest>>,
    effort: Effort,
}

/// Values of what shares points that are gone through. Where there are more, nearly everything is open, and what is open is
/// named, so that none that matters is left out.
const MOST_VALUES: usize = 100;

/// Steps that one value takes to work out, and to look up.
const VALUE_STEPS: usize = 12;
const LOOK_UP_STEPS: usize = 2;

/// Steps that a set of sums takes to add up.
const SET_STEPS: usize = 20;

/// Steps of all questions together, each a few nanoseconds; past them what is open is named.
const MOST_STEPS: u32 = 500;

impl<'a> Search<'a> {
    pub fn new(space: &'a Space, profile: &Profile, day: &Day<'a>, thresholds: &'a [u16]) -> Self {
        Self {
            tables: day.tables,
            space,
            thresholds,
            preferred: profile.first_official_language,
            classes: OnceCell::new(),
            shared: OnceCell::new(),
            points_alone: OnceCell::new(),
            alone: OnceCell::new(),
            additional: OnceCell::new(),
            without_french: OnceCell::new(),
            rests: OnceCell::new(),
            effort: Effort::new(MOST_STEPS),
        }
    }

    pub fn space(&self) -> &'a Space {
        self.space
    }

    fn classes(&self) -> &[Class<'a>] {
        self.classes.get_or_init(|| Class::all(self.space, self.preferred, self.tables))
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
        let cap = self.tables.shared.table.additional_cap;
        let [nomination, offers, credentials, sibling] = self.additional_points();
        let (own, others) = match fact {
            Fact::Nomination => (nomination, [offers, credentials, sibling]),
            Fact::Offer => (offers, [nomination, credentials, sibling]),
            Fact::Credential => (credentials, [nomination, offers, sibling]),
            _ => (sibling, [nomination, offers, credentials]),
        };
        let low = own.iter().min().copied().unwrap_or(0);
        let high = own.iter().max().copied().unwrap_or(0);
        if low == high {
            return false;
        }
        let by_french = |french: u16| -> SmallVec<[(u16, u16); 8]> {
            let ends = self.sections(french, &others);
            ends.iter()
                .map(|others| (cap.min(others + low), cap.min(others + high)))
                .filter(|(low, high)| low < high)
                .collect()
        };
        let sections = self.additional_sections();
        if !self.thresholds.is_empty() && !self.effort.spend(SET_STEPS * sections.len()) {
            return true;
        }
        let frenches = sections.iter().map(|(french, _)| *french);
        let ends: SmallVec<[_; 4]> = frenches.map(|french| (french, by_french(french))).collect();
        if self.thresholds.is_empty() || self.shared_values().is_none() {
            return ends.iter().any(|(_, ends)| !ends.is_empty());
        }
        self.any_shared(|shared, languages| {
            let Some((_, ends)) = ends.iter().find(|(points, _)| *points == shared.french) else { return false };
            let Some(alone) = self.alone_in(shared.column) else { return false };
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
        let sets = self.space.columns.len() * self.additional_sections().len();
        if !self.effort.spend(SET_STEPS * sets) {
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
        let [levels, work, certificates] = self.shared_lengths();
        self.any_class(|column, class| {
            let of = |education, work, certificate| Place { column, class, education, work, certificate };
            let pairs =
                |one: usize, other: usize| (0..one).flat_map(move |one| (0..other).map(move |other| (one, other)));
            let turned = |values: &mut dyn Iterator<Item = Option<Value>>| self.turned(column, class, values);
            match fact {
                Fact::Education => pairs(work, certificates).any(|(work, certificate)| {
                    turned(&mut (0..levels).map(|education| self.value_at(of(education, work, certificate))))
                }),
                Fact::Work(years) => pairs(levels, certificates).any(|(education, certificate)| {
                    years.iter().any(|(one, other)| {
                        let years = [one, other].into_iter();
                        turned(&mut years.map(|years| self.value_with(of(education, 0, certificate), *years)))
                    })
                }),
                _ => pairs(levels, work).any(|(education, work)| {
                    turned(&mut (0..certificates).map(|certificate| self.value_at(of(education, work, certificate))))
                }),
            }
        })
    }

    /// Whether some of these values give different answers; they do when there are no steps left to tell.
    fn turned(&self, column: usize, class: usize, values: &mut dyn Iterator<Item = Option<Value>>) -> bool {
        let (mut low, mut high, mut of_french) = (u16::MAX, 0, 0);
        for value in values {
            let Some((base, french)) = value else { return true };
            (low, high, of_french) = (low.min(base), high.max(base), french);
        }
        if low >= high || self.thresholds.is_empty() {
            return low < high;
        }
        let (Some(column), Some(class)) = (self.space.columns.get(column), self.classes().get(class)) else {
            return false;
        };
        rest_of(self.rests(), *column, of_french).is_some_and(|rest| self.turns(low, high, rest, class.sums(*column)))
    }

    /// The tests not said at all: from no level to the highest.
    fn languages(&self) -> bool {
        let [least, most] = [NONE, TOP].map(|levels| Class {
            valid: 0,
            choices: smallvec![LanguageChoice { first_language: Language::English, first: levels, second: levels }],
            sums: None,
        });
        self.between(|place| self.value_of(place, &least).zip(self.value_of(place, &most)))
    }

    fn test(&self, bit: u32) -> bool {
        let with = self.classes().iter().enumerate().filter(|(_, class)| class.valid & bit != 0);
        with.into_iter().any(|(with, class)| {
            let without = self.classes().iter().position(|other| other.valid == class.valid & !bit);
            without.is_some_and(|without| {
                let value = |place, class| self.value_at(Place { class, ..place });
                self.between(|place| value(place, without).zip(value(place, with)))
            })
        })
    }

    /// Whether it matters which of two classes it is; `values` tells those of both.
    fn between(&self, values: impl Fn(Place) -> Option<(Value, Value)>) -> bool {
        let cap = self.tables.shared.table.additional_cap;
        // The same additional facts on both sides: their sums without French, capped with it.
        let additional = self.without_french.get_or_init(|| self.sections(0, &self.additional_points()));
        self.space.columns.iter().enumerate().any(|(place, column)| {
            let Some(alone) = self.alone_in(*column) else { return false };
            self.any_place(place, 0, |place| {
                let Some((one, other)) = values(place) else { return true };
                // The same points and the same French come to the same, whatever is added.
                one != other
                    && additional.iter().any(|without| {
                        let total = |(base, french): Value| base + cap.min(without + french);
                        let (one, other) = (total(one), total(other));
                        !self.effort.spend(1) || self.turns(one.min(other), one.max(other), alone, None)
                    })
            })
        })
    }

    fn column(&self) -> bool {
        let [Column::WithoutSpouse, Column::WithSpouse] = self.space.columns.as_slice() else { return false };
        let spouse = [Fact::SpouseEducation, Fact::SpouseLanguage, Fact::SpouseYears].map(|fact| {
            let own = self.spouse(Column::WithSpouse, fact);
            (own.iter().min().copied().unwrap_or(0), own.iter().max().copied().unwrap_or(0))
        });
        let ends = [spouse.iter().map(|(low, _)| low).sum::<u16>(), spouse.iter().map(|(_, high)| high).sum()];
        let ages: SmallVec<[_; 16]> = self.space.ages.iter().map(|age| self.tables.age.table.at(*age)).collect();
        (0..self.classes().len()).any(|class| {
            self.any_place(0, class, |place| {
                let with = Place { column: 1, ..place };
                let Some((without, with)) = self.whole_value(place).zip(self.whole_value(with)) else { return true };
                let mut additional = self.additional_sections().iter();
                let Some((_, rest)) = additional.find(|(french, _)| *french == without.1) else { return false };
                ages.iter().any(|points| {
                    let without = without.0 + points.without_spouse;
                    ends.iter().any(|spouse| {
                        let with = with.0 + points.with_spouse + spouse;
                        !self.effort.spend(1) || self.turns(without.min(with), without.max(with), rest, None)
                    })
                })
            })
        })
    }
}

fn rest_of(rests: &[Rest], column: Column, french: u16) -> Option<&Sums> {
    rests.iter().find(|rest| rest.column == column && rest.french == french).map(|rest| &rest.sums)
}
