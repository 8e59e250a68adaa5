//! Builds of the server beside each other: what an allocator or a setting of the compiler does.

use std::path::PathBuf;

use crate::{
    Failure, Settings,
    process::{Driver, Program, Running},
    sample::{Sample, median, ratio},
    table::{Figures, short},
};

/// What each build is asked for.
const LOADS: [(&str, &str); 2] = [("streams", "--load=stream"), ("unary calls", "--load=unary --in-flight=64")];

pub fn run(settings: &Settings, programs: &[PathBuf]) -> Result<(), Failure> {
    let core = settings.core();
    let programs: Vec<Program> = [settings.server()]
        .into_iter()
        .chain(programs.iter().cloned().map(|path| Program::Server(Some(path))))
        .collect();
    let servers = programs.iter().map(|program| Running::start(program, core)).collect::<Result<Vec<_>, _>>()?;
    for (name, load) in LOADS {
        let line = format!("{load} --seconds={}", settings.seconds);
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let mut rounds: Vec<Vec<Sample>> = vec![Vec::new(); servers.len()];
        for _ in 0..settings.rounds {
            for (server, samples) in servers.iter().zip(&mut rounds) {
                samples.push(Driver::start(server, core, &arguments)?.sample()?);
            }
        }
        let heading =
            format!("Builds: {name}, server and client on one core ({} x {} s)", settings.rounds, settings.seconds);
        let head = ["build", "a second", "server CPU ns each", "server CPU, of the first's", "resident MiB"];
        let mut figures = Figures::new(heading, head);
        let Some(first) = rounds.first() else { return Ok(()) };
        for ((program, server), samples) in programs.iter().zip(&servers).zip(&rounds) {
            let to_first = ratio(samples.iter().map(Sample::cpu_ns).zip(first.iter().map(Sample::cpu_ns)));
            let program = match program {
                Program::Server(Some(path)) => path.display().to_string(),
                _ => "this one".to_owned(),
            };
            figures.row([
                program,
                short(median(samples.iter().map(Sample::rate))),
                format!("{:.0}", median(samples.iter().map(Sample::cpu_ns))),
                format!("{:.3} ({:.3} to {:.3})", to_first.median, to_first.least, to_first.greatest),
                format!("{:.1}", server.resident_kib()? as f64 / 1024.0),
            ]);
        }
        figures.print();
    }
    Ok(())
}
