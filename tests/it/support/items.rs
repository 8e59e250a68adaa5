//! Items of every shape: with everything they can say, right or wrong.

use express_entry::grpc::{
    limits::{MAX_LANGUAGE_TESTS, MAX_SHORT_LIST, MAX_WORK_EXPERIENCES},
    proto::{Adaptability, Date, Duties, Education, EvaluationItem, LanguageTest, Profile, Spouse, WorkExperience},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use prost_types::Timestamp;

/// How often a value that can go wrong does: once in so many; never when 0.
#[derive(Clone, Copy, Debug)]
pub struct Wrongs(pub u32);

impl Wrongs {
    /// Mostly one of `right`, and now and then one of `wrong`.
    fn of<T: std::fmt::Debug + 'static>(
        self,
        right: impl Strategy<Value = T> + 'static,
        wrong: impl Strategy<Value = T> + 'static,
    ) -> BoxedStrategy<T> {
        if self.0 == 0 { right.boxed() } else { prop_oneof![self.0 => right, 1 => wrong].boxed() }
    }

    /// A number of an enum that ends at `last`.
    fn of_enum(self, last: i32) -> BoxedStrategy<i32> {
        self.of(0..=last, prop_oneof![Just(last + 1), Just(-1), any::<i32>()])
    }

    fn of_range(self, first: i32, last: i32) -> BoxedStrategy<Option<i32>> {
        let wrong = prop_oneof![Just(first - 1), Just(last + 1), any::<i32>()];
        option::of(self.of(prop_oneof![first..=last, Just(first), Just(last)], wrong)).boxed()
    }

    /// A day; with `months` also a month without one.
    fn day(self, months: bool) -> BoxedStrategy<Date> {
        let date = |(year, month, day)| Date { year, month, day };
        let ends = vec![(1, 1, 1), (9999, 12, 31), (2024, 2, 29), (2023, 12, 31), (1969, 12, 31)];
        let first = i32::from(!months);
        let right = prop_oneof![4 => (1960..2030_i32, 1..=12, first..=28), 1 => select(ends)];
        let wrong = select(vec![
            (2023, 2, 29),
            (2023, 13, 1),
            (2023, 0, 1),
            (2023, 5, 32),
            (2023, 5, -1),
            (2023, 5, 0),
            (2023, 0, 0),
            (0, 0, 0),
            (0, 1, 1),
            (10_000, 1, 1),
            (-1, 1, 1),
            (i32::MIN, i32::MAX, i32::MIN),
        ]);
        self.of(right.prop_map(date), wrong.prop_map(date))
    }

    fn instant(self) -> BoxedStrategy<Timestamp> {
        let right = prop_oneof![
            (1_706_582_390..1_706_582_398_i64, Just(0)),
            (-62_135_596_800..=253_402_300_799_i64, 0..1_000_000_000)
        ];
        let wrong = select(vec![
            (-62_135_596_801, 0),
            (253_402_300_800, 0),
            (0, -1),
            (0, 1_000_000_000),
            (i64::MAX, i32::MAX),
            (i64::MIN, i32::MIN),
        ]);
        self.of(right, wrong).prop_map(|(seconds, nanos)| Timestamp { seconds, nanos }).boxed()
    }

    fn reference(self) -> BoxedStrategy<String> {
        let right = prop_oneof![Just(String::new()), "[a-zé🎉]{1,12}", Just("é".repeat(64)), Just("x".repeat(64))];
        self.of(right, select(vec!["x".repeat(65), "🎉".repeat(65), "y".repeat(4_000)]))
    }

    fn score(self) -> BoxedStrategy<f64> {
        self.of(
            prop_oneof![(0..=12).prop_map(f64::from), select(vec![0.0, 7.5, 8.0, 10.0, 310.0, 400.0])],
            select(vec![-0.0, -1.0, 12.5, 700.0, 451.0, f64::NAN, f64::INFINITY]),
        )
    }
}

fn duties(wrongs: Wrongs) -> impl Strategy<Value = Duties> {
    [wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2)].prop_map(
        |[lead_statement, main_duties, essential_duties]| Duties { lead_statement, main_duties, essential_duties },
    )
}

