use std::cell::Cell;

/// A bound on the work of finding out which unsaid fields still matter, counted in small steps of alike cost.
///
/// When it is used up, what is left to find out is taken to matter: no field that matters is left out, and no profile that a
/// caller can make up is costly. Profiles with a few open facts stay far within it.
#[derive(Debug)]
pub(super) struct Effort(Cell<u32>);

/// Spells, and their beginnings and ends, that all questions of one item may go through.
const OF_ITEM: u32 = 1_000;

impl Effort {
    /// The steps of all questions of one item together.
    pub fn of_item() -> Self {
        Self::new(OF_ITEM)
    }

    /// So many steps.
    pub fn new(steps: u32) -> Self {
        Self(Cell::new(steps))
    }

    /// Takes `steps`; false when there are not that many left, and then there are none.
    pub fn spend(&self, steps: usize) -> bool {
        let left = u32::try_from(steps).ok().and_then(|steps| self.0.get().checked_sub(steps));
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether there are no steps left.
    pub fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}
