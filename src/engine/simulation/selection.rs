use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use crate::model::CrsScore;

/// A candidate who is ranked: no more than it takes to rank and to name them, since a pool has millions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The score ranked by.
    pub score: CrsScore,
    /// When the profile was submitted.
    pub submitted_at: DateTime<Utc>,
    /// The place in the pool as sent.
    pub sequence: u64,
    /// The caller's reference.
    pub id: Box<str>,
}

/// What ranks a candidate, the smaller first: the higher score, then the earlier submission. Nothing separates equals.
pub type Rank = (Reverse<CrsScore>, DateTime<Utc>);

/// The best of the candidates offered, in memory that does not grow with their number.
///
/// Candidates are kept until there are a good many more than can be invited; then the best are told from the rest in
/// linear time, and of the rest only the best rank is remembered, with how many share it. That is all that the boundary
/// takes: what is dropped never comes back, and can tie with the last of the invited only with its best rank.
#[derive(Clone, Debug)]
pub struct Selection {
    invitations: usize,
    /// Most candidates kept.
    limit: usize,
    kept: Vec<Ranked>,
    /// The last rank that was kept at the last cut; whoever is offered after it and no better has enough before them.
    last_kept: Option<Rank>,
    /// The best rank dropped, and how many dropped candidates have it.
    dropped: Option<(Rank, u64)>,
}

/// What a selection came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The invited, in rank order; of equal ranks the earlier in the pool.
    pub invited: Vec<Ranked>,
    /// How many share the rank at the boundary, and stay out since there were not invitations for all of them.
    pub inseparable: u64,
    /// The best rank that stays out; none when no one does.
    pub best_out: Option<Rank>,
}

impl Ranked {
    /// What ranks the candidate.
    pub fn rank(&self) -> Rank {
        (Reverse(self.score), self.submitted_at)
    }

    /// The rank, and then the place in the pool: a total order, so that what is kept depends on nothing else.
    fn place(&self) -> (Rank, u64) {
        (self.rank(), self.sequence)
    }
}

impl Selection {
    /// Candidates kept beside the invitations, at least: a cut takes time, and few at once are not worth it.
    pub const SLACK: usize = 4_096;

    /// A selection of at most `invitations` candidates, keeping `slack` more before it cuts, or as many again when that
    /// is more: each cut then drops half of what it looks at, and the time is linear.
    pub fn new(invitations: usize, slack: usize) -> Self {
        let limit = invitations.saturating_add(invitations.max(slack));
        Self { invitations, limit, kept: Vec::new(), last_kept: None, dropped: None }
    }

    /// Offers a candidate, later in the pool than all before. One who can't be invited any more is only counted, as is most
    /// of a large pool.
    pub fn offer(&mut self, score: CrsScore, submitted_at: DateTime<Utc>, sequence: u64, id: &str) {
        let rank = (Reverse(score), submitted_at);
        if self.last_kept.is_some_and(|last| last <= rank) {
            drop_rank(&mut self.dropped, rank);
            return;
        }
        self.kept.push(Ranked { score, submitted_at, sequence, id: id.into() });
        if self.kept.len() > self.limit {
            self.cut();
            self.last_kept = self.kept.iter().map(Ranked::rank).max();
        }
    }

    /// The candidates held at the moment.
    pub fn held(&self) -> usize {
        self.kept.len()
    }

    /// Drops all but the best, as many as there are invitations.
    fn cut(&mut self) {
        if self.kept.len() <= self.invitations {
            return;
        }
        self.kept.select_nth_unstable_by_key(self.invitations, Ranked::place);
        for out in self.kept.drain(self.invitations..) {
            drop_rank(&mut self.dropped, out.rank());
        }
    }

    /// Who is invited of all that were offered.
    pub fn finish(mut self) -> Selected {
        self.cut();
        let Self { kept: mut invited, dropped, .. } = self;
        let mut inseparable = 0;
        if let Some((best_out, count)) = dropped {
            // No one dropped is ahead of anyone kept, so that only the last rank kept can be theirs.
            let before = invited.len();
            invited.retain(|candidate| candidate.rank() < best_out);
            let tied = before - invited.len();
            if tied > 0 {
                inseparable = count + tied as u64;
            }
        }
        invited.sort_unstable_by_key(Ranked::place);
        Selected { invited, inseparable, best_out: dropped.map(|(rank, _)| rank) }
    }
}

/// Remembers the best rank dropped, and how many have it.
fn drop_rank(dropped: &mut Option<(Rank, u64)>, rank: Rank) {
    *dropped = Some(match *dropped {
        Some((best, count)) if best == rank => (best, count + 1),
        Some((best, count)) if best < rank => (best, count),
        _ => (rank, 1),
    });
}
