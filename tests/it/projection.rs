//! What time alone does to a profile: days worked out by hand, and laws that hold for every profile.

use chrono::{Days, NaiveDate};
use express_entry::grpc::{
    Api,
    proto::{
        Answer, ArrangedEmployment, CanadianCredential, CriterionKind, Date, Draw, DrawType, Education, EducationLevel,
        EvaluateRequest, EvaluationView, FactBasis, LanguageTest, LanguageTestKind, MaritalStatus, Outcome, Profile,
        Program, ProjectProfileRequest, ProjectProfileResponse, ProjectedCategory, ProjectedChange,
        ProjectedChangeKind as Kind, ProjectedState, ScoreProfileRequest, Spouse, TieBreak, WorkExperience,
        evaluate_request::Draw as Named,
    },
    status,
};
use proptest::{prelude::*, sample::select};
use tonic::Code;

use crate::support::{catalog, error::told, server::TestServer};

const YES: i32 = Answer::Yes as i32;
const NO: i32 = Answer::No as i32;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn date(text: &str) -> Option<Date> {
    Some(day(text).into())
}

fn request(profile: &Profile, from: &str, to: &str) -> ProjectProfileRequest {
    ProjectProfileRequest { profile: Some(profile.clone()), from: date(from), to: date(to), strict: false }
}

fn project(profile: &Profile, from: &str, to: &str) -> ProjectProfileResponse {
    Api::new(catalog()).project_profile(request(profile, from, to), day("2026-10-01")).unwrap()
}

fn on(state: &ProjectedState) -> String {
    let Date { year, month, day } = state.day.unwrap();
    format!("{year:04}-{month:02}-{day:02}")
}

fn category(state: &ProjectedState, id: &str) -> Option<Outcome> {
    state.categories.iter().find(|category| category.category_id == id).map(ProjectedCategory::outcome)
}

fn program(state: &ProjectedState, program: Program) -> Outcome {
    state.programs.iter().find(|told| told.program() == program).unwrap().outcome()
}

/// The state in force on a day.
fn at<'a>(projection: &'a ProjectProfileResponse, text: &str) -> &'a ProjectedState {
    projection.states.iter().rfind(|state| on(state).as_str() <= text).unwrap()
}

fn kinds(state: &ProjectedState) -> Vec<Kind> {
    state.changes.iter().map(ProjectedChange::kind).collect()
}

fn explanations(state: &ProjectedState) -> Vec<&str> {
    state.changes.iter().map(|change| change.explanation.as_str()).collect()
}

fn test(kind: LanguageTestKind, taken_on: &str) -> LanguageTest {
    let [listening, reading, writing, speaking] = [9.0; 4];
    LanguageTest { kind: kind.into(), taken_on: date(taken_on), listening, reading, writing, speaking }
}

fn spell(country: &str, from: &str, to: Option<&str>) -> WorkExperience {
    WorkExperience {
        noc_code: "31301".into(),
        start_date: date(from),
        end_date: to.and_then(date),
        hours_per_week: Some(40.0),
        country_code: country.into(),
        ..WorkExperience::default()
    }
}

/// A nurse in Canada of whom everything is said.
fn nurse() -> Profile {
    Profile {
        submitted_at: Some(prost_types::Timestamp { seconds: 1_704_888_000, nanos: 0 }), // 2024-01-10T12:00:00Z
        birth_date: date("1994-05-20"),
        education: Some(Education {
            level: EducationLevel::ThreeYearOrMore.into(),
            canadian: NO,
            assessed_on: date("2023-01-15"),
        }),
        canadian_credential: CanadianCredential::None.into(),
        language_tests: vec![test(LanguageTestKind::CelpipGeneral, "2023-03-01")],
        work_experiences: vec![spell("CA", "2023-10-14", None)],
        certificate_of_qualification: NO,
        provincial_nomination: NO,
        arranged_employment: ArrangedEmployment::None.into(),
        job_offer_one_year: NO,
        sibling_in_canada: NO,
        marital_status: MaritalStatus::Single.into(),
        funds_cad: Some(50_000),
        family_size: Some(1),
        intends_quebec: NO,
        ..Profile::default()
    }
}

