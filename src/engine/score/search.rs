//! Whether what a fact turns out to be can still change the total, or carry it over a threshold.
//!
//! It can when, in some completion of all the other facts, two of its values come to different answers. Age, the spouse's
//! facts and additional points add to the total by themselves, so that sets of their sums stand for them; the facts that
//! share points with others are gone through one by one.

use smallvec::smallvec;

use super::{
    classes::{Class, sums_of_four, unsaid_classes},
    languages::{LanguageReading, NONE, TOP, every_reading},
    points::{Facts, LanguageChoice, WorkYears, credential, french, offer, points, spouse_language},
    space::{Day, Space},
    sums::Sums,
};
use crate::{
    catalog::{Column, CrsTables},
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
    base: u16,
    french: u16,
}

/// The question, over a space.
pub(super) struct Search<'a> {
    tables: &'a CrsTables,
    space: &'a Space,
    /// The totals that an answer turns at; none when any difference counts.
    thresholds: &'a [u16],
    classes: Vec<Class>,
}

/// Values gone through for one question; past them the fact is named, so that none that matters is left out.
const MOST_VALUES: u32 = 2_000;

impl<'a> Search<'a> {
    pub fn new(space: &'a Space, profile: &Profile, day: &Day<'a>, thresholds: &'a [u16]) -> Self {
        let tables = day.tables;
        let classes = if space.languages_unsaid {
            unsaid_classes(tables, profile.first_official_language, !thresholds.is_empty())
        } else {
            let class = |LanguageReading { valid, choices }| Class { valid, choices, sums: None };
            every_reading(profile, day).into_iter().map(class).collect()
        };
        Self { tables, space, thresholds, classes }
    }

    /// Whether the fact can still change the answer.
    pub fn matters(&self, fact: Fact<'_>) -> bool {
        match fact {
            Fact::Nomination | Fact::Offer | Fact::Credential | Fact::Sibling => self.additional(fact),
            Fact::Age | Fact::SpouseEducation | Fact::SpouseLanguage | Fact::SpouseYears => self.by_itself(fact),
            Fact::Column => self.column(),
            Fact::Languages => self.languages(),
            Fact::Test(bit) => self.test(bit),
            Fact::Education | Fact::Work(_) | Fact::Certificate => self.shared(fact),
        }
    }

    /// Whether totals raised by `low` and by `high` give different answers.
    fn turns(&self, low: u16, high: u16, rest: &Sums) -> bool {
        low < high && (self.thresholds.is_empty() || self.thresholds.iter().any(|at| rest.crosses(low, high, *at)))
    }

    /// The points that education, languages, work and a certificate earn together, languages' own points left out where
    /// sums stand for them.
    fn value(
        &self,
        column: Column,
        education: EducationLevel,
        class: &Class,
        work: WorkYears,
        certificate: bool,
    ) -> Shared {
        let of_choice = |languages: &LanguageChoice| {
            let facts = Facts { column, education, languages: *languages, work, certificate, ..Facts::blank() };
            let points = points(self.tables, &facts);
            let own = if class.sums.is_some() { 0 } else { points.first_language + points.second_language };
            let base = points.education + points.canadian_work + points.transferability_section + own;
            Shared { base, french: french(self.tables, languages) }
        };
        let best = class.choices.iter().map(of_choice).max_by_key(|shared| shared.base + shared.french);
        best.unwrap_or(Shared { base: 0, french: 0 })
    }

    fn language_sums(column: Column, class: &Class) -> Sums {
        match (&class.sums, column) {
            (None, _) => Sums::ZERO,
            (Some([without, _]), Column::WithoutSpouse) => *without,
            (Some([_, with]), Column::WithSpouse) => *with,
        }
    }

    fn ages(&self, column: Column) -> impl Iterator<Item = u16> {
        self.space.ages.iter().map(move |age| self.tables.age.table.at(*age).of(column))
    }

    fn spouse(&self, column: Column, fact: Fact<'_>) -> Vec<u16> {
        if column == Column::WithoutSpouse {
            return vec![0];
        }
        let (space, tables) = (self.space, self.tables);
        match fact {
            Fact::SpouseEducation => {
                space.spouse_education.iter().map(|level| tables.spouse_education.table.of(*level)).collect()
            }
            Fact::SpouseLanguage if space.spouse_language_unsaid => {
                let steps = &tables.spouse_language.table;
                sums_of_four((0, 12), |level| steps.at(level)).iter().collect()
            }
            Fact::SpouseLanguage => {
                let steps = &tables.spouse_language.table;
                space.spouse_language.iter().map(|levels| spouse_language(steps, levels)).collect()
            }
            _ => space.spouse_years.iter().map(|years| tables.spouse_canadian_work.table.at(*years)).collect(),
        }
    }

