//! Profiles to measure with: varied enough that no branch is always taken.

use chrono::{DateTime, Days, NaiveDate};
use express_entry::model::{
    Abilities, Answer, CrsScore, Duties, Education, EducationLevel, Language, LanguageTest, LanguageTestKind,
    MaritalStatus, NocCode, Profile, Program, Programs, WeeklyHours, WorkExperience,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(seconds: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn spell(code: &str, first_day: NaiveDate, days: Option<u64>, hours: f64) -> WorkExperience {
    WorkExperience {
        code: code.parse::<NocCode>().unwrap(),
        first_day,
        last_day: days.map(|days| first_day + Days::new(days)),
        hours: Some(WeeklyHours::new(hours).unwrap()),
        country: Some("CA".parse().unwrap()),
        paid: Answer::Yes,
        duties: Duties { lead_statement: Answer::Yes, main_duties: Answer::Yes, essential_duties: Answer::Yes },
        self_employed: Answer::No,
        authorized: Answer::Yes,
        full_time_student: Answer::No,
    }
}

/// Profiles with `spells` spells, score and programs stated, for draw 284: about half are invited, the others fail by score,
/// work, occupation, program, or the instant of submission.
pub fn stated(count: u64, spells: u64) -> Vec<Profile> {
    (0..count).map(|n| stated_one(n, spells)).collect()
}

fn stated_one(n: u64, spells: u64) -> Profile {
    let codes = ["31301", "31301", "31102", "21231", "31301", "32101"];
    let hours = [40.0, 37.5, 30.0, 40.0, 20.0, 30.0];
    let code = |nth: u64| codes[usize::try_from((n * 7 + nth * 3) % 6).unwrap()];
    let of = |nth: u64| {
        // Spells follow each other, the last one goes on.
        let first_day = day("2019-01-01") + Days::new((n * 37) % 200 + nth * 1_800 / spells);
        let days = (nth + 1 < spells).then_some(1_700 / spells - (n + nth) % 5);
        spell(code(nth), first_day, days, hours[usize::try_from((n + nth) % 6).unwrap()])
    };
    let program = [Program::FederalSkilledWorker, Program::CanadianExperienceClass, Program::ProvincialNominee];
    Profile {
        id: format!("client-{n:06}"),
        submitted_at: Some(instant(1_706_582_394 - i64::try_from((n * 7_919) % 20_000_000).unwrap() + 1_000_000)),
        crs_score: Some(CrsScore::new(412 + i64::try_from((n * 13) % 60).unwrap()).unwrap()),
        eligible_programs: Programs::from_iter([program[usize::try_from(n % 9 / 4).unwrap()]]),
        work_experiences: (0..spells).map(of).collect(),
        ..Profile::default()
    }
}

/// Profiles of which everything is said but score and programs.
pub fn computed(count: u64) -> Vec<Profile> {
    let levels = [EducationLevel::Secondary, EducationLevel::ThreeYearOrMore, EducationLevel::Masters];
    let one = |n: u64| {
        let level = |by: u64| f64::from(u32::try_from(6 + (n + by) % 5).unwrap());
        let test = |kind, by| LanguageTest {
            kind,
            taken_on: Some(day("2023-05-01")),
            scores: Abilities {
                listening: level(by),
                reading: level(by + 1),
                writing: level(by),
                speaking: level(by + 2),
            },
        };
        Profile {
            crs_score: None,
            eligible_programs: Programs::from_iter([Program::FederalSkilledWorker]),
            language_tests: vec![test(LanguageTestKind::ClbEnglish, 0), test(LanguageTestKind::NclcFrench, 3)],
            birth_date: Some(day("1985-03-01") + Days::new(n * 97 % 5_000)),
            education: Education {
                level: Some(levels[usize::try_from(n % 3).unwrap()]),
                canadian: Answer::Yes,
                assessed_on: None,
            },
            canadian_credential: Some(express_entry::model::CanadianCredential::None),
            first_official_language: Some(Language::English),
            certificate_of_qualification: Answer::No,
            provincial_nomination: Answer::No,
            arranged_employment: Some(express_entry::model::ArrangedEmployment::None),
            job_offer_one_year: Answer::No,
            sibling_in_canada: Answer::No,
            marital_status: Some(MaritalStatus::Single),
            intends_quebec: Answer::No,
            funds_cad: Some(30_000),
            family_size: Some(2),
            ..stated_one(n, 3)
        }
    };
    (0..count).map(one).collect()
}

/// Profiles that make an evaluation work as hard as a caller can: nothing said, everything open, lists at their limits.
pub fn costly() -> Vec<(&'static str, Profile)> {
    let open_spell = |n: u64| WorkExperience {
        hours: None,
        country: None,
        paid: Answer::Unsaid,
        duties: Duties::default(),
        self_employed: Answer::Unsaid,
        authorized: Answer::Unsaid,
        full_time_student: Answer::Unsaid,
        ..spell("31301", day("2016-01-01") + Days::new(n * 58), Some(70 + n % 7), 30.0)
    };
    let spells = |count: u64, one: &dyn Fn(u64) -> WorkExperience| (0..count).map(one).collect::<Vec<_>>();
    let tests = |count: u64| {
        let test = |n: u64| LanguageTest {
            kind: if n.is_multiple_of(2) { LanguageTestKind::ClbEnglish } else { LanguageTestKind::NclcFrench },
            taken_on: None,
            scores: Abilities {
                listening: f64::from(u32::try_from(4 + n % 7).unwrap()),
                reading: f64::from(u32::try_from(4 + n % 5).unwrap()),
                writing: f64::from(u32::try_from(4 + n % 3).unwrap()),
                speaking: f64::from(u32::try_from(4 + n % 6).unwrap()),
            },
        };
        (0..count).map(test).collect::<Vec<_>>()
    };
    let stated = stated_one(1, 1);
    let stated =
        Profile { crs_score: Some(CrsScore::new(450).unwrap()), submitted_at: Some(instant(1_700_000_000)), ..stated };
    let unscored = Profile { crs_score: None, ..stated.clone() };
    let eight = Profile { work_experiences: spells(8, &open_spell), ..stated.clone() };
    let fifty = spells(50, &open_spell);
    let overlapping =
        |n: u64| WorkExperience { first_day: day("2016-01-01") + Days::new(n), last_day: None, ..open_spell(n) };
    let distinct = |n: u64| {
        let codes = ["31301", "31302", "31303", "32101", "31102", "31103", "31110", "31111", "31112", "31120"];
        WorkExperience { code: codes[usize::try_from(n % 10).unwrap()].parse().unwrap(), ..open_spell(n) }
    };
    // Enough is said that nothing is named for being too much to tell, and little enough that much is gone through.
    let chained = |n: u64| WorkExperience {
        first_day: day("2021-03-01") + Days::new(n * 21),
        last_day: n.is_multiple_of(9).then(|| day("2021-03-22") + Days::new(n * 21)),
        paid: if n.is_multiple_of(5) { Answer::Unsaid } else { Answer::Yes },
        self_employed: Answer::No,
        ..distinct(n % 4)
    };
    let spouse = express_entry::model::Spouse {
        language_tests: tests(5),
        work_experiences: spells(25, &overlapping),
        ..express_entry::model::Spouse::default()
    };
    vec![
        ("nothing_said", Profile::default()),
        ("score_open", unscored.clone()),
        ("programs_open", Profile { eligible_programs: Programs::default(), ..stated.clone() }),
        ("eight_open_spells", eight.clone()),
        ("eight_open_spells_and_score", Profile { crs_score: None, ..eight.clone() }),
        ("eight_open_spells_and_all", Profile { crs_score: None, eligible_programs: Programs::default(), ..eight }),
        (
            "fifty_spells_stated",
            Profile {
                work_experiences: spells(50, &|n| WorkExperience {
                    hours: Some(WeeklyHours::new(20.0).unwrap()),
                    ..open_spell(n)
                }),
                ..stated.clone()
            },
        ),
        ("fifty_open_spells", Profile { work_experiences: fifty.clone(), ..stated.clone() }),
        ("fifty_overlapping_spells", Profile { work_experiences: spells(50, &overlapping), ..stated.clone() }),
        ("fifty_open_spells_ten_codes", Profile { work_experiences: spells(50, &distinct), ..stated.clone() }),
        ("ten_undated_tests", Profile { language_tests: tests(10), ..unscored }),
        (
            "much_open",
            Profile {
                work_experiences: spells(50, &chained),
                language_tests: tests(10),
                education: Education { level: Some(EducationLevel::Masters), canadian: Answer::Yes, assessed_on: None },
                submitted_at: stated.submitted_at,
                ..Profile::default()
            },
        ),
        (
            "everything_open",
            Profile {
                work_experiences: spells(25, &overlapping),
                language_tests: tests(5),
                spouse,
                submitted_at: stated.submitted_at,
                ..Profile::default()
            },
        ),
    ]
}
