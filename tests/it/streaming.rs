//! `StreamEvaluate`: order, protocol, its own error for a wrong item, and flat memory whatever the client does.

use std::time::Duration;

use express_entry::grpc::proto::{
    EvaluationItem, EvaluationItems, EvaluationTarget, EvaluationView, Profile, StreamEvaluateRequest,
    StreamEvaluateResponse, StreamNoticeKind, StreamSummary, Verdict, evaluation_result::Result as Answer,
    evaluation_target, stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use crate::support::{
    error::{Told, told, told_of_item},
    nurse,
    process::Process,
    server::TestServer,
};

fn target(view: EvaluationView) -> StreamEvaluateRequest {
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    frame(In::Target(EvaluationTarget { draw, view: view.into(), strict: false }))
}

fn items(items: Vec<EvaluationItem>) -> StreamEvaluateRequest {
    frame(In::Items(EvaluationItems { items }))
}

fn frame(frame: In) -> StreamEvaluateRequest {
    StreamEvaluateRequest { frame: Some(frame) }
}

fn item(correlation_id: impl Into<String>, profile: Profile) -> EvaluationItem {
    EvaluationItem { correlation_id: correlation_id.into(), profile: Some(profile) }
}

/// Everything that comes back: frames, and the status that ended the stream.
async fn converse(server: &TestServer, frames: Vec<StreamEvaluateRequest>) -> (Vec<Out>, Option<Status>) {
    let mut client = server.client().await;
    let answers = client.stream_evaluate(tokio_stream::iter(frames)).await;
    let mut answers: Streaming<StreamEvaluateResponse> = match answers {
        Ok(answers) => answers.into_inner(),
        Err(status) => return (vec![], Some(status)),
    };
    let mut told = Vec::new();
    loop {
        match answers.message().await {
            Ok(Some(answer)) => told.push(answer.frame.unwrap()),
            Ok(None) => return (told, None),
            Err(status) => return (told, Some(status)),
        }
    }
}

#[tokio::test]
async fn results_come_in_order_and_a_wrong_item_gets_its_own_error() {
    let server = TestServer::start().await;
    let poor = Profile { crs_score: Some(421), ..nurse() };
    let open = Profile { crs_score: None, ..nurse() };
    let wrong = Profile { crs_score: Some(1201), ..nurse() };
    let frames = vec![
        target(EvaluationView::Unspecified),
        items(vec![item("a", nurse()), item("b", poor)]),
        items(vec![item("c", wrong)]),
        items(vec![item("", open), EvaluationItem::default()]),
    ];
    let (answers, ended) = converse(&server, frames).await;
    assert!(ended.is_none(), "{ended:?}");
    let Some(Out::Started(started)) = answers.first() else { panic!("not started") };
    assert_eq!(started.draw.as_ref().unwrap().number, "284");
    let results: Vec<_> = answers
        .iter()
        .filter_map(|answer| if let Out::Results(r) = answer { Some(&r.results) } else { None })
        .flatten()
        .collect();
    let told: Vec<(i64, &str, String)> = results
        .iter()
        .map(|result| {
            let what = match result.result.as_ref().unwrap() {
                Answer::Evaluation(evaluation) => {
                    assert!(
                        evaluation.criteria.is_empty() && evaluation.catalog_digest.is_empty(),
                        "VERDICT by default"
                    );
                    evaluation.verdict().as_str_name().to_owned()
                }
                Answer::Error(error) => told_of_item(error).fields.join(" "),
            };
            (result.sequence, result.correlation_id.as_str(), what)
        })
        .collect();
    let expected = [
        (0, "a", "VERDICT_INVITED"),
        (1, "b", "VERDICT_NOT_INVITED"),
        (2, "c", "profile.crs_score"),
        (3, "", "VERDICT_INDETERMINATE"),
        (4, "", "profile"),
    ];
    assert_eq!(told, expected.map(|(sequence, id, what)| (sequence, id, what.to_owned())));
    let Some(Out::Summary(summary)) = answers.last() else { panic!("no summary") };
    let digest = started.catalog_digest.clone();
    let expected = StreamSummary {
        received: 5,
        invited: 1,
        not_invited: 1,
        indeterminate: 1,
        failed: 2,
        last_sequence: 4,
        catalog_digest: digest,
    };
    assert_eq!(*summary, expected);
}

#[tokio::test]
async fn an_empty_stream_has_a_summary_too() {
    let server = TestServer::start().await;
    let (answers, ended) = converse(&server, vec![target(EvaluationView::Verdict)]).await;
    assert!(ended.is_none());
    let [Out::Started(_), Out::Summary(summary)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!((summary.received, summary.last_sequence), (0, -1));
}

#[tokio::test]
async fn frames_out_of_order_end_the_stream() {
    let server = TestServer::start().await;
    let one = || items(vec![item("", nurse())]);
    let many = items(vec![item("", nurse()); 1_001]);
    let view = frame(In::Target(EvaluationTarget { view: 9, ..Default::default() }));
    for (frames, reason, field, answered) in [
        (vec![], "STREAM_PROTOCOL", "target", 0),
        (vec![one()], "STREAM_PROTOCOL", "target", 0),
        (vec![StreamEvaluateRequest { frame: None }], "STREAM_PROTOCOL", "frame", 0),
        (
            vec![target(EvaluationView::Full), one(), target(EvaluationView::Full), one()],
            "STREAM_PROTOCOL",
            "target",
            2,
        ),
        (vec![target(EvaluationView::Full), items(vec![]), one()], "STREAM_PROTOCOL", "items", 1),
        (vec![target(EvaluationView::Full), StreamEvaluateRequest { frame: None }], "STREAM_PROTOCOL", "frame", 1),
        (vec![target(EvaluationView::Full), one(), many], "INVALID_FIELDS", "items", 2),
        (vec![view], "INVALID_FIELDS", "target.view", 0),
    ] {
        let (answers, ended) = converse(&server, frames).await;
        let told = told(&ended.expect("should be refused"));
        assert_eq!((told.code, told.reason.as_str(), told.fields[0].as_str()), (Code::InvalidArgument, reason, field));
        assert_eq!(answers.len(), answered, "what came before was answered");
    }
    let draw = Some(evaluation_target::Draw::DrawNumber("9999".into()));
    let unknown = frame(In::Target(EvaluationTarget { draw, ..Default::default() }));
    let (_, ended) = converse(&server, vec![unknown]).await;
    let expected = Told {
        code: Code::NotFound,
        reason: "DRAW_NOT_FOUND".into(),
        fields: vec![],
        resource: Some("expressentry.v1.Draw 9999".into()),
    };
    assert_eq!(told(&ended.unwrap()), expected);
}

#[tokio::test]
async fn an_oversized_frame_ends_the_stream_with_a_reason() {
    let server = TestServer::start().await;
    let huge = Profile { attested_category_ids: vec!["x".repeat(5 << 20)], ..nurse() };
    let (answers, ended) = converse(&server, vec![target(EvaluationView::Full), items(vec![item("", huge)])]).await;
    assert_eq!(answers.len(), 1);
    let told = told(&ended.unwrap());
    assert_eq!((told.code, told.reason.as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"));
}

#[tokio::test]
async fn large_results_come_in_several_frames() {
    let server = TestServer::start().await;
    let mut wordy = nurse();
    wordy.work_experiences = vec![wordy.work_experiences[0].clone(); 20];
    let frames = vec![target(EvaluationView::Full), items(vec![item("", wordy); 1_000])];
    let (answers, ended) = converse(&server, frames).await;
    assert!(ended.is_none(), "{ended:?}");
    let frames: Vec<usize> = answers
        .iter()
        .filter_map(|answer| if let Out::Results(r) = answer { Some(r.results.len()) } else { None })
        .collect();
    assert!(frames.len() > 1 && frames.iter().sum::<usize>() == 1_000, "{frames:?}");
}

/// A million items through a server in a process of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_of_a_million_items_runs_in_flat_memory() {
    const FRAMES: i64 = 1_000;
    let server = Process::start();
    let mut client = server.client().await;
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        let _ = sender.send(target(EvaluationView::Verdict)).await;
        // An item of few bytes and a decided verdict, so that the test is about the stream.
        let profile = Profile { submitted_at: nurse().submitted_at, crs_score: Some(421), ..Profile::default() };
        let frame = items(vec![item("x", profile); 1_000]);
        for _ in 0..FRAMES {
            if sender.send(frame.clone()).await.is_err() {
                return;
            }
        }
    });
    let mut answers = client.stream_evaluate(ReceiverStream::new(receiver)).await.unwrap().into_inner();
    let (mut next, mut frames, mut warm, mut summary) = (0, 0, 0, None);
    while let Some(answer) = answers.message().await.unwrap() {
        match answer.frame.unwrap() {
            Out::Results(results) => {
                for result in results.results {
                    assert_eq!(result.sequence, next);
                    next += 1;
                }
                frames += 1;
                if frames == FRAMES / 10 {
                    warm = server.resident_kib();
                }
            }
            Out::Summary(told) => summary = Some(told),
            Out::Started(_) | Out::Notice(_) => {}
        }
    }
    let summary = summary.expect("complete");
    assert_eq!((summary.received, summary.not_invited, summary.last_sequence), (1_000_000, 1_000_000, 999_999));
    let grown = server.resident_kib().saturating_sub(warm);
    assert!(grown < 8 << 10, "{grown} KiB more after a million items than after the first hundred thousand");
}

/// A client that writes and never reads is made to wait: the server takes no more than the windows hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_made_to_wait() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let (sender, receiver) = mpsc::channel(1);
    sender.send(target(EvaluationView::Full)).await.unwrap();
    let answers = client.stream_evaluate(ReceiverStream::new(receiver)).await.unwrap().into_inner();
    let frame = items(vec![item("x", nurse()); 1_000]);
    let mut taken = 0;
    while tokio::time::timeout(Duration::from_millis(500), sender.send(frame.clone())).await.is_ok() {
        taken += 1;
        assert!(taken < 200, "the server goes on taking frames that no one reads the answers to");
    }
    // Others are served meanwhile, on a connection of their own.
    let mut other = server.client().await;
    let info = other.get_server_info(express_entry::grpc::proto::GetServerInfoRequest {});
    tokio::time::timeout(Duration::from_secs(5), info).await.unwrap().unwrap();
    drop(answers);
}

