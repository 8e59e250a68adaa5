//! FSWP's selection grid and the settlement funds, cell by cell. The figures stand here once more, apart from the catalogue.

use express_entry::grpc::{
    Api,
    proto::{
        Adaptability, Answer, Education, EducationLevel, LanguageTest, LanguageTestKind, MaritalStatus, Outcome,
        Profile, Program, ScoreProfileRequest, ScoreProfileResponse, Spouse,
    },
};

use crate::support::catalog;

const YES: i32 = Answer::Yes as i32;
const NO: i32 = Answer::No as i32;

fn score(profile: &Profile, on: &str) -> ScoreProfileResponse {
    let on: chrono::NaiveDate = on.parse().unwrap();
    let request = ScoreProfileRequest { profile: Some(profile.clone()), as_of: Some(on.into()) };
    Api::new(catalog()).score_profile(request, on).unwrap()
}

fn points(profile: &Profile) -> i32 {
    score(profile, "2024-02-14").programs[0].selection_points.unwrap_or_else(|| panic!("open: {profile:?}"))
}

fn test(kind: LanguageTestKind, level: f64) -> LanguageTest {
    LanguageTest {
        kind: kind.into(),
        taken_on: None,
        listening: level,
        reading: level,
        writing: level,
        speaking: level,
    }
}

fn education(level: EducationLevel) -> Option<Education> {
    Some(Education { level: level.into(), canadian: YES, assessed_on: None })
}

/// Everything is said, and nothing earns a point.
fn nobody() -> Profile {
    Profile {
        age: Some(50),
        education: education(EducationLevel::LessThanSecondary),
        language_tests: vec![test(LanguageTestKind::ClbEnglish, 6.0)],
        canadian_work_years: Some(0),
        foreign_work_years: Some(0),
        job_offer_one_year: NO,
        marital_status: MaritalStatus::Single.into(),
        adaptability: Some(Adaptability { canadian_study: NO, relative_in_canada: NO, ..Adaptability::default() }),
        ..Profile::default()
    }
}

#[test]
fn age_and_education_earn_their_points() {
    assert_eq!(points(&nobody()), 0);
    for (ages, expected) in [(0..=17, 0), (18..=35, 12), (47..=60, 0)] {
        for age in ages {
            assert_eq!(points(&Profile { age: Some(age), ..nobody() }), expected, "{age}");
        }
    }
    for age in 36..=46 {
        assert_eq!(points(&Profile { age: Some(age), ..nobody() }), 47 - age, "{age}");
    }
    for (level, expected) in [
        (EducationLevel::Secondary, 5),
        (EducationLevel::OneYear, 15),
        (EducationLevel::TwoYear, 19),
        (EducationLevel::ThreeYearOrMore, 21),
        (EducationLevel::TwoOrMore, 22),
        (EducationLevel::Masters, 23),
        (EducationLevel::Professional, 23),
        (EducationLevel::Doctoral, 25),
    ] {
        assert_eq!(points(&Profile { education: education(level), ..nobody() }), expected, "{level:?}");
    }
}

#[test]
fn languages_and_experience_earn_their_points() {
    let (english, french) = (LanguageTestKind::ClbEnglish, LanguageTestKind::NclcFrench);
    for (level, expected) in [(6.0, 0), (7.0, 16), (8.0, 20), (9.0, 24), (12.0, 24)] {
        assert_eq!(points(&Profile { language_tests: vec![test(english, level)], ..nobody() }), expected, "{level}");
    }
    for (second, expected) in [(4.0, 24), (5.0, 28), (8.0, 28)] {
        let language_tests = vec![test(english, 9.0), test(french, second)];
        assert_eq!(points(&Profile { language_tests, ..nobody() }), expected, "{second}");
    }
    // The points of experience come with those of adaptability where the work was in Canada.
    for (years, expected) in [(0, 0), (1, 9), (2, 11), (3, 11), (4, 13), (5, 13), (6, 15), (10, 15)] {
        assert_eq!(points(&Profile { foreign_work_years: Some(years), ..nobody() }), expected, "{years}");
        let in_canada = if years == 0 { 0 } else { 10 };
        assert_eq!(points(&Profile { canadian_work_years: Some(years), ..nobody() }), expected + in_canada, "{years}");
    }
}

