//! Spells of work that overlap, adjoin, or leave a day between them: what a verdict by itself takes a short way for comes to what all of its reasons do.

use chrono::{Days, NaiveDate, TimeDelta};
use express_entry::{
    engine::{Terms, Unsaid, decide, decide_each, evaluate, explain},
    model::{Answer, CountryCode, CrsScore, Duties, Profile, Program, WeeklyHours, WorkExperience},
};
use proptest::{prelude::*, sample::select};

use crate::support::catalog;

/// Draws by work: six months continuous, twelve months in all, twelve months in Canada.
const DRAWS: [&str; 3] = ["284", "398", "397"];

/// A spell: its occupation, days from the end of the one before to its beginning, and days that it lasts.
#[derive(Clone, Copy, Debug)]
struct Part {
    code: &'static str,
    after: i64,
    lasts: u64,
    hours: Option<f64>,
    paid: Answer,
    canada: Option<bool>,
}

/// Spells about three, six and twelve months long, of few occupations, that overlap, adjoin or leave a day between them.
fn part() -> impl Strategy<Value = Part> {
    let code = select(vec!["31301", "31301", "31301", "31302", "31102", "21231"]);
    let after = prop_oneof![4 => 0..3_i64, 1 => -400..400_i64];
    let lasts = prop_oneof![88..94_u64, 178..187_u64, 360..368_u64, 1..700_u64];
    let hours = select(vec![Some(30.0), Some(30.0), Some(40.0), Some(15.0), Some(29.99), None]);
    let paid = select(vec![Answer::Yes, Answer::Yes, Answer::Yes, Answer::No, Answer::Unsaid]);
    let canada = select(vec![Some(true), Some(true), Some(false), None]);
    (code, after, lasts, hours, paid, canada).prop_map(|(code, after, lasts, hours, paid, canada)| Part {
        code,
        after,
        lasts,
        hours,
        paid,
        canada,
    })
}

fn spells(parts: &[Part], held_on: NaiveDate, ago: u64) -> Vec<WorkExperience> {
    let mut end = held_on - Days::new(ago);
    let each = parts.iter().map(|part| {
        let distance = Days::new(part.after.unsigned_abs());
        let first_day = if part.after < 0 { end - distance } else { end + distance };
        end = first_day + Days::new(part.lasts);
        WorkExperience {
            code: part.code.parse().unwrap(),
            first_day,
            last_day: (end < held_on).then(|| end - Days::new(1)),
            hours: part.hours.map(|hours| WeeklyHours::new(hours).unwrap()),
            country: part.canada.map(|canada| if canada { "CA" } else { "PH" }.parse::<CountryCode>().unwrap()),
            paid: part.paid,
            duties: Duties { lead_statement: Answer::Yes, main_duties: Answer::Yes, essential_duties: Answer::Yes },
            self_employed: Answer::No,
            authorized: Answer::Yes,
            full_time_student: Answer::No,
        }
    });
    each.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8_192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_verdict_by_itself_is_that_of_its_reasons(
        draw in select(&DRAWS), parts in prop::collection::vec(part(), 1..10), ago in 1..1_300_u64, above in 0..2_i32, strict: bool,
    ) {
        let catalog = catalog();
        let terms = Terms::new(&catalog, catalog.draw(draw).unwrap()).unwrap();
        let unsaid = if strict { Unsaid::Unknown } else { Unsaid::Assumed };
        let profile = Profile {
            submitted_at: Some(terms.draw.held_at - TimeDelta::days(60)),
            crs_score: Some(CrsScore::new((terms.draw.crs_cut_off.points() + above).into()).unwrap()),
            eligible_programs: [Program::FederalSkilledWorker, Program::CanadianExperienceClass].into_iter().collect(),
            work_experiences: spells(&parts, terms.draw.held_on, ago),
            ..Profile::default()
        };
        let (whole, _) = explain(&profile, &terms, unsaid);
        prop_assert_eq!(evaluate(&profile, &terms, unsaid), whole);
        let alone = decide(&profile, &terms, unsaid);
        decide_each(&profile, &[terms], unsaid, |decision| assert_eq!(decision, alone));
    }
}
