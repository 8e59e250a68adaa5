//! The smallest changes that would have earned an invitation, worked out by hand, and the laws that every option keeps.

use chrono::{DateTime, Days, NaiveDate};
use express_entry::{
    engine::{Terms, Unsaid, changed, decide, decide_each, evaluate, explain_gap},
    grpc::{
        Api, Refusal,
        proto::{
            Answer, ArrangedEmployment, CanadianCredential, Draw, DrawType, Education, EducationLevel,
            ExplainGapRequest, ExplainGapResponse, GapChangeKind as Kind, GapOption, GapPart, LanguageTest,
            LanguageTestKind, MaritalStatus, Profile, Program, Spouse, TieBreak, Verdict, WorkExperience,
            explain_gap_request::Draw as Named,
        },
    },
    model,
};
use proptest::{prelude::*, sample::select};
use prost::Message;
use prost_types::Timestamp;
use tonic::Code;

use crate::support::{catalog, error::told, nurse, server::TestServer};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(text: &str) -> Option<Timestamp> {
    let at: DateTime<chrono::Utc> = text.parse().unwrap();
    Some(Timestamp { seconds: at.timestamp(), nanos: 0 })
}

/// Facts that give 410 points in February 2024: age 110, education 128, English 34 + 34 + 31 + 23, education with English
/// 25, three years abroad with English 25.
fn candidate(noc_code: &str) -> Profile {
    Profile {
        submitted_at: instant("2024-01-10T12:00:00Z"),
        eligible_programs: vec![Program::FederalSkilledWorker.into()],
        work_experiences: vec![WorkExperience {
            noc_code: noc_code.into(),
            start_date: Some(day("2023-10-14").into()),
            hours_per_week: Some(40.0),
            country_code: "PH".into(),
            ..WorkExperience::default()
        }],
        language_tests: vec![LanguageTest {
            kind: LanguageTestKind::IeltsGeneral.into(),
            taken_on: Some(day("2023-06-01").into()),
            listening: 8.5,
            reading: 8.0,
            writing: 7.0,
            speaking: 6.5,
        }],
        age: Some(29),
        education: Some(Education {
            level: EducationLevel::TwoOrMore.into(),
            canadian: Answer::No.into(),
            assessed_on: Some(day("2023-05-01").into()),
        }),
        canadian_credential: CanadianCredential::None.into(),
        canadian_work_years: Some(0),
        foreign_work_years: Some(3),
        certificate_of_qualification: Answer::No.into(),
        provincial_nomination: Answer::No.into(),
        arranged_employment: ArrangedEmployment::None.into(),
        sibling_in_canada: Answer::No.into(),
        marital_status: MaritalStatus::Single.into(),
        ..Profile::default()
    }
}

fn request(profile: Profile, draw: &str) -> ExplainGapRequest {
    ExplainGapRequest {
        profile: Some(profile),
        draw: Some(Named::DrawNumber(draw.into())),
        max_options: 100,
        ..ExplainGapRequest::default()
    }
}

fn gap(request: ExplainGapRequest) -> ExplainGapResponse {
    Api::new(catalog()).explain_gap(request).unwrap()
}

/// What an option says in short.
type Short<'a> = (Vec<(Kind, &'a str)>, Option<i32>);

/// The kinds of each option with what they become, and the score.
fn short(options: &[GapOption]) -> Vec<Short<'_>> {
    let parts = |option: &'_ GapOption| option.parts.iter().map(GapPart::kind).collect::<Vec<Kind>>();
    options
        .iter()
        .map(|option| {
            let told = parts(option).into_iter().zip(option.parts.iter().map(|part| part.to.as_str())).collect();
            (told, option.crs_score)
        })
        .collect()
}

fn kinds(options: &[GapOption]) -> Vec<(Vec<Kind>, i32)> {
    let kinds = |option: &GapOption| option.parts.iter().map(GapPart::kind).collect();
    options.iter().map(|option| (kinds(option), option.crs_score.unwrap())).collect()
}

/// All kinds but these.
fn all_but(kept: &[Kind]) -> Vec<i32> {
    (1..=16).filter(|number| !kept.iter().any(|kind| *kind as i32 == *number)).collect()
}

