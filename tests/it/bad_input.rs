//! Bad input gets a clear error: code, reason, the paths of all wrong fields, and nothing is lost.

use express_entry::grpc::proto::{
    BatchEvaluateRequest, Date, Draw, DrawType, Duties, EvaluateRequest, EvaluationItem, EvaluationTarget,
    GetDrawRequest, GetOccupationRequest, LanguageTest, LanguageTestKind, ListCategoriesRequest, ListDrawsRequest,
    ListOccupationsRequest, Profile, Program, Spouse, TieBreak, WorkExperience, evaluate_request::Draw as Named,
    evaluation_result::Result as Answer, evaluation_target, express_entry_service_client::ExpressEntryServiceClient,
};
use prost_types::Timestamp;
use tonic::{Code, transport::Channel};

use crate::support::{
    error::{Told, told, told_of_item},
    nurse,
    server::TestServer,
};

fn invalid(fields: &[&str]) -> Told {
    Told {
        code: Code::InvalidArgument,
        reason: "INVALID_FIELDS".into(),
        fields: fields.iter().map(ToString::to_string).collect(),
        resource: None,
    }
}

fn not_found(reason: &str, resource: &str) -> Told {
    Told { code: Code::NotFound, reason: reason.into(), fields: vec![], resource: Some(resource.into()) }
}

fn of_draw_284(profile: Profile) -> EvaluateRequest {
    EvaluateRequest { profile: Some(profile), draw: Some(Named::DrawNumber("284".into())), view: 0, strict: false }
}

async fn refusal(client: &mut ExpressEntryServiceClient<Channel>, request: EvaluateRequest) -> Told {
    told(&client.evaluate(request).await.expect_err("should be refused"))
}

type Change = fn(&mut Profile);
fn spell(profile: &mut Profile) -> &mut WorkExperience {
    &mut profile.work_experiences[0]
}
fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}
fn test_of(kind: LanguageTestKind, scores: [f64; 4]) -> LanguageTest {
    let [listening, reading, writing, speaking] = scores;
    LanguageTest { kind: kind.into(), taken_on: date(2023, 6, 1), listening, reading, writing, speaking }
}

