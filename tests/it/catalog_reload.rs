//! A catalogue that is brought up to date while the server runs: taken as a whole, refused as a whole, and never under a call's feet.

use std::{
    fs,
    io::Write,
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use express_entry::{
    catalog::{CatalogFiles, Overlay},
    grpc::proto::{
        EvaluateRequest, EvaluationItem, EvaluationItems, EvaluationTarget, GetDrawRequest, GetServerInfoRequest,
        GetServerInfoResponse, ListDrawsRequest, SimulateDrawRequest, SimulationTerms, StreamEvaluateRequest,
        StreamNotice, StreamNoticeKind, Verdict, evaluate_request, evaluation_target,
        express_entry_service_client::ExpressEntryServiceClient, simulate_draw_request, simulate_draw_response,
        simulation_terms, stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
    },
    server::LiveCatalog,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Streaming, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use crate::support::{catalog, error::told, nurse, process::Process, server::TestServer};

type Client = ExpressEntryServiceClient<Channel>;

/// The rows of draws.csv with further draws, numbered from 448, that invite as draw 441 did.
fn draws(numbers: impl IntoIterator<Item = u32>) -> String {
    let files = CatalogFiles::embedded();
    let lines: Vec<&str> = files.get("draws.csv").unwrap().lines().collect();
    let like = lines.iter().find(|line| line.starts_with("441,")).unwrap();
    let more = numbers
        .into_iter()
        .map(|number| like.replace("441,2026-09-04,2026-09-04", &format!("{number},2026-10-14,2026-10-14")));
    [lines[0].to_owned()].into_iter().chain(more).map(|line| line + "\n").collect()
}

/// Puts a file into the directory as one does: beside its place, then there.
fn put(directory: &Path, path: &str, text: &str) {
    let mut overlay = Overlay::empty("");
    overlay.insert(path, text);
    overlay.write(directory, &Overlay::empty("")).unwrap();
}

async fn live(directory: &Path) -> TestServer {
    TestServer::with_catalog(LiveCatalog::read(directory).unwrap()).await
}

async fn info(client: &mut Client) -> GetServerInfoResponse {
    let answer = client.get_server_info(GetServerInfoRequest {}).await.unwrap();
    let digest = answer.metadata().get("catalog-digest").unwrap().to_str().unwrap().to_owned();
    let info = answer.into_inner();
    assert_eq!(info.catalog_digest, digest);
    info
}

/// Waits until the server serves another catalogue than that of `digest`.
async fn another(client: &mut Client, digest: &str) -> GetServerInfoResponse {
    let begun = Instant::now();
    loop {
        let info = info(client).await;
        if info.catalog_digest != digest {
            return info;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "no other catalogue is served");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn get(number: &str) -> GetDrawRequest {
    GetDrawRequest { number: number.into() }
}

#[tokio::test]
async fn a_new_draw_is_answered_without_a_restart_and_goes_when_its_file_goes() {
    let directory = tempfile::tempdir().unwrap();
    let server = live(directory.path()).await;
    let mut client = server.client().await;
    let embedded = info(&mut client).await;
    assert_eq!(embedded.catalog_digest, catalog().digest().as_str());
    assert_eq!(client.get_draw(get("448")).await.unwrap_err().code(), Code::NotFound);
    let list = ListDrawsRequest { page_size: 10, ..Default::default() };
    let page_token = client.list_draws(list.clone()).await.unwrap().into_inner().next_page_token;

    put(directory.path(), "draws.csv", &draws([448]));
    let reloaded = another(&mut client, &embedded.catalog_digest).await;
    assert_eq!(reloaded.draws_to.unwrap().day, 14);
    let request = EvaluateRequest {
        profile: Some(nurse()),
        draw: Some(evaluate_request::Draw::LatestInCategory("healthcare".into())),
        ..Default::default()
    };
    let answer = client.evaluate(request).await.unwrap();
    assert_eq!(answer.metadata().get("catalog-digest").unwrap(), &reloaded.catalog_digest);
    let evaluation = answer.into_inner().evaluation.unwrap();
    assert_eq!((evaluation.draw_number, evaluation.catalog_digest), ("448".into(), reloaded.catalog_digest.clone()));
    // A page of the list as it was is no page of the list as it is.
    let refused = client.list_draws(ListDrawsRequest { page_token, ..list }).await.unwrap_err();
    let refused = told(&refused);
    assert_eq!((refused.code, refused.fields), (Code::InvalidArgument, vec!["page_token".to_owned()]));
    let health = HealthClient::new(server.channel().await).check(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(health.into_inner().status(), ServingStatus::Serving);

    fs::remove_file(directory.path().join("draws.csv")).unwrap();
    let again = another(&mut client, &reloaded.catalog_digest).await;
    assert_eq!(again, embedded);
    assert_eq!(client.get_draw(get("448")).await.unwrap_err().code(), Code::NotFound);

    // A directory that is gone is a fault, and not the wish for the program's own.
    put(directory.path(), "draws.csv", &draws([448]));
    another(&mut client, &embedded.catalog_digest).await;
    drop(directory);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    client.get_draw(get("448")).await.expect("the one before serves on");
}

/// A stream of which a test sends the frames one at a time.
struct Conversation {
    frames: mpsc::Sender<StreamEvaluateRequest>,
    answers: Streaming<express_entry::grpc::proto::StreamEvaluateResponse>,
}

impl Conversation {
    async fn open(client: &mut Client) -> Self {
        let (frames, sent) = mpsc::channel(4);
        let answers = client.stream_evaluate(ReceiverStream::new(sent)).await.unwrap().into_inner();
        Self { frames, answers }
    }

    async fn say(&mut self, frame: In) -> Out {
        self.frames.send(StreamEvaluateRequest { frame: Some(frame) }).await.unwrap();
        self.next().await
    }

    async fn next(&mut self) -> Out {
        self.answers.message().await.unwrap().unwrap().frame.unwrap()
    }
}

fn newest_for_nurses() -> In {
    let draw = Some(evaluation_target::Draw::LatestInCategory("healthcare".into()));
    In::Target(EvaluationTarget { draw, ..Default::default() })
}

fn nurses(number: usize) -> In {
    let item = EvaluationItem { correlation_id: String::new(), profile: Some(nurse()) };
    In::Items(EvaluationItems { items: vec![item; number] })
}

fn reloaded(last_sequence: i64) -> Out {
    Out::Notice(StreamNotice { kind: StreamNoticeKind::CatalogReloaded.into(), last_sequence })
}

#[tokio::test]
async fn a_running_stream_keeps_its_catalogue_and_is_told_of_each_other() {
    let directory = tempfile::tempdir().unwrap();
    let server = live(directory.path()).await;
    let mut client = server.client().await;
    let embedded = catalog();
    let embedded = embedded.digest().as_str();
    let (mut running, mut waiting) = (Conversation::open(&mut client).await, Conversation::open(&mut client).await);
    let Out::Started(started) = running.say(newest_for_nurses()).await else { panic!("not started") };
    let number = started.draw.unwrap().number;
    assert_eq!((number.as_str(), started.catalog_digest.as_str()), ("441", embedded));
    let Out::Results(results) = running.say(nurses(3)).await else { panic!("no results") };
    assert_eq!(results.results.len(), 3);

    let (pool, sent) = mpsc::channel(4);
    let draw = Some(simulation_terms::Draw::LatestInCategory("healthcare".into()));
    let terms = SimulationTerms { draw, invitations: Some(1), strict: false };
    pool.send(SimulateDrawRequest { frame: Some(simulate_draw_request::Frame::Terms(terms)) }).await.unwrap();
    let mut simulation = client.simulate_draw(ReceiverStream::new(sent)).await.unwrap().into_inner();
    let mut simulated = async || simulation.message().await.unwrap().unwrap().frame.unwrap();
    assert!(matches!(simulated().await, simulate_draw_response::Frame::Started(_)));

    let mut digest = embedded.to_owned();
    for newest in [448, 449] {
        put(directory.path(), "draws.csv", &draws(448..=newest));
        digest = another(&mut client, &digest).await.catalog_digest;
        assert_eq!(running.next().await, reloaded(2), "one notice for each");
        let simulate_draw_response::Frame::Notice(notice) = simulated().await else { panic!("no notice") };
        assert_eq!((notice.kind(), notice.last_sequence), (StreamNoticeKind::CatalogReloaded, -1));
    }

    let Out::Started(started) = waiting.say(newest_for_nurses()).await else { panic!("not started") };
    assert_eq!((started.draw.unwrap().number, started.catalog_digest), ("449".into(), digest), "the target comes now");
    assert!(matches!(waiting.say(nurses(1)).await, Out::Results(_)), "and is not told what it knows");

    let Out::Results(results) = running.say(nurses(2)).await else { panic!("no results") };
    assert_eq!(results.results.iter().map(|result| result.sequence).collect::<Vec<_>>(), [3, 4]);
    drop(running.frames);
    let Some(Out::Summary(summary)) = running.answers.message().await.unwrap().unwrap().frame else { panic!("no end") };
    assert_eq!((summary.received, summary.catalog_digest.as_str()), (5, embedded));
    drop(pool);
    assert!(matches!(simulated().await, simulate_draw_response::Frame::Result(_)));
    let simulate_draw_response::Frame::Summary(summary) = simulated().await else { panic!("no end") };
    assert_eq!(summary.catalog_digest, embedded);
}

#[tokio::test]
async fn a_file_that_is_being_written_is_not_taken_by_the_half() {
    let directory = tempfile::tempdir().unwrap();
    let server = live(directory.path()).await;
    let mut client = server.client().await;
    let embedded = info(&mut client).await.catalog_digest;
    // Every line is a right row, so that each beginning of the file would be a right file.
    let text = draws(448..=547);
    let place = directory.path().join("draws.csv");
    let writing = tokio::task::spawn_blocking(move || {
        let mut file = fs::File::create(place).unwrap();
        for line in text.lines() {
            writeln!(file, "{line}").unwrap();
            std::thread::sleep(Duration::from_millis(25));
        }
    });
    let taken = another(&mut client, &embedded).await;
    client.get_draw(get("547")).await.expect("nothing before the whole");
    writing.await.unwrap();
    assert_eq!(info(&mut client).await, taken);
}

/// The line of the log that has this message, while others go on.
fn logged(server: &mut Process, message: &str) -> serde_json::Value {
    tokio::task::block_in_place(|| server.logged(message))
}

/// Broken catalogues pushed under load: each is refused with its place and reason, and no call notices.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_catalogue_is_refused_under_load_and_nothing_else_changes() {
    let directory = tempfile::tempdir().unwrap();
    put(directory.path(), "draws.csv", &draws([448]));
    // Without the lines of calls, which are as many as they are.
    let log = "off,express_entry::cli=info,express_entry::server::live_catalog=info";
    let mut server = Process::start_with(&["--catalog-dir", directory.path().to_str().unwrap(), "--log", log]);
    let mut client = server.client().await;
    let before = info(&mut client).await;

    let (over, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut load = Vec::new();
    for _ in 0..2 {
        let (over, calls, digest) = (over.clone(), calls.clone(), before.catalog_digest.clone());
        let mut client = server.client().await;
        load.push(tokio::spawn(async move {
            let draw = Some(evaluate_request::Draw::DrawNumber("448".into()));
            let request = EvaluateRequest { profile: Some(nurse()), draw, ..Default::default() };
            while !over.load(Ordering::Relaxed) {
                let evaluation = client.evaluate(request.clone()).await.unwrap().into_inner().evaluation.unwrap();
                assert_eq!((evaluation.verdict(), &evaluation.catalog_digest), (Verdict::NotInvited, &digest));
                calls.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    let mut running = Conversation::open(&mut client).await;
    running.say(newest_for_nurses()).await;

    let right = draws([448, 449]);
    let late = right.replacen("2026-10-14T", "2026-12-14T", 1);
    let half = right.get(..right.rfind(',').unwrap()).unwrap().to_owned();
    let folder = directory.path().display();
    for (text, told) in [
        (late.as_str(), format!("{folder}/draws.csv:2: held_at")),
        (half.as_str(), format!("{folder}/draws.csv:3: CSV error")),
        ("number\n", format!("{folder}/draws.csv:1: the header must be number,held_on")),
    ] {
        put(directory.path(), "draws.csv", text);
        let refused = logged(&mut server, "the catalogue is refused; the one before serves on");
        assert!(refused["error"].as_str().unwrap().starts_with(&told), "{refused} and not {told}");
        assert_eq!(refused["level"], "WARN");
        assert_eq!(info(&mut client).await, before);
    }
    // A SIGHUP is answered even when there is nothing new to say.
    server.signal("HUP");
    logged(&mut server, "the catalogue is refused; the one before serves on");
    put(directory.path(), "draws.csv", &draws([448]));
    server.signal("HUP");
    logged(&mut server, "the catalogue was read again and is as it was");
    assert_eq!(info(&mut client).await, before);
    put(directory.path(), "draws.csv", &right);
    server.signal("HUP");
    let taken = logged(&mut server, "the catalogue was reloaded");
    assert_eq!((taken["draws"].as_u64(), taken["newest"].as_str()), (Some(450), Some("449")));
    over.store(true, Ordering::Relaxed);
    for loaded in load {
        // The last call of each may have met the new catalogue.
        let _ = loaded.await;
    }
    assert!(calls.load(Ordering::Relaxed) > 100, "there was load");
    assert_eq!(running.next().await, reloaded(-1), "of all this the stream hears of the one swap");
    let Out::Results(_) = running.say(nurses(1)).await else { panic!("no results") };
}

#[tokio::test]
async fn a_wrong_directory_is_refused_at_the_start_and_a_right_one_is_the_command_lines_too() {
    let run = |directory: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_express-entry"));
        command.args(arguments).env("EXPRESS_ENTRY_CATALOG_DIR", directory).output().unwrap()
    };
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let directory = tempfile::tempdir().unwrap();
    let folder = directory.path().to_str().unwrap();
    put(directory.path(), "draws.csv", "number\n");
    for (folder, told) in [(folder, "/draws.csv:1: the header must be"), ("/no-such", "the directory can't be read")] {
        for arguments in [&serve[..], &["draws"], &["check-catalog"]] {
            let refused = run(folder, arguments);
            assert_eq!(refused.status.code(), Some(65), "{arguments:?}");
            let error = String::from_utf8(refused.stderr).unwrap();
            assert!(error.contains(told) && error.contains(folder), "{error}");
        }
    }
    put(directory.path(), "draws.csv", &draws([448]));
    let evaluated =
        run(folder, &["evaluate", "--latest-in-category", "healthcare", "--json", "examples/profiles/nurse.json"]);
    let evaluation: serde_json::Value = serde_json::from_slice(&evaluated.stdout).unwrap();
    assert_eq!(evaluation["drawNumber"], "448");
}
