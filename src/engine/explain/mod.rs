//! The reasons in words: what each criterion asked for, what the profile has, and why it came out as it did.

mod category;
mod extras;

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Decision, Terms, Unsaid, decide::leaves_pool_at};
use crate::model::{Criterion, CriterionKind, Outcome, Profile, TieBreak};

pub(super) use extras::{assumptions, notices, qualifying_occupations};

/// What a criterion has to say.
struct Words {
    required: String,
    actual: String,
    explanation: String,
}

/// Every criterion that applies, in order, with its reasons.
pub(super) fn criteria(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid, decision: &Decision) -> Vec<Criterion> {
    let explained = decision.outcomes().filter_map(|(kind, outcome)| {
        let words = match kind {
            CriterionKind::InPool => in_pool(profile, terms, outcome),
            CriterionKind::Program => program(profile, terms, outcome),
            CriterionKind::Category => category::words(profile, terms, terms.category?, unsaid, outcome),
            CriterionKind::CrsScore => crs_score(profile, terms),
            CriterionKind::TieBreak => tie_break(profile, terms, outcome),
        };
        let citation = terms.catalog.citation(kind).or(terms.category.map(|version| &version.citation))?.clone();
        let Words { required, actual, explanation } = words;
        Some(Criterion { kind, outcome, required, actual, explanation, citation })
    });
    explained.collect()
}

/// An instant as the catalogue writes it.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn submitted(profile: &Profile) -> String {
    profile.submitted_at.map_or_else(|| "submission not said".into(), |at| format!("submitted {}", instant(at)))
}

fn in_pool(profile: &Profile, terms: &Terms<'_>, outcome: Outcome) -> Words {
    let held_at = terms.draw.held_at;
    let explanation = match (profile.submitted_at, outcome) {
        (None, _) => "when the profile was submitted is not said, so it is open whether it was in the pool".into(),
        (Some(at), Outcome::Met) => {
            format!("the profile was in the pool at the instant of the draw, until {}", instant(leaves_pool_at(at)))
        }
        (Some(at), _) if at > held_at => "the profile was submitted after the draw".into(),
        (Some(at), _) => {
            format!(
                "a profile lives one year: this one left the pool at {}, before the draw",
                instant(leaves_pool_at(at))
            )
        }
    };
    Words { required: format!("in the pool at {}", instant(held_at)), actual: submitted(profile), explanation }
}

fn program(profile: &Profile, terms: &Terms<'_>, outcome: Outcome) -> Words {
    let (eligible, invited) = (profile.eligible_programs, terms.draw.programs);
    Words {
        required: format!("eligible for one of {invited}"),
        actual: if eligible.is_empty() { "programs not said".into() } else { format!("stated: {eligible}") },
        explanation: match outcome {
            Outcome::Met => format!("eligible for {}, which the draw invited from", eligible.and(invited)),
            Outcome::NotMet => format!("the draw did not invite from {eligible}"),
            Outcome::Unknown => "which programs the candidate is eligible for is not said".into(),
        },
    }
}

fn crs_score(profile: &Profile, terms: &Terms<'_>) -> Words {
    let cut_off = terms.draw.crs_cut_off;
    let (actual, explanation) = match profile.crs_score {
        None => ("score not said".into(), format!("whether the score reaches {} is open", cut_off.points())),
        Some(score) => {
            let explanation = match score.margin(cut_off) {
                0 => "the score is the cut-off exactly; the tie-break decides".into(),
                above @ 1.. => format!("{above} above the cut-off"),
                below => format!("{} below the cut-off", below.unsigned_abs()),
            };
            (format!("{}, stated", score.points()), explanation)
        }
    };
    Words { required: format!("a CRS score of {} or more", cut_off.points()), actual, explanation }
}

fn tie_break(profile: &Profile, terms: &Terms<'_>, outcome: Outcome) -> Words {
    let cut_off = terms.draw.crs_cut_off.points();
    let required = match terms.draw.tie_break {
        TieBreak::Published(at) => format!("with {cut_off} points exactly, submitted before {}", instant(at)),
        TieBreak::NotApplied => format!("with {cut_off} points exactly, nothing more"),
        TieBreak::Unknown => format!("with {cut_off} points exactly, submitted before an instant that is not known"),
    };
    let explanation = match (terms.draw.tie_break, outcome) {
        (TieBreak::NotApplied, _) => "this draw separated no one with the cut-off score",
        (TieBreak::Unknown, _) => "the tie-break of this draw is not known",
        (TieBreak::Published(_), Outcome::Met) => "submitted before the tie-break",
        (TieBreak::Published(_), Outcome::NotMet) => "not submitted before the tie-break",
        (TieBreak::Published(_), Outcome::Unknown) if profile.submitted_at.is_none() => {
            "when the profile was submitted is not said"
        }
        (TieBreak::Published(_), Outcome::Unknown) => {
            "not submitted before the tie-break, which matters if the score, which is not said, is the cut-off exactly"
        }
    };
    Words { required, actual: submitted(profile), explanation: explanation.into() }
}
