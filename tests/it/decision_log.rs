//! The decision log: a line for each decision, equal to the answer, with nothing of the profile; and what happens when it can't be
//! written.

#![allow(
    clippy::float_cmp,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "metrics are whole numbers"
)]

use std::{
    fs,
    io::Read,
    os::unix::fs::symlink,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use express_entry::{
    grpc::proto::{
        BatchEvaluateRequest, Date, EvaluateHistoryRequest, EvaluateRequest, Evaluation, EvaluationItem,
        EvaluationItems, EvaluationTarget, EvaluationView, ExplainGapRequest, GetServerInfoRequest, Profile,
        ScoreProfileRequest, StreamEvaluateRequest, evaluate_request, evaluation_result::Result as Answer,
        evaluation_target, explain_gap_request, express_entry_service_client::ExpressEntryServiceClient,
        stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
    },
    server::Token,
};
use hmac::{Hmac, Mac};
use prost::Message;
use serde_json::{Value, json};
use sha2::Sha256;
use tonic::{
    Code, Request, Status,
    transport::{Channel, Endpoint},
};

use crate::support::{certificates::Files, error::told, nurse, scraped::scrape, served::Served};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A server that records its decisions, and the files of it.
struct Recorded {
    served: Served,
    files: Files,
}

impl Recorded {
    fn start(flags: &[&str]) -> Self {
        Self::start_in(Files::new(), flags)
    }

    fn start_in(files: Files, flags: &[&str]) -> Self {
        let key = files.write("key", &format!("{KEY}\n"));
        let log = files.path("decisions").to_string_lossy().into_owned();
        let ours = ["--decision-log", &log, "--decision-log-key", &key, "--metrics-listen", "127.0.0.1:0"];
        Self { served: Served::start(&[&ours, flags].concat()), files }
    }

    async fn client(&self) -> ExpressEntryServiceClient<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.served.address)).unwrap();
        ExpressEntryServiceClient::new(endpoint.connect().await.unwrap())
    }

    /// The lines, once there are so many.
    fn lines(&self, count: usize) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let text = fs::read_to_string(self.files.path("decisions")).unwrap();
            let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            if lines.len() >= count {
                assert_eq!(lines.len(), count);
                return lines;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "{} lines of {count}", lines.len());
            thread::sleep(Duration::from_millis(10));
        }
    }

    async fn metric(&self, series: &str) -> f64 {
        scrape(self.served.metrics()).await.of(series)
    }
}

fn evaluate(profile: Profile) -> EvaluateRequest {
    let draw = Some(evaluate_request::Draw::DrawNumber("284".into()));
    EvaluateRequest { profile: Some(profile), draw, view: EvaluationView::Verdict.into(), strict: false }
}

fn target(view: EvaluationView) -> EvaluationTarget {
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    EvaluationTarget { draw, view: view.into(), strict: false }
}

fn item(profile: Profile) -> EvaluationItem {
    EvaluationItem { correlation_id: "marker-item".into(), profile: Some(profile) }
}

/// Profiles that come out in every way: invited, not invited by score and by work, open, and two that are refused.
fn profiles() -> Vec<Profile> {
    let mut other_work = nurse();
    for work in &mut other_work.work_experiences {
        work.noc_code = "21231".into();
    }
    vec![
        nurse(),
        Profile { crs_score: Some(421), ..nurse() },
        other_work,
        Profile { crs_score: None, ..nurse() },
        Profile { crs_score: Some(1201), ..nurse() },
        Profile { eligible_programs: vec![99], ..nurse() },
    ]
}

fn frames(view: EvaluationView, items: Vec<EvaluationItem>) -> Vec<StreamEvaluateRequest> {
    let (first, second) = items.split_at(items.len() / 2);
    let of = |items: &[EvaluationItem]| In::Items(EvaluationItems { items: items.into() });
    [In::Target(target(view)), of(first), of(second)].map(|frame| StreamEvaluateRequest { frame: Some(frame) }).into()
}

/// The results of a stream, or the status that it ended with.
async fn stream(
    client: &mut ExpressEntryServiceClient<Channel>,
    frames: Vec<StreamEvaluateRequest>,
) -> Result<Vec<Answer>, Status> {
    let mut answers = client.stream_evaluate(tokio_stream::iter(frames)).await?.into_inner();
    let mut results = Vec::new();
    while let Some(answer) = answers.message().await? {
        if let Some(Out::Results(told)) = answer.frame {
            results.extend(told.results.into_iter().map(|result| result.result.unwrap()));
        }
    }
    Ok(results)
}