    /// Sums of what earns by itself, but for one fact: age and the spouse's.
    fn alone(&self, column: Column, but: Option<Fact<'_>>) -> Sums {
        let mut sums = Sums::ZERO;
        if !matches!(but, Some(Fact::Age)) {
            sums = sums.plus(self.ages(column));
        }
        for fact in [Fact::SpouseEducation, Fact::SpouseLanguage, Fact::SpouseYears] {
            if but.is_none_or(|but| std::mem::discriminant(&but) != std::mem::discriminant(&fact)) {
                sums = sums.plus(self.spouse(column, fact));
            }
        }
        sums
    }

    /// Every additional section, French points given.
    fn additional_sections(&self, french: u16) -> impl Iterator<Item = u16> {
        let (space, tables) = (self.space, self.tables);
        let cap = tables.shared.table.additional_cap;
        let mut sums = Sums::ZERO.raised(french);
        let flat = |holds: &bool, points: u16| if *holds { points } else { 0 };
        sums = sums.plus(space.nomination.iter().map(|holds| flat(holds, tables.provincial_nomination.table.points)));
        sums = sums.capped(cap).plus(space.offer.iter().map(|held| offer(tables, *held)));
        sums = sums.capped(cap).plus(space.credential.iter().map(|held| credential(tables, *held)));
        sums = sums.capped(cap).plus(space.sibling.iter().map(|holds| flat(holds, tables.sibling.table.points)));
        sums.capped(cap).iter().collect::<Vec<_>>().into_iter()
    }

    /// Calls `each` with every value of what shares points.
    fn any_shared(&self, mut each: impl FnMut(Column, EducationLevel, &Class, WorkYears, bool) -> bool) -> bool {
        let space = self.space;
        let mut visits = 0;
        for column in &space.columns {
            for class in &self.classes {
                for education in &space.education {
                    for work in &space.work {
                        for certificate in space.certificate {
                            visits += 1;
                            if visits > MOST_VALUES || each(*column, *education, class, *work, *certificate) {
                                return true;
                            }
                        }
                    }
                }
            }
        }
        false
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
        let by_french = |french: u16| -> Vec<(u16, u16)> {
            let ends = sections(french)
                .iter()
                .map(|others| (cap.min(others + low), cap.min(others + high)))
                .collect::<Vec<_>>();
            ends.into_iter().filter(|(low, high)| low < high).collect()
        };
        let mut frenches: Vec<u16> =
            self.classes.iter().flat_map(|class| &class.choices).map(|choice| french(tables, choice)).collect();
        frenches.sort_unstable();
        frenches.dedup();
        let ends: Vec<(u16, Vec<(u16, u16)>)> =
            frenches.into_iter().map(|french| (french, by_french(french))).collect();
        if self.thresholds.is_empty() {
            return ends.iter().any(|(_, ends)| !ends.is_empty());
        }
        let alone: Vec<(Column, Sums)> =
            space.columns.iter().map(|column| (*column, self.alone(*column, None))).collect();
        self.any_shared(|column, education, class, work, certificate| {
            let Shared { base, french } = self.value(column, education, class, work, certificate);
            let Some((_, ends)) = ends.iter().find(|(points, _)| *points == french) else { return false };
            let Some((_, alone)) = alone.iter().find(|(of, _)| *of == column) else { return false };
            if ends.is_empty() {
                return false;
            }
            let rest = Self::with_languages(alone, column, class);
            ends.iter().any(|(low, high)| self.turns(base + low, base + high, &rest))
        })
    }

    fn by_itself(&self, fact: Fact<'_>) -> bool {
        let rests: Vec<(Column, Sums, Vec<u16>)> = self
            .space
            .columns
            .iter()
            .map(|column| {
                let own = match fact {
                    Fact::Age => self.ages(*column).collect(),
                    fact => self.spouse(*column, fact),
                };
                (*column, self.alone(*column, Some(fact)), own)
            })
            .collect();
        self.any_shared(|column, education, class, work, certificate| {
            let Some((_, alone, own)) = rests.iter().find(|(of, ..)| *of == column) else { return false };
            let (Some(low), Some(high)) = (own.iter().min(), own.iter().max()) else { return false };
            if low == high {
                return false;
            }
            if self.thresholds.is_empty() {
                return true;
            }
            let Shared { base, french } = self.value(column, education, class, work, certificate);
            let rest = self.rest(column, class, alone, french);
            self.turns(base + low, base + high, &rest)
        })
    }

    /// All that adds to what shares points.
    fn rest(&self, column: Column, class: &Class, alone: &Sums, french: u16) -> Sums {
        Self::with_languages(alone, column, class).plus(self.additional_sections(french))
    }

