//! What a driver measures, and figures made of several of them.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// One measured span. Latencies are in microseconds, and zero where none were taken.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Sample {
    /// Items, or calls, answered in the span.
    pub answered: u64,
    /// Calls in which they were, where there is more than one to a call.
    pub calls: u64,
    /// Calls that failed in it.
    pub failed: u64,
    pub seconds: f64,
    /// Processor time of the server in it.
    pub server_cpu_ns: u64,
    /// Processor time of the driver in it.
    pub client_cpu_ns: u64,
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
}

impl Sample {
    /// Takes the latencies, recorded in nanoseconds.
    pub fn with_latencies(self, taken: &Histogram<u64>) -> Self {
        let micros = |quantile| taken.value_at_quantile(quantile) as f64 / 1e3;
        Self { p50: micros(0.5), p99: micros(0.99), p999: micros(0.999), max: micros(1.0), ..self }
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.answered as f64 / self.seconds
    }

    /// Answers to each call.
    pub fn answers_a_call(&self) -> f64 {
        self.answered as f64 / self.calls.max(1) as f64
    }

    /// Answers for each second of processor time, the server's and the driver's. On one core that is always busy it is the
    /// rate, and other programs on that core do not lower it.
    pub fn per_cpu_second(&self) -> f64 {
        self.answered as f64 * 1e9 / (self.server_cpu_ns + self.client_cpu_ns).max(1) as f64
    }

    /// Nanoseconds of the server's processor time for each answer.
    pub fn cpu_ns(&self) -> f64 {
        self.server_cpu_ns as f64 / self.answered.max(1) as f64
    }
}

/// The latencies of a span, at three digits up to a minute.
pub fn latencies() -> Result<Histogram<u64>, hdrhistogram::CreationError> {
    Histogram::new_with_bounds(1, 60_000_000_000, 3)
}

/// A latency as it is recorded.
pub fn nanos(latency: Duration) -> u64 {
    u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX)
}

/// The middle one of some figures.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    let upper = figures.get(middle).copied().unwrap_or(f64::NAN);
    if figures.len().is_multiple_of(2) {
        f64::midpoint(upper, figures.get(middle.wrapping_sub(1)).copied().unwrap_or(upper))
    } else {
        upper
    }
}

/// The median of the ratios of pairs that were measured one after the other, with the least and the greatest.
pub fn ratio(pairs: impl IntoIterator<Item = (f64, f64)>) -> Ratio {
    let ratios: Vec<f64> = pairs.into_iter().map(|(of, to)| of / to).collect();
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Ratio { median: median(ratios), least, greatest }
}

/// The median of the ones over the median of the others, with the least and the greatest of fifths of the rounds. What stops the machine for some
/// milliseconds spoils a latency of one round, and hardly ever those of a pair alike.
pub fn ratio_of_medians(pairs: impl IntoIterator<Item = (f64, f64)>) -> Ratio {
    let pairs: Vec<(f64, f64)> = pairs.into_iter().collect();
    let of = |pairs: &[(f64, f64)]| median(pairs.iter().map(|(of, _)| *of)) / median(pairs.iter().map(|(_, to)| *to));
    let fifths = ratio(pairs.chunks(pairs.len().div_ceil(5).max(1)).map(|fifth| (of(fifth), 1.0)));
    Ratio { median: of(&pairs), ..fifths }
}

/// A ratio over several rounds.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub median: f64,
    pub least: f64,
    pub greatest: f64,
}