/// One wrong thing each, and the path it must be told with.
const WRONG_PROFILES: &[(&str, Change)] = &[
    ("profile.work_experiences[0].noc_code", |p| spell(p).noc_code = "3012".into()),
    ("profile.work_experiences[0].noc_code", |p| spell(p).noc_code = "31000".into()),
    ("profile.work_experiences[0].noc_code", |p| spell(p).noc_code = "99999".into()),
    ("profile.work_experiences[0].noc_code", |p| spell(p).noc_code.clear()),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = None),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = date(2023, 2, 29)),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = date(2023, 0, 0)),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = date(0, 5, 1)),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = date(10_000, 5, 1)),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = date(2023, 13, 1)),
    ("profile.work_experiences[0].start_date", |p| spell(p).start_date = date(2023, -1, -1)),
    ("profile.work_experiences[0].end_date", |p| spell(p).end_date = date(2023, 8, 13)),
    ("profile.work_experiences[0].end_date", |p| spell(p).end_date = date(2023, 7, 0)),
    ("profile.work_experiences[0].end_date", |p| spell(p).end_date = date(2023, 4, 31)),
    ("profile.work_experiences[0].hours_per_week", |p| spell(p).hours_per_week = Some(0.0)),
    ("profile.work_experiences[0].hours_per_week", |p| spell(p).hours_per_week = Some(-1.0)),
    ("profile.work_experiences[0].hours_per_week", |p| spell(p).hours_per_week = Some(f64::NAN)),
    ("profile.work_experiences[0].hours_per_week", |p| spell(p).hours_per_week = Some(f64::INFINITY)),
    ("profile.work_experiences[0].hours_per_week", |p| spell(p).hours_per_week = Some(168.01)),
    ("profile.work_experiences[0].country_code", |p| spell(p).country_code = "ca".into()),
    ("profile.work_experiences[0].country_code", |p| spell(p).country_code = "XX".into()),
    ("profile.work_experiences[0].country_code", |p| spell(p).country_code = "CAN".into()),
    ("profile.work_experiences[0].paid", |p| spell(p).paid = 3),
    ("profile.work_experiences[0].self_employed", |p| spell(p).self_employed = -1),
    ("profile.work_experiences[0].authorized", |p| spell(p).authorized = 9),
    ("profile.work_experiences[0].full_time_student", |p| spell(p).full_time_student = 9),
    ("profile.work_experiences[0].duties.lead_statement", |p| {
        spell(p).duties = Some(Duties { lead_statement: 7, ..Duties::default() });
    }),
    ("profile.work_experiences", |p| p.work_experiences = vec![p.work_experiences[0].clone(); 51]),
    ("profile.spouse.work_experiences", |p| {
        let spells = vec![p.work_experiences[0].clone(); 25];
        p.work_experiences.clone_from(&spells);
        p.spouse =
            Some(Spouse { work_experiences: [spells.clone(), spells[..1].into()].concat(), ..Spouse::default() });
    }),
    ("profile.spouse.language_tests", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::NclcFrench, [7.0; 4]); 5];
        let language_tests = vec![test_of(LanguageTestKind::NclcFrench, [7.0; 4]); 6];
        p.spouse = Some(Spouse { language_tests, ..Spouse::default() });
    }),
    ("profile.crs_score", |p| p.crs_score = Some(-1)),
    ("profile.crs_score", |p| p.crs_score = Some(1201)),
    ("profile.profile_id", |p| p.profile_id = "é".repeat(65)),
    ("profile.submitted_at", |p| p.submitted_at = Some(Timestamp { seconds: 0, nanos: -1 })),
    ("profile.submitted_at", |p| p.submitted_at = Some(Timestamp { seconds: i64::MAX, nanos: 0 })),
    ("profile.eligible_programs[1]", |p| p.eligible_programs = vec![1, 0]),
    ("profile.eligible_programs[0]", |p| p.eligible_programs = vec![5]),
    ("profile.attested_category_ids[0]", |p| p.attested_category_ids = vec!["healthcare".into()]),
    ("profile.attested_category_ids[0]", |p| p.attested_category_ids = vec!["nonsense".into()]),
    ("profile.language_tests[0].kind", |p| p.language_tests = vec![LanguageTest::default()]),
    ("profile.language_tests[0].kind", |p| {
        p.language_tests = vec![LanguageTest { kind: 8, ..LanguageTest::default() }];
    }),
    ("profile.language_tests[0].taken_on", |p| {
        let test = test_of(LanguageTestKind::NclcFrench, [7.0; 4]);
        p.language_tests = vec![LanguageTest { taken_on: date(2023, 6, 0), ..test }];
    }),
    ("profile.language_tests[0].listening", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::TefCanada, [434.0, 207.0, 310.0, 310.0])];
    }),
    ("profile.language_tests[0].reading", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::TefCanada, [249.0, 301.0, 310.0, 310.0])];
    }),
    ("profile.language_tests[0].writing", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::TcfCanada, [458.0, 453.0, 20.5, 10.0])];
    }),
    ("profile.language_tests[0].speaking", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::IeltsGeneral, [9.0, 9.0, 9.0, 9.5])];
    }),
    ("profile.language_tests[0].listening", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::PteCore, [9.0, 60.0, 60.0, 60.0])];
    }),
    ("profile.language_tests[0].reading", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::CelpipGeneral, [7.0, f64::NAN, 7.0, 7.0])];
    }),
    ("profile.language_tests[0].reading", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::ClbEnglish, [7.0, 7.5, 7.0, 7.0])];
    }),
    ("profile.language_tests[0].speaking", |p| {
        p.language_tests = vec![test_of(LanguageTestKind::NclcFrench, [7.0, 7.0, 7.0, 13.0])];
    }),
];

#[tokio::test]
async fn one_wrong_field_is_named_by_its_path() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    for (field, change) in WRONG_PROFILES {
        let mut profile = nurse();
        change(&mut profile);
        assert_eq!(refusal(&mut client, of_draw_284(profile.clone())).await, invalid(&[field]), "{profile:?}");
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let mut profile = nurse();
    profile.crs_score = Some(1300);
    profile.profile_id = "x".repeat(65);
    let second = WorkExperience { noc_code: "3012".into(), hours_per_week: Some(0.0), ..WorkExperience::default() };
    profile.work_experiences.push(second);
    let request = EvaluateRequest {
        profile: Some(profile),
        draw: Some(Named::DrawNumber("no such draw".into())),
        view: 7,
        strict: false,
    };
    let status = client.evaluate(request).await.unwrap_err();
    let expected = invalid(&[
        "profile.profile_id",
        "profile.crs_score",
        "profile.work_experiences[1].noc_code",
        "profile.work_experiences[1].start_date",
        "profile.work_experiences[1].hours_per_week",
        "view",
        "draw_number",
    ]);
    assert_eq!(told(&status), expected);
    assert!(
        status.message().contains("profile.crs_score: CRS score 1300 is out of range; a score is 0 to 1200 points")
    );
    assert!(!status.message().contains("xxx"), "references are never told back");
    assert!(status.message().ends_with("and 4 more"));
}

