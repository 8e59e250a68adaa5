//! What education, languages, work and a certificate earn together, which share points and are gone through one by one.

use super::{MOST_VALUES, Search, Shared};
use crate::{
    catalog::{Column, Sums},
    engine::score::{
        classes::Class,
        points::{Facts, LanguageChoice, WorkYears, french, transferability_section},
    },
    model::EducationLevel,
};

impl Search<'_> {
    /// The points that education, languages, work and a certificate earn together, languages' own points left out where
    /// sums stand for them.
    pub(super) fn value(
        &self,
        column: Column,
        education: EducationLevel,
        class: &Class<'_>,
        work: WorkYears,
        certificate: bool,
    ) -> (u16, u16) {
        let tables = self.tables;
        let alone =
            tables.education.table.of(education).of(column) + tables.canadian_work.table.at(work.canadian).of(column);
        let of_choice = |languages: &LanguageChoice| {
            let facts = Facts { column, education, languages: *languages, work, certificate, ..Facts::blank() };
            let base = alone + transferability_section(tables, &facts) + class.own(tables, column, languages);
            (base, french(tables, languages))
        };
        class.choices.iter().map(of_choice).max_by_key(|(base, french)| base + french).unwrap_or((0, 0))
    }

    /// Every value of what shares points; none when there are too many.
    pub(super) fn shared_values(&self) -> Option<&[Shared]> {
        self.shared.get_or_init(|| self.all_shared()).as_deref()
    }

    pub(super) fn all_shared(&self) -> Option<Vec<Shared>> {
        let space = self.space;
        let choices = self.classes.iter().map(|class| class.choices.len()).sum::<usize>();
        let values = space.columns.len() * choices * space.education.len() * space.work.len() * space.certificate.len();
        if values > MOST_VALUES {
            return None;
        }
        let mut shared = Vec::with_capacity(values);
        for column in &space.columns {
            for (place, class) in self.classes.iter().enumerate() {
                for education in &space.education {
                    for work in &space.work {
                        for certificate in space.certificate {
                            let (base, french) = self.value(*column, *education, class, *work, *certificate);
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
            let languages = self.classes.get(shared.class).and_then(|class| class.sums(shared.column));
            !self.effort.spend(1) || each(shared, languages)
        })
    }
}
