//! Scores and programs of profiles that leave facts open: what is decided stays decided, and what matters is named.

use chrono::NaiveDate;
use express_entry::grpc::{
    Api,
    proto::{
        Adaptability, Answer, ArrangedEmployment, CanadianCredential, Date, Draw, DrawType, Education, EducationLevel,
        EvaluateRequest, LanguageTest, LanguageTestKind, MaritalStatus, Outcome, Profile, Program, ScoreProfileRequest,
        ScoreProfileResponse, TieBreak, Verdict, WorkExperience, evaluate_request::Draw as Named,
    },
};

use proptest::{prelude::*, sample::select};
use prost_types::Timestamp;

use crate::support::catalog;

const YES: i32 = Answer::Yes as i32;
const NO: i32 = Answer::No as i32;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 14).unwrap()
}

fn score(profile: Profile) -> ScoreProfileResponse {
    let request = ScoreProfileRequest { profile: Some(profile), as_of: Some(day().into()) };
    Api::new(catalog()).score_profile(request, day()).unwrap()
}

fn outcome(response: &ScoreProfileResponse, program: Program, id: &str) -> Outcome {
    let told = response.programs.iter().find(|told| told.program() == program).unwrap();
    told.requirements.iter().find(|requirement| requirement.id == id).unwrap().outcome()
}

fn month(year: i32, month: i32) -> Option<Date> {
    Some(Date { year, month, day: 0 })
}

/// Work of whole months in one occupation.
fn spell(from: Option<Date>, to: Option<Date>, hours_per_week: Option<f64>, country: &str) -> WorkExperience {
    WorkExperience {
        noc_code: "21231".into(),
        start_date: from,
        end_date: to,
        hours_per_week,
        country_code: country.into(),
        ..WorkExperience::default()
    }
}

/// A bachelor of 30 with CLB 9, of whom all is said but work.
fn bachelor() -> Profile {
    Profile {
        age: Some(30),
        education: Some(Education { level: EducationLevel::ThreeYearOrMore.into(), canadian: YES, assessed_on: None }),
        language_tests: vec![LanguageTest {
            kind: LanguageTestKind::ClbEnglish.into(),
            taken_on: None,
            listening: 9.0,
            reading: 9.0,
            writing: 9.0,
            speaking: 9.0,
        }],
        canadian_credential: CanadianCredential::None.into(),
        certificate_of_qualification: NO,
        provincial_nomination: NO,
        arranged_employment: ArrangedEmployment::None.into(),
        job_offer_one_year: NO,
        sibling_in_canada: NO,
        marital_status: MaritalStatus::Single.into(),
        intends_quebec: YES,
        family_size: Some(1),
        funds_cad: Some(0),
        adaptability: Some(Adaptability { canadian_study: NO, relative_in_canada: NO, ..Adaptability::default() }),
        ..Profile::default()
    }
}

#[test]
fn fifty_open_spells_are_answered() {
    let open = |nth: i32| {
        let at = month(2014 + nth / 12, 1 + nth % 12);
        spell(at, at, (nth % 2 == 0).then_some(30.0), "")
    };
    let crs = score(Profile { work_experiences: (0..50).map(open).collect(), ..bachelor() }).crs.unwrap();
    assert!(crs.total.is_none() && crs.total_min < crs.total_max);
}

/// Eight spells of four months whose country is not said: every one in Canada is two years (53 points and 25 with the
/// degree, 349 + 25 before), none is two years abroad (25 with CLB 9); no completion has both.
#[test]
fn a_range_of_eight_open_countries_is_tight() {
    let from = |nth: i32| (2021 + nth * 4 / 12, 1 + nth * 4 % 12);
    let open = |nth: i32| {
        let (year, first) = from(nth);
        spell(month(year, first), month(year, first + 3), Some(30.0), "")
    };
    let crs = score(Profile { work_experiences: (0..8).map(open).collect(), ..bachelor() }).crs.unwrap();
    assert_eq!((crs.total_min, crs.total_max), (399, 465));
}

/// With 10 hours a week of the first, twelve months abroad take the second: 25 points rest on its country.
#[test]
fn a_fact_that_matters_only_between_the_ends_of_hours_is_named() {
    let spells =
        vec![spell(month(2022, 1), month(2023, 12), None, "IN"), spell(month(2023, 1), month(2023, 6), Some(30.0), "")];
    let missing = score(Profile { work_experiences: spells, ..bachelor() }).missing_fields;
    let expected = ["profile.work_experiences[0].hours_per_week", "profile.work_experiences[1].country_code"];
    assert_eq!(missing, expected);
}

