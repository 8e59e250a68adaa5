//! Fields that are named as mattering, by many questions, each told once and in the order of the profile.

use smallvec::SmallVec;

use crate::model::{Field, WorkField};

/// A set of fields. Those of spells are marks by place, so that hundreds of them need no sorting.
#[derive(Debug, Default)]
pub(super) struct NamedFields {
    others: Vec<Field>,
    work: Marks,
    spouse_work: Marks,
}

/// By the place of a spell, its leaves.
#[derive(Debug, Default)]
struct Marks(SmallVec<[WorkLeaves; 16]>);

/// Leaves of a spell: a bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WorkLeaves(u16);

impl NamedFields {
    /// Names a field.
    pub fn push(&mut self, field: Field) {
        match field {
            Field::Work(place, leaf) => self.push_work(place, leaf.into()),
            Field::SpouseWork(place, leaf) => self.push_spouse_work(place, leaf.into()),
            other => self.others.push(other),
        }
    }

    /// Names leaves of a spell.
    pub fn push_work(&mut self, place: usize, leaves: WorkLeaves) {
        self.work.set(place, leaves);
    }

    /// Names leaves of a spell of the spouse.
    pub fn push_spouse_work(&mut self, place: usize, leaves: WorkLeaves) {
        self.spouse_work.set(place, leaves);
    }

    /// The fields, each once, in the order of the profile.
    pub fn in_order(mut self) -> Vec<Field> {
        self.others.sort_unstable();
        self.others.dedup();
        let mut fields = Vec::with_capacity(self.others.len() + self.work.count() + self.spouse_work.count());
        let mut others = self.others.iter().copied().peekable();
        for (marks, of) in [(&self.work, Field::Work as fn(_, _) -> _), (&self.spouse_work, Field::SpouseWork)] {
            let Some(first) = marks.each().next().map(|(place, leaf)| of(place, leaf)) else { continue };
            fields.extend(std::iter::from_fn(|| others.next_if(|other| *other < first)));
            fields.extend(marks.each().map(|(place, leaf)| of(place, leaf)));
        }
        fields.extend(others);
        fields
    }
}

impl Extend<Field> for NamedFields {
    fn extend<I: IntoIterator<Item = Field>>(&mut self, fields: I) {
        fields.into_iter().for_each(|field| self.push(field));
    }
}

impl Marks {
    fn set(&mut self, place: usize, leaves: WorkLeaves) {
        if self.0.len() <= place {
            self.0.resize(place + 1, WorkLeaves::default());
        }
        if let Some(marks) = self.0.get_mut(place) {
            marks.0 |= leaves.0;
        }
    }

    fn count(&self) -> usize {
        self.0.iter().map(|marks| marks.0.count_ones() as usize).sum()
    }

    fn each(&self) -> impl Iterator<Item = (usize, WorkField)> {
        let places = self.0.iter().enumerate().filter(|(_, marks)| marks.0 != 0);
        places.flat_map(|(place, marks)| {
            let marked = WorkField::ALL.into_iter().filter(move |leaf| marks.0 >> *leaf as u8 & 1 == 1);
            marked.map(move |leaf| (place, leaf))
        })
    }
}

impl From<WorkField> for WorkLeaves {
    fn from(leaf: WorkField) -> Self {
        Self(1 << leaf as u8)
    }
}

impl FromIterator<WorkField> for WorkLeaves {
    fn from_iter<I: IntoIterator<Item = WorkField>>(leaves: I) -> Self {
        Self(leaves.into_iter().fold(0, |bits, leaf| bits | Self::from(leaf).0))
    }
}