const ALL_BUT_SCORE: [Kind; 8] = [
    Kind::Speaking,
    Kind::AllAbilities,
    Kind::SecondLanguage,
    Kind::French,
    Kind::Education,
    Kind::CanadianWork,
    Kind::Certificate,
    Kind::Nomination,
];

#[test]
fn a_nurse_short_of_months_and_points_is_told_pairs_alone() {
    let told = gap(request(candidate("31301"), "284"));
    let evaluation = told.evaluation.as_ref().unwrap();
    assert_eq!((evaluation.verdict(), evaluation.crs_score), (Verdict::NotInvited, Some(410)));
    assert_eq!((evaluation.draw_number.as_str(), evaluation.catalog_digest.as_str()), ("284", ""));
    assert_eq!(told.catalog_digest, catalog().digest().as_str());
    let scores = [468, 468, 472, 472, 432, 500, 460, 1010];
    let expected: Vec<(Vec<Kind>, i32)> =
        ALL_BUT_SCORE.into_iter().zip(scores).map(|(kind, score)| (vec![Kind::ListedWork, kind], score)).collect();
    assert_eq!(kinds(&told.options), expected);
    assert!(told.complete && told.obstacles.is_empty() && told.omitted_options == 0);
    for (option, score) in told.options.iter().zip(scores) {
        let [work, other] = &option.parts[..] else { panic!("two parts: {option:?}") };
        assert_eq!(work.field, "profile.work_experiences[0].start_date");
        // Six months by hours exactly: 182 days before the draw; and 182 days from the real beginning on.
        assert_eq!((work.from.as_str(), work.to.as_str()), ("2023-10-14", "2023-08-16"));
        assert_eq!(work.reached_on, Some(day("2024-04-13").into()));
        assert_eq!((work.points_gained, other.points_gained), (Some(0), Some(score - 410)));
        assert_eq!(option.crs_margin, Some(score - 422));
        assert!(!work.explanation.is_empty() && !other.explanation.is_empty());
    }
    let said: Vec<(&str, &str, &str)> = told
        .options
        .iter()
        .map(|option| (option.parts[1].field.as_str(), option.parts[1].from.as_str(), option.parts[1].to.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("profile.language_tests[0].speaking", "6.5 (CLB 8)", "7 (CLB 9)"),
            (
                "profile.language_tests[0]",
                "CLB listening 10, reading 10, writing 9, speaking 8",
                "CLB listening 10, reading 10, writing 9, speaking 9"
            ),
            ("profile.language_tests[1]", "", "NCLC 7 in each ability, test of 2024-02-14"),
            ("profile.language_tests[1]", "", "NCLC 7 in each ability, test of 2024-02-14"),
            (
                "profile.education.level",
                "two or more post-secondary credentials, one of three years or more",
                "a doctoral degree"
            ),
            ("profile.canadian_work_years", "0", "1"),
            ("profile.certificate_of_qualification", "no", "yes"),
            ("profile.provincial_nomination", "no", "yes"),
        ]
    );
}

#[test]
fn a_stated_score_moves_with_the_facts_where_they_are_exact() {
    let stated = Profile { crs_score: Some(408), ..candidate("31301") };
    let told = gap(request(stated.clone(), "284"));
    assert_eq!(kinds(&told.options)[0], (vec![Kind::ListedWork, Kind::Speaking], 466));
    // Doctoral: 408 + 22 = 430.
    assert_eq!(kinds(&told.options)[4], (vec![Kind::ListedWork, Kind::Education], 430));

    let open = Profile { age: None, ..stated };
    let told = gap(request(open.clone(), "284"));
    let options = short(&told.options);
    assert_eq!(options, [(vec![(Kind::ListedWork, "2023-08-16"), (Kind::Score, "422")], Some(422))]);

    // Submitted after the tie-break of 2024-01-30, the cut-off itself is not enough.
    let late = Profile { submitted_at: instant("2024-02-01T00:00:00Z"), ..open };
    let told = gap(request(late, "284"));
    assert_eq!(short(&told.options)[0].0[1], (Kind::Score, "423"));
}