fn work(wrongs: Wrongs) -> impl Strategy<Value = WorkExperience> {
    let code = wrongs.of(
        select(vec!["31301", "31301", "21231", "00010", "95109"]),
        select(vec!["", "3012", "36301", "99999", "３1301", "3130a", "313010", "x\u{0}yz1"]),
    );
    let hours = wrongs.of(
        select(vec![0.001, 7.5, 15.0, 29.999, 30.0, 37.125, 168.0, f64::MIN_POSITIVE]),
        select(vec![0.0, -0.0, -1.0, 168.01, f64::NAN, f64::INFINITY]),
    );
    let country = wrongs.of(select(vec!["", "CA", "CA", "PH", "US"]), select(vec!["ca", "XX", "CAN", "C", "É", "CÄ"]));
    let answers = [wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2)];
    // Most spells end after they begin; those that do not are wrong.
    let ends = option::of(wrongs.of(Just(true), Just(false)));
    (
        code,
        wrongs.of(wrongs.day(true).prop_map(Some), Just(None)),
        ends,
        wrongs.day(true),
        option::of(hours),
        country,
        option::of(duties(wrongs)),
        answers,
    )
        .prop_map(|(code, start_date, ends, end, hours_per_week, country, duties, answers)| {
            let [paid, self_employed, authorized, full_time_student] = answers;
            let after = start_date.map(|start| Date { year: start.year.saturating_add(1).min(9999), ..start });
            let end_date = match ends {
                None => None,
                // The same day a year later, but for 29 February and the last year.
                Some(true) => after.filter(|day| day.day <= 28 && day.year < 9999),
                Some(false) => Some(end),
            };
            WorkExperience {
                noc_code: code.into(),
                start_date,
                end_date,
                hours_per_week,
                country_code: country.into(),
                paid,
                duties,
                self_employed,
                authorized,
                full_time_student,
            }
        })
}

fn language_test(wrongs: Wrongs) -> impl Strategy<Value = LanguageTest> {
    let scores = [wrongs.score(), wrongs.score(), wrongs.score(), wrongs.score()];
    let kind = wrongs.of(1..=7, prop_oneof![Just(0), Just(8), any::<i32>()]);
    (kind, option::of(wrongs.day(false)), scores, wrongs.of(Just(true), Just(false))).prop_map(
        |(kind, taken_on, scores, fit)| {
            // What fits every scale but one of a test whose lowest score is 10.
            let fitted = |score: f64| if kind == 3 { score.clamp(10.0, 90.0) } else { score.trunc().clamp(0.0, 9.0) };
            let [listening, reading, writing, speaking] = if fit { scores.map(fitted) } else { scores };
            LanguageTest { kind, taken_on, listening, reading, writing, speaking }
        },
    )
}

fn education(wrongs: Wrongs) -> impl Strategy<Value = Education> {
    (wrongs.of_enum(9), wrongs.of_enum(2), option::of(wrongs.day(false)))
        .prop_map(|(level, canadian, assessed_on)| Education { level, canadian, assessed_on })
}

fn spouse(wrongs: Wrongs) -> impl Strategy<Value = Spouse> {
    (
        [wrongs.of_enum(2), wrongs.of_enum(2)],
        option::of(education(wrongs)),
        vec(language_test(wrongs), 0..3),
        wrongs.of_range(0, 100),
        vec(work(wrongs), 0..3),
    )
        .prop_map(
            |([accompanying, citizen_or_permanent_resident], education, tests, canadian_work_years, work)| Spouse {
                accompanying,
                citizen_or_permanent_resident,
                education,
                language_tests: tests,
                canadian_work_years,
                work_experiences: work,
            },
        )
}

fn adaptability(wrongs: Wrongs) -> impl Strategy<Value = Adaptability> {
    [wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2)].prop_map(
        |[canadian_study, relative_in_canada, spouse_language, spouse_canadian_study, spouse_canadian_work]| {
            Adaptability {
                canadian_study,
                relative_in_canada,
                spouse_language,
                spouse_canadian_study,
                spouse_canadian_work,
            }
        },
    )
}

