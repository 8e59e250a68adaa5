//! Sets of points: the totals that facts can come to together.

/// Words that hold every total up to 1,279, which no total passes.
const WORDS: usize = 20;

/// A set of totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    words: [u64; WORDS],
    /// The lowest total and the highest; the other way round in an empty set. Words beyond them are 0 and passed over.
    lowest: u16,
    highest: u16,
}

impl Sums {
    /// The set of nothing but 0.
    pub const ZERO: Self = {
        let mut words = [0; WORDS];
        let [first, ..] = &mut words;
        *first = 1;
        Self { words, lowest: 0, highest: 0 }
    };

    /// No total at all.
    pub const EMPTY: Self = Self { words: [0; WORDS], lowest: u16::MAX, highest: 0 };

    /// Every total of this set with one of `points` added.
    #[must_use]
    pub fn plus(&self, points: impl IntoIterator<Item = u16>) -> Self {
        let mut sums = Self::EMPTY;
        points.into_iter().for_each(|by| sums.add(self, by));
        sums
    }

    /// Every total of this set with one of another added.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        // The same either way round: each total of one raises all of the other at once.
        let steps =
            |one: &Self, other: &Self| one.used().map(|(_, word)| word.count_ones()).sum::<u32>() * other.width();
        if steps(self, other) < steps(other, self) { other.plus(self.iter()) } else { self.plus(other.iter()) }
    }

    /// How many words its totals lie in.
    fn width(&self) -> u32 {
        self.bounds().map_or(0, |(lowest, highest)| u32::from(highest / 64 - lowest / 64) + 1)
    }

    /// Every total, `by` higher.
    #[must_use]
    pub fn raised(&self, by: u16) -> Self {
        self.plus([by])
    }

    /// Adds every total of another set, `by` higher.
    fn add(&mut self, other: &Self, by: u16) {
        let Some((lowest, highest)) = other.bounds() else { return };
        let (skipped, shift) = (usize::from(by / 64), by % 64);
        for (place, word) in other.used() {
            if let Some(low) = self.words.get_mut(place + skipped) {
                *low |= word << shift;
            }
            if shift > 0
                && let Some(high) = self.words.get_mut(place + skipped + 1)
            {
                *high |= word >> (64 - shift);
            }
        }
        self.lowest = self.lowest.min(lowest + by);
        self.highest = self.highest.max(highest + by);
    }

    /// The totals, each at most `cap`.
    #[must_use]
    pub fn capped(&self, cap: u16) -> Self {
        if self.highest <= cap {
            return *self;
        }
        let mut capped = Self { lowest: self.lowest.min(cap), highest: cap, ..*self };
        let last = usize::from(cap / 64);
        for (place, word) in capped.words.iter_mut().enumerate().skip(last) {
            // The cap itself is there, since a total is higher.
            *word = if place == last { *word & (u64::MAX >> (63 - cap % 64)) | 1 << (cap % 64) } else { 0 };
        }
        capped
    }

    /// The lowest total and the highest; none of an empty set.
    pub fn bounds(&self) -> Option<(u16, u16)> {
        (self.lowest <= self.highest).then_some((self.lowest, self.highest))
    }

    /// The words from the lowest total to the highest, with their places.
    fn used(&self) -> impl Iterator<Item = (usize, u64)> {
        let (from, to) = (usize::from(self.lowest / 64), usize::from(self.highest / 64));
        self.words.iter().copied().enumerate().take(to + 1).skip(from)
    }

    /// The totals of the set, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        self.used().flat_map(|(place, word)| {
            let rest = |word: &u64| Some(word & word.wrapping_sub(1));
            let ones = std::iter::successors(Some(word), rest).take_while(|word| *word != 0);
            let first = u16::try_from(place * 64).unwrap_or(0);
            ones.map(move |word| first + u16::try_from(word.trailing_zeros()).unwrap_or(0))
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
        let words = self.words.iter().enumerate().take(to + 1).skip(from);
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
        assert_eq!(sums.capped(66).iter().collect::<Vec<_>>(), [1, 6, 64, 66]);
        assert_eq!((sums.capped(66).bounds(), sums.capped(194)), (Some((1, 66)), sums), "nothing lies above 194");
        assert!(sums.crosses(0, 5, 69), "64 falls short of 69, and 69 reaches it");
        assert!(!sums.crosses(0, 4, 68 + 60), "no total lies from 124 to 127");
        assert!(sums.crosses(0, 1_000, 1_000));
        assert!(!sums.crosses(5, 5, 69), "what does not differ does not cross");
        assert!(!sums.crosses(10, 20, 5));
    }

    #[test]
    fn two_sets_add_up_the_same_either_way_round() {
        let (few, many) = (Sums::ZERO.plus([3, 700]), Sums::ZERO.plus([0, 1, 2, 60]).plus([0, 5]));
        let both = few.plus(many.iter());
        assert_eq!(both, many.plus(few.iter()));
        assert_eq!((few.with(&many), many.with(&few)), (both, both));
        assert_eq!((few.with(&Sums::EMPTY), Sums::EMPTY.with(&few)), (Sums::EMPTY, Sums::EMPTY));
    }
}
