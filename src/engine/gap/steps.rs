//! What can be changed of a profile, each in steps from the smallest change to the largest.

use super::{languages, work};
use crate::{
    engine::{
        Decision, Terms, Unsaid,
        derived::Derived,
        score::{Day, Space, education_counts, ends},
    },
    model::{
        Answer, Change, CrsScore, Education, EducationLevel, GapChangeKind, MaritalStatus, Outcome, Profile, Program,
        Programs,
    },
};

/// Whole years of work in Canada up to which points rise.
const MOST_CANADIAN_YEARS: u32 = 5;
/// Whole years of work abroad up to which points rise.
const MOST_FOREIGN_YEARS: u32 = 3;

/// One thing that can be changed. Points and criteria do not get worse along its steps, so that the first that helps is the
/// smallest.
#[derive(Clone, Debug)]
pub(super) struct Dimension {
    pub kind: GapChangeKind,
    pub steps: Vec<Change>,
}

/// What can be changed, in the order of its kinds. `total` is the score that the facts give, where it is exact.
pub(super) fn dimensions(
    profile: &Profile,
    total: Option<u16>,
    terms: &Terms<'_>,
    unsaid: Unsaid,
    now: &Decision,
) -> Vec<Dimension> {
    let mut found = Vec::new();
    if now.category.is_some_and(|outcome| outcome != Outcome::Met) {
        found.extend(work::dimensions(profile, terms, unsaid));
    }
    let day = Day::new(terms.catalog, terms.draw.held_on, unsaid);
    let space = day.as_ref().map(|day| Space::of(profile, day));
    if let (Some(day), Some(space)) = (&day, &space)
        && let Some(ends) = ends(space, day.tables)
    {
        found.extend(languages::dimensions(profile, day, &ends.least.languages));
    }
    found.push(languages::french(profile, terms, unsaid));
    if let (Some(day), Some(space)) = (&day, &space) {
        found.push(education(profile, day));
        found.extend(years_of_work(profile, space));
    }
    found.extend(answers(profile));
    found.extend(programs(profile, terms, unsaid, now));
    if total.is_none() {
        found.extend(score(profile, terms));
    }
    found.retain(|dimension| !dimension.steps.is_empty());
    found
}

fn education(profile: &Profile, day: &Day<'_>) -> Dimension {
    let present = profile.education;
    let assessed_on = if present.canadian == Answer::Yes { present.assessed_on } else { Some(day.as_of) };
    let counts = education_counts(&present, day) == Some(true);
    let lowest = EducationLevel::LessThanSecondary;
    let steps = EducationLevel::ALL.into_iter().filter(|level| match present.level {
        None => *level > lowest,
        Some(held) => *level > held || (*level == held && !counts && held > lowest),
    });
    let steps = steps.map(|level| Change::Education(Education { level: Some(level), assessed_on, ..present }));
    Dimension { kind: GapChangeKind::Education, steps: steps.collect() }
}

/// More years, where the present ones are known.
fn years_of_work(profile: &Profile, space: &Space) -> [Dimension; 2] {
    let worked_out = |years: &dyn Fn(usize) -> Option<u32>| {
        let first = years(0)?;
        (1..space.work.len()).all(|place| years(place) == Some(first)).then_some(first)
    };
    let canadian =
        profile.canadian_work_years.or_else(|| worked_out(&|place| space.work.get(place).map(|years| years.canadian)));
    let foreign =
        profile.foreign_work_years.or_else(|| worked_out(&|place| space.work.get(place).map(|years| years.foreign)));
    let more = |present: Option<u32>, most: u32| present.into_iter().flat_map(move |years| years + 1..=most);
    [
        Dimension {
            kind: GapChangeKind::CanadianWork,
            steps: more(canadian, MOST_CANADIAN_YEARS).map(Change::CanadianWork).collect(),
        },
        Dimension {
            kind: GapChangeKind::ForeignWork,
            steps: more(foreign, MOST_FOREIGN_YEARS).map(Change::ForeignWork).collect(),
        },
    ]
}

fn answers(profile: &Profile) -> Vec<Dimension> {
    let mut found = Vec::new();
    if profile.certificate_of_qualification != Answer::Yes {
        found.push(Dimension { kind: GapChangeKind::Certificate, steps: vec![Change::Certificate] });
    }
    if profile.provincial_nomination != Answer::Yes {
        found.push(Dimension { kind: GapChangeKind::Nomination, steps: vec![Change::Nomination] });
    }
    if profile.marital_status == Some(MaritalStatus::Partnered) {
        let accompanying = if profile.spouse.accompanying == Answer::No { Answer::Yes } else { Answer::No };
        found.push(Dimension { kind: GapChangeKind::Partner, steps: vec![Change::Partner(accompanying)] });
    }
    found
}

/// One dimension for each program of the draw that the candidate is not eligible for.
fn programs(profile: &Profile, terms: &Terms<'_>, unsaid: Unsaid, now: &Decision) -> Vec<Dimension> {
    if now.program == Outcome::Met {
        return Vec::new();
    }
    let worked_out: Programs = if profile.eligible_programs.is_empty() {
        let derived = Derived::new(profile, terms, unsaid);
        let candidate = derived.as_ref().and_then(Derived::candidate);
        let eligible = |program: &Program| {
            candidate.as_ref().is_some_and(|candidate| candidate.eligible(*program) == Outcome::Met)
        };
        Program::ALL.into_iter().filter(eligible).collect()
    } else {
        profile.eligible_programs
    };
    let lacking = terms.draw.programs.iter().filter(|program| !worked_out.contains(*program));
    let dimension = |program| Dimension {
        kind: GapChangeKind::Program,
        steps: vec![Change::Program { program, beside: worked_out }],
    };
    lacking.map(dimension).collect()
}

/// A stated score that reaches the cut-off, or passes it where a tie-break stands in the way.
fn score(profile: &Profile, terms: &Terms<'_>) -> Option<Dimension> {
    let stated = profile.crs_score?;
    let cut_off = i64::from(terms.draw.crs_cut_off.points());
    let enough = [cut_off, cut_off + 1].into_iter().filter_map(|points| CrsScore::new(points).ok());
    let steps = enough.filter(|score| *score > stated).map(Change::Score).collect();
    Some(Dimension { kind: GapChangeKind::Score, steps })
}
