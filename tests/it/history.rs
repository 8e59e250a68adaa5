//! One profile against the draws of the past, in both readings.

use express_entry::grpc::{
    Api,
    proto::{
        CriterionKind, Date, EvaluateHistoryRequest, EvaluateHistoryResponse, EvaluateRequest, EvaluationView,
        HistoryOrder, HistoryReading, Outcome, Profile, Verdict, evaluate_request::Draw as Named,
    },
};
use proptest::prelude::*;
use tonic::Code;

use crate::support::{cases, catalog, error::told, server::TestServer};

fn day(text: &str) -> Date {
    text.parse::<chrono::NaiveDate>().unwrap().into()
}

/// The nurse of 410 points who has worked for four months on the day of draw 284.
fn nurse() -> Profile {
    cases::profile_of_json(include_str!("../../examples/profiles/nurse_four_months.json"))
}

fn history(request: EvaluateHistoryRequest) -> Vec<EvaluateHistoryResponse> {
    let today = "2026-11-24".parse().unwrap();
    Api::new(catalog()).evaluate_history(request, today).unwrap().map(Result::unwrap).collect()
}

/// A draw, the verdict, the margin and the criteria that failed, as a line of the cases.
fn line(answer: &EvaluateHistoryResponse) -> String {
    let short = |kind: CriterionKind| kind.as_str_name().trim_start_matches("CRITERION_KIND_").to_owned();
    let failed: Vec<String> = answer.failed_criteria().map(short).collect();
    let open: Vec<String> = answer.unknown_criteria().map(|kind| format!("{}?", short(kind))).collect();
    let verdict = answer.verdict().as_str_name().trim_start_matches("VERDICT_");
    let score = answer.crs_score.map_or("unknown".to_owned(), |score| score.to_string());
    let margin = answer.crs_margin.map_or(String::new(), |margin| format!(" {margin:+}"));
    format!("{} {verdict} {score}{margin} {}", answer.draw_number, [failed, open].concat().join(" "))
        .trim_end()
        .to_owned()
}

#[test]
fn a_nurse_of_four_months_comes_out_of_the_healthcare_draws_as_worked_out_by_hand() {
    let cases: toml::Table = include_str!("../cases/foresight/history.toml").parse().unwrap();
    for (name, reading, as_of) in [
        ("as_it_is_now_on_2024-02-14", HistoryReading::AsItIsNow, Some(day("2024-02-14"))),
        ("as_it_was", HistoryReading::AsItWas, None),
    ] {
        let lines: Vec<toml::Value> = history(EvaluateHistoryRequest {
            profile: Some(nurse()),
            reading: reading.into(),
            as_of,
            order: HistoryOrder::OldestFirst.into(),
            category_id: "healthcare".into(),
            ..Default::default()
        })
        .iter()
        .map(|answer| line(answer).into())
        .collect();
        assert_eq!(&lines, cases[name].as_array().unwrap(), "{name}");
    }
}

#[tokio::test]
async fn all_draws_come_in_one_call_in_either_order() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let mut numbers = async |order: HistoryOrder| {
        let request =
            EvaluateHistoryRequest { profile: Some(nurse()), order: order.into(), ..EvaluateHistoryRequest::default() };
        let response = client.evaluate_history(request).await.unwrap();
        assert!(response.metadata().contains_key("catalog-digest"));
        let mut answers = response.into_inner();
        let mut numbers = Vec::new();
        while let Some(answer) = answers.message().await.unwrap() {
            numbers.push(answer.draw_number);
        }
        numbers
    };
    let newest_first: Vec<String> = catalog().draws().iter().map(|draw| draw.number.clone()).collect();
    assert_eq!(newest_first.len(), 448);
    assert_eq!(numbers(HistoryOrder::Unspecified).await, newest_first);
    let oldest_first: Vec<String> = newest_first.into_iter().rev().collect();
    assert_eq!(numbers(HistoryOrder::OldestFirst).await, oldest_first);
}

