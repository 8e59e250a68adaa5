//! The line of each call in the log: what is in it, and that it is there however the call ends.

use std::time::Duration;

use express_entry::grpc::proto::{
    BatchEvaluateRequest, Date, EvaluateHistoryRequest, EvaluateRequest, EvaluationItem, EvaluationTarget,
    GetServerInfoRequest, Profile, ProjectProfileRequest, evaluation_target,
    express_entry_service_client::ExpressEntryServiceClient,
};
use serde_json::Value;
use tokio::time::timeout;
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

use crate::support::{nurse, served::Served};

async fn client(served: &Served) -> ExpressEntryServiceClient<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{}", served.address)).unwrap();
    ExpressEntryServiceClient::new(endpoint.connect().await.unwrap())
}

/// The line of the call that has this request id.
fn line(served: &Served, request_id: &str) -> Value {
    serde_json::from_str(&served.wait_for(&format!(r#""request_id":"{request_id}""#))).unwrap()
}

#[tokio::test]
async fn a_call_is_known_by_its_request_id_on_both_sides() {
    let served = Served::start(&[]);
    let mut client = client(&served).await;
    let with = |given: Option<&str>| {
        let mut request = Request::new(GetServerInfoRequest {});
        if let Some(given) = given {
            request.metadata_mut().insert("x-request-id", given.parse().unwrap());
        }
        request
    };
    for (given, taken) in [("job-7.2_b", true), ("not one", false)] {
        let answer = client.get_server_info(with(Some(given))).await.unwrap();
        let id = answer.metadata().get("x-request-id").unwrap().to_str().unwrap();
        assert_eq!(id == given, taken, "{given:?}: {id}");
        let line = line(&served, id);
        assert_eq!(line["message"], "call ended");
        assert_eq!(line["method"], "/expressentry.v1.ExpressEntryService/GetServerInfo");
        assert_eq!(line["code"], "0");
        assert!(line["us"].as_u64().unwrap() > 0);
        assert!(line.get("caller").is_none() && line.get("invited").is_none(), "{line}");
    }
    // Who gives no id is told one when something is wrong, and with a stream.
    assert_eq!(client.get_server_info(with(None)).await.unwrap().metadata().get("x-request-id"), None);
    let refused = client.evaluate(EvaluateRequest::default()).await.unwrap_err();
    let history = EvaluateHistoryRequest { profile: Some(nurse()), ..EvaluateHistoryRequest::default() };
    let stream = client.evaluate_history(history).await.unwrap();
    for (told, code) in [(refused.metadata(), Some("3")), (stream.metadata(), None)] {
        let id = told.get("x-request-id").unwrap().to_str().unwrap();
        assert_eq!(id.len(), 16, "{id}");
        if let Some(code) = code {
            assert_eq!(line(&served, id)["code"], code);
        }
    }
}

#[tokio::test]
async fn what_a_batch_came_to_is_in_its_line() {
    let served = Served::start(&[]);
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    let target = Some(EvaluationTarget { draw, ..EvaluationTarget::default() });
    let item = |profile| EvaluationItem { profile, ..EvaluationItem::default() };
    let poor = Profile { crs_score: Some(421), ..nurse() };
    let items = [Some(nurse()), Some(poor.clone()), Some(poor), None].map(item).into();
    let mut request = Request::new(BatchEvaluateRequest { target, items });
    request.metadata_mut().insert("x-request-id", "batch".parse().unwrap());
    client(&served).await.batch_evaluate(request).await.unwrap();
    let line = line(&served, "batch");
    let counts = ["invited", "not_invited", "indeterminate", "refused"].map(|name| line[name].as_u64());
    assert_eq!(counts, [Some(1), Some(2), None, Some(1)], "{line}");
}

/// Ten years by the day take longer than this client waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_call_whose_client_leaves_before_an_answer_has_its_line() {
    let served = Served::start(&[]);
    let mut client = client(&served).await;
    let profile = Some(Profile { crs_score: None, eligible_programs: Vec::new(), ..nurse() });
    let day = |year| Some(Date { year, month: 1, day: 1 });
    let asked = ProjectProfileRequest { profile, from: day(2024), to: day(2034), ..ProjectProfileRequest::default() };
    let mut request = Request::new(asked);
    request.metadata_mut().insert("x-request-id", "left".parse().unwrap());
    assert!(timeout(Duration::from_millis(20), client.project_profile(request)).await.is_err(), "it takes longer");
    assert_eq!(line(&served, "left")["code"], "1");
}
