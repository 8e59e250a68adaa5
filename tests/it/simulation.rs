//! Holding a draw of a pool: who is invited, and that the draw worked out invites just them.

use std::{cmp::Reverse, collections::BTreeMap};

use chrono::{DateTime, Utc};
use express_entry::{
    engine::{Ranked, Ranking, Selected, Selection, Simulation, Terms, Unsaid, evaluate},
    model::{
        Answer, CrsScore, Draw, DrawType, Duties, Education, EducationLevel, MaritalStatus, Profile, Program, TieBreak,
        Verdict, WeeklyHours, WorkExperience,
    },
};
use proptest::{prelude::*, sample::select};

use crate::support::catalog;

/// 2024-01-10 and so many seconds: in the pool of draw 284.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_704_844_800 + seconds, 0).unwrap()
}

fn score(points: i32) -> CrsScore {
    CrsScore::new(points.into()).unwrap()
}

/// A nurse whom draw 284 invites, score aside.
fn candidate(points: i32, seconds: i64) -> Profile {
    Profile {
        submitted_at: Some(at(seconds)),
        crs_score: Some(score(points)),
        eligible_programs: [Program::FederalSkilledWorker].into_iter().collect(),
        work_experiences: vec![work("31301")],
        ..Profile::default()
    }
}

/// A spell abroad of which neither hours nor end are said.
pub fn work(code: &str) -> WorkExperience {
    WorkExperience {
        code: code.parse().unwrap(),
        first_day: "2023-01-01".parse().unwrap(),
        last_day: None,
        hours: None,
        country: "PH".parse().ok(),
        paid: Answer::default(),
        duties: Duties::default(),
        self_employed: Answer::default(),
        authorized: Answer::default(),
        full_time_student: Answer::default(),
    }
}

/// As `candidate`, with full-time hours.
fn nurse(points: i32, seconds: i64) -> Profile {
    let mut profile = candidate(points, seconds);
    profile.work_experiences[0].hours = WeeklyHours::new(40.0).ok();
    profile
}

fn hold(draw: &Draw, pool: &[Profile], invitations: u32) -> Simulation {
    let catalog = catalog();
    let terms = Terms::new(&catalog, draw).unwrap();
    let mut ranking = Ranking::new(invitations, Unsaid::Assumed);
    for (sequence, profile) in (0..).zip(pool) {
        ranking.add(profile, &terms, sequence, &format!("c{sequence}"));
    }
    ranking.finish(draw)
}

fn draw_284() -> Draw {
    catalog().draw("284").unwrap().clone()
}

/// A draw open to all, on a day of which no table of scores is known.
fn without_tables() -> Draw {
    Draw {
        held_on: "2026-12-01".parse().unwrap(),
        held_at: "2024-06-01T00:00:00Z".parse().unwrap(),
        kind: DrawType::General,
        category: None,
        ..draw_284()
    }
}

/// Score and second of submission of each; invitations; the invited in order; cut-off; tie-break; inseparable.
type Case<'a> = (&'a [(i32, i64)], u32, &'a [u64], i32, Option<TieBreak>, u64);

#[test]
fn small_pools_come_out_as_by_hand() {
    let not_applied = Some(TieBreak::NotApplied);
    let published = |seconds| Some(TieBreak::Published(at(seconds)));
    let cases: [Case<'_>; 18] = [
        (&[], 1, &[], 0, None, 0),
        (&[(400, 0)], 1, &[0], 400, not_applied, 0),
        (&[(400, 0), (410, 0)], 5, &[1, 0], 400, not_applied, 0),
        (&[(400, 0), (410, 0)], 2, &[1, 0], 400, not_applied, 0),
        (&[(400, 0), (410, 0)], 1, &[1], 410, not_applied, 0),
        // Of equal scores the earlier, and the tie-break is the first of those who are late.
        (&[(400, 7), (400, 5), (400, 9)], 1, &[1], 400, published(7), 0),
        (&[(400, 7), (400, 5), (400, 9)], 2, &[1, 0], 400, published(9), 0),
        (&[(400, 7), (400, 5), (400, 9)], 3, &[1, 0, 2], 400, not_applied, 0),
        // A tie that is invited as a whole is told in the order of the pool.
        (&[(400, 5), (400, 5), (400, 9)], 2, &[0, 1], 400, published(9), 0),
        (&[(400, 9), (400, 5), (400, 5)], 3, &[1, 2, 0], 400, not_applied, 0),
        // A tie across the boundary stays out as a whole.
        (&[(410, 0), (400, 5), (400, 5)], 2, &[0], 410, not_applied, 2),
        (&[(400, 4), (400, 5), (400, 5), (400, 6)], 2, &[0], 400, published(5), 2),
        (&[(400, 4), (400, 5), (400, 5), (400, 5)], 3, &[0], 400, published(5), 3),
        (&[(400, 4), (400, 5), (400, 5), (400, 5)], 4, &[0, 1, 2, 3], 400, not_applied, 0),
        // The top group is larger than the invitations: no one is invited, and there is no draw.
        (&[(400, 5), (400, 5)], 1, &[], 0, None, 2),
        (&[(400, 5), (400, 5), (399, 1)], 1, &[], 0, None, 2),
        // A tie well below the boundary is none of the boundary's.
        (&[(410, 0), (400, 5), (400, 5)], 1, &[0], 410, not_applied, 0),
        (&[(1200, 3), (1, 1), (1200, 2)], 3, &[2, 0, 1], 1, not_applied, 0),
    ];
    for (pool, invitations, invited, cut_off, tie_break, inseparable) in cases {
        let profiles: Vec<_> = pool.iter().map(|(points, seconds)| nurse(*points, *seconds)).collect();
        let held = hold(&draw_284(), &profiles, invitations);
        let case = format!("{pool:?} for {invitations}");
        assert_eq!(held.invited.iter().map(|one| one.sequence).collect::<Vec<_>>(), invited, "{case}");
        assert!(held.invited.iter().all(|one| *one.id == *format!("c{}", one.sequence)), "{case}");
        assert_eq!((held.inseparable, held.standing.eligible), (inseparable, pool.len() as u64), "{case}");
        assert_eq!(held.draw.as_ref().map(|draw| draw.tie_break), tie_break, "{case}");
        if let Some(draw) = &held.draw {
            assert_eq!((draw.crs_cut_off.points(), draw.invitations as usize), (cut_off, invited.len()), "{case}");
        }
        assert_invites_just_the_invited(&profiles, &held, &case);
    }
}