#[test]
fn as_it_is_now_takes_age_tests_and_work_of_now_to_the_rules_of_then() {
    // Draw 1 of 2015: 886 points; the table of then had 600 points for any arranged employment, and the tests and work
    // of now came years later. Age 29, 110; 120; CLB 9, 9, 10, 10, 130; 25; 25.
    let profile = Profile { submitted_at: None, ..nurse() };
    let posed = |number: &str, as_of: &str| {
        let all = history(EvaluateHistoryRequest {
            profile: Some(profile.clone()),
            as_of: Some(day(as_of)),
            ..EvaluateHistoryRequest::default()
        });
        line(all.iter().find(|answer| answer.draw_number == number).unwrap())
    };
    assert_eq!(posed("1", "2024-02-14"), "1 NOT_INVITED 410 -476 CRS_SCORE PROGRAM?");
    // A year later she is 30, has 37 months abroad, and the funds of 2015 are not known.
    assert_eq!(posed("1", "2025-02-14"), "1 NOT_INVITED 430 -456 CRS_SCORE PROGRAM?");
    assert_eq!(posed("284", "2025-02-14"), "284 INVITED 430 +8");
    // At the cut-off exactly, and the submission has no say: there is no tie-break to miss, and none to be missing.
    let stated = Profile { crs_score: Some(422), ..profile.clone() };
    let answers = history(EvaluateHistoryRequest {
        profile: Some(stated),
        as_of: Some(day("2025-02-14")),
        ..EvaluateHistoryRequest::default()
    });
    let answer = answers.iter().find(|answer| answer.draw_number == "284").unwrap();
    assert_eq!((line(answer).as_str(), answer.missing_fields.len()), ("284 INVITED 422 +0", 0));
}

#[test]
fn an_age_stated_now_says_nothing_of_then() {
    let profile = Profile { birth_date: None, age: Some(29), ..nurse() };
    let asked = |reading: HistoryReading| {
        let answers = history(EvaluateHistoryRequest {
            profile: Some(profile.clone()),
            reading: reading.into(),
            as_of: (reading == HistoryReading::AsItIsNow).then(|| day("2024-02-14")),
            ..EvaluateHistoryRequest::default()
        });
        answers.into_iter().find(|answer| answer.draw_number == "284").unwrap().crs_score
    };
    assert_eq!(asked(HistoryReading::AsItIsNow), Some(410));
    assert_eq!(asked(HistoryReading::AsItWas), None);
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let request = EvaluateHistoryRequest {
        profile: Some(Profile { crs_score: Some(1300), ..nurse() }),
        reading: 3,
        order: -1,
        r#type: 9,
        program: 7,
        held_from: Some(day("2024-02-14")),
        held_to: Some(day("2024-02-13")),
        category_id: "nursing".into(),
        ..EvaluateHistoryRequest::default()
    };
    let fields = |request| {
        let refusal = Api::new(catalog()).evaluate_history(request, "2026-11-24".parse().unwrap()).unwrap_err();
        let told = told(&express_entry::grpc::status(&refusal));
        assert_eq!(told.code, Code::InvalidArgument);
        told.fields
    };
    let named = ["profile.crs_score", "reading", "order", "type", "program", "held_to", "category_id"];
    assert_eq!(fields(request), named);
    let as_it_was = EvaluateHistoryRequest {
        profile: Some(nurse()),
        reading: HistoryReading::AsItWas.into(),
        as_of: Some(day("2024-02-14")),
        ..EvaluateHistoryRequest::default()
    };
    assert_eq!(fields(as_it_was), ["as_of"]);
}

