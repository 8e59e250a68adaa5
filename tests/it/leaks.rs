//! Nothing of a profile leaves the server but in answers: marked profiles are sent through every path, and every output is
//! searched for the marks.

use std::fs;

use base64::{Engine, prelude::BASE64_STANDARD_NO_PAD};
use bytes::Bytes;
use express_entry::grpc::{
    codec::FrameCodec,
    proto::{
        Adaptability, BatchEvaluateRequest, Date, Draw, Duties, Education, EvaluateHistoryRequest, EvaluateRequest,
        EvaluationItem, EvaluationItems, EvaluationTarget, EvaluationView, ExplainGapRequest, GetDrawRequest,
        GetOccupationRequest, LanguageTest, ListDrawsRequest, ListOccupationsRequest, Profile, ProjectProfileRequest,
        ScoreProfileRequest, SimulateDrawRequest, SimulationTerms, Spouse, StreamEvaluateRequest, WorkExperience,
        evaluate_request, evaluation_target, explain_gap_request,
        express_entry_service_client::ExpressEntryServiceClient, simulate_draw_request::Frame as PoolFrame,
        simulation_terms, stream_evaluate_request::Frame as StreamFrame,
    },
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use prost_types::Timestamp;
use tokio_stream::StreamExt;
use tonic::{
    Request,
    transport::{Channel, Endpoint},
};

use crate::support::{certificates::Files, collector::Collector, scraped::ask, served::Served};

/// Texts that no output has a reason to hold.
const TEXTS: [&str; 14] = [
    "mrk-profile",
    "mrk-item",
    "mrk-country",
    "mrk-category",
    "mrk-method",
    "mrk-query",
    "mrk-page",
    "mrk-number",
    "mrk-name",
    "mrk-note",
    "mrk-metadata",
    "mrk-bytes",
    "QXZ7K",
    "1987-03-19",
];

/// Words that stand by themselves where they are told: codes, numbers that are no one's size or time, an instant.
const WORDS: [&str; 10] =
    ["31301", "31302", "ZW", "876543219", "918273645", "765432198", "1704890096", "98765", "1987", "2861"];

/// A score is also the size of many a frame; so it is looked for as fields and answers show it.
const SCORES: [&str; 4] = ["1087, stated", "Some(1087)", "crs_score: 1087", "score 1087"];

/// Numbers with a point, which are no seconds of a minute.
const SHARES: [&str; 2] = ["77.62", "73.125"];

fn day(year: i32) -> Option<Date> {
    Some(Date { year, month: 3, day: 19 })
}

/// A profile that says all that one can, with a mark wherever one fits.
fn marked() -> Profile {
    let work = WorkExperience {
        noc_code: "31301".into(),
        start_date: day(2021),
        end_date: None,
        hours_per_week: Some(77.62),
        country_code: "ZW".into(),
        paid: 1,
        duties: Some(Duties { lead_statement: 1, main_duties: 1, essential_duties: 1 }),
        self_employed: 2,
        authorized: 1,
        full_time_student: 2,
    };
    let education = Education { level: 6, canadian: 2, assessed_on: day(2023) };
    Profile {
        profile_id: "mrk-profile".into(),
        submitted_at: Some(Timestamp { seconds: 1_704_890_096, nanos: 0 }),
        crs_score: Some(1087),
        eligible_programs: vec![1],
        work_experiences: vec![work.clone(), WorkExperience { noc_code: "31302".into(), ..work }],
        language_tests: Vec::new(),
        attested_category_ids: Vec::new(),
        birth_date: day(1987),
        age: None,
        education: Some(education),
        spouse: Some(Spouse { accompanying: 1, education: Some(education), ..Spouse::default() }),
        adaptability: Some(Adaptability { relative_in_canada: 1, ..Adaptability::default() }),
        funds_cad: Some(918_273_645),
        family_size: Some(3),
        marital_status: 2,
        ..Profile::default()
    }
}

/// The same with facts left open, and with each kind of thing wrong in its own way.
fn profiles() -> Vec<Profile> {
    let work = |wrong: fn(&mut WorkExperience)| {
        let mut profile = marked();
        wrong(&mut profile.work_experiences[0]);
        profile
    };
    let test = LanguageTest { kind: 1, taken_on: day(2023), listening: 73.125, ..LanguageTest::default() };
    vec![
        marked(),
        Profile { crs_score: None, eligible_programs: Vec::new(), ..marked() },
        Profile { submitted_at: None, work_experiences: Vec::new(), ..marked() },
        Profile { profile_id: "mrk-profile".repeat(10), ..marked() },
        Profile { crs_score: Some(876_543_219), ..marked() },
        Profile { eligible_programs: vec![765_432_198], ..marked() },
        Profile { attested_category_ids: vec!["mrk-category".into()], ..marked() },
        Profile { birth_date: day(98_765), ..marked() },
        Profile { age: Some(2861), ..marked() },
        Profile { language_tests: vec![test], ..marked() },
        Profile { spouse: Some(Spouse { language_tests: vec![test], ..Spouse::default() }), ..marked() },
        work(|work| work.noc_code = "QXZ7K".into()),
        work(|work| work.country_code = "mrk-country".into()),
        work(|work| work.hours_per_week = Some(f64::NAN)),
        work(|work| work.paid = 765_432_198),
    ]
}

fn request<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("x-custom", "mrk-metadata".parse().unwrap());
    request.metadata_mut().insert("traceparent", "mrk-metadata".parse().unwrap());
    request.metadata_mut().insert("x-request-id", "mrk-metadata is no sane id".parse().unwrap());
    request
}

