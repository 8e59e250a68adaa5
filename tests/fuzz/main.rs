//! The fuzz targets on their seeds, as they are and changed at random, the same way every time: some seconds of what libFuzzer does for
//! hours (`fuzz/README.md`).

// A test fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(missing_docs)]

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// What one input may take, in a build without optimisation on a busy machine.
const MOST_OF_ONE: Duration = Duration::from_secs(20);

#[test]
fn requests_are_answered_or_refused() {
    run("request", 4_000, targets::request);
}

#[test]
fn frames_of_a_stream_are_answered_as_by_the_generated_types() {
    run("stream_frame", 4_000, targets::stream_frame);
}

#[test]
fn only_page_tokens_that_were_given_are_taken() {
    run("page_tokens", 4_000, targets::page_tokens);
}

#[test]
fn feeds_make_right_catalogues() {
    run("feed", 80, targets::feed);
}

#[test]
fn catalogues_are_refused_or_answer() {
    run("catalog", 80, targets::catalog);
}

/// Runs a target on each of its seeds, and on `times` changed ones.
fn run(name: &str, times: usize, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(!seeds.is_empty());
    let mut seeded = Seeded(name.bytes().map(u64::from).sum());
    let changed = (0..times).map(|_| seeded.changed(&seeds));
    let all: Vec<Vec<u8>> = seeds.iter().cloned().chain(changed).collect();
    for input in all {
        let begun = Instant::now();
        if let Err(panic) = std::panic::catch_unwind(|| target(&input)) {
            eprintln!("{name}: the input is {:?}", String::from_utf8_lossy(&input));
            eprintln!("{name}: its bytes are {input:?}");
            std::panic::resume_unwind(panic);
        }
        let took = begun.elapsed();
        assert!(took < MOST_OF_ONE, "{name} took {took:?} for {input:?}");
    }
}

/// Numbers that look random, the same ones every time.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }

    /// One of the seeds with a few changes, as libFuzzer makes them.
    fn changed(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            let place = self.below(input.len());
            let end = (place + 1 + self.below(8)).min(input.len());
            match self.below(6) {
                0 if !input.is_empty() => input[place] ^= 1 << self.below(8),
                1 if !input.is_empty() => input[place] = [0, 1, 0x7f, 0x80, 0xff, b'0', b'9', b','][self.below(8)],
                2 => drop(input.drain(place..end)),
                3 => input.insert(place, self.below(256).to_le_bytes()[0]),
                4 => {
                    let again = input[place.min(end)..end].to_vec();
                    input.splice(place..place, again);
                }
                _ => {
                    // The end of another seed.
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len());
                    input.truncate(place);
                    input.extend_from_slice(&other[from..]);
                }
            }
        }
        input
    }
}