#[test]
fn only_those_who_meet_every_other_criterion_are_ranked() {
    let engineer = Profile { work_experiences: vec![work("21231")], ..nurse(900, 0) };
    let short = candidate(900, 0);
    let other_program =
        Profile { eligible_programs: [Program::ProvincialNominee].into_iter().collect(), ..nurse(900, 0) };
    // Eligibility that is not stated is worked out: none of the programs is for those who mean to live in Quebec.
    let nowhere = Profile { eligible_programs: [].into_iter().collect(), intends_quebec: Answer::Yes, ..nurse(900, 0) };
    let late = Profile { submitted_at: Some("2024-02-14T15:50:23Z".parse().unwrap()), ..nurse(900, 0) };
    let just_in_time = Profile { submitted_at: Some("2024-02-14T15:50:22Z".parse().unwrap()), ..nurse(300, 0) };
    let no_instant = Profile { submitted_at: None, ..nurse(900, 0) };
    let no_instant_and_wrong = Profile { submitted_at: None, ..engineer.clone() };
    let pool =
        [engineer, short, other_program, late, just_in_time, no_instant, no_instant_and_wrong, nurse(301, 0), nowhere];
    let held = hold(&draw_284(), &pool, 10);
    let told = (held.standing.eligible, held.standing.not_eligible, held.standing.indeterminate);
    // The hours of `short` are not said, so that whether its months are enough is unknown.
    assert_eq!(told, (2, 5, 2));
    assert_eq!(held.invited.iter().map(|one| one.sequence).collect::<Vec<_>>(), [7, 4]);
    assert_invites_just_the_invited(&pool, &held, "mixed");
}

#[test]
fn unsaid_facts_that_are_taken_as_true_are_not_when_strict() {
    let (catalog, draw, pool) = (catalog(), draw_284(), [nurse(500, 0)]);
    let terms = Terms::new(&catalog, &draw).unwrap();
    for (unsaid, eligible) in [(Unsaid::Assumed, 1), (Unsaid::Unknown, 0)] {
        let mut ranking = Ranking::new(1, unsaid);
        ranking.add(&pool[0], &terms, 0, "");
        let held = ranking.finish(&draw);
        assert_eq!((held.standing.eligible, held.standing.indeterminate), (eligible, 1 - eligible));
    }
}

#[test]
fn an_open_score_ranks_by_its_lowest() {
    let open = |level| Profile {
        crs_score: None,
        age: Some(30),
        marital_status: Some(MaritalStatus::Single),
        education: Education { level, ..Education::default() },
        ..nurse(0, 0)
    };
    // Alone of the facts, age 30 is sure to give 105 points to the single.
    let pool = [open(None), nurse(105, 1), nurse(106, 2)];
    let held = hold(&draw_284(), &pool, 3);
    let told: Vec<_> = held.invited.iter().map(|one| (one.sequence, one.score.points())).collect();
    assert_eq!(told, [(2, 106), (0, 105), (1, 105)]);
    // At the cut-off, with a tie-break before it, the open score is undecided, not invited.
    let pool = [Profile { submitted_at: Some(at(9)), ..open(None) }, nurse(105, 1)];
    let held = hold(&draw_284(), &pool, 1);
    assert_eq!(held.draw.as_ref().unwrap().tie_break, TieBreak::Published(at(9)));
    assert_eq!(verdicts(&pool, held.draw.as_ref().unwrap()), [Verdict::Indeterminate, Verdict::Invited]);
    // Without tables no point is sure, and no point is no rank.
    let pool = [open(None), nurse(1, 5), nurse(0, 5)];
    let held = hold(&without_tables(), &pool, 3);
    assert_eq!(held.invited.iter().map(|one| one.score.points()).collect::<Vec<_>>(), [1]);
    let standing = held.standing;
    assert_eq!((standing.eligible, standing.indeterminate, standing.not_eligible), (1, 1, 1));
    assert_invites_just_the_invited(&pool, &held, "no points");
}

