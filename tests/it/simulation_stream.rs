//! `SimulateDraw` through a real server: the order of frames, candidates refused, and terms refused.

use std::time::Duration;

use express_entry::{
    grpc::proto::{
        BatchEvaluateRequest, Confidence, Date, Draw, DrawType, EvaluationItem, EvaluationItems, EvaluationResult,
        EvaluationTarget, Profile, Program, SimulateDrawRequest, SimulateDrawResponse, SimulatedInvitation,
        SimulationResult, SimulationSummary, SimulationTerms, StreamNoticeKind, TieBreak, Verdict,
        evaluation_result::Result::{Error, Evaluation},
        evaluation_target,
        simulate_draw_request::Frame as In,
        simulate_draw_response::Frame as Out,
        simulation_terms::Draw as Named,
    },
    server::Stop,
};
use prost_types::Timestamp;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use crate::support::{
    error::{told, told_of_item},
    nurse,
    server::TestServer,
};

fn frame(frame: In) -> SimulateDrawRequest {
    SimulateDrawRequest { frame: Some(frame) }
}

fn terms(draw: Named, invitations: Option<i32>) -> SimulateDrawRequest {
    frame(In::Terms(SimulationTerms { invitations, strict: false, draw: Some(draw) }))
}

fn draw_284() -> Named {
    Named::DrawNumber("284".into())
}

fn pool(items: Vec<EvaluationItem>) -> SimulateDrawRequest {
    frame(In::Pool(EvaluationItems { items }))
}

fn item(id: impl Into<String>, profile: Profile) -> EvaluationItem {
    EvaluationItem { correlation_id: id.into(), profile: Some(profile) }
}

/// The nurse with a score and a second of submission.
fn candidate(crs_score: i32, seconds: i64) -> Profile {
    let submitted_at = Some(Timestamp { seconds: 1_704_888_000 + seconds, nanos: 0 });
    Profile { crs_score: Some(crs_score), submitted_at, ..nurse() }
}

