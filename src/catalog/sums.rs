//! Sets of points: the totals that facts can come to together.

/// Words that hold every total up to 1,279, which no total passes.
const WORDS: usize = 20;

/// A set of totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums([u64; WORDS]);

impl Sums {
    /// The set of nothing but 0.
    pub const ZERO: Self = {
        let mut words = [0; WORDS];
        let [first, ..] = &mut words;
        *first = 1;
        Self(words)
    };

    /// No total at all.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// Every total of this set with one of `points` added.
    #[must_use]
    pub fn plus(&self, points: impl IntoIterator<Item = u16>) -> Self {
        points.into_iter().fold(Self::EMPTY, |sums, by| sums.or(&self.raised(by)))
    }

    /// The totals in either set.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut words = self.0;
        words.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
        Self(words)
    }

    /// Every total, `by` higher.
    #[must_use]
    pub fn raised(&self, by: u16) -> Self {
        let (skipped, shift) = (usize::from(by / 64), by % 64);
        let mut words = [0; WORDS];
        for (place, word) in self.0.iter().enumerate() {
            if let Some(low) = words.get_mut(place + skipped) {
                *low |= word << shift;
            }
            if shift > 0
                && let Some(high) = words.get_mut(place + skipped + 1)
            {
                *high |= word >> (64 - shift);
            }
        }
        Self(words)
    }

    /// The totals, each at most `cap`.
    #[must_use]
    pub fn capped(&self, cap: u16) -> Self {
        self.iter().fold(Self::EMPTY, |capped, total| capped.or(&Self::ZERO.raised(total.min(cap))))
    }

    /// The lowest total and the highest; none of an empty set.
    pub fn bounds(&self) -> Option<(u16, u16)> {
        let mut words = (0_u16..).zip(&self.0).filter(|(_, word)| **word != 0);
        let (first, low) = words.next()?;
        let (last, high) = words.last().unwrap_or((first, low));
        let bit = |bit: u32| u16::try_from(bit).unwrap_or(0);
        Some((first * 64 + bit(low.trailing_zeros()), last * 64 + 63 - bit(high.leading_zeros())))
    }

    /// The totals of the set, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        (0_u16..).zip(&self.0).flat_map(|(place, word)| {
            let rest = |word: &u64| Some(word & word.wrapping_sub(1));
            let ones = std::iter::successors(Some(*word), rest).take_while(|word| *word != 0);
            ones.map(move |word| place * 64 + u16::try_from(word.trailing_zeros()).unwrap_or(0))
        })
    }

    /// Whether a total of the set, raised by `low`, falls short of `threshold`, and raised by `high` reaches it.
    pub fn crosses(&self, low: u16, high: u16, threshold: u16) -> bool {
        // total + low < threshold <= total + high
        let first = threshold.saturating_sub(high);
        match threshold.checked_sub(low) {
            Some(end) if first < end => self.any_between(first, end),
            _ => false,
        }
    }

    /// Whether a total lies from `first` up to, not including, `end`.
    fn any_between(&self, first: u16, end: u16) -> bool {
        let (from, to) = (usize::from(first / 64), usize::from((end - 1) / 64));
        let words = self.0.iter().enumerate().take(to + 1).skip(from);
        words.into_iter().any(|(place, word)| {
            let low = if place == from { u64::MAX << (first % 64) } else { u64::MAX };
            let high = if place == to { u64::MAX >> (63 - (end - 1) % 64) } else { u64::MAX };
            word & low & high != 0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_up_and_cross() {
        let sums = Sums::ZERO.plus([0, 5, 130]).plus([1, 64]);
        assert_eq!(sums.iter().collect::<Vec<_>>(), [1, 6, 64, 69, 131, 194]);
        assert_eq!((sums.bounds(), Sums::EMPTY.bounds()), (Some((1, 194)), None));
        assert!(sums.crosses(0, 5, 69), "64 falls short of 69, and 69 reaches it");
        assert!(!sums.crosses(0, 4, 68 + 60), "no total lies from 124 to 127");
        assert!(sums.crosses(0, 1_000, 1_000));
        assert!(!sums.crosses(5, 5, 69), "what does not differ does not cross");
        assert!(!sums.crosses(10, 20, 5));
    }
}