fn verdicts(pool: &[Profile], draw: &Draw) -> Vec<Verdict> {
    let catalog = catalog();
    let terms = Terms::new(&catalog, draw).unwrap();
    pool.iter().map(|profile| evaluate(profile, &terms, Unsaid::Assumed).verdict).collect()
}

#[track_caller]
fn assert_invites_just_the_invited(pool: &[Profile], held: &Simulation, case: &str) {
    let Some(draw) = &held.draw else { return assert!(held.invited.is_empty(), "{case}") };
    let found = (0..).zip(verdicts(pool, draw)).filter(|(_, verdict)| *verdict == Verdict::Invited);
    let found: Vec<u64> = found.map(|(sequence, _)| sequence).collect();
    let mut invited: Vec<u64> = held.invited.iter().map(|one| one.sequence).collect();
    invited.sort_unstable();
    assert_eq!(found, invited, "{case}");
}

/// Few scores, few instants, and now and then a fact too few or wrong.
fn profile() -> impl Strategy<Value = Profile> {
    let level = select(vec![None, Some(EducationLevel::Secondary), Some(EducationLevel::Masters)]);
    let age = select(vec![None, Some(30), Some(44)]);
    let status = select(vec![None, Some(MaritalStatus::Single)]);
    let code = select(vec!["31301", "31301", "31301", "31301", "21231"]);
    let points = prop_oneof![3 => Just(None), 2 => select(vec![0, 78, 105, 106, 400]).prop_map(Some)];
    let unsaid = || prop::bool::weighted(0.05);
    (points, -1..4_i64, level, age, status, code, unsaid(), unsaid(), unsaid()).prop_map(
        |(points, seconds, level, age, marital_status, code, no_instant, no_hours, no_program)| {
            let mut profile = nurse(0, seconds);
            profile.crs_score = points.map(score);
            profile.education.level = level;
            (profile.age, profile.marital_status) = (age, marital_status);
            profile.work_experiences[0].code = code.parse().unwrap();
            if no_hours {
                profile.work_experiences[0].hours = None;
            }
            if no_instant {
                profile.submitted_at = None;
            }
            if no_program {
                profile.eligible_programs = [].into_iter().collect();
            }
            profile
        },
    )
}

/// Everyone sorted, the first taken, and the last group dropped when it goes on after them.
fn sorted(pool: &[(i32, i64)], invitations: usize) -> Selected {
    let mut groups: BTreeMap<_, Vec<Ranked>> = BTreeMap::new();
    for (sequence, (points, seconds)) in (0_u64..).zip(pool) {
        let (score, submitted_at) = (score(*points), at(*seconds));
        let one = Ranked { score, submitted_at, sequence, id: sequence.to_string().into() };
        groups.entry((Reverse(score), submitted_at)).or_default().push(one);
    }
    let mut invited = Vec::new();
    for (rank, group) in groups {
        if invited.len() + group.len() > invitations {
            let inseparable = if invited.len() < invitations { group.len() as u64 } else { 0 };
            return Selected { invited, inseparable, best_out: Some(rank) };
        }
        invited.extend(group);
    }
    Selected { invited, inseparable: 0, best_out: None }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_draw_worked_out_invites_just_the_invited(
        pool in prop::collection::vec(profile(), 0..40), invitations in 1_u32..30, tables in prop::bool::weighted(0.8),
    ) {
        let draw = if tables { draw_284() } else { without_tables() };
        let held = hold(&draw, &pool, invitations);
        assert_invites_just_the_invited(&pool, &held, &format!("{held:?}"));
        let standing = held.standing;
        prop_assert_eq!(standing.eligible + standing.not_eligible + standing.indeterminate, pool.len() as u64);
        prop_assert!(held.invited.len() <= invitations as usize);
        // Invitations are left over only when everyone is invited, or those next in rank are too many for them.
        let out = standing.eligible - held.invited.len() as u64;
        let left = u64::from(invitations) - held.invited.len() as u64;
        prop_assert!(left == 0 || out == 0 || held.inseparable > left, "{:?}", held);
    }

    #[test]
    fn a_selection_is_what_sorting_everyone_gives_however_often_it_cuts(
        pool in prop::collection::vec((400..404_i32, 0..4_i64), 0..200), invitations in 1_usize..40, slack in 0_usize..60,
    ) {
        let mut selection = Selection::new(invitations, slack);
        for (sequence, (points, seconds)) in (0_u64..).zip(&pool) {
            selection.offer(score(*points), at(*seconds), sequence, &sequence.to_string());
            prop_assert!(selection.held() <= invitations + invitations.max(slack));
        }
        prop_assert_eq!(selection.finish(), sorted(&pool, invitations));
    }
}
