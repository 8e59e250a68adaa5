//! The profiles: every fact of the rule said, with no fault or with just one, and both sides of every edge.

use std::error::Error;

use chrono::{DateTime, Utc};
use express_entry::model::{Answer, CrsScore, Duties, Profile, Program, WeeklyHours, WorkExperience};

/// Submission, score and programs of candidates whom the draw invites if their work is fit.
const FIT_CANDIDATES: [&str; 8] = [
    "2024-01-10T12:00:00Z 430 fsw",
    // Leaves the pool a second after the draw.
    "2023-02-14T15:50:23Z 510 cec",
    // Submitted at the very instant of the draw.
    "2024-02-14T15:50:22Z 423 fst",
    // A second before the tie-break.
    "2024-01-30T02:39:53Z 422 fsw cec",
    "2023-06-01T08:30:00Z 422 cec pnp",
    "2023-11-11T11:11:11Z 480 fsw",
    "2024-02-01T00:00:00Z 600 cec fst",
    "2023-09-09T09:09:09Z 455 fsw pnp",
];

/// Those of candidates whom it does not invite, whatever their work.
const UNFIT_CANDIDATES: [&str; 8] = [
    "2024-01-10T12:00:00Z 421 fsw",
    "2023-12-01T00:00:00Z 350 cec",
    // The instant of the tie-break itself.
    "2024-01-30T02:39:54Z 422 fsw",
    "2024-02-10T10:00:00Z 422 cec",
    // A second after the draw.
    "2024-02-14T15:50:23Z 430 fsw",
    // Has left the pool at the instant of the draw.
    "2023-02-14T15:50:22Z 430 fsw cec",
    "2022-12-31T23:59:59Z 500 fst",
    "2024-01-10T12:00:00Z 500 pnp",
];

/// Three spells that reach six months: occupation, first and last day, weekly hours. Spells in one occupation never meet,
/// so that each is a run of its own.
const FIT_WORK: [[&str; 3]; 10] = [
    ["31301 2023-08-14 - 40", "21231 2019-01-01 2023-08-13 40", "31302 2018-01-01 2018-12-31 40"],
    // 182 days, six months by hours to the hour.
    ["65201 2015-05-01 2017-04-30 20", "31301 2023-08-16 - 40", "33102 2021-03-01 2021-06-30 30"],
    // 181 days: six months by dates, short of them by hours.
    ["31302 2021-03-01 2021-05-31 40", "21231 2023-03-02 - 37.5", "31301 2022-09-01 2023-02-28 30"],
    // The first day of the window.
    ["31301 2021-02-14 2021-08-13 30", "31301 2022-01-01 2022-02-28 40", "14101 2023-01-01 - 35"],
    // Half time for a year.
    ["32101 2021-04-01 2021-07-31 38", "31301 2022-01-01 2022-12-31 15", "65201 2023-01-01 - 25"],
    // Reaches into the window.
    ["21231 2022-04-01 - 40", "31100 2023-01-01 2023-03-31 40", "32101 2019-06-01 2022-03-31 37.5"],
    ["31303 2021-02-14 2023-09-30 12", "33102 2023-10-01 2023-12-31 40", "32103 2024-01-01 - 40"],
    ["41200 2019-09-01 2020-06-30 20", "31202 2023-01-01 2023-12-31 29.5", "31203 2022-09-01 2022-12-31 18"],
    ["31102 2021-09-01 2022-02-28 45", "31101 2022-03-01 2022-06-30 45", "31100 2022-07-01 2022-08-31 45"],
    ["14101 2012-01-01 2014-12-31 35", "21231 2015-01-01 2019-12-31 40", "32102 2020-01-01 2024-02-13 60"],
];

