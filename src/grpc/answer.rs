//! Requests answered: parsed, evaluated, told. No transport here, so that the command line asks the same way.

use std::{borrow::Cow, sync::Arc};

use chrono::NaiveDate;
use prost::Message;

use super::{
    decisions::{Decider, Page, ProfileHash},
    from_proto::{self, Named, Target, View},
    limits::{MAX_BATCH_ITEMS, MAX_RESPONSE_BYTES},
    proto,
    refusal::{Path, Refusal, Violations},
    status::rpc_status,
    to_proto,
};
use crate::{
    catalog::Catalog,
    engine::{Terms, decide, evaluate, explain, score},
    model::Profile,
};

/// The methods of the service over one catalogue, each a plain function.
#[derive(Clone, Debug)]
pub struct Api {
    catalog: Arc<Catalog>,
}

impl Api {
    /// The methods over `catalog`.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        Self { catalog }
    }

    /// The catalogue answered from.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Evaluates one profile against one draw.
    ///
    /// # Errors
    /// Every wrong field of the request, or the draw or category that does not exist.
    pub fn evaluate(&self, request: proto::EvaluateRequest) -> Result<proto::EvaluateResponse, Refusal> {
        self.evaluate_recorded(request, None)
    }

    /// The same, with the decision recorded before it is told.
    pub(super) fn evaluate_recorded(
        &self,
        request: proto::EvaluateRequest,
        decider: Option<&Decider>,
    ) -> Result<proto::EvaluateResponse, Refusal> {
        let proto::EvaluateRequest { mut profile, view, strict, draw } = request;
        let hash = hash(decider, profile.as_mut());
        let mut wrong = Violations::default();
        let mut profile = from_proto::profile(profile, &self.catalog, &mut wrong);
        let named = draw.map(Named::from);
        let target = from_proto::target(named, view, View::Full, strict, &self.catalog, &Path::Root, wrong)?;
        let terms = match target.view {
            View::Verdict => Terms::without_pool(&self.catalog, &target.draw),
            View::Full => Terms::new(&self.catalog, &target.draw),
        };
        let terms = terms.ok_or(Refusal::Internal)?;
        let profile = profile.as_mut().ok_or(Refusal::Internal)?;
        if let Some(mut page) = self.page(decider, &target)? {
            page.add(None, &hash, Some(&decide(profile, &terms, target.unsaid)));
            page.close()?;
        }
        let mut evaluation = evaluation(profile, &terms, &target);
        evaluation.draw_number.clone_from(&target.draw.number);
        evaluation.catalog_digest = self.digest();
        Ok(proto::EvaluateResponse { evaluation: Some(evaluation) })
    }

    /// Evaluates a batch. `turn` is called every so many items, for a caller with other work to do.
    ///
    /// # Errors
    /// A wrong target, too many items, or an answer that is too large. Items fail one by one.
    pub async fn batch_evaluate<F: Future<Output = ()>>(
        &self,
        request: proto::BatchEvaluateRequest,
        turn: impl Fn(usize) -> F,
    ) -> Result<proto::BatchEvaluateResponse, Refusal> {
        self.batch_evaluate_recorded(request, turn, None).await
    }

    /// The same, with its decisions recorded before they are told.
    pub(super) async fn batch_evaluate_recorded<F: Future<Output = ()>>(
        &self,
        request: proto::BatchEvaluateRequest,
        turn: impl Fn(usize) -> F,
        decider: Option<&Decider>,
    ) -> Result<proto::BatchEvaluateResponse, Refusal> {
        let proto::BatchEvaluateRequest { target, items } = request;
        let mut wrong = Violations::default();
        if items.len() > MAX_BATCH_ITEMS {
            wrong.add(
                Path::Root.field("items"),
                format!("{} items are too many; at most {MAX_BATCH_ITEMS}", items.len()),
            );
        }
        let target = self.target(target, wrong)?;
        let terms = Terms::new(&self.catalog, &target.draw).ok_or(Refusal::Internal)?;
        let mut page = self.page(decider, &target)?;
        let mut results = Vec::with_capacity(items.len());
        for (sequence, item) in (0_i64..).zip(items) {
            results.push(self.item(sequence, item, &target, &terms, page.as_mut()));
            turn(results.len()).await;
        }
        let draw = Some(to_proto::draw(&target.draw));
        let response = proto::BatchEvaluateResponse { draw, catalog_digest: self.digest(), results };
        match response.encoded_len() {
            0..=MAX_RESPONSE_BYTES => page.map_or(Ok(()), Page::close).map(|()| response),
            bytes => Err(Refusal::ResponseTooLarge { bytes }),
        }
    }

    /// Works out the score of one profile and its programs. `today` is the day when none is asked for.
    ///
    /// # Errors
    /// Every wrong field of the request, or a day without rules.
    pub fn score_profile(
        &self,
        request: proto::ScoreProfileRequest,
        today: NaiveDate,
    ) -> Result<proto::ScoreProfileResponse, Refusal> {
        let proto::ScoreProfileRequest { profile, as_of } = request;
        let mut wrong = Violations::default();
        let profile = from_proto::profile(profile, &self.catalog, &mut wrong);
        let day = match as_of {
            None => Some(today),
            said => from_proto::complete_day(said, Path::Root.field("as_of"), &mut wrong),
        };
        let (profile, day) = wrong.or(profile.zip(day))?;
        let scoring = score(&profile, &self.catalog, day)
            .ok_or_else(|| Refusal::RulesNotInCatalog { day, covered: self.catalog.crs_covered() })?;
        Ok(proto::ScoreProfileResponse { catalog_digest: self.digest(), ..to_proto::scoring(scoring) })
    }

    /// The target of a batch or a stream, which must be there.
    pub(super) fn target(
        &self,
        target: Option<proto::EvaluationTarget>,
        mut wrong: Violations,
    ) -> Result<Target<'_>, Refusal> {
        let path = &Path::Root.field("target");
        let Some(proto::EvaluationTarget { view, strict, draw }) = target else {
            wrong.add(*path, "is required");
            return wrong.or(None);
        };
        from_proto::target(draw.map(Named::from), view, View::Verdict, strict, &self.catalog, path, wrong)
    }

    /// The page on which decisions against a target are recorded, if they are.
    pub(super) fn page<'a>(
        &'a self,
        decider: Option<&'a Decider>,
        target: &'a Target<'_>,
    ) -> Result<Option<Page<'a>>, Refusal> {
        decider.map(|decider| decider.page(&target.draw.number, self.catalog.digest().as_str())).transpose()
    }

    /// The answer to one item of a batch or a stream, and the line for it where there is a page.
    pub(super) fn item(
        &self,
        sequence: i64,
        mut item: proto::EvaluationItem,
        target: &Target<'_>,
        terms: &Terms<'_>,
        page: Option<&mut Page<'_>>,
    ) -> proto::EvaluationResult {
        use proto::evaluation_result::Result::{Error, Evaluation};
        let hash = hash(page.as_ref().map(|page| page.decider()), item.profile.as_mut());
        let (correlation_id, profile) = self.candidate(item);
        if let Some(page) = page {
            let decision = profile.as_ref().ok().map(|profile| decide(profile, terms, target.unsaid));
            page.add(Some(sequence), &hash, decision.as_ref());
        }
        let result = match profile {
            Ok(mut profile) => Evaluation(evaluation(&mut profile, terms, target)),
            Err(refusal) => Error(rpc_status(&refusal)),
        };
        proto::EvaluationResult { sequence, correlation_id, result: Some(result) }
    }

    /// The caller's reference and the profile of one item, or why it can't be read; a wrong reference is told as none.
    pub(super) fn candidate(&self, item: proto::EvaluationItem) -> (String, Result<Profile, Refusal>) {
        let proto::EvaluationItem { correlation_id, profile } = item;
        let mut wrong = Violations::default();
        let reference = from_proto::reference(correlation_id, Path::Root.field("correlation_id"), &mut wrong);
        let profile = from_proto::profile(profile, &self.catalog, &mut wrong);
        (reference.unwrap_or_default(), wrong.or(profile))
    }

    pub(super) fn digest(&self) -> String {
        self.catalog.digest().as_str().to_owned()
    }
}

impl Target<'_> {
    /// The target for longer than the request that named it.
    pub(super) fn into_owned(self) -> Target<'static> {
        let Self { draw, view, unsaid } = self;
        Target { draw: Cow::Owned(draw.into_owned()), view, unsaid }
    }
}

/// The hash by which a profile is recorded, if anyone records it.
fn hash(decider: Option<&Decider>, profile: Option<&mut proto::Profile>) -> ProfileHash {
    decider.zip(profile).map_or(ProfileHash::NONE, |(decider, profile)| decider.hash(profile))
}

/// The evaluation that a target asks for; number and digest are the caller's to add.
fn evaluation(profile: &mut Profile, terms: &Terms<'_>, target: &Target<'_>) -> proto::Evaluation {
    let id = std::mem::take(&mut profile.id);
    match target.view {
        View::Verdict => to_proto::evaluation(id, evaluate(profile, terms, target.unsaid)),
        View::Full => to_proto::explained(id, explain(profile, terms, target.unsaid)),
    }
}
