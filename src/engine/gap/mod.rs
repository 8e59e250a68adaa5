//! The smallest changes of a profile that would have earned an invitation.

mod apply;
mod languages;
mod obstacles;
mod search;
mod steps;
mod words;
mod work;

use search::{Trial, Trials};

use super::{Decision, Terms, Unsaid, decide::decide, evaluate, score::Day};
use crate::model::{Gap, GapChangeKind, GapObstacle, Profile, Verdict};

pub use apply::changed;

/// Finds the smallest changes of one or two parts that would have been enough, of kinds that are not `fixed`, and tells up to
/// `max_options` of them. Every option was evaluated, and so was what is left when any of its parts is left out.
pub fn explain_gap(
    profile: &Profile,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    fixed: &[GapChangeKind],
    max_options: usize,
) -> Gap {
    let evaluation = evaluate(profile, terms, unsaid);
    let mut gap = Gap { evaluation, options: Vec::new(), omitted: 0, obstacles: Vec::new(), complete: true };
    if gap.evaluation.verdict == Verdict::Invited {
        return gap;
    }
    let now = decide(profile, terms, unsaid);
    gap.obstacles = obstacles::fixed(profile, terms, &now);
    if !gap.obstacles.is_empty() {
        return gap;
    }
    let mut trials = Trials::new(profile, apply::exact_total(profile, terms, unsaid), terms, unsaid);
    let (found, complete) = trials.search(&dimensions(&trials, &now, fixed), now.score.exact());
    gap.complete = complete;
    gap.omitted = found.len().saturating_sub(max_options);
    if found.is_empty() {
        gap.obstacles = unexplained(&trials, &now, fixed);
    }
    gap.options =
        found.into_iter().take(max_options).map(|option| words::option(option, profile, terms, unsaid)).collect();
    gap
}

fn dimensions(trials: &Trials<'_>, now: &Decision, fixed: &[GapChangeKind]) -> Vec<steps::Dimension> {
    let mut dimensions = steps::dimensions(trials.profile, trials.total, trials.terms, trials.unsaid, now);
    dimensions.retain(|dimension| !fixed.contains(&dimension.kind));
    dimensions
}

/// What stands in the way of a profile in the pool for which nothing was found.
fn unexplained(trials: &Trials<'_>, now: &Decision, fixed: &[GapChangeKind]) -> Vec<GapObstacle> {
    let mut found: Vec<GapObstacle> = too_old(trials, fixed).into_iter().collect();
    found.extend(obstacles::tie_break(trials.terms, now));
    if found.is_empty() {
        found.push(obstacles::none_in_particular());
    }
    found
}

/// The age, where the best one would have been enough, alone or with changes of one or two parts.
fn too_old(before: &Trials<'_>, fixed: &[GapChangeKind]) -> Option<GapObstacle> {
    let (terms, unsaid) = (before.terms, before.unsaid);
    let day = Day::new(terms.catalog, terms.draw.held_on, unsaid)?;
    let (obstacle, mut best) = obstacles::age(before.profile, terms, &day)?;
    apply::carry_score(before.total, &mut best, terms, unsaid);
    if Trial::of(&best, terms, unsaid).invited {
        return Some(obstacle);
    }
    let mut trials = before.of_other(&best, apply::exact_total(&best, terms, unsaid));
    let now = decide(&best, terms, unsaid);
    let (found, _) = trials.search(&dimensions(&trials, &now, fixed), now.score.exact());
    (!found.is_empty()).then_some(obstacle)
}