#[test]
fn a_nurse_with_the_score_and_too_few_months_is_told_a_single_change() {
    let short_of_months =
        WorkExperience { start_date: Some(day("2023-08-17").into()), ..nurse().work_experiences[0].clone() };
    let told = gap(request(Profile { work_experiences: vec![short_of_months], ..nurse() }, "284"));
    assert_eq!(short(&told.options), [(vec![(Kind::ListedWork, "2023-08-16")], Some(430))]);
    assert_eq!(told.options[0].parts[0].reached_on, Some(day("2024-02-15").into()));
}

#[test]
fn an_invited_profile_has_no_gap() {
    let told = gap(request(nurse(), "284"));
    assert_eq!(told.evaluation.unwrap().verdict(), Verdict::Invited);
    assert!(told.options.is_empty() && told.obstacles.is_empty() && told.complete);
}

#[test]
fn work_that_is_not_listed_is_told_as_new_work() {
    let told = gap(request(Profile { crs_score: Some(430), ..candidate("21231") }, "284"));
    let part = &told.options[0].parts[0];
    assert_eq!((part.kind(), part.field.as_str()), (Kind::ListedWork, "profile.work_experiences[1]"));
    assert!(part.from.is_empty() && part.to.ends_with("from 2023-08-16 on"), "{}", part.to);
    assert_eq!(part.reached_on, None);
}

/// By hand, from 410 to 535: each staircase of two has its smallest steps alone.
#[test]
fn an_engineer_is_told_every_smallest_way_to_a_general_draw() {
    use Kind::{AllAbilities, CanadianWork, Education, French, Nomination, SecondLanguage, Speaking, Writing};
    let told = gap(request(candidate("21231"), "283"));
    let expected: Vec<(Vec<Kind>, i32)> = vec![
        // French at 10 comes first, and English second: 136 + 21, all 100 of the pairs, and 50 for both.
        (vec![SecondLanguage], 545),
        (vec![CanadianWork], 540),
        (vec![Nomination], 1010),
        (vec![Writing, CanadianWork], 535),
        (vec![Speaking, SecondLanguage], 542),
        (vec![Speaking, CanadianWork], 540),
        (vec![Speaking, CanadianWork], 535),
        (vec![AllAbilities, SecondLanguage], 542),
        (vec![AllAbilities, SecondLanguage], 536),
        (vec![AllAbilities, French], 536),
        (vec![AllAbilities, CanadianWork], 540),
        (vec![AllAbilities, CanadianWork], 538),
        (vec![SecondLanguage, Education], 540),
        (vec![SecondLanguage, CanadianWork], 536),
        (vec![SecondLanguage, CanadianWork], 562),
        (vec![French, CanadianWork], 562),
        (vec![Education, CanadianWork], 539),
        (vec![Education, CanadianWork], 535),
    ];
    assert_eq!(kinds(&told.options), expected);
    let ten = gap(ExplainGapRequest { max_options: 0, ..request(candidate("21231"), "283") });
    assert_eq!((ten.options.len(), ten.omitted_options), (10, 8));
    assert_eq!(ten.options[..], told.options[..10]);
}

#[test]
fn kinds_that_are_fixed_are_never_proposed() {
    let fixed = all_but(&[Kind::ListedWork, Kind::Education]);
    let told = gap(ExplainGapRequest { fixed, ..request(candidate("31301"), "284") });
    assert_eq!(kinds(&told.options), [(vec![Kind::ListedWork, Kind::Education], 432)]);
}

#[test]
fn an_assessment_that_has_expired_is_renewed() {
    let mut fit = candidate("31301");
    fit.work_experiences[0].start_date = Some(day("2023-06-01").into());
    fit.language_tests[0].speaking = 7.0;
    let mut expired = fit.clone();
    expired.education.as_mut().unwrap().assessed_on = Some(day("2019-02-14").into());
    let told = gap(ExplainGapRequest { fixed: all_but(&[Kind::Education]), ..request(expired, "284") });
    assert_eq!(short(&told.options), [(vec![(Kind::Education, "2024-02-14")], Some(468))]);
    let part = &told.options[0].parts[0];
    // 128 of education, and 50 with English.
    assert_eq!((part.field.as_str(), part.points_gained), ("profile.education.assessed_on", Some(178)));
    assert_eq!(part.from, "2019-02-14");
}

