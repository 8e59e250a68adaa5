//! Scores: every cell of every table, both sides of every date, every cap, and the laws that hold for every profile.
//!
//! The figures stand here once more, apart from the catalogue, so that a slip in either is found.

use chrono::NaiveDate;

use express_entry::grpc::{
    Api,
    proto::{
        Adaptability, Answer, ArrangedEmployment, CanadianCredential, CrsFactorKind as Kind, CrsScore, Date, Education,
        EducationLevel, EvaluateRequest, FactBasis, LanguageTest, LanguageTestKind, MaritalStatus, OfficialLanguage,
        Outcome, Profile, Program, ScoreProfileRequest, ScoreProfileResponse, Spouse, WorkExperience,
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

fn score_profile(profile: &Profile, on: &str) -> ScoreProfileResponse {
    let request = ScoreProfileRequest { profile: Some(profile.clone()), as_of: date(on) };
    Api::new(catalog()).score_profile(request, day("2026-10-01")).unwrap()
}

fn crs(profile: &Profile, on: &str) -> CrsScore {
    score_profile(profile, on).crs.unwrap()
}

fn total(profile: &Profile, on: &str) -> i32 {
    let crs = crs(profile, on);
    crs.total.unwrap_or_else(|| panic!("{} to {}", crs.total_min, crs.total_max))
}

fn factor(profile: &Profile, on: &str, kind: Kind) -> i32 {
    let crs = crs(profile, on);
    let [found] = crs.factors.iter().filter(|factor| factor.kind() == kind).collect::<Vec<_>>()[..] else {
        panic!("{kind:?} once")
    };
    assert!((0..=found.max_points).contains(&found.points), "{kind:?}: {found:?}");
    assert!(!found.explanation.is_empty() && found.citation.is_some());
    found.points
}

fn levels(kind: LanguageTestKind, levels: [f64; 4]) -> LanguageTest {
    let [listening, reading, writing, speaking] = levels;
    LanguageTest { kind: kind.into(), taken_on: None, listening, reading, writing, speaking }
}

fn english(level: u8) -> LanguageTest {
    levels(LanguageTestKind::ClbEnglish, [f64::from(level); 4])
}

fn french(level: u8) -> LanguageTest {
    levels(LanguageTestKind::NclcFrench, [f64::from(level); 4])
}

/// Nobody: everything is said, and nothing earns a point.
fn nobody() -> Profile {
    Profile {
        age: Some(50),
        education: Some(education(EducationLevel::LessThanSecondary)),
        language_tests: vec![english(0)],
        canadian_work_years: Some(0),
        foreign_work_years: Some(0),
        certificate_of_qualification: NO,
        provincial_nomination: NO,
        arranged_employment: ArrangedEmployment::None.into(),
        job_offer_one_year: NO,
        canadian_credential: CanadianCredential::None.into(),
        sibling_in_canada: NO,
        marital_status: MaritalStatus::Single.into(),
        adaptability: Some(Adaptability { canadian_study: NO, relative_in_canada: NO, ..Adaptability::default() }),
        funds_cad: Some(0),
        family_size: Some(1),
        intends_quebec: NO,
        ..Profile::default()
    }
}

/// The same with a spouse who comes along and earns nothing.
fn partnered(profile: Profile) -> Profile {
    let spouse = Spouse {
        accompanying: YES,
        citizen_or_permanent_resident: NO,
        education: Some(education(EducationLevel::LessThanSecondary)),
        language_tests: vec![english(0)],
        canadian_work_years: Some(0),
        work_experiences: vec![],
    };
    Profile { marital_status: MaritalStatus::Partnered.into(), spouse: Some(spouse), ..profile }
}

fn education(level: EducationLevel) -> Education {
    Education { level: level.into(), canadian: YES, assessed_on: None }
}

const LEVELS: [EducationLevel; 9] = [
    EducationLevel::LessThanSecondary,
    EducationLevel::Secondary,
    EducationLevel::OneYear,
    EducationLevel::TwoYear,
    EducationLevel::ThreeYearOrMore,
    EducationLevel::TwoOrMore,
    EducationLevel::Masters,
    EducationLevel::Professional,
    EducationLevel::Doctoral,
];

/// First and last day of each period, and a day in each that is neither.
const DAYS: [&str; 11] = [
    "2015-01-01",
    "2016-11-18",
    "2016-11-19",
    "2017-06-05",
    "2017-06-06",
    "2020-10-19",
    "2020-10-20",
    "2024-02-14",
    "2025-03-24",
    "2025-03-25",
    "2026-11-02",
];

#[test]
fn nobody_earns_nothing() {
    for on in DAYS {
        assert_eq!(total(&nobody(), on), 0, "{on}");
        assert_eq!(total(&partnered(nobody()), on), 0, "{on}");
        assert!(score_profile(&nobody(), on).missing_fields.iter().all(|field| field == "profile.work_experiences"));
    }
}

#[test]
fn age_earns_its_points() {
    // (age, with a spouse, without)
    let cells = [
        (0, 0, 0),
        (17, 0, 0),
        (18, 90, 99),
        (19, 95, 105),
        (20, 100, 110),
        (21, 100, 110),
        (22, 100, 110),
        (23, 100, 110),
        (24, 100, 110),
        (25, 100, 110),
        (26, 100, 110),
        (27, 100, 110),
        (28, 100, 110),
        (29, 100, 110),
        (30, 95, 105),
        (31, 90, 99),
        (32, 85, 94),
        (33, 80, 88),
        (34, 75, 83),
        (35, 70, 77),
        (36, 65, 72),
        (37, 60, 66),
        (38, 55, 61),
        (39, 50, 55),
        (40, 45, 50),
        (41, 35, 39),
        (42, 25, 28),
        (43, 15, 17),
        (44, 5, 6),
        (45, 0, 0),
        (46, 0, 0),
        (120, 0, 0),
    ];
    for (age, with, without) in cells {
        let single = Profile { age: Some(age), ..nobody() };
        assert_eq!(total(&single, "2024-02-14"), without, "{age}");
        assert_eq!(total(&partnered(single), "2024-02-14"), with, "{age}");
    }
}

#[test]
fn age_is_that_of_the_day() {
    // Points drop on the thirtieth birthday; one born on 29 February has it on 1 March of a common year.
    for (born, on, points) in [
        ("1994-02-14", "2024-02-13", 110),
        ("1994-02-14", "2024-02-14", 105),
        ("1996-02-29", "2026-02-28", 110),
        ("1996-02-29", "2026-03-01", 105),
        ("1992-02-29", "2022-02-28", 110),
        ("1992-02-29", "2022-03-01", 105),
        ("2024-01-01", "2020-01-01", 0),
    ] {
        let profile = Profile { age: None, birth_date: date(born), ..nobody() };
        assert_eq!(total(&profile, on), points, "{born} on {on}");
        let stated = Profile { age: Some(44), ..profile };
        assert_eq!(total(&stated, on), 6, "stated wins");
    }
}

#[test]
fn education_earns_its_points() {
    let with = [0, 28, 84, 91, 112, 119, 126, 126, 140];
    let without = [0, 30, 90, 98, 120, 128, 135, 135, 150];
    let spouse = [0, 2, 6, 7, 8, 9, 10, 10, 10];
    for (place, level) in LEVELS.into_iter().enumerate() {
        let single = Profile { education: Some(education(level)), ..nobody() };
        assert_eq!(total(&single, "2024-02-14"), without[place], "{level:?}");
        assert_eq!(total(&partnered(single), "2024-02-14"), with[place], "{level:?}");
        let mut theirs = partnered(nobody());
        theirs.spouse.as_mut().unwrap().education = Some(education(level));
        assert_eq!(total(&theirs, "2024-02-14"), spouse[place], "{level:?}");
    }
}

#[test]
fn education_from_abroad_counts_for_five_years_from_its_assessment() {
    let abroad = |assessed: &str| {
        let level = EducationLevel::Masters.into();
        let education = Education { level, canadian: NO, assessed_on: date(assessed) };
        Profile { education: Some(education), ..nobody() }
    };
    for (assessed, on, points) in [
        ("2019-02-15", "2024-02-14", 135),
        ("2019-02-14", "2024-02-14", 0),
        ("2024-02-14", "2024-02-14", 135),
        ("2024-02-15", "2024-02-14", 0),
        ("2020-02-29", "2025-02-28", 135),
        ("2020-02-29", "2025-03-01", 0),
    ] {
        assert_eq!(total(&abroad(assessed), on), points, "{assessed} on {on}");
    }
    let mut unsaid = abroad("2024-02-14");
    unsaid.education.as_mut().unwrap().assessed_on = None;
    let response = score_profile(&unsaid, "2024-02-14");
    let crs = response.crs.unwrap();
    assert_eq!((crs.total, crs.total_min, crs.total_max), (None, 0, 135));
    assert!(response.missing_fields.contains(&"profile.education.assessed_on".to_owned()));
}

#[test]
fn languages_earn_their_points() {
    let with = [0, 0, 0, 0, 6, 6, 8, 16, 22, 29, 32, 32, 32];
    let without = [0, 0, 0, 0, 6, 6, 9, 17, 23, 31, 34, 34, 34];
    let second = [0, 0, 0, 0, 0, 1, 1, 3, 3, 6, 6, 6, 6];
    let spouse = [0, 0, 0, 0, 0, 1, 1, 3, 3, 5, 5, 5, 5];
    for level in 0..=12_u8 {
        let at = usize::from(level);
        for ability in 0..4 {
            let mut one = [0.0; 4];
            one[ability] = f64::from(level);
            let first = Profile { language_tests: vec![levels(LanguageTestKind::ClbEnglish, one)], ..nobody() };
            assert_eq!(total(&first, "2024-02-14"), without[at], "{level}");
            assert_eq!(total(&partnered(first), "2024-02-14"), with[at], "{level}");
            let other = Profile {
                language_tests: vec![english(0), levels(LanguageTestKind::NclcFrench, one)],
                first_official_language: OfficialLanguage::English.into(),
                ..nobody()
            };
            assert_eq!(factor(&other, "2015-01-01", Kind::SecondOfficialLanguage), second[at], "{level}");
            let mut theirs = partnered(nobody());
            theirs.spouse.as_mut().unwrap().language_tests = vec![levels(LanguageTestKind::ClbEnglish, one)];
            assert_eq!(total(&theirs, "2024-02-14"), spouse[at], "{level}");
        }
        let both = Profile {
            language_tests: vec![english(0), french(level)],
            first_official_language: OfficialLanguage::English.into(),
            ..nobody()
        };
        let sum = 4 * second[at];
        assert_eq!(factor(&both, "2015-01-01", Kind::SecondOfficialLanguage), sum.min(24), "{level}");
        assert_eq!(factor(&partnered(both), "2015-01-01", Kind::SecondOfficialLanguage), sum.min(22), "{level}");
    }
}

#[test]
fn the_language_named_is_the_first_and_otherwise_the_one_that_gives_more() {
    let both = Profile { language_tests: vec![english(5), french(9)], ..nobody() };
    let named = |language: OfficialLanguage| Profile { first_official_language: language.into(), ..both.clone() };
    // First English: 4 × 6 and 24 (4 × 6); first French: 4 × 31 and 4 × 1. French beside CLB 5: 50.
    assert_eq!(total(&named(OfficialLanguage::English), "2024-02-14"), 24 + 24 + 50);
    assert_eq!(total(&named(OfficialLanguage::French), "2024-02-14"), 124 + 4 + 50);
    assert_eq!(total(&both, "2024-02-14"), 124 + 4 + 50);
    let alone = Profile { language_tests: vec![french(9)], ..named(OfficialLanguage::English) };
    assert_eq!(total(&alone, "2024-02-14"), 124 + 25, "the only language tested is the first");
}

#[test]
fn tests_count_for_two_years_and_pte_from_its_day() {
    let taken = |kind, scores, on: &str| {
        let test = LanguageTest { taken_on: date(on), ..levels(kind, scores) };
        Profile { language_tests: vec![test], ..nobody() }
    };
    let ielts = |on| taken(LanguageTestKind::IeltsGeneral, [8.5, 8.0, 7.5, 7.5], on);
    for (on, points) in [("2022-02-15", 136), ("2022-02-14", 0), ("2024-02-14", 136), ("2024-02-15", 0)] {
        assert_eq!(total(&ielts(on), "2024-02-14"), points, "{on}");
    }
    let pte = taken(LanguageTestKind::PteCore, [89.0, 88.0, 90.0, 89.0], "2024-01-15");
    assert_eq!(total(&pte, "2024-01-29"), 0);
    assert_eq!(total(&pte, "2024-01-30"), 136);
}

#[test]
fn test_scores_are_levels_at_their_lower_bounds() {
    // Lowest scores of levels 4 to 10 in listening, reading, writing and speaking, and the step below a bound.
    let celpip = [[4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]; 4];
    let ielts = [
        [4.5, 5.0, 5.5, 6.0, 7.5, 8.0, 8.5],
        [3.5, 4.0, 5.0, 6.0, 6.5, 7.0, 8.0],
        [4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5],
        [4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5],
    ];
    let pte = [
        [28.0, 39.0, 50.0, 60.0, 71.0, 82.0, 89.0],
        [33.0, 42.0, 51.0, 60.0, 69.0, 78.0, 88.0],
        [41.0, 51.0, 60.0, 69.0, 79.0, 88.0, 90.0],
        [42.0, 51.0, 59.0, 68.0, 76.0, 84.0, 89.0],
    ];
    let tef = [
        [145.0, 181.0, 217.0, 249.0, 280.0, 298.0, 316.0],
        [121.0, 151.0, 181.0, 207.0, 233.0, 248.0, 263.0],
        [181.0, 226.0, 271.0, 310.0, 349.0, 371.0, 393.0],
        [181.0, 226.0, 271.0, 310.0, 349.0, 371.0, 393.0],
    ];
    let tcf = [
        [331.0, 369.0, 398.0, 458.0, 503.0, 523.0, 549.0],
        [342.0, 375.0, 406.0, 453.0, 499.0, 524.0, 549.0],
        [4.0, 6.0, 7.0, 10.0, 12.0, 14.0, 16.0],
        [4.0, 6.0, 7.0, 10.0, 12.0, 14.0, 16.0],
    ];
    let points = [0, 6, 6, 9, 17, 23, 31, 34];
    for (kind, lowest, table, step) in [
        (LanguageTestKind::CelpipGeneral, 0.0, celpip, 1.0),
        (LanguageTestKind::IeltsGeneral, 0.0, ielts, 0.5),
        (LanguageTestKind::PteCore, 10.0, pte, 1.0),
        (LanguageTestKind::TefCanada, 0.0, tef, 1.0),
        (LanguageTestKind::TcfCanada, 0.0, tcf, 1.0),
    ] {
        for ability in 0..4 {
            for (level, bound) in table[ability].into_iter().enumerate() {
                for (score, expected) in [(bound, points[level + 1]), (bound - step, points[level])] {
                    let mut scores = [lowest; 4];
                    scores[ability] = score;
                    let profile = Profile { language_tests: vec![levels(kind, scores)], ..nobody() };
                    assert_eq!(total(&profile, "2024-02-14"), expected, "{kind:?} {ability} {score}");
                }
            }
        }
    }
}

#[test]
fn work_in_canada_earns_its_points() {
    let with = [0, 35, 46, 56, 63, 70, 70];
    let without = [0, 40, 53, 64, 72, 80, 80];
    let spouse = [0, 5, 7, 8, 9, 10, 10];
    for years in 0..=6 {
        let at = usize::try_from(years).unwrap();
        let single = Profile { canadian_work_years: Some(years), ..nobody() };
        assert_eq!(total(&single, "2024-02-14"), without[at], "{years}");
        assert_eq!(total(&partnered(single), "2024-02-14"), with[at], "{years}");
        let mut theirs = partnered(nobody());
        theirs.spouse.as_mut().unwrap().canadian_work_years = Some(years);
        assert_eq!(total(&theirs, "2024-02-14"), spouse[at], "{years}");
    }
}

#[test]
fn pairs_earn_their_points_and_keep_their_caps() {
    let groups = [0, 0, 1, 1, 1, 2, 2, 2, 2];
    let cells = [[0, 0, 0], [0, 13, 25], [0, 25, 50]];
    let bands = |level: u8| usize::from(level >= 7) + usize::from(level >= 9);
    for (place, level) in LEVELS.into_iter().enumerate() {
        for clb in 0..=12_u8 {
            for canadian in 0..=3 {
                for foreign in 0..=4 {
                    let profile = Profile {
                        education: Some(education(level)),
                        language_tests: vec![english(clb)],
                        canadian_work_years: Some(canadian),
                        foreign_work_years: Some(foreign),
                        certificate_of_qualification: if canadian == 3 { YES } else { NO },
                        ..nobody()
                    };
                    if place % 2 == 1 && clb % 2 == 1 {
                        continue;
                    }
                    let crs = crs(&profile, "2024-02-14");
                    let of = |kind| crs.factors.iter().find(|factor| factor.kind() == kind).unwrap().points;
                    let years = usize::try_from(canadian.min(2)).unwrap();
                    let abroad = usize::from(foreign >= 1) + usize::from(foreign >= 3);
                    let expected = [
                        cells[groups[place]][bands(clb)],
                        cells[groups[place]][years],
                        cells[abroad][bands(clb)],
                        cells[abroad][years],
                        if canadian < 3 || clb < 5 {
                            0
                        } else if clb < 7 {
                            25
                        } else {
                            50
                        },
                    ];
                    let told = [
                        Kind::EducationAndLanguage,
                        Kind::EducationAndCanadianWork,
                        Kind::ForeignWorkAndLanguage,
                        Kind::ForeignAndCanadianWork,
                        Kind::CertificateAndLanguage,
                    ];
                    assert_eq!(told.map(of), expected, "{level:?}, CLB {clb}, {canadian} and {foreign} years");
                    let [by_language, by_work, abroad_language, abroad_work, certificate] = expected;
                    let education = (by_language + by_work).min(50);
                    let capped = (education + (abroad_language + abroad_work).min(50) + certificate).min(100);
                    assert_eq!(crs.skill_transferability, capped);
                }
            }
        }
    }
}

#[test]
fn additional_points_are_those_of_the_day() {
    // (first day, last day, nomination, Major Group 00, other offer, credentials, sibling, French with little and with enough English)
    let periods = [
        ("2015-01-01", "2016-11-18", 600, 600, 600, 0, 0, 0, 0, 0),
        ("2016-11-19", "2017-06-05", 600, 200, 50, 15, 30, 0, 0, 0),
        ("2017-06-06", "2020-10-19", 600, 200, 50, 15, 30, 15, 15, 30),
        ("2020-10-20", "2025-03-24", 600, 200, 50, 15, 30, 15, 25, 50),
        ("2025-03-25", "2026-11-02", 600, 0, 0, 15, 30, 15, 25, 50),
    ];
    for (first, last, nomination, senior, other, short, long, sibling, little, enough) in periods {
        for on in [first, last] {
            let offer = |offer: ArrangedEmployment| Profile { arranged_employment: offer.into(), ..nobody() };
            let credential =
                |credential: CanadianCredential| Profile { canadian_credential: credential.into(), ..nobody() };
            assert_eq!(total(&Profile { provincial_nomination: YES, ..nobody() }, on), nomination, "{on}");
            assert_eq!(total(&offer(ArrangedEmployment::MajorGroup00), on), senior, "{on}");
            assert_eq!(total(&offer(ArrangedEmployment::Other), on), other, "{on}");
            assert_eq!(total(&credential(CanadianCredential::OneOrTwoYear), on), short, "{on}");
            assert_eq!(total(&credential(CanadianCredential::ThreeYearOrMore), on), long, "{on}");
            assert_eq!(total(&Profile { sibling_in_canada: YES, ..nobody() }, on), sibling, "{on}");
            for (tests, points) in [
                (vec![french(7)], little),
                (vec![french(7), english(4)], little),
                (vec![french(7), levels(LanguageTestKind::ClbEnglish, [7.0, 7.0, 7.0, 4.0])], little),
                (vec![french(7), english(5)], enough),
                (vec![levels(LanguageTestKind::NclcFrench, [7.0, 7.0, 6.0, 7.0]), english(5)], 0),
            ] {
                let profile = Profile { language_tests: tests, ..nobody() };
                assert_eq!(factor(&profile, on, Kind::French), points, "{on}");
            }
            let everything = Profile {
                provincial_nomination: YES,
                arranged_employment: ArrangedEmployment::MajorGroup00.into(),
                canadian_credential: CanadianCredential::ThreeYearOrMore.into(),
                sibling_in_canada: YES,
                ..nobody()
            };
            assert_eq!(total(&everything, on), 600, "the cap, {on}");
            let in_force = crs(&nobody(), on).table_in_force_from;
            assert_eq!(in_force, date(first));
        }
    }
}

#[test]
fn days_without_rules_are_refused_with_the_days_that_have_them() {
    for on in ["2014-12-31", "2026-11-03", "2030-01-01"] {
        let request = ScoreProfileRequest { profile: Some(nobody()), as_of: date(on) };
        let refusal = Api::new(catalog()).score_profile(request, day("2026-10-01")).unwrap_err();
        let status = status(&refusal);
        let told = told(&status);
        assert_eq!((told.code, told.reason.as_str()), (Code::FailedPrecondition, "RULES_NOT_IN_CATALOG"));
        assert!(status.message().contains("2015-01-01 to 2026-11-02"), "{}", status.message());
    }
}

#[test]
fn the_most_there_is() {
    let best = Profile {
        age: Some(25),
        education: Some(education(EducationLevel::Doctoral)),
        language_tests: vec![english(10), french(10)],
        canadian_work_years: Some(5),
        foreign_work_years: Some(3),
        provincial_nomination: YES,
        ..nobody()
    };
    // 110 + 150 + 136 + 24 + 80 = 500; 100; 600.
    assert_eq!(total(&best, "2024-02-14"), 1_200);
    // 100 + 140 + 128 + 22 + 70 = 460; the spouse 10 + 20 + 10 = 40; 100; 600.
    let mut both = partnered(best);
    let spouse = both.spouse.as_mut().unwrap();
    spouse.education = Some(education(EducationLevel::Doctoral));
    spouse.language_tests = vec![french(9)];
    spouse.canadian_work_years = Some(5);
    assert_eq!(total(&both, "2024-02-14"), 1_200);
}

fn spell(code: &str, country: &str, from: &str, to: Option<&str>) -> WorkExperience {
    WorkExperience {
        noc_code: code.into(),
        start_date: date(from),
        end_date: to.and_then(date),
        hours_per_week: Some(40.0),
        country_code: country.into(),
        ..WorkExperience::default()
    }
}

fn worked(spells: Vec<WorkExperience>) -> Profile {
    Profile { canadian_work_years: None, foreign_work_years: None, work_experiences: spells, ..nobody() }
}

#[test]
fn years_of_work_come_from_the_spells() {
    let on = "2024-02-14";
    for (spells, points) in [
        (vec![spell("31301", "CA", "2023-02-14", None)], 40),
        // A day less, a year by none of the measures: 364 days are 52 weeks, 1,560 hours.
        (vec![spell("31301", "CA", "2023-02-15", None)], 40),
        (vec![spell("31301", "CA", "2023-02-16", None)], 0),
        // Ten years back to the day, and one of TEER 4.
        (vec![spell("31301", "CA", "2013-02-14", Some("2014-02-13"))], 0),
        (vec![spell("65201", "CA", "2020-01-01", Some("2022-12-31"))], 0),
        // Two occupations together, with a gap between.
        (
            vec![
                spell("31301", "CA", "2020-01-01", Some("2020-06-30")),
                spell("21231", "CA", "2022-01-01", Some("2022-06-30")),
            ],
            40,
        ),
        // At once: 30 hours a week at most.
        (
            vec![
                spell("31301", "CA", "2020-01-01", Some("2020-06-30")),
                spell("21231", "CA", "2020-01-01", Some("2020-06-30")),
            ],
            0,
        ),
        (vec![WorkExperience { self_employed: YES, ..spell("31301", "CA", "2020-01-01", None) }], 0),
        (vec![WorkExperience { authorized: NO, ..spell("31301", "CA", "2020-01-01", None) }], 0),
        (vec![WorkExperience { full_time_student: YES, ..spell("31301", "CA", "2020-01-01", None) }], 0),
        (vec![WorkExperience { paid: NO, ..spell("31301", "CA", "2020-01-01", None) }], 0),
    ] {
        assert_eq!(factor(&worked(spells.clone()), on, Kind::CanadianWork), points, "{spells:?}");
    }
    let stated = Profile { canadian_work_years: Some(3), ..worked(vec![spell("31301", "CA", "2023-02-14", None)]) };
    assert_eq!(factor(&stated, on, Kind::CanadianWork), 64, "stated wins");
    let abroad =
        worked(vec![WorkExperience { self_employed: YES, ..spell("31301", "IN", "2019-01-01", Some("2021-12-31")) }]);
    let abroad = Profile { language_tests: vec![english(9)], ..abroad };
    assert_eq!(factor(&abroad, on, Kind::ForeignWorkAndLanguage), 50, "self-employment abroad counts");
}

#[test]
fn work_of_unknown_country_is_one_or_the_other() {
    let mut open = worked(vec![spell("31301", "", "2019-01-01", Some("2021-12-31"))]);
    open.language_tests = vec![english(9)];
    let crs = crs(&open, "2024-02-14");
    // In Canada 124 + 64; abroad 124 + 50: never both.
    assert_eq!((crs.total_min, crs.total_max), (174, 188));
    assert!(
        score_profile(&open, "2024-02-14").missing_fields.contains(&"profile.work_experiences[0].country_code".into())
    );
}

fn outcome(profile: &Profile, on: &str, program: Program, id: &str) -> Outcome {
    let response = score_profile(profile, on);
    let told = response.programs.iter().find(|told| told.program() == program).unwrap();
    told.requirements.iter().find(|requirement| requirement.id == id).unwrap().outcome()
}

/// Who is eligible for FSWP and CEC.
fn eligible() -> Profile {
    Profile {
        age: Some(30),
        education: Some(education(EducationLevel::ThreeYearOrMore)),
        language_tests: vec![english(9)],
        funds_cad: Some(14_690),
        ..worked(vec![spell("21231", "CA", "2022-01-01", None)])
    }
}

#[test]
fn programs_ask_for_what_the_regulations_say() {
    let on = "2024-06-01";
    let response = score_profile(&eligible(), on);
    let outcomes: Vec<(Program, Outcome)> =
        response.programs.iter().map(|told| (told.program(), told.outcome())).collect();
    assert_eq!(
        outcomes,
        [
            (Program::FederalSkilledWorker, Outcome::Met),
            (Program::CanadianExperienceClass, Outcome::Met),
            (Program::FederalSkilledTrades, Outcome::NotMet),
            (Program::ProvincialNominee, Outcome::NotMet),
        ]
    );
    // Education 21, first language 24, two years 11, age 12, adaptability 10 for work in Canada: 78.
    assert_eq!(response.programs[0].selection_points, Some(78));
    let short = Profile { funds_cad: Some(14_689), ..eligible() };
    assert_eq!(outcome(&short, on, Program::FederalSkilledWorker, "settlement_funds"), Outcome::NotMet);
    let offered = Profile { job_offer_one_year: YES, ..short.clone() };
    assert_eq!(outcome(&offered, on, Program::FederalSkilledWorker, "settlement_funds"), Outcome::Met);
    for (on, expected) in [
        ("2024-05-27", Outcome::Met),
        ("2024-05-28", Outcome::NotMet),
        ("2026-01-01", Outcome::Unknown),
        ("2022-06-01", Outcome::Unknown),
    ] {
        let profile = Profile { funds_cad: Some(13_757), ..eligible() };
        assert_eq!(outcome(&profile, on, Program::FederalSkilledWorker, "settlement_funds"), expected, "{on}");
    }
    let class = |tests, code: &str| {
        let profile = Profile {
            language_tests: tests,
            work_experiences: vec![spell(code, "CA", "2022-01-01", None)],
            ..eligible()
        };
        outcome(&profile, on, Program::CanadianExperienceClass, "language")
    };
    assert_eq!(class(vec![english(7)], "21231"), Outcome::Met);
    assert_eq!(class(vec![english(6)], "21231"), Outcome::NotMet);
    assert_eq!(class(vec![english(5)], "72310"), Outcome::Met, "TEER 2");
    assert_eq!(class(vec![english(4)], "72310"), Outcome::NotMet);
    let trade = Profile {
        language_tests: vec![levels(LanguageTestKind::ClbEnglish, [5.0, 4.0, 4.0, 5.0])],
        certificate_of_qualification: YES,
        work_experiences: vec![spell("72310", "IN", "2022-01-01", Some("2023-12-31"))],
        ..eligible()
    };
    assert_eq!(score_profile(&trade, on).programs[2].outcome(), Outcome::Met);
    let quebec = Profile { intends_quebec: YES, ..eligible() };
    assert_eq!(score_profile(&quebec, on).programs[0].outcome(), Outcome::NotMet);
}

#[tokio::test]
async fn facts_alone_decide_draws_from_the_first_to_the_last() {
    let server = TestServer::start().await;
    let mut client = server.client().await;
    // (draw, additional points): an offer, and French with English, by the table of each draw's own day.
    for (number, expected) in [("1", 600), ("52", 50), ("108", 80), ("174", 100), ("284", 100), ("398", 50)] {
        let draw = catalog();
        let draw = draw.draw(number).unwrap_or_else(|| panic!("{number}"));
        let held_on = draw.held_on.to_string();
        let submitted = draw.held_at.timestamp() - 86_400 * 30;
        let profile = Profile {
            submitted_at: Some(prost_types::Timestamp { seconds: submitted, nanos: 0 }),
            age: Some(30),
            education: Some(education(EducationLevel::ThreeYearOrMore)),
            language_tests: vec![english(9), french(7)],
            canadian_work_years: Some(0),
            foreign_work_years: Some(3),
            arranged_employment: ArrangedEmployment::Other.into(),
            ..nobody()
        };
        // 105 + 120 + 124 + 12 + 0 = 361; transferability 25 + 50.
        let additional = total(&profile, &held_on) - 361 - 75;
        let request = EvaluateRequest {
            profile: Some(profile.clone()),
            draw: Some(Named::DrawNumber(number.into())),
            view: 2,
            strict: false,
        };
        let evaluation = client.evaluate(request).await.unwrap().into_inner().evaluation.unwrap();
        assert_eq!(evaluation.crs_score, Some(total(&profile, &held_on)), "{number}");
        assert_eq!(evaluation.crs_basis(), FactBasis::Computed);
        assert_eq!(additional, expected, "{number} on {held_on}");
        let stated = Profile { crs_score: Some(1), ..profile };
        let request = EvaluateRequest {
            profile: Some(stated),
            draw: Some(Named::DrawNumber(number.into())),
            view: 2,
            strict: false,
        };
        let evaluation = client.evaluate(request).await.unwrap().into_inner().evaluation.unwrap();
        assert_eq!((evaluation.crs_score, evaluation.crs_basis()), (Some(1), FactBasis::Stated));
        assert!(evaluation.notices.iter().any(|notice| notice.reason == "CRS_SCORE_DIFFERS"));
    }
}

/// A profile in which everything is said.
fn complete() -> impl Strategy<Value = Profile> {
    let candidate = (
        0..60_i32,
        select(&LEVELS[..]),
        prop::array::uniform4(0..=12_u8),
        prop::option::of(prop::array::uniform4(0..=12_u8)),
        0..7_i32,
        0..5_i32,
    );
    let answers = (any::<[bool; 3]>(), 1..=3_i32, 1..=3_i32);
    let spouse =
        prop::option::of((any::<[bool; 2]>(), select(&LEVELS[..]), prop::array::uniform4(0..=12_u8), 0..7_i32));
    (candidate, answers, spouse).prop_map(
        |((age, level, first, second, canadian, foreign), (yes, offer, credential), spouse)| {
            let answer = |yes| if yes { YES } else { NO };
            let test = |kind, levels: [u8; 4]| self::levels(kind, levels.map(f64::from));
            let profile = Profile {
                age: Some(age),
                education: Some(education(level)),
                language_tests: std::iter::once(test(LanguageTestKind::ClbEnglish, first))
                    .chain(second.map(|levels| test(LanguageTestKind::NclcFrench, levels)))
                    .collect(),
                canadian_work_years: Some(canadian),
                foreign_work_years: Some(foreign),
                certificate_of_qualification: answer(yes[0]),
                provincial_nomination: answer(yes[1]),
                sibling_in_canada: answer(yes[2]),
                arranged_employment: offer,
                canadian_credential: credential,
                ..nobody()
            };
            let Some((yes, level, levels, years)) = spouse else { return profile };
            let mut profile = partnered(profile);
            let spouse = profile.spouse.as_mut().unwrap();
            spouse.accompanying = answer(yes[0]);
            spouse.citizen_or_permanent_resident = answer(yes[1]);
            spouse.education = Some(education(level));
            spouse.language_tests = vec![test(LanguageTestKind::ClbEnglish, levels)];
            spouse.canadian_work_years = Some(years);
            profile
        },
    )
}

/// Leaves the facts unsaid whose bit is set.
fn forget(mut profile: Profile, bits: u32) -> Profile {
    let is = |bit: u32| bits >> bit & 1 == 1;
    if is(0) {
        profile.age = None;
    }
    if is(1) {
        profile.education = None;
    }
    if is(2) {
        profile.language_tests.clear();
    }
    if is(3) {
        profile.canadian_work_years = None;
    }
    if is(4) {
        profile.foreign_work_years = None;
    }
    if is(5) {
        profile.certificate_of_qualification = 0;
    }
    if is(6) {
        profile.provincial_nomination = 0;
    }
    if is(7) {
        profile.sibling_in_canada = 0;
    }
    if is(8) {
        profile.arranged_employment = 0;
    }
    if is(9) {
        profile.canadian_credential = 0;
    }
    if is(10) {
        profile.marital_status = 0;
    }
    if let Some(spouse) = &mut profile.spouse {
        if is(11) {
            spouse.accompanying = 0;
        }
        if is(12) {
            spouse.citizen_or_permanent_resident = 0;
        }
        if is(13) {
            spouse.education = None;
        }
        if is(14) {
            spouse.language_tests.clear();
        }
        if is(15) {
            spouse.canadian_work_years = None;
        }
    }
    profile
}

/// What is unsaid, said so that it helps least or most; a spouse of unknown kind comes along or not.
fn at_an_end(mut profile: Profile, most: bool, comes_along: bool) -> Profile {
    let answer = |said: i32| {
        if said != 0 {
            said
        } else if most {
            YES
        } else {
            NO
        }
    };
    let level = if most { EducationLevel::Doctoral } else { EducationLevel::LessThanSecondary };
    let tests = |level| vec![english(level), french(level)];
    profile.age = profile.age.or(Some(if most { 25 } else { 50 }));
    profile.education = profile.education.or(Some(education(level)));
    if profile.language_tests.is_empty() {
        profile.language_tests = if most { tests(12) } else { tests(0) };
    }
    profile.canadian_work_years = profile.canadian_work_years.or(Some(if most { 5 } else { 0 }));
    profile.foreign_work_years = profile.foreign_work_years.or(Some(if most { 3 } else { 0 }));
    profile.certificate_of_qualification = answer(profile.certificate_of_qualification);
    profile.provincial_nomination = answer(profile.provincial_nomination);
    profile.sibling_in_canada = answer(profile.sibling_in_canada);
    if profile.arranged_employment == 0 {
        profile.arranged_employment = if most { 2 } else { 1 };
    }
    if profile.canadian_credential == 0 {
        profile.canadian_credential = if most { 3 } else { 1 };
    }
    if profile.marital_status == 0 {
        profile.marital_status = if comes_along { 2 } else { 1 };
    }
    let spouse = profile.spouse.get_or_insert_default();
    if spouse.accompanying == 0 {
        spouse.accompanying = if comes_along { YES } else { NO };
    }
    if spouse.citizen_or_permanent_resident == 0 {
        spouse.citizen_or_permanent_resident = if comes_along { NO } else { YES };
    }
    spouse.education = spouse.education.or(Some(education(level)));
    if spouse.language_tests.is_empty() {
        spouse.language_tests = if most { tests(12) } else { tests(0) };
    }
    spouse.canadian_work_years = spouse.canadian_work_years.or(Some(if most { 5 } else { 0 }));
    profile
}

/// A field is named when it can still change the answer, and not when a cap or a date has taken its weight away.
#[test]
fn fields_without_weight_are_not_missing() {
    let missing = |profile: &Profile, on: &str, field: &str| {
        score_profile(profile, on).missing_fields.contains(&format!("profile.{field}"))
    };
    let open = Profile { sibling_in_canada: 0, arranged_employment: 0, ..nobody() };
    assert!(missing(&open, "2024-02-14", "sibling_in_canada"));
    assert!(missing(&open, "2024-02-14", "arranged_employment"));
    assert!(!missing(&open, "2016-12-01", "sibling_in_canada"), "no points yet");
    assert!(!missing(&open, "2025-03-25", "arranged_employment"), "no points any more");
    let nominated = Profile { provincial_nomination: YES, ..open.clone() };
    assert!(!missing(&nominated, "2024-02-14", "sibling_in_canada"), "600 is the cap");
    let open = Profile { foreign_work_years: None, ..nobody() };
    assert!(!missing(&open, "2024-02-14", "foreign_work_years"), "nothing to go with it");
    let with = Profile { language_tests: vec![english(7)], ..open };
    assert!(missing(&with, "2024-02-14", "foreign_work_years"));
    let full = Profile {
        language_tests: vec![english(9)],
        education: Some(education(EducationLevel::Masters)),
        certificate_of_qualification: YES,
        ..with
    };
    assert!(!missing(&full, "2024-02-14", "foreign_work_years"), "100 is the cap");
}

/// In an evaluation only the facts that can carry the score over the cut-off are missing.
#[test]
fn facts_that_can_not_carry_the_score_over_the_cut_off_are_not_missing() {
    // 105 + 135 + 124 + 50 = 414 on the day of draw 284, whose cut-off is 422.
    let profile = Profile {
        submitted_at: Some(prost_types::Timestamp { seconds: 1_704_888_000, nanos: 0 }),
        age: Some(30),
        education: Some(education(EducationLevel::Masters)),
        language_tests: vec![english(9)],
        eligible_programs: vec![1],
        work_experiences: vec![spell("31301", "IN", "2023-01-01", None)],
        sibling_in_canada: 0,
        ..nobody()
    };
    let evaluate = |profile: &Profile| {
        let request = EvaluateRequest {
            profile: Some(profile.clone()),
            draw: Some(Named::DrawNumber("284".into())),
            view: 1,
            strict: false,
        };
        Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap()
    };
    assert_eq!(total(&Profile { sibling_in_canada: NO, ..profile.clone() }, "2024-02-14"), 414);
    assert_eq!(evaluate(&profile).missing_fields, ["profile.crs_score", "profile.sibling_in_canada"]);
    // With an older candidate the brother or sister is not enough, and the answer is known.
    assert!(evaluate(&Profile { age: Some(33), ..profile.clone() }).missing_fields.is_empty());
    // A nomination is, whatever else is said; a sibling alone is not.
    let both = Profile { age: Some(33), provincial_nomination: 0, ..profile };
    assert_eq!(evaluate(&both).missing_fields, ["profile.crs_score", "profile.provincial_nomination"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_factor_and_no_section_passes_its_cap(profile in complete(), on in select(&DAYS[..])) {
        let crs = crs(&profile, on);
        prop_assert!(crs.factors.len() == 18 && crs.factors.iter().all(|factor| (0..=factor.max_points).contains(&factor.points)));
        let with = crs.factors.iter().any(|factor| factor.kind() == Kind::SpouseEducation && factor.max_points > 0);
        let (core, spouse) = if with { (460, 40) } else { (500, 0) };
        prop_assert!(crs.core <= core);
        prop_assert!(crs.spouse <= spouse);
        prop_assert!(crs.skill_transferability <= 100 && crs.additional <= 600);
        prop_assert_eq!(crs.total, Some(crs.core + crs.spouse + crs.skill_transferability + crs.additional));
    }

    #[test]
    fn more_never_lowers_the_score(profile in complete(), on in select(&DAYS[..])) {
        let before = total(&profile, on);
        let mut years = profile.clone();
        years.canadian_work_years = years.canadian_work_years.map(|years| years + 1);
        prop_assert!(total(&years, on) >= before);
        let mut abroad = profile.clone();
        abroad.foreign_work_years = abroad.foreign_work_years.map(|years| years + 1);
        prop_assert!(total(&abroad, on) >= before);
        let mut degree = profile.clone();
        let level = degree.education.as_mut().unwrap();
        level.level = (level.level + 1).min(9);
        prop_assert!(total(&degree, on) >= before);
        for test in 0..profile.language_tests.len() {
            let mut better = profile.clone();
            let test = &mut better.language_tests[test];
            test.reading = (test.reading + 1.0).min(12.0);
            prop_assert!(total(&better, on) >= before);
        }
    }

    #[test]
    fn a_spouse_who_is_a_citizen_or_stays_changes_nothing(profile in complete(), on in select(&DAYS[..]), stays: bool) {
        let mut with = partnered(profile.clone());
        let spouse = with.spouse.as_mut().unwrap();
        if stays { spouse.accompanying = NO } else { spouse.citizen_or_permanent_resident = YES }
        let single = Profile { marital_status: MaritalStatus::Single.into(), spouse: None, ..profile };
        prop_assert_eq!(total(&with, on), total(&single, on));
    }

    #[test]
    fn both_ends_of_the_range_are_scores_of_completions(known in complete(), bits: u32, on in select(&DAYS[..])) {
        let open = forget(known, bits);
        let range = crs(&open, on);
        let totals = |most| [true, false].map(|comes_along| total(&at_an_end(open.clone(), most, comes_along), on));
        prop_assert_eq!(totals(false).into_iter().min(), Some(range.total_min));
        prop_assert_eq!(totals(true).into_iter().max(), Some(range.total_max));
    }

    #[test]
    fn every_completion_lies_within_the_range(
        known in complete(), others in prop::collection::vec(complete(), 8), bits: u32, on in select(&DAYS[..]),
    ) {
        let open = forget(known.clone(), bits);
        let range = crs(&open, on);
        let within = range.total_min..=range.total_max;
        prop_assert!(within.contains(&total(&known, on)));
        prop_assert_eq!(range.total.is_some(), range.total_min == range.total_max);
        // What one completion leaves open, taken from others.
        for other in others {
            let mut completed = open.clone();
            if completed.age.is_none() { completed.age = other.age }
            if completed.education.is_none() { completed.education = other.education }
            if completed.language_tests.is_empty() { completed.language_tests = other.language_tests }
            if completed.canadian_work_years.is_none() { completed.canadian_work_years = other.canadian_work_years }
            if completed.foreign_work_years.is_none() { completed.foreign_work_years = other.foreign_work_years }
            if completed.provincial_nomination == 0 { completed.provincial_nomination = other.provincial_nomination }
            if completed.arranged_employment == 0 { completed.arranged_employment = other.arranged_employment }
            let part = crs(&completed, on);
            prop_assert!(within.contains(&part.total_min) && within.contains(&part.total_max));
        }
    }
}
