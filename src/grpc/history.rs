//! `EvaluateHistory`: one profile against the draws of a filter, one after the other.

use std::sync::Arc;

use chrono::NaiveDate;

use super::{
    answer::Api,
    from_proto::{self, DrawFilter, complete_day, unknown_number},
    proto,
    refusal::{Path, Refusal, Violations},
    to_proto,
};
use crate::{
    catalog::Catalog,
    engine::{Score, Terms, Unsaid, as_it_was, decide, evaluate},
    model::{CrsScore, Draw, Outcome, Profile, Verdict},
};

/// The answers to an `EvaluateHistoryRequest`, worked out one by one as they are asked for.
#[derive(Debug)]
pub struct History {
    catalog: Arc<Catalog>,
    profile: Profile,
    /// The day that now is; none where the profile is taken as it was.
    now: Option<NaiveDate>,
    unsaid: Unsaid,
    /// Places of the draws to come, the next one last.
    places: Vec<usize>,
}

impl Api {
    /// Evaluates one profile against the draws of a filter. `today` is now when no other day is asked for.
    ///
    /// # Errors
    /// Every wrong field of the request, or the category that does not exist.
    pub fn evaluate_history(
        &self,
        request: proto::EvaluateHistoryRequest,
        today: NaiveDate,
    ) -> Result<History, Refusal> {
        let proto::EvaluateHistoryRequest {
            profile,
            reading,
            as_of,
            order,
            r#type,
            category_id,
            program,
            held_from,
            held_to,
            strict,
        } = request;
        let catalog = self.catalog();
        let mut wrong = Violations::default();
        let profile = from_proto::profile(profile, catalog, &mut wrong);
        let was = as_it_was_asked(reading, &mut wrong);
        let now = now(as_of, was, today, &mut wrong);
        let oldest_first = oldest_first(order, &mut wrong);
        let filter = DrawFilter::parse(r#type, &category_id, program, (held_from, held_to), catalog, &mut wrong)?;
        let profile = wrong.or(profile)?;
        let draws = catalog.draws().iter().enumerate().filter(|(_, draw)| filter.lets_through(draw));
        let mut places: Vec<usize> = draws.map(|(place, _)| place).collect();
        // The catalogue has the newest first, and places are taken from the end.
        if !oldest_first {
            places.reverse();
        }
        Ok(History {
            catalog: catalog.clone(),
            profile: if now.is_some() { profile } else { as_it_was(profile) },
            now,
            unsaid: if strict { Unsaid::Unknown } else { Unsaid::Assumed },
            places,
        })
    }
}

impl Iterator for History {
    type Item = Result<proto::EvaluateHistoryResponse, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.pop()?;
        Some(self.catalog.draws().get(place).and_then(|draw| self.answer(draw)).ok_or(Refusal::Internal))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.places.len(), Some(self.places.len()))
    }
}

impl History {
    fn answer(&self, draw: &Draw) -> Option<proto::EvaluateHistoryResponse> {
        let terms = Terms::new(&self.catalog, draw)?;
        let terms = self.now.map_or(terms, |now| terms.posed_on(now));
        let decision = decide(&self.profile, &terms, self.unsaid);
        let verdict = decision.verdict();
        let with = |asked: Outcome| {
            let those = decision.outcomes().filter(move |(_, outcome)| *outcome == asked);
            those.map(|(kind, _)| to_proto::criterion_kind(kind).into()).collect()
        };
        // The missing fields are the one thing that the outcomes of the criteria do not tell.
        let missing_fields = match verdict {
            Verdict::Indeterminate => evaluate(&self.profile, &terms, self.unsaid).missing_fields,
            Verdict::Invited | Verdict::NotInvited => Vec::new(),
        };
        let score = decision.score.exact();
        let basis = match decision.score {
            _ if score.is_none() => proto::FactBasis::Unspecified,
            Score::Stated(_) => proto::FactBasis::Stated,
            Score::Computed(_) | Score::Unknown => proto::FactBasis::Computed,
        };
        Some(proto::EvaluateHistoryResponse {
            draw_number: draw.number.clone(),
            draw_name: draw.name.clone(),
            held_on: Some(to_proto::date(draw.held_on)),
            crs_cut_off: draw.crs_cut_off.points(),
            verdict: to_proto::verdict(verdict).into(),
            crs_score: score.map(CrsScore::points),
            crs_basis: basis.into(),
            crs_margin: score.map(|score| score.margin(draw.crs_cut_off)),
            failed_criteria: with(Outcome::NotMet),
            unknown_criteria: with(Outcome::Unknown),
            missing_fields: missing_fields.iter().map(ToString::to_string).collect(),
        })
    }
}

/// Whether the reading is AS_IT_WAS.
fn as_it_was_asked(number: i32, wrong: &mut Violations) -> bool {
    match proto::HistoryReading::try_from(number) {
        Ok(proto::HistoryReading::Unspecified | proto::HistoryReading::AsItIsNow) => false,
        Ok(proto::HistoryReading::AsItWas) => true,
        Err(_) => {
            wrong.add(Path::Root.field("reading"), unknown_number(number, "HistoryReading", "0 to 2"));
            false
        }
    }
}

/// The day that now is; none where the profile is taken as it was.
fn now(as_of: Option<proto::Date>, was: bool, today: NaiveDate, wrong: &mut Violations) -> Option<NaiveDate> {
    let path = Path::Root.field("as_of");
    match (as_of, was) {
        (None, true) => None,
        (None, false) => Some(today),
        (Some(_), true) => {
            wrong.add(path, "is set beside HISTORY_READING_AS_IT_WAS, which goes by the day of each draw");
            None
        }
        (said, false) => complete_day(said, path, wrong),
    }
}

fn oldest_first(number: i32, wrong: &mut Violations) -> bool {
    match proto::HistoryOrder::try_from(number) {
        Ok(proto::HistoryOrder::Unspecified | proto::HistoryOrder::NewestFirst) => false,
        Ok(proto::HistoryOrder::OldestFirst) => true,
        Err(_) => {
            wrong.add(Path::Root.field("order"), unknown_number(number, "HistoryOrder", "0 to 2"));
            false
        }
    }
}