/// Twelve half years whose country is not said, more than every combination is tried of: three years on each side earn 513, where all
/// abroad earn 399 and all in Canada 479. The cut-off of 496 rests on each of them, though not between those two.
#[test]
fn countries_that_decide_only_between_all_abroad_and_all_in_canada_are_named() {
    let half_year = |nth: i32| (2017 + (7 + 6 * nth) / 12, 1 + (7 + 6 * nth) % 12);
    let open = |nth: i32| {
        let ((from, first), (to, after)) = (half_year(nth), half_year(nth + 1));
        let last = if after == 1 { month(to - 1, 12) } else { month(to, after - 1) };
        spell(month(from, first), last, Some(30.0), "")
    };
    let verdict = |work_experiences| {
        let profile = Profile {
            submitted_at: Some(Timestamp { seconds: 1_688_000_000, nanos: 0 }),
            eligible_programs: vec![Program::CanadianExperienceClass.into()],
            work_experiences,
            ..bachelor()
        };
        let draw = Some(Named::DrawNumber("262".into()));
        let request = EvaluateRequest { profile: Some(profile), draw, ..EvaluateRequest::default() };
        Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap()
    };
    let at = |nth: i32, country: &str| WorkExperience { country_code: country.into(), ..open(nth) };
    for (in_canada, expected) in
        [(0, Verdict::NotInvited), (3, Verdict::NotInvited), (6, Verdict::Invited), (12, Verdict::NotInvited)]
    {
        let told = (0..12).map(|nth| at(nth, if nth < in_canada { "CA" } else { "IN" })).collect();
        assert_eq!(verdict(told).verdict(), expected, "{in_canada} in Canada");
    }
    let missing = |spells: Vec<WorkExperience>| verdict(spells).missing_fields;
    let of = |leaf: &'static str| move |nth: i32| format!("profile.work_experiences[{nth}].{leaf}");
    let score = ["profile.crs_score".to_owned()];
    let countries: Vec<String> = score.iter().cloned().chain((0..12).map(of("country_code"))).collect();
    assert_eq!(missing((0..12).map(open).collect()), countries);
    // With their hours open as well, all of them in Canada at full time earn as little.
    let leaves = (0..12).flat_map(|nth| [of("hours_per_week")(nth), of("country_code")(nth)]);
    let both: Vec<String> = score.iter().cloned().chain(leaves).collect();
    let without_hours = |nth: i32| WorkExperience { hours_per_week: None, ..open(nth) };
    assert_eq!(missing((0..12).map(without_hours).collect()), both);
}

/// Between no year and all years of a spell whose hours are open lie years at which another fact may carry the score over a cut-off, though
/// it does at neither end.
#[test]
fn what_decides_between_the_ends_of_open_hours_is_named() {
    let candidate = |hours, sibling_in_canada| Profile {
        submitted_at: Some(Timestamp { seconds: 1_704_888_000, nanos: 0 }),
        eligible_programs: vec![Program::CanadianExperienceClass.into()],
        sibling_in_canada,
        work_experiences: vec![spell(month(2021, 2), None, hours, "CA")],
        ..bachelor()
    };
    let totals =
        [0.001, 11.0, 15.0, 22.0, 30.0].map(|hours| score(candidate(Some(hours), NO)).crs.unwrap().total.unwrap());
    let mut between = 0;
    for cut_off in totals[0]..=totals[4] + 15 {
        let draw = Draw {
            number: "own".into(),
            r#type: DrawType::ProgramSpecific.into(),
            programs: vec![Program::CanadianExperienceClass.into()],
            held_on: Some(day().into()),
            held_at: Some(Timestamp { seconds: 1_707_925_822, nanos: 0 }),
            invitations: 100,
            crs_cut_off: cut_off,
            tie_break: TieBreak::NotApplied.into(),
            ..Draw::default()
        };
        let request = EvaluateRequest {
            profile: Some(candidate(None, Answer::Unspecified.into())),
            draw: Some(Named::HypotheticalDraw(draw)),
            ..EvaluateRequest::default()
        };
        let evaluation = Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap();
        let named = evaluation.missing_fields.iter().any(|field| field == "profile.sibling_in_canada");
        let decides = |total: i32| total < cut_off && cut_off <= total + 15;
        assert_eq!(named, totals.into_iter().any(decides), "at {cut_off} of {totals:?}");
        between += usize::from(named && !decides(totals[0]) && !decides(totals[4]));
    }
    assert!(between > 0, "some cut-offs decide between the ends only");
}