/// A server that stops answers what it read, says how far it came, and sends the client elsewhere.
#[tokio::test]
async fn a_draining_server_says_how_far_it_came() {
    use express_entry::server::Stop;
    let mut server = TestServer::start().await;
    let mut client = server.client().await;
    let (sender, receiver) = mpsc::channel(4);
    sender.send(target(EvaluationView::Verdict)).await.unwrap();
    sender.send(items(vec![item("", nurse()); 3])).await.unwrap();
    let mut answers = client.stream_evaluate(ReceiverStream::new(receiver)).await.unwrap().into_inner();
    let mut next = async || answers.message().await.map(|answer| answer.unwrap().frame.unwrap());
    assert!(matches!(next().await, Ok(Out::Started(_))));
    let Ok(Out::Results(results)) = next().await else { panic!("no results") };
    assert_eq!(results.results.len(), 3);
    assert!(results.results.iter().all(|result| {
        matches!(&result.result, Some(Answer::Evaluation(evaluation)) if evaluation.verdict() == Verdict::Invited)
    }));
    server.stop(Stop { lame_duck: Duration::ZERO, grace: Duration::from_secs(10) });
    let Ok(Out::Notice(notice)) = next().await else { panic!("no notice") };
    assert_eq!((notice.kind(), notice.last_sequence), (StreamNoticeKind::Draining, 2));
    let ended = next().await.unwrap_err();
    let told = told(&ended);
    assert_eq!((told.code, told.reason.as_str()), (Code::Unavailable, "DRAINING"));
    drop(sender);
    tokio::time::timeout(Duration::from_secs(5), server.stopped()).await.expect("long before the grace ends").unwrap();
}
