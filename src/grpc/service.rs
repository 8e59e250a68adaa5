//! The generated service, each method handed to [`Api`].

use std::{pin::Pin, sync::Arc};

use bytes::Bytes;
use chrono::{NaiveDate, Utc};
use futures_util::{Stream, StreamExt, stream as streams};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{
    answer::Api,
    at_work::AtWork,
    limits::{ITEMS_PER_TURN, Limits, MAX_RESPONSE_BYTES},
    proto::{
        self,
        express_entry_service_server::{ExpressEntryService, ExpressEntryServiceServer},
    },
    record::{CallRecord, Counts},
    refusal::Refusal,
    served::ServedCatalog,
    simulation,
    status::status,
    stream,
};

/// The gRPC service. Streams of it end when `draining` is cancelled.
#[derive(Clone, Debug)]
pub struct Service {
    catalog: ServedCatalog,
    limits: Arc<Limits>,
    at_work: AtWork,
    draining: CancellationToken,
}

/// What tells one stream to end. Among the extensions of its request, it stands for the one of the whole service.
#[derive(Clone, Debug)]
pub struct Draining(pub CancellationToken);

impl Service {
    /// The service, ready to be served, with its limits on messages set in both directions.
    pub fn server(
        catalog: ServedCatalog,
        limits: Arc<Limits>,
        at_work: AtWork,
        draining: CancellationToken,
    ) -> ExpressEntryServiceServer<Self> {
        let message_bytes = limits.message_bytes;
        ExpressEntryServiceServer::new(Self { catalog, limits, at_work, draining })
            .max_decoding_message_size(message_bytes)
            .max_encoding_message_size(MAX_RESPONSE_BYTES)
    }

    /// What tells the stream of this request to end.
    fn draining<T>(&self, request: &Request<T>) -> CancellationToken {
        match request.extensions().get() {
            Some(Draining(draining)) => draining.clone(),
            None => self.draining.clone(),
        }
    }
}

/// A stream of responses.
type Responses<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The verdict of a result; none of one that is an error.
fn verdict_of(result: &proto::EvaluationResult) -> Option<proto::Verdict> {
    match &result.result {
        Some(proto::evaluation_result::Result::Evaluation(evaluation)) => Some(evaluation.verdict()),
        Some(proto::evaluation_result::Result::Error(_)) | None => None,
    }
}

/// Today is the UTC date.
fn today() -> NaiveDate {
    Utc::now().date_naive()
}

impl Service {
    /// Asks the catalogue of this moment.
    fn answer<T>(&self, ask: impl FnOnce(&Api) -> Result<T, Refusal>) -> Result<Response<T>, Status> {
        let edition = self.catalog.edition();
        edition.told(ask(&edition.api))
    }
}

#[async_trait]
impl ExpressEntryService for Service {
    type StreamEvaluateStream = Responses<Bytes>;
    type EvaluateHistoryStream = Responses<proto::EvaluateHistoryResponse>;
    type SimulateDrawStream = Responses<proto::SimulateDrawResponse>;

    async fn evaluate(
        &self,
        request: Request<Box<proto::EvaluateRequest>>,
    ) -> Result<Response<Box<proto::EvaluateResponse>>, Status> {
        CallRecord::with_current(|record| {
            self.answer(|api| {
                let answer = api.evaluate_recorded(*request.into_inner(), record.decider());
                let evaluated = answer.iter().filter_map(|answer| answer.evaluation.as_ref());
                record.add(Counts::of(evaluated.map(|evaluation| Some(evaluation.verdict()))));
                answer.map(Box::new)
            })
        })
    }

    async fn batch_evaluate(
        &self,
        request: Request<proto::BatchEvaluateRequest>,
    ) -> Result<Response<proto::BatchEvaluateResponse>, Status> {
        let turn = async |answered: usize| {
            if answered.is_multiple_of(ITEMS_PER_TURN) {
                tokio::task::yield_now().await;
            }
        };
        let record = CallRecord::current();
        let edition = self.catalog.kept();
        let work = async {
            let _place = self.at_work.place().await?;
            edition.api.batch_evaluate_recorded(request.into_inner(), turn, record.decider()).await
        };
        let answer = work.await;
        record.add(Counts::of(answer.iter().flat_map(|answer| &answer.results).map(verdict_of)));
        edition.told(answer)
    }

