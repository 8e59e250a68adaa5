//! `Evaluate` in VERDICT view, beside unary echoes: the same requests, and an evaluation that is made once as every answer, by the
//! generated types or as the bytes it is.

use crate::{
    Failure, Settings,
    peer::Kind,
    process::{Driver, Program, Running},
    sample::{Sample, median, ratio, ratio_of_medians},
    table::{Bound, Figures, short, verdict},
};

/// What is measured, and by which names it goes.
const NAMES: [&str; 3] = ["evaluations", "echo of typed messages", "echo of opaque bytes"];

/// Samples of each of them, round by round.
type Rounds = [Vec<Sample>; 3];

/// Calls in flight of the closed loop.
const IN_FLIGHT: usize = 64;
/// Part of the echo's rate in the closed loop at which calls begin in the open loop.
const OPEN: f64 = 0.85;

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let core = settings.core();
    let servers = [settings.server(), Program::Peer(Kind::TypedEcho), Program::Peer(Kind::OpaqueEcho)];
    let servers = servers.iter().map(|program| Running::start(program, core)).collect::<Result<Vec<_>, _>>()?;
    for connections in [1, 8] {
        let closed = rounds(settings, &servers, core, &arguments(settings, connections, None))?;
        let heading = format!("closed loop, {IN_FLIGHT} in flight, {connections} connections, client on the same core");
        show(settings, &heading, &closed);
        rate(&closed);
        let [_, echo, _] = &closed;
        let rate = OPEN * median(echo.iter().map(Sample::rate));
        // An open loop needs a core for its clock.
        let settings = settings.in_short_rounds();
        let open = rounds(&settings, &servers, settings.other_core(), &arguments(&settings, connections, Some(rate)))?;
        let heading =
            format!("open loop, {} calls/s, {connections} connections, client on the other core", short(rate));
        show(&settings, &heading, &open);
        latency(&open);
    }
    Ok(())
}

fn rounds(settings: &Settings, servers: &[Running], core: &str, arguments: &[String]) -> Result<Rounds, Failure> {
    let mut rounds = Rounds::default();
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
    // Short rounds are not to wait for longer than they last.
    arguments.extend(rate.into_iter().flat_map(|rate| [format!("--rate={rate}"), "--warm=0.15".to_owned()]));
    arguments
}

fn show(settings: &Settings, heading: &str, rounds: &Rounds) {
    let heading = format!("Unary: {heading} ({} x {} s)", settings.rounds, settings.seconds);
    let head = ["what", "calls/s", "calls/CPU s", "server CPU us a call", "p50 us", "p99 us", "p99.9 us"];
    let mut figures = Figures::new(heading, head);
    for (name, samples) in NAMES.into_iter().zip(rounds) {
        let of = |figure: fn(&Sample) -> f64| median(samples.iter().map(figure));
        figures.row([
            name.to_owned(),
            short(of(Sample::rate)),
            short(of(Sample::per_cpu_second)),
            format!("{:.2}", of(Sample::cpu_ns) / 1e3),
            format!("{:.0}", of(|sample| sample.p50)),
            format!("{:.0}", of(|sample| sample.p99)),
            format!("{:.0}", of(|sample| sample.p999)),
        ]);
    }
    figures.print();
    println!();
}

fn rate([ours, echoes @ ..]: &Rounds) {
    for (name, echo) in NAMES.into_iter().skip(1).zip(echoes) {
        let to = |figure: fn(&Sample) -> f64| ratio(ours.iter().map(figure).zip(echo.iter().map(figure)));
        verdict(&format!("rate, of the rate of the {name}"), to(Sample::rate), Bound::AtLeast(0.95));
        verdict("  the same by processor time", to(Sample::per_cpu_second), Bound::AtLeast(0.95));
    }
}

fn latency([ours, echoes @ ..]: &Rounds) {
    for (name, echo) in NAMES.into_iter().skip(1).zip(echoes) {
        let to = |figure: fn(&Sample) -> f64| ratio_of_medians(ours.iter().map(figure).zip(echo.iter().map(figure)));
        verdict(&format!("p50, of that of the {name}"), to(|sample| sample.p50), Bound::AtMost(1.1));
        verdict(&format!("p99, of that of the {name}"), to(|sample| sample.p99), Bound::AtMost(1.1));
    }
}
