//! Pools of the size of the real one: what a draw of draw 284's terms comes to, and the memory that ten million take.

use std::fs;

use chrono::{DateTime, Duration, Utc};
use express_entry::{
    engine::{Ranking, Simulation, Terms, Unsaid},
    model::{CrsScore, Profile, Program, WeeklyHours, WorkExperience},
};

use crate::{simulation::work, support::catalog};

/// Scores from and to, and the candidates who had them in the pool of 2024-02-11, three days before draw 284.
/// Source: IRCC, CRS score distribution of candidates in the Express Entry pool, published with draw 284
/// (https://www.canada.ca/en/immigration-refugees-citizenship/services/immigrate-canada/express-entry/rounds-invitations.html).
const POOL: [(i32, i32, u32); 15] = [
    (601, 1200, 587),
    (501, 600, 9_004),
    (491, 500, 7_285),
    (481, 490, 10_016),
    (471, 480, 17_431),
    (461, 470, 13_750),
    (451, 460, 11_561),
    (441, 450, 10_514),
    (431, 440, 10_752),
    (421, 430, 9_445),
    (411, 420, 10_283),
    (401, 410, 10_362),
    (351, 400, 55_850),
    (301, 350, 29_141),
    (0, 300, 5_292),
];

/// The candidates of the whole pool, as published.
const TOTAL: u32 = 211_273;

/// Healthcare candidates among 10,000, the same at every score: IRCC publishes no figure. So many of them are the 3,500
/// who had 422 points or more.
const HEALTHCARE: u64 = 352;

/// Numbers that look drawn at random and are the same every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

fn candidate(points: i32, submitted_at: DateTime<Utc>, code: &str) -> Profile {
    let work = WorkExperience { hours: WeeklyHours::new(40.0).ok(), ..work(code) };
    Profile {
        submitted_at: Some(submitted_at),
        crs_score: CrsScore::new(points.into()).ok(),
        eligible_programs: [Program::FederalSkilledWorker].into_iter().collect(),
        work_experiences: vec![work],
        ..Profile::default()
    }
}

/// Draw 284 of a pool with the published scores.
fn held(seed: u64) -> Simulation {
    let catalog = catalog();
    let draw = catalog.draw("284").unwrap();
    let terms = Terms::new(&catalog, draw).unwrap();
    let mut ranking = Ranking::new(draw.invitations, Unsaid::Assumed);
    let mut numbers = Numbers(seed);
    let mut sequence = 0;
    for (low, high, count) in POOL {
        for _ in 0..count {
            let points = low + i32::try_from(numbers.below(u64::try_from(high - low + 1).unwrap())).unwrap();
            let before = Duration::seconds(numbers.below(360 * 86_400).try_into().unwrap());
            let code = if numbers.below(10_000) < HEALTHCARE { "31301" } else { "21231" };
            ranking.add(&candidate(points, draw.held_at - before, code), &terms, sequence, "");
            sequence += 1;
        }
    }
    ranking.finish(draw)
}

#[test]
fn draw_284_comes_out_of_the_pool_of_its_days() {
    assert_eq!(POOL.iter().map(|(_, _, count)| count).sum::<u32>(), TOTAL);
    for seed in [284, 1, 2] {
        let held = held(seed);
        let draw = held.draw.unwrap();
        let told = (draw.crs_cut_off.points(), held.invited.len(), held.inseparable);
        println!("seed {seed}: cut-off {}, {:?}, {:?}", told.0, draw.tie_break, held.standing);
        assert_eq!((told.1, told.2), (3_500, 0));
        assert!((418..=426).contains(&told.0), "the cut-off was 422, and comes out as {}", told.0);
        assert_eq!(held.standing.eligible + held.standing.not_eligible, u64::from(TOTAL));
    }
}

/// Takes a minute, and tells what this process took at most: run it alone.
#[test]
#[ignore = "slow, and only alone in its process does it measure anything"]
fn ten_million_candidates_who_are_all_invited_fit_in_a_gibibyte() {
    const CANDIDATES: u32 = 10_000_000;
    let catalog = catalog();
    let draw = catalog.draw("284").unwrap();
    let terms = Terms::new(&catalog, draw).unwrap();
    let mut ranking = Ranking::new(CANDIDATES, Unsaid::Assumed);
    let mut numbers = Numbers(1);
    let mut profile = candidate(400, draw.held_at, "31301");
    for sequence in 0..u64::from(CANDIDATES) {
        let points = i64::try_from(numbers.below(1_201)).unwrap();
        profile.crs_score = CrsScore::new(points).ok();
        profile.submitted_at = Some(draw.held_at - Duration::nanoseconds(sequence.try_into().unwrap()));
        ranking.add(&profile, &terms, sequence, &format!("{sequence:012}"));
    }
    let held = ranking.finish(draw);
    assert_eq!(held.invited.len(), CANDIDATES as usize);
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("VmHWM {}", peak.trim());
    let kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kib < 1 << 20, "{kib} KiB");
}