fn items() -> Vec<EvaluationItem> {
    let item = |profile| EvaluationItem { correlation_id: "mrk-item".into(), profile: Some(profile) };
    let long = EvaluationItem { correlation_id: "mrk-item".repeat(20), profile: Some(marked()) };
    profiles().into_iter().map(item).chain([long, EvaluationItem::default()]).collect()
}

fn own_draw() -> Draw {
    Draw {
        number: "own".into(),
        name: "mrk-name".into(),
        held_on: Some(Date { year: 2024, month: 2, day: 14 }),
        r#type: 1,
        programs: vec![1],
        crs_cut_off: 422,
        tie_break: 3,
        notes: vec!["mrk-note".into()],
        ..Draw::default()
    }
}

/// Every method, with every profile, right and wrong, and calls that are none.
async fn send_everything(channel: Channel) {
    let mut client = ExpressEntryServiceClient::new(channel.clone());
    for profile in profiles() {
        use evaluate_request::Draw::{DrawNumber, HypotheticalDraw};
        for draw in [DrawNumber("284".into()), DrawNumber("mrk-number".into()), HypotheticalDraw(own_draw())] {
            for view in [EvaluationView::Verdict, EvaluationView::Full] {
                let profile = Some(profile.clone());
                let asked = EvaluateRequest { profile, draw: Some(draw.clone()), view: view.into(), strict: false };
                let _ = client.evaluate(request(asked)).await;
            }
        }
        let profile = Some(profile);
        let as_of = Some(Date { year: 2024, month: 2, day: 14 });
        let _ = client.score_profile(request(ScoreProfileRequest { profile: profile.clone(), as_of })).await;
        let held_from = Some(Date { year: 2026, month: 9, day: 1 });
        let asked = EvaluateHistoryRequest { profile: profile.clone(), held_from, ..Default::default() };
        if let Ok(answers) = client.evaluate_history(request(asked)).await {
            let _: Vec<_> = answers.into_inner().collect().await;
        }
        let draw = Some(explain_gap_request::Draw::DrawNumber("284".into()));
        let asked = ExplainGapRequest { profile: profile.clone(), draw, max_options: 1, ..Default::default() };
        let _ = client.explain_gap(request(asked)).await;
        let asked = ProjectProfileRequest { profile, from: as_of, to: as_of, strict: false };
        let _ = client.project_profile(request(asked)).await;
    }
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    for view in [EvaluationView::Verdict, EvaluationView::Full] {
        let target = EvaluationTarget { draw: draw.clone(), view: view.into(), strict: false };
        let batch = BatchEvaluateRequest { target: Some(target.clone()), items: items() };
        client.batch_evaluate(request(batch)).await.unwrap();
        let whole = vec![StreamFrame::Target(target.clone()), StreamFrame::Items(EvaluationItems { items: items() })];
        let out_of_order = vec![StreamFrame::Items(EvaluationItems { items: items() }), StreamFrame::Target(target)];
        for frames in [[whole.clone(), out_of_order].concat(), whole] {
            let frames = frames.into_iter().map(|frame| StreamEvaluateRequest { frame: Some(frame) });
            let answers = client.stream_evaluate(request(tokio_stream::iter(frames))).await.unwrap();
            let _: Vec<_> = answers.into_inner().collect().await;
        }
    }
    let draw = Some(simulation_terms::Draw::DrawNumber("284".into()));
    let terms = SimulationTerms { draw, ..SimulationTerms::default() };
    let frames = [PoolFrame::Terms(terms), PoolFrame::Pool(EvaluationItems { items: items() })];
    let frames = frames.map(|frame| SimulateDrawRequest { frame: Some(frame) });
    let answers = client.simulate_draw(request(tokio_stream::iter(frames))).await.unwrap();
    let _: Vec<_> = answers.into_inner().collect().await;
    let _ = client.get_draw(request(GetDrawRequest { number: "mrk-number".into() })).await;
    let occupation = GetOccupationRequest { noc_code: "QXZ7K".into(), ..Default::default() };
    let _ = client.get_occupation(request(occupation)).await;
    let _ = client.list_draws(request(ListDrawsRequest { page_token: "mrk-page".into(), ..Default::default() })).await;
    let search = ListOccupationsRequest { query: "mrk-query".into(), ..Default::default() };
    let _ = client.list_occupations(request(search)).await;
    malformed(channel).await;
}

