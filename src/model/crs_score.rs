/// A Comprehensive Ranking System score, 0 to 1200 points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrsScore(u16);

/// The number is not a CRS score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("CRS score {0} is out of range; a score is 0 to 1200 points")]
pub struct CrsScoreError(i64);

impl From<CrsScore> for u16 {
    fn from(score: CrsScore) -> Self {
        score.0
    }
}

impl CrsScore {
    /// The highest score, 1200 points.
    pub const MAX: Self = Self(1200);

    /// The score of `points`.
    ///
    /// # Errors
    /// When `points` is below 0 or above 1200.
    ///
    /// ```
    /// # use express_entry::model::CrsScore;
    /// assert!(CrsScore::new(1200).is_ok());
    /// assert!(CrsScore::new(1201).is_err());
    /// ```
    pub fn new(points: i64) -> Result<Self, CrsScoreError> {
        match u16::try_from(points) {
            Ok(points) if points <= Self::MAX.0 => Ok(Self(points)),
            _ => Err(CrsScoreError(points)),
        }
    }

    /// The points, 0 to 1200.
    pub fn points(self) -> i32 {
        self.0.into()
    }

    /// The points above `cut_off`, negative below it.
    pub fn margin(self, cut_off: Self) -> i32 {
        self.points() - cut_off.points()
    }
}
