//! What holds on one day, as little as it takes to compare it with the day before.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::{
    catalog::Catalog,
    engine::{
        Terms, Unsaid, category,
        decide::leaves_pool_at,
        programs::Candidate,
        score::{self, Day, Space},
    },
    model::{CategoryId, CrsScore, Draw, DrawType, Outcome, Profile, Program, Programs, ScoreRange, TieBreak},
};

/// Who is projected, and by what.
#[derive(Clone, Copy)]
pub(super) struct Asked<'p, 'c> {
    pub profile: &'p Profile,
    pub catalog: &'c Catalog,
    pub unsaid: Unsaid,
}

/// What holds on a day.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State<'c> {
    /// None where the tables of the day are not known.
    pub score: Option<ScoreRange>,
    pub in_pool: Outcome,
    pub programs: [(Program, Outcome); 4],
    /// Every category in force, by id.
    pub categories: Vec<(&'c CategoryId, Outcome)>,
}

/// The facts of a profile laid out for a day.
pub(super) struct Laid<'c> {
    pub day: Day<'c>,
    pub space: Space,
}

impl<'c> Laid<'c> {
    /// The facts; none where no tables are known at all.
    pub fn of(asked: Asked<'_, 'c>, day: NaiveDate) -> Option<Self> {
        let day = Day::for_programs(asked.catalog, day, asked.unsaid)?;
        Some(Self { space: Space::of(asked.profile, &day), day })
    }

    /// The candidate; none where the rules of the programs are not known.
    pub fn candidate<'a>(&'a self, profile: &'a Profile) -> Option<Candidate<'a>> {
        Candidate::new(profile, &self.day, &self.space)
    }
}

impl<'c> State<'c> {
    /// The state of a day.
    pub fn of(asked: Asked<'_, 'c>, day: NaiveDate) -> Self {
        let Asked { profile, catalog, .. } = asked;
        // The tables of the day itself: no other may tell a score.
        let tables = catalog.crs_on(day);
        let score_unsaid = profile.crs_score.is_none() && tables.is_some();
        let laid = if score_unsaid || profile.eligible_programs.is_empty() { Laid::of(asked, day) } else { None };
        let score = tables.and_then(|tables| match profile.crs_score {
            Some(stated) => stated_range(stated),
            None => laid.as_ref().and_then(|laid| score::ends(&laid.space, tables)).map(|ends| ends.range),
        });
        Self {
            score,
            in_pool: in_pool(profile.submitted_at, day),
            programs: programs(profile, laid.as_ref()),
            categories: categories(asked, day),
        }
    }
}

fn stated_range(stated: CrsScore) -> Option<ScoreRange> {
    let points = u16::try_from(stated.points()).ok()?;
    Some(ScoreRange { min: points, max: points })
}

/// The instant at which a day is over.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| next.and_time(NaiveTime::MIN).and_utc())
}

/// Whether the profile is in the pool when the day is over.
fn in_pool(submitted_at: Option<DateTime<Utc>>, day: NaiveDate) -> Outcome {
    let end = end_of(day);
    match submitted_at {
        None => Outcome::Unknown,
        Some(at) if at < end && end <= leaves_pool_at(at) => Outcome::Met,
        Some(_) => Outcome::NotMet,
    }
}

fn programs(profile: &Profile, laid: Option<&Laid<'_>>) -> [(Program, Outcome); 4] {
    let stated = profile.eligible_programs;
    if !stated.is_empty() {
        return Program::ALL
            .map(|program| (program, if stated.contains(program) { Outcome::Met } else { Outcome::NotMet }));
    }
    let candidate = laid.and_then(|laid| laid.candidate(profile));
    Program::ALL
        .map(|program| (program, candidate.as_ref().map_or(Outcome::Unknown, |candidate| candidate.eligible(program))))
}

fn categories<'c>(asked: Asked<'_, 'c>, day: NaiveDate) -> Vec<(&'c CategoryId, Outcome)> {
    let Asked { profile, catalog, unsaid } = asked;
    let draw = draw_on(day);
    let decided = catalog.categories_on(day).map(|version| {
        let terms = Terms::of_category(&draw, Some(version), catalog);
        (&version.id, category::decide(profile, &terms, version, unsaid))
    });
    decided.collect()
}

/// A draw on a day: all that the criterion of a category asks of it.
pub(super) fn draw_on(day: NaiveDate) -> Draw {
    Draw {
        number: String::new(),
        name: String::new(),
        held_on: day,
        held_at: day.and_time(NaiveTime::MIN).and_utc(),
        kind: DrawType::CategoryBased,
        programs: Programs::default(),
        category: None,
        invitations: 0,
        crs_cut_off: CrsScore::MAX,
        tie_break: TieBreak::Unknown,
        confidence: None,
        notes: Vec::new(),
    }
}