#[test]
fn each_day_of_a_nurse_that_differs_is_told_with_its_reason() {
    let projection = project(&nurse(), "2024-04-01", "2026-12-31");
    let told: Vec<(String, Option<i32>, Vec<Kind>)> =
        projection.states.iter().map(|state| (on(state), state.crs_score, kinds(state))).collect();
    let expected = [
        // Age 110, education 120, first language 4 × 31, education with language 25.
        ("2024-04-01", Some(379), vec![]),
        // 182 days from 2023-10-14 to 2024-04-12 are 780 hours, six months; by shares and by dates it is a day later.
        ("2024-04-13", Some(379), vec![Kind::WorkCompleted]),
        // Thirty years old: 105.
        ("2024-05-20", Some(374), vec![Kind::Birthday]),
        // 364 days are 1,560 hours: a year in Canada is 40 points and 13 with education, and what FSWP and CEC ask for.
        ("2024-10-12", Some(427), vec![Kind::WorkCompleted; 4]),
        ("2025-01-10", Some(427), vec![Kind::ProfileExpired]),
        // Education comes, transport goes.
        ("2025-02-27", Some(427), vec![Kind::RulesChanged; 2]),
        ("2025-03-01", Some(278), vec![Kind::TestExpired]),
        ("2025-05-20", Some(272), vec![Kind::Birthday]),
        // 728 days: 53 for 40, 25 for 13.
        ("2025-10-11", Some(297), vec![Kind::WorkCompleted]),
        ("2025-12-08", Some(297), vec![Kind::RulesChanged]),
        // Military recruits, researchers, senior managers and transport come, agriculture goes.
        ("2026-02-18", Some(297), vec![Kind::RulesChanged; 5]),
        ("2026-05-20", Some(292), vec![Kind::Birthday]),
        // 1,092 days: 64 for 53.
        ("2026-10-10", Some(303), vec![Kind::WorkCompleted]),
        ("2026-11-03", None, vec![Kind::ScoreTableUnknown]),
    ];
    let expected: Vec<(String, Option<i32>, Vec<Kind>)> =
        expected.into_iter().map(|(on, score, kinds)| (on.to_owned(), score, kinds)).collect();
    assert_eq!(told, expected);
    assert_eq!(projection.crs_known_to, date("2026-11-02"));
    assert!(projection.catalog_digest.starts_with("sha256:"));
}

#[test]
fn a_criterion_is_met_from_the_day_on_which_the_months_are_reached() {
    let projection = project(&nurse(), "2024-04-01", "2024-10-20");
    assert_eq!(category(at(&projection, "2024-04-12"), "healthcare"), Some(Outcome::NotMet));
    let met = at(&projection, "2024-04-13");
    assert_eq!(category(met, "healthcare"), Some(Outcome::Met));
    assert_eq!(explanations(met), ["work in 31301 reaches 6 months: category healthcare is met"]);
    assert_eq!(met.changes[0].field, "profile.work_experiences");
    assert_eq!(category(met, "stem"), Some(Outcome::NotMet));
    assert_eq!(category(met, "education"), None, "not in force yet");
    let year = at(&projection, "2024-10-12");
    assert_eq!(explanations(year)[0], "work in Canada reaches 1 year: the score goes from 374 to 427");
    for one in [Program::FederalSkilledWorker, Program::CanadianExperienceClass] {
        assert_eq!(program(at(&projection, "2024-10-11"), one), Outcome::NotMet);
        assert_eq!(program(year, one), Outcome::Met);
    }
}