/// What a line has to say of an answer in the FULL view.
fn expected(answer: &Answer) -> (String, Value) {
    let Answer::Evaluation(evaluation) = answer else { return ("REFUSED".into(), json!({})) };
    let Evaluation { criteria, .. } = evaluation;
    let name = |name: &str, prefix| name.strip_prefix(prefix).unwrap().to_owned();
    let outcome = |outcome: &str| Value::from(name(outcome, "OUTCOME_"));
    let criteria = criteria.iter().map(|criterion| {
        (name(criterion.kind().as_str_name(), "CRITERION_KIND_"), outcome(criterion.outcome().as_str_name()))
    });
    (name(evaluation.verdict().as_str_name(), "VERDICT_"), criteria.collect())
}

/// The hash of a profile, as an auditor works it out.
fn hash(profile: &Profile, key: &str) -> String {
    let profile = Profile { profile_id: String::new(), ..profile.clone() };
    let mut hash = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    hash.update(&profile.encode_to_vec());
    format!("{:x}", hash.finalize().into_bytes())
}

#[tokio::test]
async fn each_item_has_a_line_which_says_what_the_answer_says() {
    let recorded = Recorded::start(&[]);
    let mut client = recorded.client().await;
    let digest = client.get_server_info(GetServerInfoRequest {}).await.unwrap().into_inner().catalog_digest;
    let items: Vec<EvaluationItem> = profiles().into_iter().map(item).collect();
    let full = stream(&mut client, frames(EvaluationView::Full, items.clone())).await.unwrap();
    let expected: Vec<_> = full.iter().map(expected).collect();
    let verdicts: Vec<&str> = expected.iter().map(|(verdict, _)| verdict.as_str()).collect();
    assert_eq!(verdicts, ["INVITED", "NOT_INVITED", "NOT_INVITED", "INDETERMINATE", "REFUSED", "REFUSED"]);
    assert_eq!(stream(&mut client, frames(EvaluationView::Verdict, items.clone())).await.unwrap().len(), 6);
    for view in [EvaluationView::Full, EvaluationView::Verdict] {
        let batch = BatchEvaluateRequest { target: Some(target(view)), items: items.clone() };
        client.batch_evaluate(batch).await.unwrap();
    }
    let lines = recorded.lines(24);
    for (place, line) in lines.iter().enumerate() {
        let (item, (verdict, criteria)) = (place % 6, &expected[place % 6]);
        assert_eq!(line["sequence"], item, "{line}");
        assert_eq!((&line["verdict"], &line["criteria"]), (&json!(verdict), criteria), "{line}");
        assert_eq!((&line["draw"], &line["catalog"]), (&json!("284"), &json!(digest)));
        assert_eq!(line["profile_hmac"], hash(&profiles()[item], KEY), "{line}");
        assert_eq!(line["caller"], Value::Null);
        assert!(chrono::DateTime::parse_from_rfc3339(line["time"].as_str().unwrap()).is_ok());
    }
}

#[tokio::test]
async fn a_line_tells_the_caller_and_the_call_and_the_same_hash_for_the_same_profile() {
    let (files, token) = (Files::new(), Token::fresh().unwrap());
    let caller = format!("[[caller]]\nname = \"billing\"\nmethods = [\"*\"]\ntoken_sha256 = [\"{}\"]\n", token.sha256);
    let callers = files.write("callers.toml", &caller);
    let recorded = Recorded::start_in(files, &["--callers", &callers]);
    let mut client = recorded.client().await;
    let same = Profile { profile_id: "another".into(), ..nurse() };
    for profile in [nurse(), same, Profile { crs_score: Some(421), ..nurse() }] {
        let mut request = Request::new(evaluate(profile));
        request.metadata_mut().insert("authorization", format!("Bearer {}", token.secret).parse().unwrap());
        request.metadata_mut().insert("x-request-id", "job-7".parse().unwrap());
        client.evaluate(request).await.unwrap();
    }
    let mut request = Request::new(evaluate(nurse()));
    request.metadata_mut().insert("authorization", format!("Bearer {}", token.secret).parse().unwrap());
    let answer = client.evaluate(request).await.unwrap();
    let id = answer.metadata().get("x-request-id").unwrap().to_str().unwrap();
    let mut lines = recorded.lines(4);
    assert_eq!(
        lines.pop().unwrap()["request_id"],
        json!(id),
        "a decision that is recorded can be asked for, also when the caller gave no id"
    );
    for line in &lines {
        assert_eq!((&line["caller"], &line["request_id"]), (&json!("billing"), &json!("job-7")));
        assert!(line.get("sequence").is_none());
    }
    let hashes: Vec<&Value> = lines.iter().map(|line| &line["profile_hmac"]).collect();
    assert_eq!(hashes[0], hashes[1], "an id is not of the profile");
    assert_ne!(hashes[0], hashes[2]);
    assert_eq!(hashes[0], &json!(hash(&nurse(), KEY)));
    assert_ne!(hashes[0], &json!(hash(&nurse(), "another key of as many bytes ....")));
}