/// The profile with nothing in it that came after `held_on`, cut apart by dates alone. A list that this would empty stays:
/// empty it would read as not said.
fn cut_down(profile: &Profile, held_on: Date) -> Profile {
    let order = |date: Date| (date.year, date.month, date.day);
    let mut then = profile.clone();
    then.age = None;
    let begun = |spell: &express_entry::grpc::proto::WorkExperience| order(spell.start_date.unwrap()) < order(held_on);
    if then.work_experiences.iter().any(begun) {
        then.work_experiences.retain(begun);
    }
    for spell in &mut then.work_experiences {
        spell.end_date = spell.end_date.filter(|end| order(*end) < order(held_on));
    }
    let taken = |test: &express_entry::grpc::proto::LanguageTest| {
        test.taken_on.is_none_or(|taken_on| order(taken_on) <= order(held_on))
    };
    if then.language_tests.iter().any(taken) {
        then.language_tests.retain(taken);
    }
    then
}

/// A nurse with work and tests on any days of ten years.
fn candidates() -> impl Strategy<Value = Profile> {
    let any_day = || (2014_i32..2026, 1_i32..=12, 1_i32..=28).prop_map(|(year, month, day)| Date { year, month, day });
    let spell = (any_day(), 1_i32..40, prop::sample::select(vec!["31301", "21231", "31102"]), any::<bool>());
    let spells = prop::collection::vec(spell, 0..4);
    let tests = prop::collection::vec(any_day(), 0..3);
    (spells, tests, any_day(), prop::option::of(400_i32..520), any::<bool>()).prop_map(
        |(spells, tests, submitted, score, age)| {
            let base = nurse();
            let spell_of = &base.work_experiences[0];
            let work_experiences = spells.iter().map(|(start, months, code, going_on)| {
                let end = start.year * 12 + start.month - 1 + months;
                let end = Date { year: end / 12, month: end % 12 + 1, day: start.day };
                express_entry::grpc::proto::WorkExperience {
                    noc_code: (*code).into(),
                    start_date: Some(*start),
                    end_date: (!going_on).then_some(end),
                    ..spell_of.clone()
                }
            });
            let test_of = &base.language_tests[0];
            let language_tests = tests
                .iter()
                .map(|taken_on| express_entry::grpc::proto::LanguageTest { taken_on: Some(*taken_on), ..*test_of });
            let submitted = format!("{:04}-{:02}-{:02}T12:00:00Z", submitted.year, submitted.month, submitted.day);
            Profile {
                work_experiences: work_experiences.collect(),
                language_tests: language_tests.collect(),
                submitted_at: Some(submitted.parse().unwrap()),
                crs_score: score,
                age: age.then_some(40),
                ..base.clone()
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_it_was_is_an_evaluation_of_the_profile_cut_down_to_the_day(profile in candidates(), strict: bool) {
        let api = Api::new(catalog());
        let answers = history(EvaluateHistoryRequest {
            profile: Some(profile.clone()),
            reading: HistoryReading::AsItWas.into(),
            strict,
            ..EvaluateHistoryRequest::default()
        });
        prop_assert_eq!(answers.len(), 448);
        for answer in answers.iter().step_by(5) {
            let request = EvaluateRequest {
                profile: Some(cut_down(&profile, answer.held_on.unwrap())),
                draw: Some(Named::DrawNumber(answer.draw_number.clone())),
                view: EvaluationView::Full.into(),
                strict,
            };
            let evaluation = api.evaluate(request).unwrap().evaluation.unwrap();
            let with = |outcome: Outcome| {
                let those = evaluation.criteria.iter().filter(move |one| one.outcome() == outcome);
                those.map(|one| one.kind).collect::<Vec<_>>()
            };
            let told = (evaluation.verdict, evaluation.crs_score, evaluation.crs_basis, evaluation.crs_margin);
            let asked = (answer.verdict, answer.crs_score, answer.crs_basis, answer.crs_margin);
            prop_assert_eq!(asked, told, "draw {}", answer.draw_number);
            prop_assert_eq!(&answer.failed_criteria, &with(Outcome::NotMet));
            prop_assert_eq!(&answer.unknown_criteria, &with(Outcome::Unknown));
            prop_assert_eq!(answer.missing_fields.is_empty(), answer.verdict() != Verdict::Indeterminate);
        }
    }
}