#[test]
fn a_birthday_a_submission_and_an_expired_test_are_told_with_their_figures() {
    let projection = project(&nurse(), "2024-01-01", "2025-03-10");
    let pool = |text| at(&projection, text).in_pool();
    assert_eq!(["2024-01-09", "2024-01-10"].map(pool), [Outcome::NotMet, Outcome::Met]);
    assert_eq!(["2025-01-09", "2025-01-10"].map(pool), [Outcome::Met, Outcome::NotMet]);
    let submitted = at(&projection, "2024-01-10");
    assert_eq!(kinds(submitted), [Kind::ProfileSubmitted]);
    assert_eq!(submitted.changes[0].field, "profile.submitted_at");
    let expired = at(&projection, "2025-01-10");
    assert!(explanations(expired)[0].contains("2025-01-10T12:00:00Z"));
    let birthday = at(&projection, "2024-05-20");
    assert_eq!(explanations(birthday), ["30 years old: the score goes from 379 to 374"]);
    assert_eq!(birthday.changes[0].field, "profile.birth_date");
    assert_eq!(birthday.crs_basis(), FactBasis::Computed);
    let test = at(&projection, "2025-03-01");
    assert_eq!(on(test), "2025-03-01", "the second anniversary itself");
    assert_eq!(test.changes[0].field, "profile.language_tests[0].taken_on");
    assert_eq!(
        explanations(test),
        [
            "the test of 2023-03-01 has expired: the score goes from 427 to 278; not eligible for FSWP; not eligible for CEC"
        ]
    );
}

#[test]
fn the_last_instant_of_a_day_decides_whether_the_profile_is_in_the_pool() {
    // 2024-01-10T00:00:00Z: out at the end of the last day but one.
    for (seconds, last_day) in [(1_704_844_800, "2025-01-09"), (1_704_844_799, "2025-01-08")] {
        let submitted_at = Some(prost_types::Timestamp { seconds, nanos: 0 });
        let projection = project(&Profile { submitted_at, ..nurse() }, "2024-12-01", "2025-02-01");
        assert_eq!(at(&projection, last_day).in_pool(), Outcome::Met, "{last_day}");
        let next = (day(last_day) + Days::new(1)).to_string();
        assert_eq!(at(&projection, &next).in_pool(), Outcome::NotMet, "{next}");
    }
    let unsaid = Profile { submitted_at: None, ..nurse() };
    let projection = project(&unsaid, "2024-01-01", "2025-03-10");
    assert!(projection.states.iter().all(|state| state.in_pool() == Outcome::Unknown));
}

#[test]
fn programs_and_categories_are_projected_beyond_the_last_table_of_scores() {
    let mut profile = nurse();
    profile.language_tests = vec![test(LanguageTestKind::CelpipGeneral, "2026-06-01")];
    let projection = project(&profile, "2026-11-01", "2029-01-01");
    let unknown = at(&projection, "2026-11-03");
    assert_eq!((on(unknown).as_str(), kinds(unknown)), ("2026-11-03", vec![Kind::ScoreTableUnknown]));
    assert_eq!((unknown.crs_score, unknown.crs_score_min, unknown.crs_score_max), (None, None, None));
    assert_eq!(unknown.crs_basis(), FactBasis::Unspecified);
    assert_eq!(program(unknown, Program::CanadianExperienceClass), Outcome::Met);
    assert_eq!(program(unknown, Program::FederalSkilledWorker), Outcome::Unknown, "no amounts of 2026");
    assert_eq!(category(unknown, "healthcare"), Some(Outcome::Met));
    let education = at(&projection, "2028-01-15");
    assert_eq!(kinds(education), [Kind::AssessmentExpired]);
    assert_eq!(education.changes[0].field, "profile.education.assessed_on");
    let test = at(&projection, "2028-06-01");
    assert_eq!((on(test).as_str(), kinds(test)), ("2028-06-01", vec![Kind::TestExpired]));
    assert_eq!(program(test, Program::CanadianExperienceClass), Outcome::NotMet);
    let after = project(&profile, "2027-01-01", "2027-02-01");
    assert_eq!(after.crs_known_to, None);
    assert_eq!(project(&profile, "2026-01-01", "2026-02-01").crs_known_to, date("2026-02-01"));
}

