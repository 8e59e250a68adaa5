//! `Evaluate` in VERDICT view, beside a unary echo: the same requests, and the bytes of an evaluation as every answer.

use crate::{
    Failure, Settings,
    peer::Kind,
    process::{Driver, Program, Running},
    sample::{Sample, median, ratio},
    table::{Bound, Figures, short, verdict},
};

/// Calls in flight of the closed loop.
const IN_FLIGHT: usize = 64;
/// Part of the echo's rate at which calls begin in the open loop.
const OPEN: f64 = 0.85;

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let core = settings.core();
    let servers = [Program::server(), Program::Peer(Kind::OpaqueEcho)];
    let servers = servers.iter().map(|program| Running::start(program, core)).collect::<Result<Vec<_>, _>>()?;
    for connections in [1, 8] {
        let closed = rounds(settings, &servers, core, &arguments(settings, connections, None))?;
        let heading = format!("closed loop, {IN_FLIGHT} in flight, {connections} connections, client on the same core");
        show(settings, &heading, &closed);
        rate(&closed);
        // An open loop needs a core for its clock.
        let other = settings.other_core();
        let closed = rounds(settings, &servers, other, &arguments(settings, connections, None))?;
        let heading =
            format!("closed loop, {IN_FLIGHT} in flight, {connections} connections, client on the other core");
        show(settings, &heading, &closed);
        let [_, echo] = &closed;
        let rate = OPEN * median(echo.iter().map(Sample::rate));
        let open = rounds(settings, &servers, other, &arguments(settings, connections, Some(rate)))?;
        let heading =
            format!("open loop, {} calls/s, {connections} connections, client on the other core", short(rate));
        show(settings, &heading, &open);
        latency(&open);
    }
    Ok(())
}

fn rounds(
    settings: &Settings,
    servers: &[Running],
    core: &str,
    arguments: &[String],
) -> Result<[Vec<Sample>; 2], Failure> {
    let mut rounds = [Vec::new(), Vec::new()];
    for _ in 0..settings.rounds {
        for (server, samples) in servers.iter().zip(&mut rounds) {
            let sample = Driver::start(server, core, arguments)?.sample()?;
            if sample.failed > 0 {
                return Err(format!("{} calls failed", sample.failed).into());
            }
            samples.push(sample);
        }
    }
    Ok(rounds)
}

fn arguments(settings: &Settings, connections: usize, rate: Option<f64>) -> Vec<String> {
    let mut arguments = vec![
        "--load=unary".to_owned(),
        format!("--seconds={}", settings.seconds),
        format!("--connections={connections}"),
        format!("--in-flight={IN_FLIGHT}"),
    ];
    arguments.extend(rate.map(|rate| format!("--rate={rate}")));
    arguments
}

fn show(settings: &Settings, heading: &str, rounds: &[Vec<Sample>; 2]) {
    let heading = format!("Unary: {heading} ({} x {} s)", settings.rounds, settings.seconds);
    let head = ["what", "calls/s", "server CPU us a call", "p50 us", "p99 us", "p99.9 us"];
    let mut figures = Figures::new(heading, head);
    for (name, samples) in ["evaluations", "echo"].into_iter().zip(rounds) {
        let of = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure));
        figures.row([
            name.to_owned(),
            short(of(Sample::rate)),
            format!("{:.2}", of(Sample::cpu_ns) / 1e3),
            format!("{:.0}", of(|sample| sample.p50)),
            format!("{:.0}", of(|sample| sample.p99)),
            format!("{:.0}", of(|sample| sample.p999)),
        ]);
    }
    figures.print();
    println!();
}

fn rate([ours, echo]: &[Vec<Sample>; 2]) {
    let rates = ours.iter().map(Sample::rate).zip(echo.iter().map(Sample::rate));
    verdict("rate, of the echo's", ratio(rates), Bound::AtLeast(0.95));
}

fn latency([ours, echo]: &[Vec<Sample>; 2]) {
    let to = |figure: fn(&Sample) -> f64| ratio(ours.iter().map(figure).zip(echo.iter().map(figure)));
    verdict("p50, of the echo's", to(|sample| sample.p50), Bound::AtMost(1.1));
    verdict("p99, of the echo's", to(|sample| sample.p99), Bound::AtMost(1.1));
}