#[tokio::test]
async fn what_is_unset_is_named() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    assert_eq!(refusal(&mut client, EvaluateRequest::default()).await, invalid(&["profile", "draw"]));
    let batch = client.batch_evaluate(BatchEvaluateRequest::default()).await.unwrap_err();
    assert_eq!(told(&batch), invalid(&["target"]));
    let target = Some(EvaluationTarget::default());
    let batch = client.batch_evaluate(BatchEvaluateRequest { target, items: vec![] }).await.unwrap_err();
    assert_eq!(told(&batch), invalid(&["target.draw"]));
    let get = client.get_draw(GetDrawRequest::default()).await.unwrap_err();
    assert_eq!(told(&get), invalid(&["number"]));
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let with = |draw| EvaluateRequest { profile: Some(nurse()), draw: Some(draw), view: 0, strict: false };
    for number in ["9999", "91", "284 "] {
        let expected = not_found("DRAW_NOT_FOUND", &format!("expressentry.v1.Draw {number}"));
        assert_eq!(refusal(&mut client, with(Named::DrawNumber(number.into()))).await, expected);
    }
    let category = |id: &str| not_found("CATEGORY_NOT_FOUND", &format!("expressentry.v1.Category {id}"));
    assert_eq!(refusal(&mut client, with(Named::LatestInCategory("health".into()))).await, category("health"));
    // Known, and no draw was held in it.
    assert_eq!(
        refusal(&mut client, with(Named::LatestInCategory("researchers".into()))).await,
        category("researchers")
    );
    let list = ListOccupationsRequest { category_id: "health".into(), ..Default::default() };
    assert_eq!(told(&client.list_occupations(list).await.unwrap_err()), category("health"));
    let list = ListDrawsRequest { category_id: "health".into(), ..Default::default() };
    assert_eq!(told(&client.list_draws(list).await.unwrap_err()), category("health"));
    let get = client.get_draw(GetDrawRequest { number: "91".into() }).await.unwrap_err();
    assert_eq!(told(&get), not_found("DRAW_NOT_FOUND", "expressentry.v1.Draw 91"));
    let get = GetOccupationRequest { noc_code: "31000".into(), as_of: None };
    let get = client.get_occupation(get).await.unwrap_err();
    assert_eq!(told(&get), not_found("OCCUPATION_NOT_FOUND", "expressentry.v1.Occupation 31000"));
}

fn hypothetical() -> Draw {
    Draw {
        held_on: date(2024, 2, 14),
        held_at: Some(Timestamp { seconds: 1_707_900_000, nanos: 0 }),
        r#type: DrawType::CategoryBased.into(),
        programs: vec![Program::FederalSkilledWorker.into()],
        category_id: "healthcare".into(),
        crs_cut_off: 422,
        ..Draw::default()
    }
}