#[test]
fn work_that_leaves_the_window_no_longer_counts() {
    let profile = Profile { work_experiences: vec![spell("PH", "2024-01-01", Some("2024-12-31"))], ..nurse() };
    let projection = project(&profile, "2026-12-01", "2027-02-01");
    // 366 days are worked; 364 of them in the window are 1,560 hours, 363 are not.
    assert_eq!(category(at(&projection, "2027-01-03"), "healthcare"), Some(Outcome::Met));
    let left = at(&projection, "2027-01-04");
    assert_eq!((on(left).as_str(), kinds(left)), ("2027-01-04", vec![Kind::WorkLeftWindow]));
    assert_eq!(category(left, "healthcare"), Some(Outcome::NotMet));
}

#[test]
fn a_test_of_a_later_day_begins_to_count_on_it() {
    let mut profile = nurse();
    profile.language_tests = vec![test(LanguageTestKind::NclcFrench, "2024-06-15")];
    let projection = project(&profile, "2024-06-01", "2024-07-01");
    let test = at(&projection, "2024-06-15");
    assert_eq!(kinds(test), [Kind::TestCounts]);
    assert_eq!(category(test, "french"), Some(Outcome::Met));
    assert_eq!(category(at(&projection, "2024-06-14"), "french"), Some(Outcome::NotMet));
}

#[test]
fn what_is_stated_stays_as_stated() {
    let stated =
        Profile { crs_score: Some(500), eligible_programs: vec![Program::ProvincialNominee.into()], ..nurse() };
    let projection = project(&stated, "2024-01-01", "2026-11-02");
    for state in &projection.states {
        assert_eq!((state.crs_score, state.crs_score_min, state.crs_score_max), (Some(500), Some(500), Some(500)));
        assert_eq!(state.crs_basis(), FactBasis::Stated);
        assert_eq!(program(state, Program::ProvincialNominee), Outcome::Met);
        assert_eq!(program(state, Program::CanadianExperienceClass), Outcome::NotMet);
        assert!(!kinds(state).contains(&Kind::Birthday), "it does not bear on anything");
    }
}

#[test]
fn every_wrong_field_of_a_projection_is_told_at_once() {
    let mut profile = nurse();
    profile.work_experiences[0].noc_code = "1".into();
    let wrong = ProjectProfileRequest {
        profile: Some(profile.clone()),
        from: Some(Date { year: 2024, month: 13, day: 1 }),
        to: None,
        strict: true,
    };
    let fields = |request| {
        let told = told(&status(&Api::new(catalog()).project_profile(request, day("2026-10-01")).unwrap_err()));
        assert_eq!(told.code, Code::InvalidArgument);
        told.fields
    };
    assert_eq!(fields(wrong), ["profile.work_experiences[0].noc_code", "from", "to"]);
    assert_eq!(fields(request(&profile, "2024-01-02", "2024-01-01")), ["profile.work_experiences[0].noc_code", "to"]);
    assert_eq!(fields(request(&nurse(), "2024-01-02", "2034-01-03")), ["to"]);
    assert_eq!(
        fields(ProjectProfileRequest { profile: None, ..request(&nurse(), "2024-01-01", "2024-01-02") }),
        ["profile"]
    );
    // Today is the first day where none is said.
    let from_today = |to| ProjectProfileRequest { from: None, ..request(&nurse(), "2024-01-01", to) };
    assert_eq!(fields(from_today("2026-09-30")), ["to"]);
    let projection = Api::new(catalog()).project_profile(from_today("2026-10-01"), day("2026-10-01")).unwrap();
    assert_eq!(projection.states.iter().map(on).collect::<Vec<_>>(), ["2026-10-01"]);
}

#[test]
fn ten_years_are_projected() {
    let started = std::time::Instant::now();
    let projection = project(&nurse(), "2024-01-02", "2034-01-02");
    eprintln!("ten years of the nurse in {:?}", started.elapsed());
    assert_eq!(on(projection.states.last().unwrap()), "2026-11-03", "there is nothing left to lose");
}

#[tokio::test]
async fn a_projection_is_asked_of_a_server() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let response = client.project_profile(request(&nurse(), "2024-04-01", "2024-06-01")).await.unwrap();
    assert!(response.metadata().contains_key("catalog-digest"));
    assert_eq!(response.into_inner(), project(&nurse(), "2024-04-01", "2024-06-01"));
    let refused = client.project_profile(request(&nurse(), "2024-04-01", "2024-03-01")).await.unwrap_err();
    assert_eq!(told(&refused).fields, ["to"]);
}