#[test]
fn a_program_that_is_lacking_is_told_for_each_program_of_the_draw() {
    let nominee = Profile { eligible_programs: vec![Program::ProvincialNominee.into()], ..nurse() };
    let told = gap(request(nominee, "284"));
    let to: Vec<&str> = told.options.iter().map(|option| option.parts[0].to.as_str()).collect();
    assert_eq!(to, ["FSWP, PNP", "CEC, PNP", "FSTP, PNP"]);
    assert!(told.options.iter().all(|option| option.parts[0].points_gained == Some(0)));
}

#[test]
fn a_category_by_french_is_reached_by_a_test_of_french() {
    let told = gap(request(candidate("21231"), "287"));
    assert_eq!(kinds(&told.options), [(vec![Kind::SecondLanguage], 472), (vec![Kind::French], 472)]);
    assert!(told.options.iter().all(|option| option.parts[0].field == "profile.language_tests[1]"));
}

#[test]
fn a_nomination_makes_a_nominee_of_one_whose_programs_are_stated() {
    let told = gap(request(candidate("21231"), "296"));
    assert_eq!(kinds(&told.options), [(vec![Kind::Nomination], 1010)]);
}

#[test]
fn a_spouse_who_stays_at_home_can_be_the_smallest_change() {
    let draw = Draw {
        held_on: Some(day("2024-02-14").into()),
        held_at: instant("2024-02-14T15:00:00Z"),
        r#type: DrawType::General.into(),
        programs: vec![Program::FederalSkilledWorker.into()],
        crs_cut_off: 410,
        tie_break: TieBreak::NotApplied.into(),
        ..Draw::default()
    };
    let spouse = Spouse {
        accompanying: Answer::Yes.into(),
        citizen_or_permanent_resident: Answer::No.into(),
        education: Some(Education { level: EducationLevel::LessThanSecondary.into(), ..Education::default() }),
        language_tests: vec![LanguageTest { kind: LanguageTestKind::ClbEnglish.into(), ..LanguageTest::default() }],
        canadian_work_years: Some(0),
        ..Spouse::default()
    };
    let partnered =
        Profile { marital_status: MaritalStatus::Partnered.into(), spouse: Some(spouse), ..candidate("21231") };
    let draw = Some(Named::HypotheticalDraw(draw));
    let told = gap(ExplainGapRequest { draw, fixed: all_but(&[Kind::Partner]), ..request(partnered, "") });
    assert_eq!(short(&told.options), [(vec![(Kind::Partner, "no")], Some(410))]);
    // With a spouse: 100 of age, 119 of education, 32 + 32 + 29 + 22 of English, 25 and 25.
    assert_eq!(told.options[0].parts[0].points_gained, Some(26));
}

fn obstacles(request: ExplainGapRequest) -> Vec<String> {
    let told = gap(request);
    assert!(told.options.is_empty(), "{:?}", told.options);
    assert!(told.obstacles.iter().all(|obstacle| !obstacle.explanation.is_empty()));
    told.obstacles.into_iter().map(|obstacle| obstacle.field).collect()
}

#[test]
fn a_profile_out_of_the_pool_is_told_so() {
    for at in [instant("2024-02-15T00:00:00Z"), instant("2023-02-01T00:00:00Z"), None] {
        let profile = Profile { submitted_at: at, ..candidate("31301") };
        assert_eq!(obstacles(request(profile, "284")), ["profile.submitted_at"]);
    }
}

#[test]
fn a_category_that_is_not_attested_is_told_so() {
    let draw = Draw {
        held_on: Some(day("2026-03-02").into()),
        held_at: instant("2026-03-02T15:00:00Z"),
        r#type: DrawType::CategoryBased.into(),
        programs: vec![Program::FederalSkilledWorker.into()],
        category_id: "military_recruits".into(),
        crs_cut_off: 400,
        tie_break: TieBreak::NotApplied.into(),
        ..Draw::default()
    };
    let profile = Profile { submitted_at: instant("2026-01-10T00:00:00Z"), ..candidate("31301") };
    let asked = ExplainGapRequest { draw: Some(Named::HypotheticalDraw(draw)), ..request(profile, "") };
    assert_eq!(obstacles(asked), ["profile.attested_category_ids"]);
}

