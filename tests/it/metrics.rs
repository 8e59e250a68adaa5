//! Metrics over a real listener: numbers that move just as calls are made.

#![allow(clippy::float_cmp, clippy::cast_precision_loss, reason = "metrics are whole numbers in the form of others")]

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use express_entry::{
    grpc::proto::{
        BatchEvaluateRequest, Date, EvaluateHistoryRequest, EvaluateRequest, EvaluationItem, EvaluationItems,
        EvaluationTarget, GetDrawRequest, GetServerInfoRequest, Profile, SimulateDrawRequest, SimulationTerms,
        StreamEvaluateRequest, evaluate_request, evaluation_target,
        express_entry_service_client::ExpressEntryServiceClient, simulate_draw_request, simulation_terms,
        stream_evaluate_request,
    },
    server::{Settings, Telemetry, serve_metrics},
};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, transport::Channel};

use crate::support::{
    catalog,
    certificates::{Ca, Files, channel},
    nurse,
    scraped::{Scraped, ask, scrape},
    served::Served,
    server::TestServer,
};

/// A server, and where its metrics are.
async fn start() -> (TestServer, SocketAddr) {
    let telemetry = Telemetry::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let metrics = listener.local_addr().unwrap();
    tokio::spawn(serve_metrics(listener, telemetry.clone()));
    let settings = Settings { telemetry, ..Settings::default() };
    (TestServer::with_settings(catalog(), settings).await, metrics)
}

fn target() -> EvaluationTarget {
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    EvaluationTarget { draw, ..EvaluationTarget::default() }
}

/// One invited, two not invited, one with facts missing, and three refused.
fn items() -> Vec<EvaluationItem> {
    let poor = Profile { crs_score: Some(421), ..nurse() };
    let open = Profile { crs_score: None, ..nurse() };
    let wrong = Profile { crs_score: Some(1201), ..nurse() };
    let item = |profile| EvaluationItem { profile, ..EvaluationItem::default() };
    [Some(nurse()), Some(poor.clone()), Some(poor), Some(open), Some(wrong.clone()), Some(wrong), None].map(item).into()
}

fn stream() -> Vec<StreamEvaluateRequest> {
    use stream_evaluate_request::Frame::{Items, Target};
    let frames =
        [Target(target()), Items(EvaluationItems { items: items() }), Items(EvaluationItems { items: items() })];
    frames.map(|frame| StreamEvaluateRequest { frame: Some(frame) }).into()
}

fn simulation() -> Vec<SimulateDrawRequest> {
    use simulate_draw_request::Frame::{Pool, Terms};
    let draw = Some(simulation_terms::Draw::DrawNumber("284".into()));
    let terms = SimulationTerms { draw, ..SimulationTerms::default() };
    let frames = [Terms(terms), Pool(EvaluationItems { items: items() })];
    frames.map(|frame| SimulateDrawRequest { frame: Some(frame) }).into()
}

/// A call, how it is made, and the series that it moves beside the one of its code, each with how far.
type Expected = (&'static str, &'static str, &'static [(&'static str, f64)]);

const CALLS: [Expected; 12] = [
    ("Evaluate", "OK", &[("invited", 1.0)]),
    ("Evaluate of a wrong profile", "INVALID_ARGUMENT", &[]),
    ("Evaluate of no draw", "NOT_FOUND", &[]),
    ("BatchEvaluate", "OK", &[("invited", 1.0), ("not_invited", 2.0), ("indeterminate", 1.0), ("refused", 3.0)]),
    ("StreamEvaluate", "OK", &[("invited", 2.0), ("not_invited", 4.0), ("indeterminate", 2.0), ("refused", 6.0)]),
    (
        "StreamEvaluate with a second target",
        "INVALID_ARGUMENT",
        &[("invited", 2.0), ("not_invited", 4.0), ("indeterminate", 2.0), ("refused", 6.0)],
    ),
    ("EvaluateHistory", "OK", &[("not_invited", 2.0), ("invited", 1.0), ("indeterminate", 1.0)]),
    ("SimulateDraw", "OK", &[("ranked", 4.0), ("refused", 3.0)]),
    ("GetServerInfo", "OK", &[]),
    ("GetDraw of no draw", "NOT_FOUND", &[]),
    ("Nonsense", "UNIMPLEMENTED", &[]),
    ("Check", "OK", &[]),
];

