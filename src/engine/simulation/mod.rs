//! Whom a draw of so many invitations would invite from a pool, and the cut-off and tie-break that tell it.
//!
//! Candidates are ranked by the lowest score that the facts leave open. That choice makes the draw worked out invite
//! just the invited when it is put to every candidate of the pool: a higher score may be open to someone who stays out,
//! and then the draw finds them undecided, never invited.

mod selection;

use std::cmp::Reverse;

use super::{Decision, Terms, Unsaid, decide::decide_but_programs, derived::Derived};
use crate::model::{CriterionKind, Draw, Profile, TieBreak, Verdict};

pub use selection::{Rank, Ranked, Selected, Selection};

/// A pool being ranked.
#[derive(Clone, Debug)]
pub struct Ranking {
    unsaid: Unsaid,
    standing: Standing,
    selection: Selection,
}

/// How many candidates of a pool can be ranked, and how many can't.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// They meet every criterion but the score, and are ranked.
    pub eligible: u64,
    /// They fail a criterion other than the score, or have no points at all.
    pub not_eligible: u64,
    /// A criterion other than the score is unknown, or nothing of the score is known.
    pub indeterminate: u64,
}

/// What a simulated draw came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// The draw, whose cut-off and tie-break invite just the invited; none when no one is.
    pub draw: Option<Draw>,
    /// How many could be ranked.
    pub standing: Standing,
    /// The invited, in rank order.
    pub invited: Vec<Ranked>,
    /// How many share the rank at the boundary and stay out, since nothing separates them.
    pub inseparable: u64,
}

impl Ranking {
    /// An empty pool, of which at most `invitations` are invited.
    pub fn new(invitations: u32, unsaid: Unsaid) -> Self {
        let invitations = usize::try_from(invitations).unwrap_or(usize::MAX);
        let selection = Selection::new(invitations, Selection::SLACK);
        Self { unsaid, standing: Standing::default(), selection }
    }

    /// Adds a candidate, later in the pool than all before. `terms` are the same for all of a pool; their cut-off and
    /// tie-break have no say.
    pub fn add(&mut self, profile: &Profile, terms: &Terms<'_>, sequence: u64, id: &str) {
        let derived = Derived::needed(profile, terms, self.unsaid);
        let mut decision = decide_but_programs(profile, terms, self.unsaid, derived.as_ref());
        // Eligibility takes the most work, and makes no one eligible who fails another criterion.
        if standing(&decision) != Verdict::NotInvited {
            decision.decide_programs(derived.as_ref().and_then(Derived::candidate).as_ref(), terms);
        }
        match (standing(&decision), profile.submitted_at) {
            // No points are no rank: a cut-off of 0 would be no cut-off, and an unknown score is not 0.
            (Verdict::Invited, Some(_)) if decision.score.lowest().points() == 0 => match decision.score.exact() {
                Some(_) => self.standing.not_eligible += 1,
                None => self.standing.indeterminate += 1,
            },
            (Verdict::Invited, Some(submitted_at)) => {
                self.standing.eligible += 1;
                self.selection.offer(decision.score.lowest(), submitted_at, sequence, id);
            }
            (Verdict::NotInvited, _) => self.standing.not_eligible += 1,
            // Without an instant of submission, being in the pool is unknown.
            (Verdict::Invited | Verdict::Indeterminate, _) => self.standing.indeterminate += 1,
        }
    }

    /// Holds the draw. `draw` gives everything but invitations, cut-off and tie-break.
    pub fn finish(self, draw: &Draw) -> Simulation {
        let Selected { invited, inseparable, best_out } = self.selection.finish();
        let draw = invited.last().map(|last| Draw {
            invitations: u32::try_from(invited.len()).unwrap_or(u32::MAX),
            crs_cut_off: last.score,
            tie_break: match best_out {
                // The instant is past those of the invited, and the best of those who stay out is the earliest of them.
                Some((Reverse(score), earliest)) if score == last.score => TieBreak::Published(earliest),
                _ => TieBreak::NotApplied,
            },
            ..draw.clone()
        });
        Simulation { draw, standing: self.standing, invited, inseparable }
    }
}

/// The verdict of the criteria other than the score and its tie-break.
fn standing(decision: &Decision) -> Verdict {
    let of_the_score = |kind| matches!(kind, CriterionKind::CrsScore | CriterionKind::TieBreak);
    let others = decision.outcomes().filter(|(kind, _)| !of_the_score(*kind));
    Verdict::of(others.map(|(_, outcome)| outcome))
}
