use chrono::{DateTime, NaiveDate, Utc};

use super::{CategoryId, CrsScore, Programs};

/// A round of invitations: who could be invited, and from which score on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The number IRCC gave it (`284`, `91a`), or the caller's label of a hypothetical draw.
    pub number: String,
    /// IRCC's label.
    pub name: String,
    /// The day of the draw: windows, tests, ages and tables go by it.
    pub held_on: NaiveDate,
    /// The instant of the draw: the pool goes by it.
    pub held_at: DateTime<Utc>,
    /// Whom it was open to.
    pub kind: DrawType,
    /// The programs it invited from, at least one.
    pub programs: Programs,
    /// The category of a category-based draw.
    pub category: Option<CategoryId>,
    /// Number of invitations; 0 in a hypothetical draw that does not say.
    pub invitations: u32,
    /// Score of the lowest-ranked candidate invited.
    pub crs_cut_off: CrsScore,
    /// What separated candidates with exactly that score.
    pub tie_break: TieBreak,
    /// How sure the facts are; none in a hypothetical draw that does not say.
    pub confidence: Option<Confidence>,
    /// What a reader should know of them.
    pub notes: Vec<String>,
}

/// The kinds of draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawType {
    /// Open to all programs.
    General,
    /// Open to some programs.
    ProgramSpecific,
    /// Open to the members of a category (IRPA s. 10.3(1)(h.2)).
    CategoryBased,
}

/// The instant that separates candidates with the cut-off score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TieBreak {
    /// Published with the draw.
    Published(DateTime<Utc>),
    /// No one was separated.
    NotApplied,
    /// Not published, or not found.
    Unknown,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// Independent copies agree.
    High,
    /// Something was inferred, corrected or disputed.
    Medium,
    /// One source, or sources that disagree.
    Low,
}