async fn make(call: &str, channel: Channel) {
    let mut client = ExpressEntryServiceClient::new(channel.clone());
    let evaluate = |profile: Profile, draw: &str| EvaluateRequest {
        profile: Some(profile),
        draw: Some(evaluate_request::Draw::DrawNumber(draw.into())),
        ..EvaluateRequest::default()
    };
    match call {
        "Evaluate" => drop(client.evaluate(evaluate(nurse(), "284")).await.unwrap()),
        "Evaluate of a wrong profile" => {
            let wrong = Profile { crs_score: Some(1201), ..nurse() };
            drop(client.evaluate(evaluate(wrong, "284")).await.unwrap_err());
        }
        "Evaluate of no draw" => drop(client.evaluate(evaluate(nurse(), "none")).await.unwrap_err()),
        "BatchEvaluate" => {
            let batch = BatchEvaluateRequest { target: Some(target()), items: items() };
            drop(client.batch_evaluate(batch).await.unwrap());
        }
        "StreamEvaluate" => {
            let mut answers = client.stream_evaluate(tokio_stream::iter(stream())).await.unwrap().into_inner();
            while answers.message().await.unwrap().is_some() {}
        }
        "StreamEvaluate with a second target" => {
            let frames = [stream(), stream()].concat();
            let mut answers = client.stream_evaluate(tokio_stream::iter(frames)).await.unwrap().into_inner();
            while let Ok(Some(_)) = answers.message().await {}
        }
        "EvaluateHistory" => {
            let day = |month, day| Some(Date { year: 2024, month, day });
            let request = EvaluateHistoryRequest {
                profile: Some(nurse()),
                reading: 2,
                held_from: day(2, 1),
                held_to: day(2, 16),
                ..EvaluateHistoryRequest::default()
            };
            let mut answers = client.evaluate_history(request).await.unwrap().into_inner();
            while answers.message().await.unwrap().is_some() {}
        }
        "SimulateDraw" => {
            let mut answers = client.simulate_draw(tokio_stream::iter(simulation())).await.unwrap().into_inner();
            while answers.message().await.unwrap().is_some() {}
        }
        "GetServerInfo" => drop(client.get_server_info(GetServerInfoRequest {}).await.unwrap()),
        "GetDraw of no draw" => drop(client.get_draw(GetDrawRequest { number: "none".into() }).await.unwrap_err()),
        "Nonsense" => {
            let mut grpc = tonic::client::Grpc::new(channel);
            grpc.ready().await.unwrap();
            let path = "/expressentry.v1.ExpressEntryService/Nonsense".parse().unwrap();
            let codec = tonic_prost::ProstCodec::<GetServerInfoRequest, GetServerInfoRequest>::default();
            drop(grpc.unary(Request::new(GetServerInfoRequest {}), path, codec).await.unwrap_err());
        }
        "Check" => {
            let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
            drop(health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap());
        }
        _ => panic!("{call}"),
    }
}