    fn with_languages(sums: &Sums, column: Column, class: &Class) -> Sums {
        if class.sums.is_some() { sums.plus(Self::language_sums(column, class).iter()) } else { *sums }
    }

    fn shared(&self, fact: Fact<'_>) -> bool {
        let space = self.space;
        for column in &space.columns {
            let alone = self.alone(*column, None);
            for class in &self.classes {
                let value = |education, work, certificate| self.value(*column, education, class, work, certificate);
                let turned = |values: &mut dyn Iterator<Item = Shared>| {
                    let values: Vec<Shared> = values.collect();
                    let low = values.iter().map(|shared| shared.base).min().unwrap_or(0);
                    let high = values.iter().map(|shared| shared.base).max().unwrap_or(0);
                    low < high
                        && (self.thresholds.is_empty()
                            || values.first().is_some_and(|shared| {
                                self.turns(low, high, &self.rest(*column, class, &alone, shared.french))
                            }))
                };
                let turns = match fact {
                    Fact::Education => space.work.iter().any(|work| {
                        space.certificate.iter().any(|certificate| {
                            turned(&mut space.education.iter().map(|level| value(*level, *work, *certificate)))
                        })
                    }),
                    Fact::Work(pairs) => space.education.iter().any(|level| {
                        space.certificate.iter().any(|certificate| {
                            pairs.iter().any(|(one, other)| {
                                turned(&mut [one, other].into_iter().map(|work| value(*level, *work, *certificate)))
                            })
                        })
                    }),
                    _ => space.education.iter().any(|level| {
                        space.work.iter().any(|work| {
                            turned(&mut space.certificate.iter().map(|certificate| value(*level, *work, *certificate)))
                        })
                    }),
                };
                if turns {
                    return true;
                }
            }
        }
        false
    }

    /// The tests not said at all: from no level to the highest.
    fn languages(&self) -> bool {
        let ends = [NONE, TOP].map(|levels| Class {
            valid: 0,
            choices: smallvec![LanguageChoice { first_language: Language::English, first: levels, second: levels }],
            sums: None,
        });
        self.between(&ends)
    }

    fn test(&self, bit: u32) -> bool {
        let with = self.classes.iter().filter(|class| class.valid & bit != 0);
        with.into_iter().any(|with| {
            let without = self.classes.iter().find(|class| class.valid == with.valid & !bit);
            without.is_some_and(|without| self.between(&[without.clone(), with.clone()]))
        })
    }

    /// Whether it matters which of two classes it is.
    fn between(&self, ends: &[Class; 2]) -> bool {
        let space = self.space;
        let [one, other] = ends;
        space.columns.iter().any(|column| {
            let alone = self.alone(*column, None);
            space.education.iter().any(|level| {
                space.work.iter().any(|work| {
                    space.certificate.iter().any(|certificate| {
                        let of = |class| self.value(*column, *level, class, *work, *certificate);
                        let (one, other) = (of(one), of(other));
                        // The same additional facts on both sides: their sums without French, capped with it.
                        self.additional_sections(0).any(|without| {
                            let cap = self.tables.shared.table.additional_cap;
                            let total = |shared: Shared| shared.base + cap.min(without + shared.french);
                            let (one, other) = (total(one), total(other));
                            self.turns(one.min(other), one.max(other), &alone)
                        })
                    })
                })
            })
        })
    }

    fn column(&self) -> bool {
        let [Column::WithoutSpouse, Column::WithSpouse] = self.space.columns.as_slice() else { return false };
        let spouse = [Fact::SpouseEducation, Fact::SpouseLanguage, Fact::SpouseYears]
            .into_iter()
            .fold(Sums::ZERO, |sums, fact| sums.plus(self.spouse(Column::WithSpouse, fact)));
        let ends = [spouse.iter().min().unwrap_or(0), spouse.iter().max().unwrap_or(0)];
        self.any_shared(|column, education, class, work, certificate| {
            // Each value is met twice, once for each column.
            if column == Column::WithSpouse {
                return false;
            }
            let own = Class { sums: None, ..class.clone() };
            let of = |column| self.value(column, education, &own, work, certificate);
            let (without, with) = (of(Column::WithoutSpouse), of(Column::WithSpouse));
            let rest = Sums::ZERO.plus(self.additional_sections(without.french));
            self.space.ages.iter().any(|age| {
                let points = self.tables.age.table.at(*age);
                let without = without.base + points.without_spouse;
                ends.iter().any(|spouse| {
                    let with = with.base + points.with_spouse + spouse;
                    self.turns(without.min(with), without.max(with), &rest)
                })
            })
        })
    }
}