/// Bytes that are no message, and methods that are none.
async fn malformed(channel: Channel) {
    let whole = EvaluateRequest { profile: Some(marked()), ..EvaluateRequest::default() }.encode_to_vec();
    let messages = [
        Bytes::from_static(b"\x0a\x7fmrk-bytes"),
        Bytes::from([b"\x0a\xff\xff\xff\xff\x0f".as_slice(), b"mrk-bytes"].concat()),
        Bytes::from([&whole[..], b"\xff\xffmrk-bytes"].concat()),
        Bytes::from(whole[..whole.len() - 3].to_vec()),
        Bytes::from(b"mrk-bytes".repeat(500_000)),
    ];
    for path in [
        "/expressentry.v1.ExpressEntryService/Evaluate",
        "/expressentry.v1.ExpressEntryService/BatchEvaluate",
        "/expressentry.v1.ExpressEntryService/StreamEvaluate",
        "/expressentry.v1.ExpressEntryService/SimulateDraw",
        "/expressentry.v1.ExpressEntryService/mrk-method",
        "/mrk-method/mrk-method",
    ] {
        // One that is too large is refused before anyone looks at its method's message.
        let fitting = if path.ends_with("/Evaluate") { &messages[..] } else { &messages[..4] };
        for message in fitting {
            let mut grpc = tonic::client::Grpc::new(channel.clone());
            grpc.ready().await.unwrap();
            let messages = tokio_stream::iter([message.clone()]);
            let answers = grpc.streaming(request(messages), path.parse().unwrap(), FrameCodec).await;
            if let Ok(answers) = answers {
                let _: Vec<_> = answers.into_inner().collect().await;
            }
        }
    }
}

/// What of a text shows in the base64 of something that holds it, at any of the three places it can have there.
fn in_base64(text: &str) -> [String; 3] {
    [0, 1, 2].map(|shift| {
        let encoded = BASE64_STANDARD_NO_PAD.encode([&vec![0; shift], text.as_bytes()].concat());
        encoded[(shift * 4).div_ceil(3)..encoded.len() - 1].to_owned()
    })
}