#[test]
fn telling_the_size_of_the_family_flips_nothing() {
    let couple = |family_size| Profile {
        marital_status: MaritalStatus::Partnered.into(),
        funds_cad: Some(13_757),
        job_offer_one_year: NO,
        family_size,
        ..Profile::default()
    };
    let funds = |family_size| outcome(&score(couple(family_size)), Program::FederalSkilledWorker, "settlement_funds");
    assert_eq!((funds(None), funds(Some(1)), funds(Some(2))), (Outcome::Unknown, Outcome::Met, Outcome::NotMet));
    let rich = Profile { funds_cad: Some(10_000_000), family_size: None, ..couple(None) };
    assert_eq!(outcome(&score(rich), Program::FederalSkilledWorker, "settlement_funds"), Outcome::Met);
}

#[test]
fn stated_years_win_over_spells_for_cec_too() {
    let none = Profile { canadian_work_years: Some(0), ..Profile::default() };
    let spells = vec![spell(month(2022, 1), month(2022, 12), Some(30.0), "CA")];
    for profile in [none.clone(), Profile { work_experiences: spells, ..none }] {
        assert_eq!(outcome(&score(profile), Program::CanadianExperienceClass, "experience"), Outcome::NotMet);
    }
}

#[test]
fn no_funds_are_asked_for_with_an_offer_and_authorized_paid_work_and_that_is_assumed() {
    let working = |change: fn(&mut WorkExperience)| {
        let mut work = WorkExperience { noc_code: "65200".into(), ..spell(month(2023, 1), None, Some(30.0), "CA") };
        change(&mut work);
        score(Profile {
            job_offer_one_year: YES,
            family_size: Some(1),
            funds_cad: Some(0),
            work_experiences: vec![work],
            ..Profile::default()
        })
    };
    let funds = |response: &ScoreProfileResponse| outcome(response, Program::FederalSkilledWorker, "settlement_funds");
    let assumed = working(|_| {});
    assert_eq!(funds(&assumed), Outcome::Met);
    let fields: Vec<&str> = assumed.assumptions.iter().map(|assumption| assumption.field.as_str()).collect();
    assert_eq!(fields, ["profile.work_experiences[0].paid", "profile.work_experiences[0].authorized"]);
    assert_eq!(funds(&working(|work| work.authorized = NO)), Outcome::NotMet);
    assert_eq!(funds(&working(|work| work.paid = NO)), Outcome::NotMet);
    assert_eq!(funds(&working(|work| work.country_code = "IN".into())), Outcome::NotMet);
}

/// A spell of which country and hours may be open.
fn open_spell() -> impl Strategy<Value = WorkExperience> {
    let hours = select(vec![None, None, Some(15.0), Some(30.0)]);
    (0..60_i32, 1..30_i32, hours, select(vec!["", "", "CA", "IN"])).prop_map(|(first, months, hours, country)| {
        let at = |month_of_span: i32| month(2017 + month_of_span / 12, 1 + month_of_span % 12);
        spell(at(first), at(first + months - 1), hours, country)
    })
}

/// Every way to tell what the spells leave open, at the ends of what it can be.
fn told(spells: &[WorkExperience]) -> Vec<Vec<WorkExperience>> {
    spells.iter().fold(vec![vec![]], |all, spell| {
        let hours = spell.hours_per_week.map_or(vec![0.001, 12.5, 30.0], |hours| vec![hours]);
        let countries =
            if spell.country_code.is_empty() { vec!["CA", "IN"] } else { vec![spell.country_code.as_str()] };
        let ways: Vec<WorkExperience> = hours
            .iter()
            .flat_map(|hours| countries.iter().map(|country| (*hours, country.to_string())))
            .map(|(hours, country_code)| WorkExperience { hours_per_week: Some(hours), country_code, ..spell.clone() })
            .collect();
        all.iter().flat_map(|so_far| ways.iter().map(|way| [so_far.clone(), vec![way.clone()]].concat())).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The score of every completion of open work lies within the range, and both ends are scores of completions.
    #[test]
    fn the_range_of_open_work_is_tight(spells in prop::collection::vec(open_spell(), 1..4)) {
        let with = |work_experiences| score(Profile { work_experiences, ..bachelor() }).crs.unwrap();
        let range = with(spells.clone());
        let totals: Vec<i32> = told(&spells).into_iter().map(|spells| with(spells).total.unwrap()).collect();
        prop_assert_eq!(totals.iter().min(), Some(&range.total_min));
        prop_assert_eq!(totals.iter().max(), Some(&range.total_max));
    }
}
