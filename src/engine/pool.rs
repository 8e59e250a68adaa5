//! Where a score stood in the pool of a draw.

use super::{Score, Terms};
use crate::model::{Notice, PoolStanding};

/// The standing of a score; none when nothing is known of the score, or of the pool.
pub(super) fn standing(score: Score, terms: &Terms<'_>) -> Option<PoolStanding> {
    terms.pool?.standing(score.range()?)
}

/// What is doubtful about the distribution that a standing goes by.
pub(super) fn doubts(terms: &Terms<'_>) -> Option<Notice> {
    let pool = terms.pool.filter(|pool| !pool.notes.is_empty())?;
    let text = format!("pool of draw {}, {}: {}", pool.number, pool.as_of, pool.notes.join("; "));
    Some(Notice { reason: "DRAW_FACTS_UNCERTAIN", text })
}
