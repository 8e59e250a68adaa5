//! Every case by every way: the functions, `Evaluate`, `BatchEvaluate`, `StreamEvaluate`; all must agree.

use express_entry::grpc::{
    Api,
    proto::{
        BatchEvaluateRequest, EvaluateRequest, Evaluation, EvaluationItem, EvaluationItems, EvaluationResult,
        EvaluationTarget, EvaluationView, StreamEvaluateRequest, evaluation_result::Result::Evaluation as Answered,
        stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
    },
};

use crate::support::{
    cases::{self, Case},
    catalog,
    server::TestServer,
};

#[tokio::test]
async fn every_case_comes_out_the_same_by_every_way() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let api = Api::new(catalog());
    let cases = cases::all();
    assert!(cases.len() > 100, "the cases were found");
    for case in &cases {
        let request = request(case, EvaluationView::Full);
        let by_function = api.evaluate(request.clone()).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", case.name));
        let evaluation = by_function.evaluation.unwrap();
        case.expect.check(&case.name, &evaluation);
        let by_call = client.evaluate(request).await.unwrap().into_inner().evaluation.unwrap();
        assert_eq!(by_call, evaluation, "{}: Evaluate", case.name);

        // Batch and stream carry number and digest once, not in every evaluation.
        let (number, digest) = (evaluation.draw_number.clone(), evaluation.catalog_digest.clone());
        let in_bulk = Evaluation { draw_number: String::new(), catalog_digest: String::new(), ..evaluation.clone() };
        let batch = BatchEvaluateRequest { target: Some(target(case)), items: vec![item(case)] };
        let batch = client.batch_evaluate(batch).await.unwrap().into_inner();
        assert_eq!((batch.draw.unwrap().number, batch.catalog_digest), (number.clone(), digest.clone()));
        check_result(case, batch.results, &in_bulk);

        let frames = [In::Target(target(case)), In::Items(EvaluationItems { items: vec![item(case)] })];
        let frames = frames.map(|frame| StreamEvaluateRequest { frame: Some(frame) });
        let mut answers = client.stream_evaluate(tokio_stream::iter(frames)).await.unwrap().into_inner();
        let mut next = async || answers.message().await.unwrap().map(|answer| answer.frame.unwrap());
        let Some(Out::Started(started)) = next().await else { panic!("{}: not started", case.name) };
        assert_eq!((started.draw.unwrap().number, started.catalog_digest), (number, digest));
        let Some(Out::Results(results)) = next().await else { panic!("{}: no results", case.name) };
        check_result(case, results.results, &in_bulk);
        let Some(Out::Summary(summary)) = next().await else { panic!("{}: no summary", case.name) };
        assert_eq!((summary.received, summary.last_sequence, summary.failed), (1, 0, 0));
        assert!(next().await.is_none());

        let short = client.evaluate(self::request(case, EvaluationView::Verdict)).await.unwrap().into_inner();
        let reasons_left_out = Evaluation {
            criteria: vec![],
            qualifying_occupations: vec![],
            assumptions: vec![],
            notices: vec![],
            pool_standing: None,
            ..evaluation
        };
        assert_eq!(short.evaluation.unwrap(), reasons_left_out, "{}: VERDICT", case.name);
    }
}

fn request(case: &Case, view: EvaluationView) -> EvaluateRequest {
    EvaluateRequest {
        profile: Some(case.profile.clone()),
        draw: Some(case.draw.of_request()),
        view: view.into(),
        strict: case.strict,
    }
}

fn target(case: &Case) -> EvaluationTarget {
    EvaluationTarget { draw: Some(case.draw.of_target()), view: EvaluationView::Full.into(), strict: case.strict }
}

fn item(case: &Case) -> EvaluationItem {
    EvaluationItem { correlation_id: "é-1".into(), profile: Some(case.profile.clone()) }
}

fn check_result(case: &Case, results: Vec<EvaluationResult>, expected: &Evaluation) {
    let [EvaluationResult { sequence, correlation_id, result: Some(Answered(evaluation)) }] = results.as_slice() else {
        panic!("{}: {results:?}", case.name)
    };
    assert_eq!((*sequence, correlation_id.as_str()), (0, "é-1"), "{}", case.name);
    assert_eq!(evaluation, expected, "{}", case.name);
}