/// Changes of a hypothetical draw, and the paths they must be told with.
type DrawChange = fn(&mut Draw);
const WRONG_DRAWS: &[(&[&str], DrawChange)] = &[
    (&["held_on"], |d| d.held_on = None),
    (&["held_on"], |d| d.held_on = date(2024, 2, 0)),
    (&["held_at"], |d| d.held_at = None),
    (&["held_at"], |d| d.held_on = date(2024, 2, 15)),
    (&["held_at"], |d| d.held_on = date(2024, 2, 12)),
    (&["type"], |d| d.r#type = 0),
    (&["type"], |d| d.r#type = 4),
    (&["programs"], |d| d.programs.clear()),
    (&["programs[0]"], |d| d.programs = vec![0, 1]),
    (&["programs[1]"], |d| d.programs = vec![1, 9]),
    (&["crs_cut_off"], |d| d.crs_cut_off = 0),
    (&["crs_cut_off"], |d| d.crs_cut_off = -1),
    (&["crs_cut_off"], |d| d.crs_cut_off = 1201),
    (&["category_id"], |d| d.category_id.clear()),
    (&["category_id"], |d| d.category_id = "nonsense".into()),
    (&["category_id"], |d| d.category_id = "education".into()),
    (&["category_id"], |d| d.r#type = DrawType::General.into()),
    (&["invitations"], |d| d.invitations = -1),
    (&["tie_break_at"], |d| d.tie_break = TieBreak::Published.into()),
    (&["tie_break_at"], |d| d.tie_break_at = d.held_at),
    (&["tie_break_at"], |d| {
        d.tie_break = TieBreak::Published.into();
        d.tie_break_at = Some(Timestamp { seconds: 1_707_900_001, nanos: 0 });
    }),
    (&["tie_break"], |d| d.tie_break = 4),
    (&["confidence"], |d| d.confidence = 4),
    (&["number"], |d| d.number = "x".repeat(65)),
    (&["name"], |d| d.name = "x".repeat(257)),
    (&["notes[1]"], |d| d.notes = vec![String::new(), "x".repeat(257)]),
    (&["notes"], |d| d.notes = vec![String::new(); 17]),
    (&["held_on", "held_at", "type", "programs", "crs_cut_off"], |d| *d = Draw::default()),
];

#[tokio::test]
async fn a_hypothetical_draw_is_checked_like_the_catalogues() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let evaluate = |draw| EvaluateRequest {
        profile: Some(nurse()),
        draw: Some(Named::HypotheticalDraw(draw)),
        view: 0,
        strict: false,
    };
    client.evaluate(evaluate(hypothetical())).await.unwrap();
    for (fields, change) in WRONG_DRAWS {
        let mut draw = hypothetical();
        change(&mut draw);
        let paths = |prefix: &str| fields.iter().map(|field| format!("{prefix}hypothetical_draw.{field}")).collect();
        let expected = |prefix| Told { fields: paths(prefix), ..invalid(&[]) };
        assert_eq!(refusal(&mut client, evaluate(draw.clone())).await, expected(""), "{draw:?}");
        let draw = Some(evaluation_target::Draw::HypotheticalDraw(draw));
        let target = Some(EvaluationTarget { draw, view: 0, strict: false });
        let batch = client.batch_evaluate(BatchEvaluateRequest { target, items: vec![] }).await.unwrap_err();
        assert_eq!(told(&batch), expected("target."));
    }
    let mut draw = hypothetical();
    draw.category_id = "education".into();
    let status = client.evaluate(evaluate(draw)).await.unwrap_err();
    assert!(
        status.message().contains("education was not in force on 2024-02-14; it was in force from 2025-02-27"),
        "{status:?}"
    );
}

#[tokio::test]
async fn wrong_filters_are_named() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let day = date(2024, 2, 14);
    let blank = ListOccupationsRequest::default;
    for (field, request) in [
        ("teers[1]", ListOccupationsRequest { teers: vec![1, 6], ..blank() }),
        ("page_size", ListOccupationsRequest { page_size: -1, ..blank() }),
        ("page_token", ListOccupationsRequest { page_token: "nonsense".into(), ..blank() }),
        ("as_of", ListOccupationsRequest { as_of: day, draw_number: "284".into(), ..blank() }),
        ("as_of", ListOccupationsRequest { as_of: date(2024, 2, 0), ..blank() }),
        ("draw_number", ListOccupationsRequest { draw_number: "283".into(), ..blank() }),
        ("draw_number", ListOccupationsRequest { draw_number: "1".into(), ..blank() }),
        ("query", ListOccupationsRequest { query: "x".repeat(201), ..blank() }),
        ("query", ListOccupationsRequest { query: "--".into(), ..blank() }),
    ] {
        let status = client.list_occupations(request).await.expect_err(field);
        assert_eq!(told(&status), invalid(&[field]));
    }
    // What does not exist is one more wrong field beside others.
    let request = ListOccupationsRequest {
        category_id: "nonsense".into(),
        draw_number: "9999".into(),
        teers: vec![6],
        ..blank()
    };
    let status = client.list_occupations(request).await.unwrap_err();
    assert_eq!(told(&status), invalid(&["teers[0]", "category_id", "draw_number"]));
    let blank = ListDrawsRequest::default;
    for (field, request) in [
        ("type", ListDrawsRequest { r#type: 9, ..blank() }),
        ("program", ListDrawsRequest { program: 9, ..blank() }),
        ("held_from", ListDrawsRequest { held_from: date(2024, 2, 30), ..blank() }),
        ("held_to", ListDrawsRequest { held_from: day, held_to: date(2024, 2, 13), ..blank() }),
        ("page_size", ListDrawsRequest { page_size: i32::MIN, ..blank() }),
    ] {
        let status = client.list_draws(request).await.expect_err(field);
        assert_eq!(told(&status), invalid(&[field]));
    }
    let status = client.list_categories(ListCategoriesRequest { as_of: date(0, 0, 0) }).await.unwrap_err();
    assert_eq!(told(&status), invalid(&["as_of"]));
    let get = GetOccupationRequest { noc_code: "3012".into(), as_of: date(2024, 2, 0) };
    assert_eq!(told(&client.get_occupation(get).await.unwrap_err()), invalid(&["noc_code", "as_of"]));
}

#[tokio::test]
async fn items_fail_one_by_one_and_too_many_fail_as_a_whole() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let target = || {
        let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
        Some(EvaluationTarget { draw, view: 0, strict: false })
    };
    let good = EvaluationItem { correlation_id: "good".into(), profile: Some(nurse()) };
    let wrong = EvaluationItem { correlation_id: "x".repeat(65), profile: None };
    let items = vec![good.clone(), wrong, good.clone()];
    let batch = client.batch_evaluate(BatchEvaluateRequest { target: target(), items }).await.unwrap().into_inner();
    let sequences: Vec<i64> = batch.results.iter().map(|result| result.sequence).collect();
    assert_eq!(sequences, [0, 1, 2]);
    assert!(matches!(batch.results[0].result, Some(Answer::Evaluation(_))));
    assert!(matches!(batch.results[2].result, Some(Answer::Evaluation(_))));
    let Some(Answer::Error(error)) = &batch.results[1].result else { panic!("no error") };
    assert_eq!(told_of_item(error), invalid(&["correlation_id", "profile"]));

    let items = vec![good.clone(); 1_000];
    let batch = client.batch_evaluate(BatchEvaluateRequest { target: target(), items }).await.unwrap().into_inner();
    assert_eq!(batch.results.len(), 1_000);
    let items = vec![good; 1_001];
    let status = client.batch_evaluate(BatchEvaluateRequest { target: target(), items }).await.unwrap_err();
    assert_eq!(told(&status), invalid(&["items"]));
    let none = BatchEvaluateRequest { target: target(), items: vec![] };
    assert_eq!(client.batch_evaluate(none).await.unwrap().into_inner().results, []);
}

#[tokio::test]
async fn an_error_stays_small_enough_for_trailers() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let mut profile = nurse();
    profile.work_experiences = vec![WorkExperience { noc_code: "no".repeat(500), paid: 9, ..Default::default() }; 50];
    let status = client.evaluate(of_draw_284(profile)).await.unwrap_err();
    let fields = told(&status).fields;
    assert!(fields.len() > 20, "{} fields told", fields.len());
    assert!(status.message().len() + status.details().len() * 4 / 3 < 8 << 10);
}

#[tokio::test]
async fn oversized_and_malformed_messages_have_a_reason_too() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let mut profile = nurse();
    profile.attested_category_ids = vec!["x".repeat(5 << 20)];
    let status = client.evaluate(of_draw_284(profile)).await.unwrap_err();
    assert_eq!((told(&status).code, told(&status).reason.as_str()), (Code::OutOfRange, "MESSAGE_TOO_LARGE"));

    // A profile where the number of a draw should be: the fields do not fit the message.
    let mut raw = tonic::client::Grpc::new(server.channel().await);
    raw.ready().await.unwrap();
    let codec = tonic_prost::ProstCodec::<WorkExperience, GetDrawRequest>::default();
    let path = "/expressentry.v1.ExpressEntryService/Evaluate".parse().unwrap();
    let not_a_request = WorkExperience { noc_code: "\u{7}".into(), ..Default::default() };
    let status = raw.unary(tonic::Request::new(not_a_request), path, codec).await.unwrap_err();
    assert_eq!((told(&status).code, told(&status).reason.as_str()), (Code::InvalidArgument, "MALFORMED_MESSAGE"));
}

/// As many spells and tests as there may be, of candidate and spouse together, are answered.
#[tokio::test]
async fn lists_at_their_limits_are_answered() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let mut profile = nurse();
    profile.work_experiences = vec![profile.work_experiences[0].clone(); 25];
    profile.language_tests = vec![test_of(LanguageTestKind::NclcFrench, [7.0; 4]); 5];
    profile.spouse = Some(Spouse {
        work_experiences: profile.work_experiences.clone(),
        language_tests: profile.language_tests.clone(),
        ..Spouse::default()
    });
    client.evaluate(of_draw_284(profile.clone())).await.unwrap();
    profile.work_experiences = vec![profile.work_experiences[0].clone(); 50];
    profile.language_tests = vec![profile.language_tests[0]; 10];
    profile.spouse = None;
    client.evaluate(of_draw_284(profile)).await.unwrap();
}
