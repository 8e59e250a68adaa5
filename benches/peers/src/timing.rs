//! Times of contenders that take turns, so that what else the machine does falls on all of them.

use std::{hint::black_box, time::Instant};

use super::Contender;

/// How often each contender has its turn.
const ROUNDS: usize = 101;

/// About how long a turn lasts, in seconds: short, so that many a turn is not interrupted.
const TURN: f64 = 0.003;

/// What a contender took.
pub struct Timing {
    /// Its name.
    pub name: &'static str,
    /// Nanoseconds an evaluation in its best turn.
    pub best: f64,
    /// Nanoseconds an evaluation in its median turn.
    pub median: f64,
    /// How many times as long as the first contender it took, best turn to best turn.
    pub ratio: f64,
}

/// Times each contender on `profiles` profiles, in turns.
pub fn measure(contenders: &mut [Contender<'_>], profiles: usize) -> Vec<Timing> {
    let mut verdicts = vec![None; profiles];
    let evaluations = f64::from(u32::try_from(profiles).unwrap_or(u32::MAX));
    let passes: Vec<u32> = contenders.iter_mut().map(|contender| passes_a_turn(contender, &mut verdicts)).collect();
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for ((contender, passes), times) in contenders.iter_mut().zip(&passes).zip(&mut times) {
            times.push(seconds(contender, *passes, &mut verdicts) * 1e9 / f64::from(*passes) / evaluations);
        }
    }
    let best = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
    let ours = times.first().map_or(f64::NAN, |times| best(times));
    contenders
        .iter()
        .zip(times)
        .map(|(contender, times)| {
            let best = best(&times);
            Timing { name: contender.name, best, median: median(times), ratio: best / ours }
        })
        .collect()
}

/// How many passes fill a turn.
fn passes_a_turn(contender: &mut Contender<'_>, verdicts: &mut [Option<bool>]) -> u32 {
    let mut passes = 1;
    loop {
        let took = seconds(contender, passes, verdicts);
        if took >= TURN || passes >= 1 << 20 {
            return passes;
        }
        passes *= 2;
    }
}

fn seconds(contender: &mut Contender<'_>, passes: u32, verdicts: &mut [Option<bool>]) -> f64 {
    let begin = Instant::now();
    for _ in 0..passes {
        (contender.pass)(black_box(&mut *verdicts));
    }
    begin.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