fn days(from: &'static str, within: u64) -> impl Strategy<Value = NaiveDate> {
    (0..within).prop_map(move |days| day(from) + Days::new(days))
}

fn any_spell() -> impl Strategy<Value = WorkExperience> {
    let code = select(vec!["31301", "31102", "21231", "72310", "65201"]);
    let hours = select(vec![None, Some(15.0), Some(30.0), Some(40.0)]);
    let answer = || select(vec![0, 0, YES, NO]);
    (code, days("2020-01-01", 2_400), prop::option::of(30_u64..900), hours, select(vec!["CA", "PH", ""]), answer())
        .prop_map(|(code, start, length, hours, country, paid)| WorkExperience {
            noc_code: code.into(),
            start_date: Some(start.into()),
            end_date: length.map(|length| (start + Days::new(length)).into()),
            hours_per_week: hours,
            country_code: country.into(),
            paid,
            ..WorkExperience::default()
        })
}

fn any_test() -> impl Strategy<Value = LanguageTest> {
    let kind = select(vec![LanguageTestKind::ClbEnglish, LanguageTestKind::NclcFrench, LanguageTestKind::PteCore]);
    (kind, prop::option::weighted(0.9, days("2021-06-01", 2_000)), 5..10_i32).prop_map(|(kind, taken_on, level)| {
        let score = f64::from(if kind == LanguageTestKind::PteCore { level * 9 } else { level });
        LanguageTest {
            kind: kind.into(),
            taken_on: taken_on.map(Into::into),
            listening: score,
            reading: score,
            writing: score,
            speaking: score,
        }
    })
}

fn any_education() -> impl Strategy<Value = Education> {
    let level = select(vec![0, EducationLevel::ThreeYearOrMore.into(), EducationLevel::Masters.into()]);
    (level, select(vec![YES, NO, NO]), prop::option::of(days("2018-06-01", 3_000))).prop_map(
        |(level, canadian, assessed_on)| Education { level, canadian, assessed_on: assessed_on.map(Into::into) },
    )
}

fn any_profile() -> impl Strategy<Value = Profile> {
    let many = |most| 0..most;
    let spouse = (
        any_education(),
        prop::collection::vec(any_test(), many(2)),
        prop::collection::vec(any_spell(), many(2)),
        select(vec![0, YES, YES, NO]),
    );
    (
        prop::option::of(days("2023-01-01", 1_500)),
        prop::option::weighted(0.9, days("1980-01-01", 9_000)),
        prop::collection::vec(any_spell(), many(4)),
        prop::collection::vec(any_test(), many(3)),
        any_education(),
        prop::option::of(spouse),
        prop::option::of(10_000_i64..20_000),
        select(vec![YES, NO]),
    )
        .prop_map(|(submitted, birth, work_experiences, language_tests, education, spouse, funds_cad, offer)| {
            let at = submitted.map(|day| day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp());
            let marital = if spouse.is_some() { MaritalStatus::Partnered } else { MaritalStatus::Single };
            Profile {
                submitted_at: at.map(|seconds| prost_types::Timestamp { seconds, nanos: 0 }),
                birth_date: birth.map(Into::into),
                work_experiences,
                language_tests,
                education: Some(education),
                marital_status: marital.into(),
                spouse: spouse.map(|(education, language_tests, work_experiences, accompanying)| Spouse {
                    accompanying,
                    citizen_or_permanent_resident: NO,
                    education: Some(education),
                    language_tests,
                    work_experiences,
                    ..Spouse::default()
                }),
                funds_cad,
                family_size: Some(1),
                job_offer_one_year: offer,
                ..nurse()
            }
        })
}

/// What a state says, without its day and reasons.
fn content(state: &ProjectedState) -> ProjectedState {
    ProjectedState { day: None, changes: Vec::new(), ..state.clone() }
}