#[tokio::test]
async fn numbers_move_just_as_calls_are_made() {
    let (server, metrics) = start().await;
    let channel = server.channel().await;
    for (call, code, items) in CALLS {
        let before = scrape(metrics).await;
        make(call, channel.clone()).await;
        let name = call.split(' ').next().unwrap();
        let method = match name {
            "Nonsense" => "unknown".to_owned(),
            "Check" => "/grpc.health.v1.Health/Check".to_owned(),
            name => format!("/expressentry.v1.ExpressEntryService/{name}"),
        };
        let ended = format!(r#"express_entry_calls_total{{method="{method}",code="{code}"}}"#);
        let moved = [&ended, "express_entry_received_bytes_total", "express_entry_sent_bytes_total"];
        let ends =
            |told: &Scraped| told.in_flight() == 0.0 && moved.iter().all(|series| told.of(series) > before.of(series));
        let after = wait_for(metrics, ends).await;
        assert_eq!(after.since(&before, "express_entry_calls_total"), BTreeMap::from([(ended, 1.0)]), "{call}");
        let series = |outcome| format!(r#"express_entry_items_total{{method="{method}",outcome="{outcome}"}}"#);
        let expected = items.iter().map(|(outcome, items)| (series(outcome), *items)).collect();
        assert_eq!(after.since(&before, "express_entry_items_total"), expected, "{call}");
        let took = format!(r#"express_entry_call_duration_seconds_count{{method="{method}"}}"#);
        let took = BTreeMap::from([(took, 1.0)]);
        assert_eq!(after.since(&before, "express_entry_call_duration_seconds_count"), took, "{call}");
    }
}

/// Asks again and again until metrics are so.
async fn wait_for(metrics: SocketAddr, so: impl Fn(&Scraped) -> bool) -> Scraped {
    let asked = async {
        loop {
            let told = scrape(metrics).await;
            if so(&told) {
                return told;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(10), asked).await.expect("metrics that never came to be so")
}

const OF_STREAMS: &str = r#"{method="/expressentry.v1.ExpressEntryService/StreamEvaluate""#;

#[tokio::test]
async fn what_is_open_is_told_while_it_is() {
    let (server, metrics) = start().await;
    let streams_open = |told: &Scraped| told.of("express_entry_streams_open");
    let [connections, in_flight] =
        ["express_entry_connections_open".to_owned(), format!("express_entry_calls_in_flight{OF_STREAMS}}}")];
    let before = scrape(metrics).await;
    assert_eq!((before.of(&connections), streams_open(&before)), (0.0, 0.0));
    let mut client = server.client().await;
    let (frames, receiver) = mpsc::channel(4);
    let mut answers = client.stream_evaluate(ReceiverStream::new(receiver)).await.unwrap().into_inner();
    let [first, second, _] = <[StreamEvaluateRequest; 3]>::try_from(stream()).unwrap();
    frames.send(first).await.unwrap();
    frames.send(second).await.unwrap();
    for _ in 0..2 {
        answers.message().await.unwrap().unwrap();
    }
    let open = scrape(metrics).await;
    assert_eq!((open.of(&connections), streams_open(&open), open.of(&in_flight)), (1.0, 1.0, 1.0));
    let [loaded, bound] =
        ["load", "limit"].map(|what| open.of(&format!(r#"express_entry_{what}{{limit="max_streams"}}"#)));
    let limits = client.get_server_info(GetServerInfoRequest {}).await.unwrap().into_inner().limits.unwrap();
    assert_eq!((loaded, bound), (1.0, f64::from(limits.max_streams)));
    let waiting = r#"express_entry_load{limit="max_queue"}"#;
    assert_eq!((open.of(waiting), before.of(waiting)), (0.0, 0.0));
    let invited = format!(r#"express_entry_items_total{OF_STREAMS},outcome="invited"}}"#);
    assert_eq!(open.of(&invited), 1.0, "items are counted while the stream goes on");
    drop((frames, answers, client));
    let over = |told: &Scraped| (told.of(&connections), streams_open(told), told.of(&in_flight)) == (0.0, 0.0, 0.0);
    let after = wait_for(metrics, over).await;
    assert_eq!(after.of(&format!(r#"express_entry_calls_total{OF_STREAMS},code="CANCELLED"}}"#)), 1.0);
}

/// What ends while metrics are told is missed when what has ended is looked at first.
#[tokio::test]
async fn what_is_open_is_told_before_what_has_ended() {
    let (_server, metrics) = start().await;
    let told = ask(metrics, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let order = ["connections_open", "calls_in_flight", "calls", "items", "call_duration_seconds"];
    let order = order.map(|name| told.find(&format!("# TYPE express_entry_{name} ")).unwrap());
    assert!(order.is_sorted(), "{told}");
}

#[tokio::test]
async fn the_catalogue_and_the_process_are_told() {
    let (_server, metrics) = start().await;
    let told = scrape(metrics).await;
    let catalog = catalog();
    let (digest, version) = (catalog.digest().as_str(), env!("CARGO_PKG_VERSION"));
    assert_eq!(told.of(&format!(r#"express_entry_catalog_info{{digest="{digest}",version="{version}"}}"#)), 1.0);
    assert_eq!(told.of("express_entry_catalog_draws"), catalog.draws().len() as f64);
    let newest = catalog.draws().iter().map(|draw| draw.held_on).max().unwrap();
    let newest = newest.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp();
    assert_eq!(told.of("express_entry_catalog_newest_draw_timestamp_seconds"), newest as f64);
    assert!(told.of("process_resident_memory_bytes") > 1e6);
    assert!(told.of("process_cpu_seconds_total") > 0.0);
    assert!(told.of("process_open_fds") > 3.0 && told.of("process_threads") > 1.0);
    for none in ["express_entry_panics_total", "express_entry_log_lines_dropped_total"] {
        assert_eq!(told.of(none), 0.0, "{none}");
    }
    assert!(!told.0.keys().any(|series| series.contains("tls_certificate")), "there is no certificate");
}

#[tokio::test]
async fn files_that_change_are_counted_and_the_certificate_says_when_it_ends() {
    let (ca, files) = (Ca::new("ours"), Files::new());
    let identity = ca.issue(&["localhost"]);
    let [certificate, key] = files.write_identity(&identity);
    let served = Served::start(&["--tls-cert", &certificate, "--tls-key", &key, "--metrics-listen", "127.0.0.1:0"]);
    let metrics = served.metrics();
    let reloads = |told: &Scraped, outcome: &str| {
        told.of(&format!(r#"express_entry_reloads_total{{file="tls",outcome="{outcome}"}}"#))
    };
    let before = scrape(metrics).await;
    assert_eq!((reloads(&before, "taken"), reloads(&before, "refused")), (0.0, 0.0));
    // The first day of 4096, unless one says otherwise.
    assert_eq!(before.of("express_entry_tls_certificate_expiry_timestamp_seconds"), 67_090_118_400.0);
    let mut client = ExpressEntryServiceClient::new(channel(served.address, Some(&ca.client(None))).await.unwrap());
    client.get_server_info(GetServerInfoRequest {}).await.unwrap();
    files.write_identity(&ca.issue(&["localhost"]));
    let taken = wait_for(metrics, |told| reloads(told, "taken") > 0.0).await;
    assert_eq!((reloads(&taken, "taken"), reloads(&taken, "refused")), (1.0, 0.0));
    std::fs::write(&certificate, "not a certificate").unwrap();
    let refused = wait_for(metrics, |told| reloads(told, "refused") > 0.0).await;
    assert_eq!((reloads(&refused, "taken"), reloads(&refused, "refused")), (1.0, 1.0));
}

#[tokio::test]
async fn who_asks_for_anything_else_is_sent_away_and_no_one_holds_the_listener() {
    let (_server, metrics) = start().await;
    for (asked, expected) in [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404"),
        ("GET /metrics/more HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404"),
        ("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 405"),
        ("nonsense\r\n\r\n", "HTTP/1.1 400"),
    ] {
        let answer = ask(metrics, asked).await;
        assert!(answer.starts_with(expected), "{asked:?}: {answer}");
    }
    let mut silent = Vec::new();
    for _ in 0..7 {
        let mut socket = TcpStream::connect(metrics).await.unwrap();
        socket.write_all(b"GET /metr").await.unwrap();
        silent.push(socket);
    }
    scrape(metrics).await;
}

#[test]
fn an_address_that_is_taken_ends_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = std::process::Command::new(env!("CARGO_BIN_EXE_express-entry"))
        .args(["serve", "--listen", "127.0.0.1:0", "--metrics-listen", &address])
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(69));
    assert!(String::from_utf8_lossy(&ended.stderr).contains(&address));
}
