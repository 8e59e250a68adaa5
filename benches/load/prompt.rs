//! How promptly health and `Evaluate` are answered while streams run at full speed, beside an idle server.

use std::{thread, time::Duration};

use crate::{
    Failure, Settings,
    process::{Driver, Running},
    sample::{Sample, median, ratio},
    table::{Bound, Figures, verdict},
};

/// Calls a second of a probe: few enough to load nothing.
const PROBES: f64 = 200.0;

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let heading = format!(
        "Promptness: one worker on a core, clients on the other, {PROBES} calls/s of each kind ({} x {} s)",
        settings.rounds, settings.seconds
    );
    let head =
        ["call", "streams", "items/s", "idle p50 us", "idle p99 us", "busy p50 us", "busy p99 us", "busy max us"];
    let mut figures = Figures::new(heading, head);
    let mut verdicts = Vec::new();
    for streams in [1, 8, 64] {
        let server = Running::start(&settings.server(), settings.core())?;
        for load in ["health", "unary"] {
            let (mut idle, mut busy, mut rates) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..settings.rounds {
                idle.push(probe(settings, &server, load)?);
                let streams = format!(
                    "--load=stream --in-flight={streams} --connections={} --seconds={}",
                    connections(streams),
                    settings.seconds + 0.6
                );
                let streaming = Driver::start_behind(&server, settings.other_core(), &words(&streams))?;
                thread::sleep(Duration::from_millis(500));
                busy.push(probe(settings, &server, load)?);
                rates.push(streaming.sample()?.rate());
            }
            let of = |samples: &[Sample], figure: fn(&Sample) -> f64| median(samples.iter().map(figure));
            figures.row([
                load.to_owned(),
                streams.to_string(),
                crate::table::short(median(rates)),
                format!("{:.0}", of(&idle, |sample| sample.p50)),
                format!("{:.0}", of(&idle, |sample| sample.p99)),
                format!("{:.0}", of(&busy, |sample| sample.p50)),
                format!("{:.0}", of(&busy, |sample| sample.p99)),
                format!("{:.0}", of(&busy, |sample| sample.max)),
            ]);
            let p99s = busy.iter().map(|sample| sample.p99).zip(idle.iter().map(|sample| sample.p99));
            verdicts.push((format!("p99 of {load} beside {streams} streams, of the idle p99"), ratio(p99s)));
        }
    }
    figures.print();
    println!();
    for (name, ratio) in verdicts {
        verdict(&name, ratio, Bound::AtMost(5.0));
    }
    Ok(())
}

/// Streams share connections by eights.
fn connections(streams: usize) -> usize {
    streams.div_ceil(8)
}

fn probe(settings: &Settings, server: &Running, load: &str) -> Result<Sample, Failure> {
    let arguments = format!("--load={load} --rate={PROBES} --sleeps --warm=0.2 --seconds={}", settings.seconds);
    let sample = Driver::start(server, settings.other_core(), &words(&arguments))?.sample()?;
    if sample.failed > 0 { Err(format!("{} calls failed", sample.failed).into()) } else { Ok(sample) }
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}