/// A list as long as `usual` says, and now and then one of as many as there may be, or one more.
fn list<T: Clone + std::fmt::Debug + 'static>(
    wrongs: Wrongs,
    entry: impl Strategy<Value = T> + Clone + 'static,
    usual: std::ops::Range<usize>,
    most: usize,
) -> BoxedStrategy<Vec<T>> {
    let full = entry.clone().prop_map(move |entry| vec![entry; most]);
    let over = entry.clone().prop_map(move |entry| vec![entry; most + 1]);
    wrongs.of(prop_oneof![30 => vec(entry, usual), 1 => full], over)
}

fn profile(wrongs: Wrongs) -> impl Strategy<Value = Profile> {
    let stated = (
        wrongs.reference(),
        option::of(wrongs.instant()),
        wrongs.of_range(0, 1200),
        list(wrongs, wrongs.of(1..=4, prop_oneof![Just(0), Just(5), any::<i32>()]), 0..3, MAX_SHORT_LIST),
        list(wrongs, work(wrongs).boxed(), 0..4, MAX_WORK_EXPERIENCES),
        list(wrongs, language_test(wrongs).boxed(), 0..3, MAX_LANGUAGE_TESTS),
        list(
            wrongs,
            wrongs.of(Just("military_recruits"), select(vec!["", "healthcare", "é"])).prop_map(String::from),
            0..2,
            MAX_SHORT_LIST,
        ),
    );
    let facts = (
        option::of(wrongs.day(false)),
        wrongs.of_range(0, 120),
        option::of(education(wrongs)),
        [wrongs.of_enum(3), wrongs.of_enum(2), wrongs.of_enum(3), wrongs.of_enum(2)],
        [wrongs.of_range(0, 100), wrongs.of_range(0, 100), wrongs.of_range(1, 100)],
        [wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2), wrongs.of_enum(2)],
        option::of(spouse(wrongs)),
        option::of(adaptability(wrongs)),
        option::of(
            wrongs.of(prop_oneof![Just(0), 0..100_000_i64, Just(i64::MAX)], prop_oneof![Just(-1), Just(i64::MIN)]),
        ),
    );
    // Some profiles say little beside what decides.
    (stated, facts, any::<bool>(), wrongs.of(Just(true), Just(false))).prop_map(|(stated, facts, few, fit)| {
        let (profile_id, submitted_at, crs_score, eligible_programs, work_experiences, language_tests, attested) =
            stated;
        let (birth_date, age, education, enums, years, answers, mut spouse, adaptability, funds_cad) = facts;
        if let (Some(spouse), true) = (&mut spouse, fit) {
            // Lists of both have their limits together.
            spouse.work_experiences.truncate(MAX_WORK_EXPERIENCES.saturating_sub(work_experiences.len()));
            spouse.language_tests.truncate(MAX_LANGUAGE_TESTS.saturating_sub(language_tests.len()));
        }
        let told = Profile {
            profile_id,
            submitted_at,
            crs_score,
            eligible_programs,
            work_experiences,
            language_tests,
            attested_category_ids: attested,
            ..Profile::default()
        };
        if few {
            return told;
        }
        let [canadian_credential, first_official_language, arranged_employment, marital_status] = enums;
        let [canadian_work_years, foreign_work_years, family_size] = years;
        let [certificate, nomination, offer, sibling, quebec] = answers;
        Profile {
            birth_date,
            age,
            education,
            canadian_credential,
            first_official_language,
            canadian_work_years,
            foreign_work_years,
            certificate_of_qualification: certificate,
            provincial_nomination: nomination,
            arranged_employment,
            job_offer_one_year: offer,
            sibling_in_canada: sibling,
            marital_status,
            spouse,
            adaptability,
            funds_cad,
            family_size,
            intends_quebec: quebec,
            ..told
        }
    })
}

/// An item in which one value of so many is wrong.
pub fn item(wrongs: Wrongs) -> impl Strategy<Value = EvaluationItem> {
    (wrongs.reference(), wrongs.of(profile(wrongs).prop_map(Some), Just(None)))
        .prop_map(|(correlation_id, profile)| EvaluationItem { correlation_id, profile })
}