/// Everything that comes back: frames, and the status that ended the stream.
async fn simulate(server: &TestServer, frames: Vec<SimulateDrawRequest>) -> (Vec<Out>, Option<Status>) {
    let answers = server.client().await.simulate_draw(tokio_stream::iter(frames)).await;
    let mut answers: Streaming<SimulateDrawResponse> = match answers {
        Ok(answers) => {
            assert!(answers.metadata().get("catalog-digest").is_some());
            answers.into_inner()
        }
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
async fn the_frames_come_in_order_and_wrong_candidates_are_told_as_they_are_found() {
    let server = TestServer::start().await;
    let wrong = Profile { crs_score: Some(1201), ..nurse() };
    let program = vec![Program::ProvincialNominee.into()];
    let frames = vec![
        terms(draw_284(), Some(3)),
        pool(vec![item("a", candidate(430, 9)), item("b", wrong), item("c", candidate(425, 8))]),
        pool(vec![item("d", candidate(425, 7)), item("e", Profile { eligible_programs: program, ..nurse() })]),
        pool(vec![EvaluationItem::default(), item("", candidate(440, 99))]),
        pool(vec![item("g", Profile { submitted_at: None, ..nurse() })]),
    ];
    let (answers, ended) = simulate(&server, frames).await;
    assert!(ended.is_none(), "{ended:?}");
    let [
        Out::Started(started),
        Out::Refused(first),
        Out::Refused(second),
        Out::Result(result),
        Out::Invited(invited),
        Out::Summary(summary),
    ] = answers.as_slice()
    else {
        panic!("{answers:?}")
    };
    let draw = started.draw.clone().unwrap();
    assert_eq!((draw.number.as_str(), draw.category_id.as_str(), draw.invitations), ("284", "healthcare", 3));
    assert_eq!((draw.crs_cut_off, draw.tie_break(), draw.tie_break_at), (0, TieBreak::Unspecified, None));
    let error = |result: &EvaluationResult| {
        let Some(Error(error)) = &result.result else { panic!("{result:?}") };
        (result.sequence, result.correlation_id.clone(), told_of_item(error).fields.join(" "))
    };
    assert_eq!(first.results.iter().map(error).collect::<Vec<_>>(), [(1, "b".into(), "profile.crs_score".into())]);
    assert_eq!(second.results.iter().map(error).collect::<Vec<_>>(), [(5, String::new(), "profile".into())]);
    let worked_out = Draw {
        crs_cut_off: 425,
        tie_break: TieBreak::Published.into(),
        tie_break_at: candidate(0, 8).submitted_at,
        ..draw
    };
    let expected = SimulationResult {
        draw: Some(worked_out),
        received: 8,
        eligible: 4,
        not_eligible: 1,
        indeterminate: 1,
        refused: 2,
        invited: 3,
        inseparable: 0,
    };
    assert_eq!(*result, expected);
    let one = |sequence, id: &str, crs_score| SimulatedInvitation { sequence, correlation_id: id.into(), crs_score };
    assert_eq!(invited.invitations, [one(6, "", 440), one(0, "a", 430), one(3, "d", 425)]);
    let catalog_digest = started.catalog_digest.clone();
    assert!(catalog_digest.starts_with("sha256:"));
    assert_eq!(*summary, SimulationSummary { invited: 3, last_sequence: 7, catalog_digest });
}

/// The draw worked out is a hypothetical draw as it stands.
#[tokio::test]
async fn the_draw_worked_out_can_be_asked_about_and_invites_just_the_invited() {
    let server = TestServer::start().await;
    let profiles = [(430, 9), (425, 8), (425, 7), (424, 1), (425, 8), (425, 30)].map(|(s, at)| candidate(s, at));
    let sent = || profiles.iter().map(|profile| item("", profile.clone())).collect();
    for (draw, invitations) in [("284", 2), ("284", 1), ("284", 5), ("398", 3)] {
        let frames = vec![terms(Named::DrawNumber(draw.into()), Some(invitations)), pool(sent())];
        let (answers, ended) = simulate(&server, frames).await;
        assert!(ended.is_none(), "{ended:?}");
        let Out::Result(result) = &answers[1] else { panic!("no result") };
        let Some(worked_out) = result.draw.clone() else {
            assert_eq!(draw, "398", "only there has everyone left the pool");
            continue;
        };
        let target = EvaluationTarget {
            draw: Some(evaluation_target::Draw::HypotheticalDraw(worked_out)),
            ..EvaluationTarget::default()
        };
        let request = BatchEvaluateRequest { target: Some(target), items: sent() };
        let results = server.client().await.batch_evaluate(request).await.unwrap().into_inner().results;
        let found = results.iter().filter(
            |result| matches!(&result.result, Some(Evaluation(evaluation)) if evaluation.verdict() == Verdict::Invited),
        );
        let mut invited: Vec<i64> = answers
            .iter()
            .filter_map(|answer| if let Out::Invited(i) = answer { Some(&i.invitations) } else { None })
            .flatten()
            .map(|one| one.sequence)
            .collect();
        invited.sort_unstable();
        assert_eq!(found.map(|result| result.sequence).collect::<Vec<_>>(), invited, "{invitations} of {draw}");
    }
}

#[tokio::test]
async fn strict_terms_take_nothing_as_true_that_is_not_said() {
    let server = TestServer::start().await;
    for (strict, eligible, indeterminate) in [(false, 1, 0), (true, 0, 1)] {
        let first = frame(In::Terms(SimulationTerms { invitations: None, strict, draw: Some(draw_284()) }));
        let (answers, _) = simulate(&server, vec![first, pool(vec![item("", nurse())])]).await;
        let Out::Result(result) = &answers[1] else { panic!("no result") };
        assert_eq!((result.eligible, result.indeterminate), (eligible, indeterminate));
    }
}

#[tokio::test]
async fn no_one_to_invite_makes_no_draw() {
    let server = TestServer::start().await;
    let twins = vec![item("a", candidate(430, 0)), item("b", candidate(430, 0))];
    for (frames, received, inseparable) in
        [(vec![terms(draw_284(), None)], 0, 0), (vec![terms(draw_284(), Some(1)), pool(twins)], 2, 2)]
    {
        let (answers, ended) = simulate(&server, frames).await;
        assert!(ended.is_none(), "{ended:?}");
        let [Out::Started(_), Out::Result(result), Out::Summary(summary)] = answers.as_slice() else {
            panic!("{answers:?}")
        };
        let eligible = received;
        assert_eq!(*result, SimulationResult { received, eligible, inseparable, ..SimulationResult::default() });
        assert_eq!((summary.invited, summary.last_sequence), (0, received - 1));
    }
}

#[tokio::test]
async fn the_invited_come_a_thousand_at_a_time_and_the_draw_says_how_many() {
    let server = TestServer::start().await;
    let mut frames = vec![terms(draw_284(), None)];
    // Scores from low to high, so that those read last are invited.
    for thousand in 0..5 {
        frames.push(pool((0..1_000).map(|one| item("x", candidate(400 + thousand, 1_000 - one))).collect()));
    }
    let (answers, ended) = simulate(&server, frames).await;
    assert!(ended.is_none(), "{ended:?}");
    let Out::Started(started) = &answers[0] else { panic!("not started") };
    assert_eq!(started.draw.as_ref().unwrap().invitations, 3_500);
    let Out::Result(result) = &answers[1] else { panic!("no result") };
    assert_eq!((result.invited, result.draw.as_ref().unwrap().crs_cut_off), (3_500, 401));
    let invited: Vec<_> =
        answers.iter().filter_map(|a| if let Out::Invited(i) = a { Some(&i.invitations) } else { None }).collect();
    assert_eq!(invited.iter().map(|frame| frame.len()).collect::<Vec<_>>(), [1_000, 1_000, 1_000, 500]);
    let told: Vec<_> = invited.into_iter().flatten().map(|one| one.sequence).collect();
    // Within a score, the last sent was submitted first.
    let expected: Vec<i64> = [4, 3, 2, 1].into_iter().flat_map(|k| (k * 1_000..(k + 1) * 1_000).rev()).collect();
    assert_eq!(told, expected[..3_500]);
    assert!(matches!(answers.last(), Some(Out::Summary(_))));
}

#[tokio::test]
async fn the_newest_draw_of_a_category_or_one_of_the_callers_own_is_taken() {
    let server = TestServer::start().await;
    let (answers, ended) = simulate(&server, vec![terms(Named::LatestInCategory("healthcare".into()), None)]).await;
    assert!(ended.is_none(), "{ended:?}");
    let Out::Started(started) = &answers[0] else { panic!("not started") };
    assert_eq!(started.draw.as_ref().unwrap().category_id, "healthcare");
    assert!(started.draw.as_ref().unwrap().invitations > 0);

    let own = Draw { invitations: 1, ..own_draw() };
    let frames = [(None, 1), (Some(2), 2)].map(|(invitations, invited)| {
        let all = pool(vec![item("", candidate(430, 0)), item("", candidate(425, 0))]);
        (vec![terms(Named::HypotheticalDraw(own.clone()), invitations), all], invited)
    });
    for (frames, invited) in frames {
        let (answers, ended) = simulate(&server, frames).await;
        assert!(ended.is_none(), "{ended:?}");
        let Out::Result(result) = &answers[1] else { panic!("no result") };
        assert_eq!(result.invited, invited);
        let draw = result.draw.clone().unwrap();
        let label = (draw.number.as_str(), draw.confidence(), i64::from(draw.invitations));
        assert_eq!(label, ("mine", Confidence::Low, invited));
    }
}

fn own_draw() -> Draw {
    Draw {
        number: "mine".into(),
        held_on: Some(Date { year: 2024, month: 2, day: 14 }),
        held_at: Some(Timestamp { seconds: 1_707_925_822, nanos: 0 }),
        r#type: DrawType::CategoryBased.into(),
        programs: vec![Program::FederalSkilledWorker.into()],
        category_id: "healthcare".into(),
        confidence: Confidence::Low.into(),
        ..Draw::default()
    }
}

/// Draw and invitations asked for; code, reason and wrong fields of the refusal.
type WrongTerms = (Option<Named>, Option<i32>, Code, &'static str, &'static [&'static str]);

#[tokio::test]
async fn everything_wrong_with_the_terms_is_told_at_once() {
    let server = TestServer::start().await;
    let own = |change: fn(&mut Draw)| {
        let mut draw = own_draw();
        change(&mut draw);
        Named::HypotheticalDraw(draw)
    };
    let invalid = Code::InvalidArgument;
    let cases: [WrongTerms; 11] = [
        (None, None, invalid, "INVALID_FIELDS", &["terms.draw"]),
        (None, Some(0), invalid, "INVALID_FIELDS", &["terms.invitations", "terms.draw"]),
        (Some(draw_284()), Some(-1), invalid, "INVALID_FIELDS", &["terms.invitations"]),
        (Some(Named::DrawNumber("9999".into())), Some(1), Code::NotFound, "DRAW_NOT_FOUND", &[]),
        (
            Some(Named::DrawNumber("9999".into())),
            Some(0),
            invalid,
            "INVALID_FIELDS",
            &["terms.invitations", "terms.draw_number"],
        ),
        (Some(Named::LatestInCategory("no".into())), None, Code::NotFound, "CATEGORY_NOT_FOUND", &[]),
        (Some(own(|_| {})), None, invalid, "INVALID_FIELDS", &["terms.invitations"]),
        (
            Some(own(|draw| {
                (draw.crs_cut_off, draw.tie_break) = (400, TieBreak::Published.into());
                draw.tie_break_at = Some(Timestamp::default());
                draw.programs.clear();
            })),
            Some(0),
            invalid,
            "INVALID_FIELDS",
            &[
                "terms.invitations",
                "terms.hypothetical_draw.programs",
                "terms.hypothetical_draw.crs_cut_off",
                "terms.hypothetical_draw.tie_break_at",
                "terms.hypothetical_draw.tie_break",
            ],
        ),
        (
            Some(own(|draw| draw.tie_break = 77)),
            Some(1),
            invalid,
            "INVALID_FIELDS",
            &["terms.hypothetical_draw.tie_break"],
        ),
        (
            Some(own(|draw| {
                draw.held_on = Some(Date { year: 2020, month: 2, day: 14 });
                draw.held_at = Some(Timestamp { seconds: 1_581_692_400, nanos: 0 });
            })),
            Some(1),
            invalid,
            "INVALID_FIELDS",
            &["terms.hypothetical_draw.category_id"],
        ),
        (
            Some(own(|draw| draw.held_on = None)),
            Some(1),
            invalid,
            "INVALID_FIELDS",
            &["terms.hypothetical_draw.held_on"],
        ),
    ];
    for (draw, invitations, code, reason, fields) in cases {
        let case = format!("{draw:?} {invitations:?}");
        let first = frame(In::Terms(SimulationTerms { invitations, strict: false, draw }));
        let (answers, ended) = simulate(&server, vec![first]).await;
        assert!(answers.is_empty(), "{case}");
        let told = told(&ended.expect("should be refused"));
        assert_eq!(
            (told.code, told.reason.as_str(), told.fields.as_slice()),
            (code, reason, &owned(fields)[..]),
            "{case}"
        );
    }
}

fn owned(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| (*field).to_owned()).collect()
}

#[tokio::test]
async fn frames_out_of_order_end_the_simulation() {
    let server = TestServer::start().await;
    let one = || pool(vec![item("", nurse())]);
    let first = || terms(draw_284(), None);
    let nothing = || SimulateDrawRequest { frame: None };
    for (frames, reason, field) in [
        (vec![], "STREAM_PROTOCOL", "terms"),
        (vec![one()], "STREAM_PROTOCOL", "terms"),
        (vec![nothing()], "STREAM_PROTOCOL", "frame"),
        (vec![first(), one(), first()], "STREAM_PROTOCOL", "terms"),
        (vec![first(), pool(vec![])], "STREAM_PROTOCOL", "pool.items"),
        (vec![first(), nothing()], "STREAM_PROTOCOL", "frame"),
        (vec![first(), pool(vec![item("", nurse()); 1_001])], "INVALID_FIELDS", "pool.items"),
    ] {
        let (answers, ended) = simulate(&server, frames).await;
        assert!(answers.iter().all(|answer| matches!(answer, Out::Started(_))), "no result: {answers:?}");
        let told = told(&ended.expect("should be refused"));
        assert_eq!((told.code, told.reason.as_str(), told.fields[0].as_str()), (Code::InvalidArgument, reason, field));
    }
}

#[tokio::test]
async fn a_draining_server_answers_nothing_of_a_pool_that_is_not_complete() {
    let mut server = TestServer::start().await;
    let (sender, receiver) = mpsc::channel(4);
    sender.send(terms(draw_284(), None)).await.unwrap();
    sender.send(pool(vec![item("", nurse()), EvaluationItem::default()])).await.unwrap();
    let mut answers = server.client().await.simulate_draw(ReceiverStream::new(receiver)).await.unwrap().into_inner();
    let mut next = async || answers.message().await.map(|answer| answer.unwrap().frame.unwrap());
    assert!(matches!(next().await, Ok(Out::Started(_))));
    assert!(matches!(next().await, Ok(Out::Refused(_))));
    server.stop(Stop { lame_duck: Duration::ZERO, grace: Duration::from_secs(10) });
    let Ok(Out::Notice(notice)) = next().await else { panic!("no notice") };
    assert_eq!((notice.kind(), notice.last_sequence), (StreamNoticeKind::Draining, -1));
    let told = told(&next().await.unwrap_err());
    assert_eq!((told.code, told.reason.as_str()), (Code::Unavailable, "DRAINING"));
    drop(sender);
    tokio::time::timeout(Duration::from_secs(5), server.stopped()).await.expect("long before the grace ends").unwrap();
}
