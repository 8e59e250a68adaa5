//! The codec of the stream of evaluations beside the straightforward way by the generated types: frames of 256 items in the
//! VERDICT view, each a profile of about 250 bytes with three spells of work, its score and programs stated.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a bench is code for one reader"
)]

use std::{hint::black_box, sync::Arc};

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use express_entry::{
    catalog::Catalog,
    engine::{Terms, Unsaid, evaluate},
    grpc::{
        Api,
        codec::{ItemReader, Results, items},
        proto::{
            Answer, BatchEvaluateRequest, Date, Duties, EvaluationItem, EvaluationItems, EvaluationResults,
            EvaluationTarget, Profile, Program, StreamEvaluateRequest, StreamEvaluateResponse, WorkExperience,
            evaluation_target, stream_evaluate_request::Frame as In, stream_evaluate_response::Frame as Out,
        },
        stream_evaluate,
    },
};
use futures_util::{FutureExt, StreamExt, stream};
use prost::Message;

const ITEMS: usize = 256;

fn target() -> EvaluationTarget {
    let draw = Some(evaluation_target::Draw::DrawNumber("284".into()));
    EvaluationTarget { draw, ..EvaluationTarget::default() }
}

/// The items of a frame; their scores and days differ, and so do their verdicts.
fn frame() -> Vec<u8> {
    let date = |year, month, day| Some(Date { year, month, day });
    let yes = Answer::Yes.into();
    let spell = |code: &str, start, end, country: &str| WorkExperience {
        noc_code: code.into(),
        start_date: start,
        end_date: end,
        hours_per_week: Some(37.5),
        country_code: country.into(),
        paid: yes,
        duties: Some(Duties { lead_statement: yes, main_duties: yes, essential_duties: yes }),
        self_employed: Answer::No.into(),
        authorized: yes,
        full_time_student: Answer::No.into(),
    };
    let item = |place: i32| EvaluationItem {
        correlation_id: format!("{place:024}"),
        profile: Some(Profile {
            profile_id: format!("00000000-0000-4000-8000-{place:012}"),
            submitted_at: Some(prost_types::Timestamp { seconds: 1_700_000_000 + i64::from(place) * 60, nanos: 0 }),
            crs_score: Some(400 + place % 64),
            eligible_programs: vec![Program::FederalSkilledWorker.into(), Program::CanadianExperienceClass.into()],
            work_experiences: vec![
                spell("31301", date(2021, 1 + place % 12, 14), date(2022, 3, 31), "PH"),
                spell("21231", date(2022, 4, 1), date(2023, 2, 28), "CA"),
                spell("31301", date(2023, 3, 1 + place % 28), None, "CA"),
            ],
            ..Profile::default()
        }),
    };
    let items: Vec<EvaluationItem> = (0..256).map(item).collect();
    let bytes: usize = items.iter().map(Message::encoded_len).sum();
    println!("{} bytes an item", bytes / ITEMS);
    StreamEvaluateRequest { frame: Some(In::Items(EvaluationItems { items })) }.encode_to_vec()
}

/// The straightforward way: the frame decoded into the generated types, each item converted, evaluated and told in them, the
/// results encoded.
fn by_generated_types(api: &Api, frame: &[u8]) -> Vec<u8> {
    let Some(In::Items(EvaluationItems { items })) = StreamEvaluateRequest::decode(frame).unwrap().frame else {
        panic!("no items")
    };
    let request = BatchEvaluateRequest { target: Some(target()), items };
    let results = api.batch_evaluate(request, async |_| ()).now_or_never().unwrap().unwrap().results;
    StreamEvaluateResponse { frame: Some(Out::Results(EvaluationResults { results })) }.encode_to_vec()
}

fn codec(criterion: &mut Criterion) {
    let api = Api::new(Arc::new(Catalog::embedded().unwrap()));
    let catalog = api.catalog();
    let terms = Terms::new(catalog, catalog.draw("284").unwrap()).unwrap();
    let frame = frame();
    let mut reader = ItemReader::default();

    let mut wire_to_wire = criterion.benchmark_group("wire to wire");
    wire_to_wire.throughput(Throughput::Elements(ITEMS as u64));
    wire_to_wire.bench_function("generated types", |bencher| {
        bencher.iter(|| by_generated_types(&api, black_box(&frame)));
    });
    wire_to_wire.bench_function("codec", |bencher| {
        let begin = StreamEvaluateRequest { frame: Some(In::Target(target())) }.encode_to_vec();
        let items = Bytes::from(frame.clone());
        let frames = stream::iter([Ok(Bytes::from(begin))]).chain(stream::repeat_with(move || Ok(items.clone())));
        let mut answers = Box::pin(stream_evaluate(api.clone(), frames));
        let mut next =
            || std::iter::repeat_with(|| answers.next().now_or_never()).flatten().next().unwrap().unwrap().unwrap();
        next();
        assert_eq!(next(), by_generated_types(&api, &frame));
        // Later frames go on counting, so that their sequences take a byte or two more.
        bencher.iter(&mut next);
    });
    wire_to_wire.finish();

    let mut decode = criterion.benchmark_group("decode");
    decode.throughput(Throughput::Elements(ITEMS as u64));
    decode.bench_function("generated types, not converted", |bencher| {
        bencher.iter(|| StreamEvaluateRequest::decode(black_box(frame.as_slice())).unwrap());
    });
    decode.bench_function("codec, converted", |bencher| {
        bencher.iter(|| {
            for item in items(black_box(&frame)).unwrap() {
                black_box(reader.read(item, catalog).unwrap());
            }
        });
    });
    decode.finish();

    let profiles: Vec<_> =
        items(&frame).unwrap().map(|item| reader.read(item, catalog).unwrap().profile.clone()).collect();
    let verdict = |profile| evaluate(profile, &terms, Unsaid::Assumed);
    let mut engine = criterion.benchmark_group("evaluate");
    engine.throughput(Throughput::Elements(ITEMS as u64));
    engine.bench_function("engine", |bencher| {
        bencher.iter(|| profiles.iter().for_each(|profile| drop(black_box(verdict(black_box(profile))))));
    });
    engine.finish();

    let evaluations: Vec<_> = profiles.iter().map(verdict).collect();
    let answered = StreamEvaluateResponse::decode(by_generated_types(&api, &frame).as_slice()).unwrap();
    let mut encode = criterion.benchmark_group("encode");
    encode.throughput(Throughput::Elements(ITEMS as u64));
    encode
        .bench_function("generated types, converted", |bencher| bencher.iter(|| black_box(&answered).encode_to_vec()));
    encode.bench_function("codec", |bencher| {
        let mut results = Results::default();
        bencher.iter(|| {
            for (sequence, evaluation) in (0..).zip(black_box(&evaluations)) {
                results.add_evaluation(
                    sequence,
                    "000000000000000000000001",
                    "00000000-0000-4000-8000-000000000001",
                    evaluation,
                );
            }
            results.take().unwrap()
        });
    });
    encode.finish();
}

criterion_group!(benches, codec);
criterion_main!(benches);