#[test]
fn a_tie_break_that_is_not_known_is_told_so() {
    let draw = |tie_break: TieBreak| Draw {
        held_on: Some(day("2024-02-14").into()),
        held_at: instant("2024-02-14T15:00:00Z"),
        r#type: DrawType::General.into(),
        programs: vec![Program::FederalSkilledWorker.into()],
        crs_cut_off: 430,
        tie_break: tie_break.into(),
        ..Draw::default()
    };
    let asked = |tie_break| ExplainGapRequest {
        draw: Some(Named::HypotheticalDraw(draw(tie_break))),
        fixed: all_but(&[]),
        ..request(nurse(), "")
    };
    let told = gap(asked(TieBreak::Unspecified));
    assert_eq!(told.evaluation.unwrap().verdict(), Verdict::Indeterminate);
    assert_eq!((told.obstacles.len(), told.obstacles[0].field.as_str()), (1, ""));
    assert!(told.obstacles[0].explanation.contains("tie-break"), "{}", told.obstacles[0].explanation);
    let told = gap(asked(TieBreak::NotApplied));
    assert_eq!(told.evaluation.unwrap().verdict(), Verdict::Invited);
}

/// With level 9 in speaking the nurse of 29 has 468, and one of 44 has 364: no more than 367 by writing.
#[test]
fn an_age_that_nothing_makes_up_for_is_told() {
    let mut fit = candidate("31301");
    fit.work_experiences[0].start_date = Some(day("2023-06-01").into());
    fit.language_tests[0].speaking = 7.0;
    let writing = |profile| ExplainGapRequest { fixed: all_but(&[Kind::Writing]), ..request(profile, "284") };
    let old = Profile { age: Some(44), ..fit.clone() };
    assert_eq!(obstacles(writing(old.clone())), ["profile.age"]);
    let born = Profile { age: None, birth_date: Some(day("1979-08-01").into()), ..fit };
    assert_eq!(obstacles(writing(born)), ["profile.birth_date"]);
    // The score that the old one states goes down from there, so that the best age is not enough either.
    let stated = Profile { crs_score: Some(300), ..old };
    assert_eq!(obstacles(writing(stated)), [""]);
    let young = ExplainGapRequest { fixed: all_but(&[Kind::Writing]), ..request(candidate("31301"), "284") };
    assert_eq!(obstacles(young), [""]);
}

#[test]
fn every_wrong_field_is_told_at_once() {
    let wrong = ExplainGapRequest {
        profile: Some(Profile { crs_score: Some(1300), ..candidate("99999") }),
        draw: None,
        strict: false,
        fixed: vec![1, 0, 1, 17],
        max_options: -1,
    };
    let Err(Refusal::InvalidFields(wrong)) = Api::new(catalog()).explain_gap(wrong) else { panic!("is refused") };
    let fields: Vec<&str> = wrong.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "profile.crs_score",
            "profile.work_experiences[0].noc_code",
            "fixed[1]",
            "fixed[2]",
            "fixed[3]",
            "max_options",
            "draw"
        ]
    );
}

#[tokio::test]
async fn a_server_explains_the_gap_as_the_plain_function_does() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    let asked = request(candidate("31301"), "284");
    let told = client.explain_gap(asked.clone()).await.unwrap().into_inner();
    assert_eq!(told, gap(asked.clone()));
    let again = client.explain_gap(asked).await.unwrap().into_inner();
    assert_eq!(told.encode_to_vec(), again.encode_to_vec());
    let status = client.explain_gap(request(nurse(), "9999")).await.unwrap_err();
    assert_eq!(told_code(&status), (Code::NotFound, Some("expressentry.v1.Draw 9999".to_owned())));
}

