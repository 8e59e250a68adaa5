//! The short ways of a verdict come to what the long ones come to: its category to the months that FULL tells, its score to the one
//! that ScoreProfile tells factor by factor, its pool to a year by the calendar.

use chrono::{Days, Months, NaiveDate, TimeDelta};
use express_entry::{
    engine::{self, Terms, Unsaid},
    grpc::{
        Api,
        proto::{
            Answer, Criterion, CriterionKind, Date, Duties, Education, EvaluateRequest, Evaluation, EvaluationView,
            FactBasis, LanguageTest, LanguageTestKind, MaritalStatus, Outcome, Profile, Program, ScoreProfileRequest,
            Spouse, WorkExperience, evaluate_request::Draw as Named,
        },
    },
    model::{self, CrsScore, Draw, Verdict},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::support::{
    catalog,
    items::{Wrongs, item},
};

fn evaluate(profile: &Profile, draw: &str, view: EvaluationView, strict: bool) -> Evaluation {
    let draw = Some(Named::DrawNumber(draw.into()));
    let request = EvaluateRequest { profile: Some(profile.clone()), draw, view: view.into(), strict };
    Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap()
}

/// A spell that ends about the edges of what draws ask for: half a year, and a year, of full-time work in the last three.
fn spell() -> impl Strategy<Value = WorkExperience> {
    let start = NaiveDate::from_ymd_opt(2020, 10, 1).unwrap();
    let length = prop_oneof![176_u64..190, 360_u64..370, 700_u64..740, 1_u64..900];
    let hours = option::weighted(0.9, select(vec![0.01, 10.0, 15.0, 20.0, 29.99, 30.0, 37.5, 60.0]));
    let answer = || select(vec![Answer::Yes, Answer::Yes, Answer::Yes, Answer::Yes, Answer::Unspecified, Answer::No]);
    let code = select(vec!["31301", "31301", "31301", "31102"]);
    let country = select(vec!["CA", "CA", "PH", ""]);
    (code, 0_u64..1_400, option::weighted(0.9, length), hours, country, answer(), answer()).prop_map(
        move |(code, first, length, hours_per_week, country, paid, main)| {
            let first = start + Days::new(first);
            WorkExperience {
                noc_code: code.into(),
                start_date: Some(first.into()),
                end_date: length.map(|length| (first + Days::new(length)).into()),
                hours_per_week,
                country_code: country.into(),
                paid: paid.into(),
                duties: Some(Duties {
                    lead_statement: Answer::Yes.into(),
                    main_duties: main.into(),
                    essential_duties: Answer::Yes.into(),
                }),
                ..WorkExperience::default()
            }
        },
    )
}

/// A spell that counts, of half a year or a year of full-time work give or take a few days.
fn spell_at_the_edge() -> impl Strategy<Value = WorkExperience> {
    let start = NaiveDate::from_ymd_opt(2021, 2, 1).unwrap();
    let length = prop_oneof![179_u64..184, 362_u64..367];
    (spell(), 0_u64..1_000, length).prop_map(move |(spell, first, length)| {
        let first = start + Days::new(first);
        WorkExperience {
            noc_code: "31301".into(),
            start_date: Some(first.into()),
            end_date: Some((first + Days::new(length)).into()),
            hours_per_week: Some(30.0),
            country_code: "CA".into(),
            paid: Answer::Yes.into(),
            duties: None,
            ..spell
        }
    })
}

/// The same profile with everything said that a score asks for.
fn settled(profile: Profile) -> Profile {
    let said = |answer: i32| if answer == 0 { Answer::No.into() } else { answer };
    let first = |number: i32| number.max(1);
    let education = |education: Option<Education>| {
        let education = education.unwrap_or_default();
        Some(Education { level: first(education.level), canadian: Answer::Yes.into(), ..education })
    };
    let spell = |spell: WorkExperience| WorkExperience {
        hours_per_week: Some(spell.hours_per_week.unwrap_or(37.5)),
        country_code: if spell.country_code.is_empty() { "CA".into() } else { spell.country_code.clone() },
        ..spell
    };
    let tests = |mut tests: Vec<LanguageTest>| {
        // One is the spouse's, of ten for both.
        tests.truncate(9);
        if tests.is_empty() {
            let kind = LanguageTestKind::ClbEnglish.into();
            tests.push(LanguageTest {
                kind,
                listening: 9.0,
                reading: 8.0,
                writing: 7.0,
                speaking: 9.0,
                taken_on: None,
            });
        }
        tests
    };
    let spouse = profile.spouse.unwrap_or_default();
    Profile {
        age: Some(profile.age.unwrap_or(31)),
        education: education(profile.education),
        canadian_credential: first(profile.canadian_credential),
        canadian_work_years: profile.canadian_work_years.or(profile.work_experiences.is_empty().then_some(1)),
        foreign_work_years: profile.foreign_work_years.or(profile.work_experiences.is_empty().then_some(2)),
        certificate_of_qualification: said(profile.certificate_of_qualification),
        provincial_nomination: said(profile.provincial_nomination),
        arranged_employment: first(profile.arranged_employment),
        sibling_in_canada: said(profile.sibling_in_canada),
        marital_status: first(profile.marital_status),
        work_experiences: profile.work_experiences.into_iter().map(spell).collect(),
        language_tests: tests(profile.language_tests),
        spouse: (profile.marital_status == i32::from(MaritalStatus::Partnered)).then(|| Spouse {
            accompanying: said(spouse.accompanying),
            citizen_or_permanent_resident: said(spouse.citizen_or_permanent_resident),
            education: education(spouse.education),
            canadian_work_years: spouse.canadian_work_years.or(spouse.work_experiences.is_empty().then_some(0)),
            work_experiences: spouse.work_experiences.into_iter().map(spell).collect(),
            language_tests: tests(spouse.language_tests),
        }),
        crs_score: None,
        ..profile
    }
}

proptest! {
    #[test]
    fn a_verdict_is_that_of_the_reasons(
        spells in prop_oneof![vec(spell(), 1..4), vec(spell_at_the_edge(), 1)],
        draw in select(vec!["284", "398", "397"]),
        strict: bool,
    ) {
        let profile = Profile {
            submitted_at: Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 0 }),
            crs_score: Some(600),
            eligible_programs: vec![Program::FederalSkilledWorker.into()],
            work_experiences: spells,
            ..Profile::default()
        };
        let [short, long] =
            [EvaluationView::Verdict, EvaluationView::Full].map(|view| evaluate(&profile, draw, view, strict));
        prop_assert_eq!(short.verdict, long.verdict);
        prop_assert_eq!(&short.missing_fields, &long.missing_fields);
        // The months told reach what is asked for just when the criterion is met.
        let member = |one: &Criterion| one.kind() == CriterionKind::Category && one.outcome() == Outcome::Met;
        prop_assert_eq!(long.criteria.iter().any(member), !long.qualifying_occupations.is_empty());
    }

    #[test]
    fn a_profile_is_in_the_pool_for_a_year(
        year in 2015..2040_i32,
        day in prop_oneof![57_u32..62, 1_u32..=365],
        second in 0_u32..86_400,
        past in prop_oneof![364_i64..368, 0_i64..800],
        off in prop_oneof![Just(0_i64), -2_i64..3, -86_400_i64..86_400],
    ) {
        let catalog = catalog();
        let held_on = NaiveDate::from_yo_opt(year, day).unwrap();
        let held_at = (held_on.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::seconds(second.into())).and_utc();
        let draw = Draw { held_on, held_at, category: None, ..catalog.draw("284").unwrap().clone() };
        let at = held_at - TimeDelta::days(past) + TimeDelta::seconds(off);
        let profile = model::Profile {
            submitted_at: Some(at),
            crs_score: Some(CrsScore::MAX),
            eligible_programs: draw.programs,
            ..model::Profile::default()
        };
        // A year is twelve months, the day cut to the end of the month.
        let lives = at <= held_at && held_at < at + Months::new(12);
        let verdict = engine::evaluate(&profile, &Terms::new(&catalog, &draw).unwrap(), Unsaid::Assumed).verdict;
        prop_assert_eq!(verdict, if lives { Verdict::Invited } else { Verdict::NotInvited });
    }

    #[test]
    fn a_score_is_the_one_that_is_told_by_factors(item in item(Wrongs(0)), settle in prop::bool::weighted(0.8)) {
        let profile = item.profile.unwrap();
        let profile = if settle { settled(profile) } else { Profile { crs_score: None, ..profile } };
        let evaluation = evaluate(&profile, "284", EvaluationView::Verdict, false);
        let as_of = Some(Date { year: 2024, month: 2, day: 14 });
        let request = ScoreProfileRequest { profile: Some(profile.clone()), as_of };
        let told = Api::new(catalog()).score_profile(request, NaiveDate::default()).unwrap().crs.unwrap();
        prop_assert_eq!(evaluation.crs_score, told.total);
        prop_assert!(told.total.is_some() || !settle, "all is said");
        prop_assert!(told.total.is_none() || evaluation.crs_basis() == FactBasis::Computed);
    }
}