/// A line without how long a call took, which may be any number.
fn untimed(line: &str) -> String {
    let without = |text: &str, key: &str| {
        let rests = text.split(key).map(|rest| rest.trim_start_matches(|byte: char| byte.is_ascii_digit()));
        rests.collect::<Vec<_>>().join(" ")
    };
    without(&without(line, "us="), "\"us\":")
}

/// The marks that are in an output, each with the line.
fn found(output: &str) -> Vec<String> {
    let encoded: Vec<(&str, String)> = TEXTS
        .iter()
        .filter(|text| text.starts_with("mrk"))
        .flat_map(|text| in_base64(text).map(|part| (*text, part)))
        .collect();
    let mut found = Vec::new();
    for line in output.lines() {
        let mut marks = TEXTS.iter().chain(&SCORES).chain(&SHARES).filter(|text| line.contains(**text));
        let mut in_base64 = encoded.iter().filter(|(_, part)| line.contains(part)).map(|(text, _)| *text);
        let untimed = untimed(line);
        let mut words = untimed.split(|byte: char| !byte.is_ascii_alphanumeric());
        let word = words.find(|word| WORDS.contains(word));
        if let Some(mark) = marks.next().copied().or(word).or_else(|| in_base64.next()) {
            found.push(format!("{mark} in: {}", line.chars().take(300).collect::<String>()));
        }
    }
    found
}

async fn nothing_leaks(log_format: &str) {
    let (files, collector) = (Files::new(), Collector::start().await);
    let key = files.write("key", "0123456789abcdef0123456789abcdef");
    let decisions = files.path("decisions");
    let endpoint = format!("http://{}", collector.address);
    let served = Served::start(&[
        "--log-format",
        log_format,
        "--log",
        "trace",
        "--metrics-listen",
        "127.0.0.1:0",
        "--otlp-endpoint",
        &endpoint,
        "--decision-log",
        &decisions.to_string_lossy(),
        "--decision-log-key",
        &key,
        "--lame-duck",
        "0",
    ]);
    let endpoint = Endpoint::from_shared(format!("http://{}", served.address)).unwrap();
    send_everything(endpoint.connect().await.unwrap()).await;
    let metrics = ask(served.metrics(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    served.terminate();
    served.wait_for("stopped");
    let mut spans = Vec::<ExportTraceServiceRequest>::new();
    for _ in 0..250 {
        spans = collector.kept();
        let decided = fs::read_to_string(&decisions).unwrap().lines().count();
        if decided > 50 && !spans.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let spans = format!("{spans:#?}");
    let decisions = fs::read_to_string(&decisions).unwrap();
    let log = served.log();
    for (output, text, has) in [
        ("log", &log, "call ended"),
        ("log of every level", &log, "TRACE"),
        ("metrics", &metrics, "express_entry_items_total"),
        ("spans", &spans, "rpc.method"),
        ("decisions", &decisions, "profile_hmac"),
    ] {
        assert!(text.contains(has), "{output} has its lines all the same");
        let found = found(text);
        assert!(
            found.is_empty(),
            "{} marks in the {output}:\n{}",
            found.len(),
            found[..found.len().min(10)].join("\n")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_output_has_anything_of_a_profile() {
    nothing_leaks("json").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nor_where_the_log_is_for_people() {
    nothing_leaks("human").await;
}

/// The search finds what it is for.
#[test]
fn marks_are_found_where_they_are() {
    let in_details = BASE64_STANDARD_NO_PAD.encode("x: mrk-profile is wrong");
    for (line, is_found) in [
        ("profile mrk-profile-7", true),
        (&*format!("grpc-status-details-bin={in_details}"), true),
        ("noc_code: \"31301\"", true),
        ("noc 31301 is", true),
        ("crs_score: 1087", true),
        ("call ended us=31301 request_id=1", false),
        ("{\"us\":31301}", false),
        ("hash 0031301f", false),
        ("len=1087", false),
    ] {
        assert_eq!(!found(line).is_empty(), is_found, "{line}");
    }
}