#[test]
fn offers_and_adaptability_earn_their_points_up_to_ten() {
    assert_eq!(points(&Profile { job_offer_one_year: YES, ..nobody() }), 10 + 5);
    let all_no = Adaptability {
        canadian_study: NO,
        relative_in_canada: NO,
        spouse_language: NO,
        spouse_canadian_study: NO,
        spouse_canadian_work: NO,
    };
    let with = |adaptability| points(&Profile { adaptability: Some(adaptability), ..nobody() });
    for (adaptability, expected) in [
        (all_no, 0),
        (Adaptability { canadian_study: YES, ..all_no }, 5),
        (Adaptability { relative_in_canada: YES, ..all_no }, 5),
        (Adaptability { spouse_language: YES, ..all_no }, 5),
        (Adaptability { spouse_canadian_study: YES, ..all_no }, 5),
        (Adaptability { spouse_canadian_work: YES, ..all_no }, 5),
        (Adaptability { canadian_study: YES, relative_in_canada: YES, ..all_no }, 10),
        (Adaptability { canadian_study: YES, relative_in_canada: YES, spouse_language: YES, ..all_no }, 10),
    ] {
        assert_eq!(with(adaptability), expected, "{adaptability:?}");
    }
    // What the spouse's facts give where the answer is not said: level 4 in each ability, a year of work in Canada.
    for (level, years, expected) in [(3.0, 0, 0), (4.0, 0, 5), (3.0, 1, 5), (4.0, 1, 10)] {
        let spouse = Spouse {
            accompanying: YES,
            citizen_or_permanent_resident: NO,
            education: education(EducationLevel::Secondary),
            language_tests: vec![test(LanguageTestKind::ClbEnglish, level)],
            canadian_work_years: Some(years),
            work_experiences: vec![],
        };
        let said = Adaptability {
            canadian_study: NO,
            relative_in_canada: NO,
            spouse_canadian_study: NO,
            ..Default::default()
        };
        let couple = Profile {
            marital_status: MaritalStatus::Partnered.into(),
            spouse: Some(spouse),
            adaptability: Some(said),
            ..nobody()
        };
        assert_eq!(points(&couple), expected, "level {level}, {years} years");
    }
}

/// The first day of each table of settlement funds, a day on which it is in force, and the money for one to seven persons
/// and for each more; 0 where it is not known.
const FUNDS: [(&str, [i64; 8]); 8] = [
    ("2018-01-01", [12_474, 15_530, 19_092, 23_181, 26_291, 29_652, 33_013, 3_361]),
    ("2019-01-01", [12_669, 15_772, 19_390, 23_542, 26_701, 30_114, 33_528, 3_414]),
    ("2020-12-31", [12_960, 16_135, 19_836, 24_083, 27_315, 0, 34_299, 0]),
    ("2023-01-01", [13_757, 17_127, 21_055, 25_564, 28_994, 32_700, 36_407, 3_706]),
    ("2024-05-27", [13_757, 17_127, 21_055, 25_564, 28_994, 32_700, 36_407, 3_706]),
    ("2024-05-28", [14_690, 18_288, 22_483, 27_297, 30_690, 34_917, 38_875, 3_958]),
    ("2025-07-06", [14_690, 18_288, 22_483, 27_297, 30_690, 34_917, 38_875, 3_958]),
    ("2025-07-07", [15_263, 19_001, 23_360, 28_362, 32_168, 36_280, 40_392, 4_112]),
];

#[test]
fn settlement_funds_are_those_of_the_day_and_the_family() {
    let funds = |on: &str, size: i32, cad: i64| {
        let profile = Profile { family_size: Some(size), funds_cad: Some(cad), ..nobody() };
        let response = score(&profile, on);
        let worker = response.programs.iter().find(|told| told.program() == Program::FederalSkilledWorker).unwrap();
        worker.requirements.iter().find(|one| one.id == "settlement_funds").unwrap().outcome()
    };
    for (on, amounts) in FUNDS {
        let more = amounts[7];
        let known = amounts[..7].iter().zip(1..).map(|(amount, size)| (size, *amount));
        let beyond = [(8, amounts[6] + more), (10, amounts[6] + 3 * more)].into_iter().filter(|_| more > 0);
        for (size, amount) in known.chain(beyond).filter(|(_, amount)| *amount > 0) {
            assert_eq!(funds(on, size, amount), Outcome::Met, "{on}, {size} persons");
            assert_eq!(funds(on, size, amount - 1), Outcome::NotMet, "{on}, {size} persons");
        }
    }
    assert_eq!(funds("2020-06-01", 6, 30_000), Outcome::Unknown, "between the amounts of five and of seven");
    for unknown in ["2017-12-31", "2021-01-01", "2022-12-31", "2026-01-01"] {
        assert_eq!(funds(unknown, 1, 1_000_000), Outcome::Unknown, "{unknown}");
    }
}
