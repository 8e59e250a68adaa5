//! What education, languages, work and a certificate earn together, which share points and are gone through one by one.

use smallvec::SmallVec;

use super::{LOOK_UP_STEPS, MOST_VALUES, Place, Search, Shared, VALUE_STEPS, Value};
use crate::{
    catalog::{Column, Sums},
    engine::score::{
        classes::{Class, own_points},
        points::{Facts, LanguageChoice, WorkYears, french, transferability_section},
    },
    model::EducationLevel,
};

/// A choice of languages, and what it earns by itself.
struct Claim<'c> {
    languages: &'c LanguageChoice,
    own: u16,
    french: u16,
}

impl Search<'_> {
    /// How many levels of education, years of work and answers of a certificate there are.
    pub(super) fn shared_lengths(&self) -> [usize; 3] {
        [self.space.education.len(), self.space.work_steps.len(), self.space.certificate.len()]
    }

    /// Whether `holds` of a column and a class, by their places.
    pub(super) fn any_class(&self, holds: impl Fn(usize, usize) -> bool) -> bool {
        (0..self.space.columns.len()).any(|column| (0..self.classes().len()).any(|class| holds(column, class)))
    }

    /// Whether `holds` of a place in a column and a class.
    pub(super) fn any_place(&self, column: usize, class: usize, holds: impl Fn(Place) -> bool) -> bool {
        let [levels, work, certificates] = self.shared_lengths();
        (0..levels).any(|education| {
            (0..work).any(|work| {
                (0..certificates).any(|certificate| holds(Place { column, class, education, work, certificate }))
            })
        })
    }

    /// The value at a place, looked up where all were worked out; none when there are no steps left.
    pub(super) fn value_at(&self, place: Place) -> Option<Value> {
        let known = if self.thresholds.is_empty() { None } else { self.shared_values() };
        let Some(values) = known else { return self.value_of(place, self.classes().get(place.class)?) };
        let [levels, work, certificates] = self.shared_lengths();
        let nth = (place.column * self.classes().len() + place.class) * levels + place.education;
        let value = values.get((nth * work + place.work) * certificates + place.certificate);
        value.filter(|_| self.effort.spend(LOOK_UP_STEPS)).map(|value| (value.base, value.french))
    }

    /// The value at a place with these years of work; none when there are no steps left.
    pub(super) fn value_with(&self, place: Place, years: WorkYears) -> Option<Value> {
        match self.space.work_steps.iter().position(|of| *of == years) {
            Some(work) => self.value_at(Place { work, ..place }),
            None => self.worked_out(place, self.classes().get(place.class)?, years, false),
        }
    }

    /// The value at a place with the languages' own points, those of the levels that stand for a class; none when there are no
    /// steps left.
    pub(super) fn whole_value(&self, place: Place) -> Option<Value> {
        let class = self.classes().get(place.class)?;
        match class.sums {
            None => self.value_at(place),
            Some(_) => self.worked_out(place, class, *self.space.work_steps.get(place.work)?, true),
        }
    }

    /// The value at a place with another class; none when there are no steps left.
    pub(super) fn value_of(&self, place: Place, class: &Class<'_>) -> Option<Value> {
        self.worked_out(place, class, *self.space.work_steps.get(place.work)?, false)
    }

    fn worked_out(&self, place: Place, class: &Class<'_>, work: WorkYears, whole: bool) -> Option<Value> {
        if !self.effort.spend(VALUE_STEPS * class.choices.len()) {
            return None;
        }
        let space = self.space;
        let (column, education) = (*space.columns.get(place.column)?, *space.education.get(place.education)?);
        let certificate = *space.certificate.get(place.certificate)?;
        Some(self.value(column, education, class, work, certificate, whole))
    }

    /// The points that education, languages, work and a certificate earn together; languages' own points are left out where
    /// sums stand for them, but for a `whole` value.
    fn value(
        &self,
        column: Column,
        education: EducationLevel,
        class: &Class<'_>,
        work: WorkYears,
        certificate: bool,
        whole: bool,
    ) -> Value {
        self.value_of_claims(&self.claims(column, class, whole), column, education, work, certificate)
    }

    /// What the choices of a class earn by themselves.
    fn claims<'c>(&self, column: Column, class: &'c Class<'_>, whole: bool) -> SmallVec<[Claim<'c>; 4]> {
        let of_choice = |languages: &'c LanguageChoice| {
            let counts = whole || class.sums.is_none();
            let own = if counts { own_points(self.tables, column, languages) } else { 0 };
            Claim { languages, own, french: french(self.tables, languages) }
        };
        class.choices.iter().map(of_choice).collect()
    }

    fn value_of_claims(
        &self,
        claims: &[Claim<'_>],
        column: Column,
        education: EducationLevel,
        work: WorkYears,
        certificate: bool,
    ) -> Value {
        let tables = self.tables;
        let alone =
            tables.education.table.of(education).of(column) + tables.canadian_work.table.at(work.canadian).of(column);
        let values = claims.iter().map(|claim| {
            let languages = *claim.languages;
            let facts = Facts { column, education, languages, work, certificate, ..Facts::blank() };
            (alone + transferability_section(tables, &facts) + claim.own, claim.french)
        });
        values.max_by_key(|(base, french)| base + french).unwrap_or((0, 0))
    }

    /// Every value of what shares points; none when there are too many.
    pub(super) fn shared_values(&self) -> Option<&[Shared]> {
        self.shared.get_or_init(|| self.all_shared()).as_deref()
    }

    pub(super) fn all_shared(&self) -> Option<Vec<Shared>> {
        let space = self.space;
        let others = space.columns.len() * space.education.len() * space.work_steps.len() * space.certificate.len();
        // Each class has a choice at least: where there are too many, they are not laid out.
        let fewest = Class::count(space, self.preferred, self.tables)?;
        if others.saturating_mul(fewest) > MOST_VALUES {
            return None;
        }
        let choices = self.classes().iter().map(|class| class.choices.len()).sum::<usize>();
        let values = others.saturating_mul(choices);
        if values > MOST_VALUES {
            return None;
        }
        let mut shared = Vec::with_capacity(values);
        for column in &space.columns {
            for (place, class) in self.classes().iter().enumerate() {
                let claims = self.claims(*column, class, false);
                for education in &space.education {
                    for work in &space.work_steps {
                        for certificate in space.certificate {
                            let (base, french) =
                                self.value_of_claims(&claims, *column, *education, *work, *certificate);
                            shared.push(Shared { column: *column, class: place, base, french });
                        }
                    }
                }
            }
        }
        Some(shared)
    }

    /// Whether `each` holds of any value of what shares points, or there are too many to tell.
    pub(super) fn any_shared(&self, mut each: impl FnMut(&Shared, Option<&Sums>) -> bool) -> bool {
        let Some(values) = self.shared_values() else { return true };
        values.iter().any(|shared| {
            let languages = self.classes().get(shared.class).and_then(|class| class.sums(shared.column));
            !self.effort.spend(1) || each(shared, languages)
        })
    }
}