/// How the criteria of a draw on a day come out.
fn evaluated(profile: &Profile, on: NaiveDate, category_id: &str, strict: bool) -> Vec<(CriterionKind, Outcome)> {
    let last_second = on.and_hms_opt(23, 59, 59).unwrap().and_utc().timestamp();
    let draw = Draw {
        held_on: Some(on.into()),
        held_at: Some(prost_types::Timestamp { seconds: last_second, nanos: 0 }),
        r#type: DrawType::CategoryBased.into(),
        programs: vec![Program::CanadianExperienceClass.into()],
        category_id: category_id.into(),
        crs_cut_off: 400,
        tie_break: TieBreak::NotApplied.into(),
        ..Draw::default()
    };
    let request = EvaluateRequest {
        profile: Some(profile.clone()),
        draw: Some(Named::HypotheticalDraw(draw)),
        view: EvaluationView::Full.into(),
        strict,
    };
    let evaluation = Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap();
    evaluation.criteria.iter().map(|criterion| (criterion.kind(), criterion.outcome())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_projection_is_what_the_engine_says_of_each_day(
        profile in any_profile(),
        from in days("2023-10-01", 1_200),
        span in 1_u64..500,
        sampled in prop::collection::vec(0_u64..500, 4),
        strict: bool,
    ) {
        let api = Api::new(catalog());
        let to = from + Days::new(span);
        let request = ProjectProfileRequest {
            profile: Some(profile.clone()), from: Some(from.into()), to: Some(to.into()), strict,
        };
        let projection = api.project_profile(request.clone(), from).unwrap();
        prop_assert_eq!(&projection, &api.project_profile(request, from).unwrap());
        prop_assert_eq!(on(&projection.states[0]), from.to_string());
        prop_assert!(projection.states[0].changes.is_empty());
        for pair in projection.states.windows(2) {
            prop_assert!(on(&pair[0]) < on(&pair[1]) && content(&pair[0]) != content(&pair[1]));
            prop_assert!(!pair[1].changes.is_empty(), "{} has no reason", on(&pair[1]));
            for change in &pair[1].changes {
                prop_assert!(!change.explanation.is_empty() && change.kind() != Kind::Unspecified);
                prop_assert!(!change.explanation.contains("the work that counts changes"), "{:?}", pair);
                let rules = matches!(change.kind(), Kind::RulesChanged | Kind::ScoreTableUnknown);
                prop_assert_eq!(change.field.is_empty(), rules, "{:?}", change);
            }
        }
        // The days just before and on each change, and some others.
        let edges = projection.states.iter().skip(1).take(6).flat_map(|state| {
            let on = day(&on(state));
            [on - Days::new(1), on]
        });
        for on in edges.chain(sampled.iter().map(|days| from + Days::new(days % (span + 1)))) {
            let state = at(&projection, &on.to_string());
            if !strict {
                let request = ScoreProfileRequest { profile: Some(profile.clone()), as_of: Some(on.into()) };
                if let Ok(scored) = api.score_profile(request, on) {
                        let crs = scored.crs.unwrap();
                        prop_assert_eq!(state.crs_score, crs.total);
                        prop_assert_eq!(state.crs_score_min, Some(crs.total_min));
                        prop_assert_eq!(state.crs_score_max, Some(crs.total_max));
                        let programs: Vec<_> =
                            scored.programs.iter().map(|told| (told.program(), told.outcome())).collect();
                        let projected: Vec<_> =
                            state.programs.iter().map(|told| (told.program(), told.outcome())).collect();
                        prop_assert_eq!(projected, programs, "{}", on);
                } else {
                    prop_assert_eq!(state.crs_score_min, None);
                }
            }
            for category in &state.categories {
                let criteria = evaluated(&profile, on, &category.category_id, strict);
                let of = |kind| criteria.iter().find(|(other, _)| *other == kind).unwrap().1;
                prop_assert_eq!(category.outcome(), of(CriterionKind::Category), "{} on {}", category.category_id, on);
                prop_assert_eq!(state.in_pool(), of(CriterionKind::InPool));
                if strict && state.crs_score_min.is_some() {
                    prop_assert_eq!(program(state, Program::CanadianExperienceClass), of(CriterionKind::Program));
                }
            }
        }
    }
}
