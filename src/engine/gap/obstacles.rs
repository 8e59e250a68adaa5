//! What can't be changed and stands in the way.

use crate::{
    engine::{
        Decision, Terms,
        decide::leaves_pool_at,
        explain::instant,
        score::{Day, columns, known_age},
    },
    model::{CategoryRule, GapObstacle, Outcome, Profile, TieBreak},
};

/// What no change of one or two parts gets past: the pool, and a category that is attested.
pub(super) fn fixed(profile: &Profile, terms: &Terms<'_>, now: &Decision) -> Vec<GapObstacle> {
    pool(profile, terms, now).into_iter().chain(attested(terms, now)).collect()
}

fn pool(profile: &Profile, terms: &Terms<'_>, now: &Decision) -> Option<GapObstacle> {
    if now.in_pool.is_none_or(|outcome| outcome == Outcome::Met) {
        return None;
    }
    let draw = instant(terms.draw.held_at);
    let explanation = match profile.submitted_at {
        None => "when the profile was submitted is not said, so that it is not known to have been in the pool".into(),
        Some(at) if at > terms.draw.held_at => {
            format!("the profile was submitted at {}, after the draw of {draw}", instant(at))
        }
        Some(at) => format!(
            "the profile was submitted at {} and left the pool at {}, before the draw of {draw}",
            instant(at),
            instant(leaves_pool_at(at))
        ),
    };
    Some(GapObstacle { field: "profile.submitted_at", explanation })
}

fn attested(terms: &Terms<'_>, now: &Decision) -> Option<GapObstacle> {
    let version = terms.category.filter(|version| matches!(version.rule, CategoryRule::Attested { .. }))?;
    (now.category != Some(Outcome::Met)).then(|| GapObstacle {
        field: "profile.attested_category_ids",
        explanation: format!(
            "membership of {} rests on facts that a profile does not carry, and it is not attested",
            version.id
        ),
    })
}

/// The draw's tie-break, where it is not known and decides.
pub(super) fn tie_break(terms: &Terms<'_>, now: &Decision) -> Option<GapObstacle> {
    let decides = terms.draw.tie_break == TieBreak::Unknown && now.tie_break == Some(Outcome::Unknown);
    decides.then(|| GapObstacle {
        field: "",
        explanation: "the score can equal the cut-off, and the tie-break of the draw is not known".into(),
    })
}

/// An age that earns less than the most, and the profile with one that does; what it means is the caller's to find out.
pub(super) fn age(profile: &Profile, terms: &Terms<'_>, day: &Day<'_>) -> Option<(GapObstacle, Profile)> {
    let age = known_age(profile, terms.draw.held_on)?;
    let table = &day.tables.age.table;
    let points = |age: u32| columns(profile).into_iter().map(|column| table.at(age).of(column)).min().unwrap_or(0);
    let best = table.representatives().max_by_key(|age| points(*age))?;
    if points(best) <= points(age) {
        return None;
    }
    let field = if profile.age.is_some() { "profile.age" } else { "profile.birth_date" };
    let explanation = format!(
        "at {age} years of age the score has {} points less than at its best, which no change of one or two parts makes up for",
        points(best) - points(age)
    );
    Some((GapObstacle { field, explanation }, Profile { age: Some(best), ..profile.clone() }))
}

/// Nothing in particular.
pub(super) fn none_in_particular() -> GapObstacle {
    GapObstacle { field: "", explanation: "no change of one or two parts reaches the draw".into() }
}