    async fn stream_evaluate(
        &self,
        request: Request<Streaming<Bytes>>,
    ) -> Result<Response<Self::StreamEvaluateStream>, Status> {
        let (record, draining) = (CallRecord::current(), self.draining(&request));
        let answers = stream::answers(self.catalog.clone(), request.into_inner(), draining, record);
        self.answer(|_| Ok(Box::pin(answers) as Self::StreamEvaluateStream))
    }

    async fn list_occupations(
        &self,
        request: Request<proto::ListOccupationsRequest>,
    ) -> Result<Response<proto::ListOccupationsResponse>, Status> {
        self.answer(|api| api.list_occupations(request.into_inner(), today()))
    }

    async fn get_occupation(
        &self,
        request: Request<proto::GetOccupationRequest>,
    ) -> Result<Response<proto::GetOccupationResponse>, Status> {
        self.answer(|api| api.get_occupation(request.into_inner(), today()))
    }

    async fn list_draws(
        &self,
        request: Request<proto::ListDrawsRequest>,
    ) -> Result<Response<proto::ListDrawsResponse>, Status> {
        self.answer(|api| api.list_draws(request.into_inner()))
    }

    async fn get_draw(
        &self,
        request: Request<proto::GetDrawRequest>,
    ) -> Result<Response<proto::GetDrawResponse>, Status> {
        self.answer(|api| api.get_draw(request.into_inner()))
    }

    async fn list_categories(
        &self,
        request: Request<proto::ListCategoriesRequest>,
    ) -> Result<Response<proto::ListCategoriesResponse>, Status> {
        self.answer(|api| api.list_categories(request.into_inner(), today()))
    }

    async fn score_profile(
        &self,
        request: Request<proto::ScoreProfileRequest>,
    ) -> Result<Response<proto::ScoreProfileResponse>, Status> {
        self.answer(|api| api.score_profile(request.into_inner(), today()))
    }

    async fn evaluate_history(
        &self,
        request: Request<proto::EvaluateHistoryRequest>,
    ) -> Result<Response<Self::EvaluateHistoryStream>, Status> {
        let record = CallRecord::current();
        self.answer(|api| {
            let history = api.evaluate_history(request.into_inner(), today())?;
            // Other work of the connection has its turn after each draw.
            let answers = streams::iter(history).then(move |answer| {
                record.add(Counts::of(answer.iter().map(|answer| Some(answer.verdict()))));
                async {
                    tokio::task::yield_now().await;
                    answer.map_err(|refusal| status(&refusal))
                }
            });
            Ok(Box::pin(answers) as Self::EvaluateHistoryStream)
        })
    }

    async fn explain_gap(
        &self,
        request: Request<proto::ExplainGapRequest>,
    ) -> Result<Response<proto::ExplainGapResponse>, Status> {
        let edition = self.catalog.kept();
        let api = edition.api.clone();
        // Thousands of evaluations would hold up the other calls of their thread.
        edition.told(self.at_work.off_thread(move || api.explain_gap(request.into_inner())).await)
    }

    async fn project_profile(
        &self,
        request: Request<proto::ProjectProfileRequest>,
    ) -> Result<Response<proto::ProjectProfileResponse>, Status> {
        // Thousands of days take their time, which other calls of the thread should not wait for; a caller who has gone takes
        // the token with it.
        let edition = self.catalog.kept();
        let api = edition.api.clone();
        let gone = CancellationToken::new();
        let _wanted = gone.clone().drop_guard();
        let work = move || api.project_profile_while(request.into_inner(), today(), || !gone.is_cancelled());
        edition.told(self.at_work.off_thread(work).await)
    }

    async fn simulate_draw(
        &self,
        request: Request<Streaming<proto::SimulateDrawRequest>>,
    ) -> Result<Response<Self::SimulateDrawStream>, Status> {
        let (record, draining) = (CallRecord::current(), self.draining(&request));
        let answers = simulation::answers(self.catalog.clone(), request.into_inner(), draining, record);
        self.answer(|_| Ok(Box::pin(answers) as Self::SimulateDrawStream))
    }

    async fn get_server_info(
        &self,
        _: Request<proto::GetServerInfoRequest>,
    ) -> Result<Response<proto::GetServerInfoResponse>, Status> {
        self.answer(|api| Ok(api.server_info(&self.limits)))
    }
}
