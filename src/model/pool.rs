use chrono::NaiveDate;

use super::ScoreRange;

/// The candidates in the pool by bands of scores, as published with a draw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolDistribution {
    /// Number of the draw it was published with.
    pub number: String,
    /// The day it was taken.
    pub as_of: NaiveDate,
    /// Candidates in the pool.
    pub total: u32,
    /// The narrowest bands that can be relied on, highest first: without a gap, and `total` candidates in all.
    pub bands: Vec<PoolBand>,
    /// Where the counts of the bands that are split in tens come from.
    pub subtotals: PoolSubtotals,
    /// What is doubtful.
    pub marks: Vec<PoolMark>,
    /// What a reader should know of the doubts.
    pub notes: Vec<String>,
}

/// The candidates with scores from `min` to `max`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolBand {
    /// The lowest score of the band.
    pub min: u16,
    /// The highest score of the band.
    pub max: u16,
    /// How many there are.
    pub candidates: u32,
}

/// Where the counts of 451 to 500 and of 401 to 450 come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolSubtotals {
    /// IRCC's own.
    Published,
    /// Added up from their ten-point bands.
    Summed,
}

/// A doubt about a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMark {
    /// Its day lies unusually long before the draw.
    Old,
    /// Its counts are those of an earlier day.
    Repeats,
    /// A band has this many candidates more than its ten-point bands, which are therefore not gone by.
    Over {
        /// The lowest score of the band.
        min: u16,
        /// How many more.
        by: u32,
    },
}

/// How many candidates stood above a score in the pool of a draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStanding {
    /// The day of the distribution.
    pub as_of: NaiveDate,
    /// Candidates in the pool, at least one.
    pub total: u32,
    /// The fewest who can have stood above.
    pub above_min: u32,
    /// The most who can have stood above.
    pub above_max: u32,
}

impl PoolDistribution {
    /// Where a score somewhere in `range` stood; none when the pool was empty.
    pub fn standing(&self, range: ScoreRange) -> Option<PoolStanding> {
        (self.total > 0).then(|| PoolStanding {
            as_of: self.as_of,
            total: self.total,
            above_min: self.candidates(|band| band.min > range.max),
            // Of the score's own band all can have stood above, but for its highest score: no one in the band did.
            above_max: self.candidates(|band| band.max > range.min),
        })
    }

    fn candidates(&self, of: impl Fn(&PoolBand) -> bool) -> u32 {
        let counts = self.bands.iter().filter(|band| of(band)).map(|band| band.candidates);
        counts.fold(0, u32::saturating_add)
    }
}