/// Three spells that don't.
const UNFIT_WORK: [[&str; 3]; 12] = [
    // A day short.
    ["31301 2023-08-17 - 40", "21231 2019-01-01 2023-08-13 40", "31302 2018-01-01 2018-12-31 40"],
    // A first day outside the window.
    ["65201 2015-05-01 2017-04-30 20", "31301 2021-02-13 2021-08-12 30", "33102 2021-09-01 2021-10-31 30"],
    // Not on the list.
    ["14101 2012-01-01 2014-12-31 35", "65201 2015-01-01 2019-12-31 40", "21231 2020-01-01 - 40"],
    ["31301 2021-03-01 - 40 unpaid", "21231 2019-01-01 2021-02-28 40", "31302 2018-01-01 2018-12-31 40"],
    ["65201 2015-05-01 2017-04-30 20", "31301 2021-03-01 - 40 no-main-duties", "33102 2020-09-01 2020-12-31 30"],
    ["14101 2012-01-01 2014-12-31 35", "21231 2015-01-01 2019-12-31 40", "32102 2020-01-01 - 40 no-lead-statement"],
    ["31202 2021-03-01 - 40 no-essential-duties", "31203 2022-09-01 2022-12-31 18", "41200 2019-09-01 2020-06-30 20"],
    // Two runs of three months with a day between them.
    ["31301 2022-01-01 2022-03-31 40", "31301 2022-04-02 2022-07-01 40", "65201 2023-01-01 - 25"],
    // Two occupations of three months.
    ["21231 2022-07-01 - 40", "31301 2022-01-01 2022-03-31 40", "31302 2022-04-01 2022-06-30 40"],
    ["32101 2021-04-01 2021-07-31 20", "31301 2022-01-01 2022-09-30 15", "65201 2023-01-01 - 25"],
    ["33102 2023-10-01 2023-12-31 40", "32103 2024-01-01 - 40", "31301 2022-01-01 2022-03-31 60"],
    // Before the window.
    ["31301 2016-01-01 2021-02-13 40", "21231 2021-02-14 - 40", "31302 2015-01-01 2015-12-31 40"],
];

/// Spreads the places of neighbours, so that what comes next is not what came before; it shares no factor with 256.
const STRIDE: usize = 97;

/// A profile and the verdict that it was made for.
#[derive(Clone, Debug)]
pub struct Case {
    /// The profile.
    pub profile: Profile,
    /// Whether the draw invites it.
    pub invited: bool,
}

/// All profiles with at most one of candidate and work unfit.
pub fn cases() -> Result<Vec<Case>, Box<dyn Error>> {
    let fit_work = FIT_WORK.iter().map(|work| (work, true));
    let work: Vec<_> = fit_work.chain(UNFIT_WORK.iter().map(|work| (work, false))).collect();
    let fit_candidates = FIT_CANDIDATES.iter().map(|candidate| (candidate, true));
    let candidates = fit_candidates.chain(UNFIT_CANDIDATES.iter().map(|candidate| (candidate, false)));
    let mut cases = Vec::new();
    for (candidate, fit_candidate) in candidates {
        for &(spells, fit_work) in &work {
            if fit_candidate || fit_work {
                cases.push(Case { profile: profile(candidate, spells)?, invited: fit_candidate && fit_work });
            }
        }
    }
    let spread = (0..cases.len()).filter_map(|place| cases.get(place * STRIDE % cases.len()).cloned());
    Ok(spread.collect())
}

fn profile(candidate: &str, spells: &[&str]) -> Result<Profile, Box<dyn Error>> {
    let mut words = candidate.split(' ');
    let (submitted_at, crs_score) = words.next().zip(words.next()).ok_or("a candidate has two words and programs")?;
    Ok(Profile {
        submitted_at: Some(submitted_at.parse::<DateTime<Utc>>()?),
        crs_score: Some(CrsScore::new(crs_score.parse()?)?),
        eligible_programs: words.map(str::parse::<Program>).collect::<Result<_, _>>()?,
        work_experiences: spells.iter().map(|spell| work_experience(spell)).collect::<Result<_, _>>()?,
        ..Profile::default()
    })
}

fn work_experience(spell: &str) -> Result<WorkExperience, Box<dyn Error>> {
    let words: Vec<&str> = spell.split(' ').collect();
    let (&[code, first_day, last_day, hours], denied) = words.split_first_chunk().ok_or("a spell has four words")?;
    let unless = |denial| if denied.contains(&denial) { Answer::No } else { Answer::Yes };
    Ok(WorkExperience {
        code: code.parse()?,
        first_day: first_day.parse()?,
        last_day: (last_day != "-").then(|| last_day.parse()).transpose()?,
        hours: Some(WeeklyHours::new(hours.parse()?)?),
        country: None,
        paid: unless("unpaid"),
        duties: Duties {
            lead_statement: unless("no-lead-statement"),
            main_duties: unless("no-main-duties"),
            essential_duties: unless("no-essential-duties"),
        },
        self_employed: Answer::No,
        authorized: Answer::Yes,
        full_time_student: Answer::No,
    })
}