/// Thirty-five listed occupations to choose from, and countries that are not said make each trial expensive.
#[test]
fn a_search_that_is_too_expensive_ends_and_says_so() {
    let catalog = catalog();
    let terms = Terms::new(&catalog, catalog.draw("398").unwrap()).unwrap();
    let codes = terms.category.unwrap().noc_codes().iter().take(35).map(ToString::to_string);
    let mut open = candidate("31301");
    open.submitted_at = instant("2025-12-01T00:00:00Z");
    open.language_tests[0].taken_on = Some(day("2025-06-01").into());
    let spell = WorkExperience {
        country_code: String::new(),
        start_date: Some(day("2025-10-14").into()),
        ..open.work_experiences[0].clone()
    };
    open.work_experiences = codes.map(|noc_code| WorkExperience { noc_code, ..spell.clone() }).collect();
    let asked = request(open.clone(), "398");
    let told = gap(asked.clone());
    assert!(!told.complete && !told.options.is_empty(), "{} options", told.options.len());
    assert_eq!(told, gap(asked));
    for spell in &mut open.work_experiences {
        spell.country_code = "PH".into();
    }
    assert!(gap(request(open, "398")).complete);
}

fn told_code(status: &tonic::Status) -> (Code, Option<String>) {
    let told = told(status);
    (told.code, told.resource)
}

/// A profile about as far from its draw as one or two changes carry; much of it may be left unsaid.
fn near_miss() -> impl Strategy<Value = model::Profile> {
    let maybe = prop::bool::weighted(0.8);
    let spell = (select(vec!["31301", "31102", "21231"]), 0_u64..900, prop::option::weighted(0.5, 30_u64..700));
    let level = || select(vec![4_u32, 6, 7, 8, 9, 10]);
    let test = (select(vec![true, true, false]), [level(), level(), level(), level()], 0_u64..900, maybe);
    let answer = || select(vec![model::Answer::Yes, model::Answer::No, model::Answer::No, model::Answer::Unsaid]);
    let facts = (
        prop::option::weighted(0.9, 20_u32..46),
        select(vec![None, Some(model::EducationLevel::ThreeYearOrMore), Some(model::EducationLevel::TwoOrMore)]),
        prop::option::weighted(0.7, 0_u32..4),
        prop::option::weighted(0.7, 0_u32..4),
        prop::option::weighted(0.3, 300_i64..540),
        (answer(), answer(), answer()),
        prop::bool::weighted(0.6),
    );
    (prop::collection::vec(spell, 0..3), prop::collection::vec(test, 0..3), facts).prop_map(
        |(spells, tests, (age, level, canadian, foreign, stated, (certificate, sibling, accompanying), programs))| {
            let last = day("2026-02-01");
            let back = |days| last - Days::new(days);
            model::Profile {
                submitted_at: Some("2025-12-01T00:00:00Z".parse().unwrap()),
                crs_score: stated.map(|points| model::CrsScore::new(points).unwrap()),
                eligible_programs: if programs {
                    [model::Program::FederalSkilledWorker].into_iter().collect()
                } else {
                    model::Programs::default()
                },
                work_experiences: spells
                    .into_iter()
                    .map(|(code, ago, length)| model::WorkExperience {
                        code: code.parse().unwrap(),
                        first_day: back(ago),
                        last_day: length.map(|days| back(ago) + Days::new(days)),
                        hours: Some(model::WeeklyHours::new(40.0).unwrap()),
                        country: Some("CA".parse().unwrap()),
                        paid: model::Answer::Unsaid,
                        duties: model::Duties::default(),
                        self_employed: model::Answer::Unsaid,
                        authorized: model::Answer::Unsaid,
                        full_time_student: model::Answer::Unsaid,
                    })
                    .collect(),
                language_tests: tests
                    .into_iter()
                    .map(|(english, [listening, reading, writing, speaking], ago, dated)| model::LanguageTest {
                        kind: if english {
                            model::LanguageTestKind::ClbEnglish
                        } else {
                            model::LanguageTestKind::NclcFrench
                        },
                        taken_on: dated.then(|| back(ago)),
                        scores: model::Abilities { listening, reading, writing, speaking }.map(f64::from),
                    })
                    .collect(),
                age,
                education: model::Education { level, canadian: certificate, assessed_on: Some(back(300)) },
                canadian_credential: Some(model::CanadianCredential::None),
                canadian_work_years: canadian,
                foreign_work_years: foreign,
                certificate_of_qualification: certificate,
                provincial_nomination: model::Answer::No,
                arranged_employment: Some(model::ArrangedEmployment::None),
                sibling_in_canada: sibling,
                marital_status: Some(if accompanying == model::Answer::Unsaid {
                    model::MaritalStatus::Single
                } else {
                    model::MaritalStatus::Partnered
                }),
                spouse: model::Spouse {
                    accompanying,
                    citizen_or_permanent_resident: model::Answer::No,
                    canadian_work_years: Some(0),
                    ..model::Spouse::default()
                },
                funds_cad: Some(50_000),
                family_size: Some(2),
                intends_quebec: model::Answer::No,
                ..model::Profile::default()
            }
        },
    )
}

