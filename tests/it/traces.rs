//! Traces over a real socket: a span for each call, under the caller's, at a collector that may be away.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use express_entry::grpc::proto::{
    BatchEvaluateRequest, EvaluateRequest, EvaluationItem, EvaluationTarget, GetServerInfoRequest, evaluate_request,
    evaluation_target, express_entry_service_client::ExpressEntryServiceClient,
};
use opentelemetry_proto::tonic::trace::v1::{Status, span::SpanKind, status::StatusCode};
use serde_json::Value;
use tokio::time::sleep;
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

use crate::support::{
    collector::{Collector, told},
    nurse,
    scraped::scrape,
    served::Served,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// Spans are sent every `delay` milliseconds.
fn start(endpoint: &str, delay: &str) -> Served {
    let flags = ["--otlp-endpoint", endpoint, "--metrics-listen", "127.0.0.1:0", "--lame-duck", "0"];
    Served::start_with(&flags, &[("OTEL_BSP_SCHEDULE_DELAY", delay)])
}

async fn client(served: &Served) -> ExpressEntryServiceClient<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{}", served.address)).unwrap();
    ExpressEntryServiceClient::new(endpoint.connect().await.unwrap())
}

fn traced<T>(message: T, traceparent: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("traceparent", traceparent.parse().unwrap());
    request.metadata_mut().insert("x-request-id", "traced".parse().unwrap());
    request
}

fn evaluate(draw: &str) -> EvaluateRequest {
    let draw = Some(evaluate_request::Draw::DrawNumber(draw.into()));
    EvaluateRequest { profile: Some(nurse()), draw, ..EvaluateRequest::default() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

async fn metric(served: &Served, series: &str) -> f64 {
    scrape(served.metrics()).await.of(series)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn each_call_has_a_span_under_the_callers_and_a_stop_sends_the_last() {
    let collector = Collector::start().await;
    let served = start(&format!("http://{}", collector.address), "60000");
    let mut client = client(&served).await;
    let sampled = format!("00-{TRACE}-{PARENT}-01");
    client.evaluate(traced(evaluate("284"), &sampled)).await.unwrap();
    client.evaluate(traced(evaluate("none"), &sampled)).await.unwrap_err();
    client.get_server_info(traced(GetServerInfoRequest {}, &format!("00-{TRACE}-{PARENT}-00"))).await.unwrap();
    client.get_server_info(traced(GetServerInfoRequest {}, "nonsense")).await.unwrap();
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    let items = [Some(nurse()), None].map(|profile| EvaluationItem { profile, ..EvaluationItem::default() }).into();
    let target = Some(EvaluationTarget { draw, ..EvaluationTarget::default() });
    client.batch_evaluate(BatchEvaluateRequest { target, items }).await.unwrap();
    let line: Value = serde_json::from_str(&served.wait_for("/Evaluate\"")).unwrap();
    assert_eq!(line["trace_id"], TRACE);
    drop(client);
    served.terminate();
    served.wait_for("stopped");
    let begun = Instant::now();
    while collector.spans().len() < 4 {
        assert!(begun.elapsed() < Duration::from_secs(10), "{:#?}", collector.spans());
        sleep(Duration::from_millis(20)).await;
    }
    let spans = collector.spans();
    assert_eq!(spans.len(), 4, "one that the caller does not sample is not sent");
    let of = |name: &str| -> Vec<_> {
        let name = format!("expressentry.v1.ExpressEntryService/{name}");
        spans.iter().filter(move |span| span.name == name).collect()
    };
    for (span, code) in of("Evaluate").into_iter().zip(["0", "5"]) {
        assert_eq!((hex(&span.trace_id).as_str(), hex(&span.parent_span_id).as_str()), (TRACE, PARENT));
        assert_eq!(span.kind, SpanKind::Server as i32);
        assert!(span.end_time_unix_nano > span.start_time_unix_nano);
        let attributes = told(&span.attributes);
        let has = |key: &str, value: &str| assert!(attributes.contains(&(key.into(), value.into())), "{attributes:?}");
        has("rpc.system", "grpc");
        has("rpc.service", "expressentry.v1.ExpressEntryService");
        has("rpc.method", "Evaluate");
        has("rpc.grpc.status_code", code);
        has("request_id", "traced");
        assert_eq!(attributes.contains(&("invited".into(), "1".into())), code == "0", "{attributes:?}");
        let status = span.status.as_ref().map(Status::code).unwrap_or_default();
        assert_ne!(status, StatusCode::Error, "the caller's mistake is no error of the server");
    }
    let [info] = of("GetServerInfo")[..] else { panic!("{spans:#?}") };
    assert_ne!(hex(&info.trace_id), TRACE, "nonsense names no trace");
    let [batch] = of("BatchEvaluate")[..] else { panic!("{spans:#?}") };
    assert!(batch.parent_span_id.is_empty() && !batch.trace_id.is_empty());
    let counts = told(&batch.attributes);
    assert!(counts.contains(&("invited".into(), "1".into())) && counts.contains(&("refused".into(), "1".into())));
    let resource = collector.kept()[0].resource_spans[0].resource.clone().unwrap();
    assert!(told(&resource.attributes).contains(&("service.name".into(), "express-entry".into())));
}

#[tokio::test]
async fn a_collector_that_is_away_holds_no_call_up_and_is_told_once() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let served = start(&format!("http://{closed}"), "100");
    let mut client = client(&served).await;
    for round in 1..=2_u8 {
        for _ in 0..20 {
            client.evaluate(evaluate("284")).await.unwrap();
        }
        let begun = Instant::now();
        while metric(&served, "express_entry_spans_failed_total").await < f64::from(20 * round) {
            assert!(begun.elapsed() < Duration::from_secs(10), "spans that are neither exported nor failed");
            sleep(Duration::from_millis(20)).await;
        }
    }
    assert_eq!(served.log().matches("does not take traces").count(), 1, "{}", served.log());
    assert!(metric(&served, "express_entry_spans_exported_total").await < 1.0);
}

#[tokio::test]
async fn without_a_collector_the_log_has_the_callers_trace() {
    let served = Served::start(&[]);
    let mut client = client(&served).await;
    client.evaluate(traced(evaluate("284"), &format!("00-{TRACE}-{PARENT}-01"))).await.unwrap();
    let line: Value = serde_json::from_str(&served.wait_for("call ended")).unwrap();
    assert_eq!(line["trace_id"], TRACE);
    client.get_server_info(GetServerInfoRequest {}).await.unwrap();
    let line: Value = serde_json::from_str(&served.wait_for("GetServerInfo")).unwrap();
    assert!(line.get("trace_id").is_none(), "{line}");
}

#[test]
fn an_endpoint_that_is_none_is_told_at_the_start() {
    for endpoint in ["https://127.0.0.1:4317", "127.0.0.1:4317", "http://not an address"] {
        let ended = Command::new(env!("CARGO_BIN_EXE_express-entry"))
            .args(["serve", "--listen", "127.0.0.1:0", "--otlp-endpoint", endpoint])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(64), "{endpoint}: {text}");
        assert!(text.contains("--otlp-endpoint"), "{text}");
    }
}