/// What is asked of a profile beside the evaluations, and a call that is refused, decide nothing.
#[tokio::test]
async fn only_evaluations_are_decisions() {
    let recorded = Recorded::start(&[]);
    let mut client = recorded.client().await;
    let (profile, as_of) = (Some(nurse()), Some(Date { year: 2024, month: 2, day: 14 }));
    client.score_profile(ScoreProfileRequest { profile: profile.clone(), as_of }).await.unwrap();
    let history = EvaluateHistoryRequest { profile: profile.clone(), ..Default::default() };
    let mut history = client.evaluate_history(history).await.unwrap().into_inner();
    while history.message().await.unwrap().is_some() {}
    let draw = Some(explain_gap_request::Draw::DrawNumber("284".into()));
    client.explain_gap(ExplainGapRequest { profile, draw, ..Default::default() }).await.unwrap();
    client.evaluate(evaluate(Profile { crs_score: Some(1201), ..nurse() })).await.unwrap_err();
    client.evaluate(evaluate(nurse())).await.unwrap();
    assert_eq!(recorded.lines(1)[0]["verdict"], "INVITED");
    assert_eq!(recorded.metric(r#"express_entry_decisions_total{outcome="written"}"#).await, 1.0);
}

/// Calls until one is refused, which has to be for this reason, and as every kind of call is.
async fn until_refused(client: &mut ExpressEntryServiceClient<Channel>, profile: &Profile) {
    let begun = Instant::now();
    let status = loop {
        match client.evaluate(evaluate(profile.clone())).await {
            Ok(_) => assert!(begun.elapsed() < Duration::from_secs(10), "never refused"),
            Err(status) => break status,
        }
    };
    let items = vec![item(profile.clone()), item(profile.clone())];
    let batch = BatchEvaluateRequest { target: Some(target(EvaluationView::Verdict)), items: items.clone() };
    let others = [
        client.batch_evaluate(batch).await.unwrap_err(),
        stream(client, frames(EvaluationView::Verdict, items)).await.unwrap_err(),
    ];
    for status in others.iter().chain([&status]) {
        assert_eq!((status.code(), told(status).reason.as_str()), (Code::Unavailable, "DECISION_LOG_FAILING"));
    }
    client.get_server_info(GetServerInfoRequest {}).await.unwrap();
}

async fn until_answered(client: &mut ExpressEntryServiceClient<Channel>) {
    let begun = Instant::now();
    while client.evaluate(evaluate(nurse())).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never answered");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_decided_until_there_is_room_and_no_line_is_lost() {
    let files = Files::new();
    symlink("/dev/full", files.path("decisions")).unwrap();
    let recorded = Recorded::start_in(files, &[]);
    let mut client = recorded.client().await;
    client.evaluate(evaluate(nurse())).await.unwrap();
    until_refused(&mut client, &nurse()).await;
    assert_eq!(recorded.metric("express_entry_decision_log_failing").await, 1.0);
    assert!(recorded.served.wait_for("can't be written").contains("No space left"));
    fs::remove_file(recorded.files.path("decisions")).unwrap();
    until_answered(&mut client).await;
    recorded.served.wait_for("is written again");
    assert_eq!(recorded.metric("express_entry_decision_log_failing").await, 0.0);
    assert_eq!(recorded.metric(r#"express_entry_decisions_total{outcome="dropped"}"#).await, 0.0);
    let verdicts = client.evaluate(evaluate(nurse())).await.unwrap();
    assert_eq!(verdicts.into_inner().evaluation.unwrap().verdict, 1);
    let invited = recorded.metric(OF_EVALUATE).await;
    assert_eq!(recorded.lines(invited as usize).len(), invited as usize, "a line for each answer that was given");
}

const OF_EVALUATE: &str =
    r#"express_entry_items_total{method="/expressentry.v1.ExpressEntryService/Evaluate",outcome="invited"}"#;

#[tokio::test]
async fn drops_are_counted_where_that_is_asked_for() {
    let files = Files::new();
    symlink("/dev/full", files.path("decisions")).unwrap();
    let recorded = Recorded::start_in(files, &["--decision-log-on-failure", "drop"]);
    let mut client = recorded.client().await;
    let items = vec![item(nurse()); 1_000];
    let batch = BatchEvaluateRequest { target: Some(target(EvaluationView::Verdict)), items };
    for _ in 0..20 {
        client.batch_evaluate(batch.clone()).await.unwrap();
    }
    let dropped = recorded.metric(r#"express_entry_decisions_total{outcome="dropped"}"#).await;
    assert!(dropped >= 1_000.0 && dropped % 1_000.0 == 0.0, "{dropped}");
    assert_eq!(recorded.metric(r#"express_entry_decisions_total{outcome="written"}"#).await, 0.0);
    let waiting = recorded.metric("express_entry_decision_log_waiting_bytes").await;
    assert!(waiting <= f64::from(4 << 20), "{waiting}");
}

/// A writer that stands still is no failure of writing; what waits is bounded all the same.
#[tokio::test]
async fn a_full_queue_refuses_as_a_full_disk_does() {
    let files = Files::new();
    let pipe = files.path("decisions");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut reader = fs::OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    let recorded = Recorded::start_in(files, &[]);
    let mut client = recorded.client().await;
    let items = vec![item(nurse()); 1_000];
    let batch = BatchEvaluateRequest { target: Some(target(EvaluationView::Verdict)), items };
    let mut answered = 0;
    let status = loop {
        match client.batch_evaluate(batch.clone()).await {
            Ok(_) => answered += 1,
            Err(status) => break status,
        }
        assert!(answered < 40, "never refused");
    };
    assert_eq!((status.code(), told(&status).reason.as_str()), (Code::Unavailable, "DECISION_LOG_FAILING"));
    assert!(answered > 5, "{answered}");
    thread::spawn(move || {
        let mut room = vec![0; 1 << 16];
        while reader.read(&mut room).is_ok() {}
    });
    let begun = Instant::now();
    while client.batch_evaluate(batch.clone()).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "never answered");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_are_rotated_and_a_stop_writes_the_last_line() {
    let recorded =
        Recorded::start(&["--decision-log-max-bytes", "10000", "--decision-log-keep", "2", "--lame-duck", "0"]);
    let items = vec![item(nurse()); 120];
    let batch = BatchEvaluateRequest { target: Some(target(EvaluationView::Verdict)), items };
    recorded.client().await.batch_evaluate(batch).await.unwrap();
    recorded.served.terminate();
    recorded.served.wait_for("stopped");
    let file = |number: &str| recorded.files.path(&format!("decisions{number}"));
    let begun = Instant::now();
    let last = loop {
        let text = fs::read_to_string(file("")).unwrap();
        if text.contains(r#""sequence":119,"#) {
            break text;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "the last line is not there");
        thread::sleep(Duration::from_millis(10));
    };
    let mut next = 119;
    for text in [last, fs::read_to_string(file(".1")).unwrap(), fs::read_to_string(file(".2")).unwrap()] {
        assert!(text.len() <= 10_000);
        for line in text.lines().rev() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(line["sequence"], next);
            next -= 1;
        }
    }
    assert!(next > 0 && !file(".3").exists());
}

#[test]
fn a_log_that_can_not_be_is_told_at_the_start() {
    let files = Files::new();
    let (key, short) = (files.write("key", KEY), files.write("short", "0123456789abcdef0123456789abcde\n"));
    let log = files.path("decisions").to_string_lossy().into_owned();
    let nowhere = files.path("nowhere/decisions").to_string_lossy().into_owned();
    for (flags, code, told) in [
        (vec!["--decision-log", &log], 64, "--decision-log-key"),
        (vec!["--decision-log-key", &key], 64, "--decision-log"),
        (vec!["--decision-log", &log, "--decision-log-key", &short], 65, "at least 32 bytes"),
        (vec!["--decision-log", &log, "--decision-log-key", &nowhere], 65, "No such file"),
        (vec!["--decision-log", &nowhere, "--decision-log-key", &key], 65, "No such file"),
    ] {
        let program = Command::new(env!("CARGO_BIN_EXE_express-entry"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(&flags)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&program.stderr);
        assert_eq!(program.status.code(), Some(code), "{flags:?}: {text}");
        assert!(text.contains(told), "{flags:?}: {text}");
    }
}