/// A draw decided among all others comes out as it does alone, with the facts of its day and with those of another.
fn comes_out_as_alone(profile: &model::Profile, unsaid: Unsaid) -> Result<(), TestCaseError> {
    let catalog = catalog();
    let all: Vec<Terms<'_>> = catalog.draws().iter().map(|draw| Terms::new(&catalog, draw).unwrap()).collect();
    let now: Vec<Terms<'_>> = all.iter().map(|terms| terms.posed_on(day("2025-12-15"))).collect();
    for terms in [&all, &now] {
        let mut together = Vec::new();
        decide_each(profile, terms, unsaid, |decision| together.push(decision));
        let alone: Vec<_> = terms.iter().map(|terms| decide(profile, terms, unsaid)).collect();
        prop_assert_eq!(together, alone);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_option_is_enough_and_no_part_of_it_can_be_left_out(
        profile in near_miss(),
        number in select(vec!["397", "398"]),
        strict in prop::bool::weighted(0.3),
    ) {
        let catalog = catalog();
        let terms = Terms::new(&catalog, catalog.draw(number).unwrap()).unwrap();
        let unsaid = if strict { Unsaid::Unknown } else { Unsaid::Assumed };
        let gap = explain_gap(&profile, &terms, unsaid, &[], 100);
        prop_assert!(gap.complete);
        prop_assert_eq!(&gap, &explain_gap(&profile, &terms, unsaid, &[], 100));
        let verdict = |changes: &[model::Change]| {
            let profile = changed(&profile, &terms, unsaid, changes);
            evaluate(&profile, &terms, unsaid).verdict
        };
        for option in &gap.options {
            let changes: Vec<model::Change> = option.parts.iter().map(|part| part.change.clone()).collect();
            prop_assert_eq!(verdict(&changes), model::Verdict::Invited, "{:?}", &option);
            for left_out in 0..changes.len() {
                let mut rest = changes.clone();
                rest.remove(left_out);
                prop_assert_ne!(verdict(&rest), model::Verdict::Invited, "{:?} without {}", &option, left_out);
            }
        }
        let invited = gap.evaluation.verdict == model::Verdict::Invited;
        prop_assert_eq!(invited || !gap.options.is_empty(), gap.obstacles.is_empty());
        let kinds: Vec<(usize, Vec<model::GapChangeKind>)> = gap
            .options
            .iter()
            .map(|option| (option.parts.len(), option.parts.iter().map(|part| part.kind).collect()))
            .collect();
        prop_assert!(kinds.is_sorted(), "{:?}", kinds);
    }

    #[test]
    fn draws_decided_together_come_out_as_one_by_one(
        profile in near_miss(),
        points in 300_i64..540,
        strict in any::<bool>(),
        earlier in 0_u64..1_500,
    ) {
        let unsaid = if strict { Unsaid::Unknown } else { Unsaid::Assumed };
        // Work that ended before the window of some draws.
        let work_experiences = profile.work_experiences.iter().map(|spell| model::WorkExperience {
            first_day: spell.first_day - Days::new(earlier),
            last_day: spell.last_day.map(|day| day - Days::new(earlier)),
            ..spell.clone()
        });
        let stated = model::Profile {
            work_experiences: work_experiences.collect(),
            crs_score: Some(model::CrsScore::new(points).unwrap()),
            eligible_programs: [model::Program::FederalSkilledWorker].into_iter().collect(),
            ..profile
        };
        comes_out_as_alone(&stated, unsaid)?;
    }
}
