//! What an item costs, against what a caller can choose.

use crate::{
    Failure, Settings,
    process::{Driver, Running},
    sample::{Sample, median},
    table::{Figures, short},
};

/// A choice of the caller's, its values, and the load that goes with one.
struct Choice {
    name: &'static str,
    /// What is counted.
    unit: &'static str,
    values: &'static [u32],
    load: fn(u32) -> String,
}

const CHOICES: [Choice; 4] = [
    Choice {
        name: "spells of work a profile",
        unit: "item",
        values: &[0, 1, 2, 5, 10, 20, 50],
        load: |spells| format!("--load=stream --spells={spells} --frame=100"),
    },
    Choice {
        name: "items a frame",
        unit: "item",
        values: &[1, 10, 100, 256, 1_000],
        load: |items| format!("--load=stream --frame={items}"),
    },
    Choice {
        name: "streams, on connections of at most 64",
        unit: "item",
        values: &[1, 4, 16, 64, 256],
        load: |streams| format!("--load=stream --in-flight={streams} --connections={} --warm=3", streams.div_ceil(64)),
    },
    Choice {
        name: "draws of a history",
        unit: "draw",
        values: &[2026, 2025, 2024, 2023, 2022, 2021, 2019, 2015],
        load: |year| format!("--load=history --held-from={year} --in-flight=4"),
    },
];

pub fn run(settings: &Settings) -> Result<(), Failure> {
    let server = Running::start(&settings.server(), settings.core())?;
    let rounds = settings.rounds.div_ceil(2);
    for Choice { name, unit, values, load } in CHOICES {
        let heading = format!("Growth: {name}, server and client on one core ({rounds} x {} s)", settings.seconds);
        let a_second = format!("{unit}s/s");
        let a_unit = format!("server CPU ns a {unit}");
        let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); values.len()];
        for _ in 0..rounds {
            for (value, samples) in values.iter().zip(&mut samples) {
                let line = format!("{} --seconds={}", load(*value), settings.seconds);
                let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
                samples.push(Driver::start(&server, settings.core(), &arguments)?.sample()?);
            }
        }
        let draws = unit == "draw";
        let mut figures = Figures::new(heading, [name, &a_second, &a_unit]);
        for (value, samples) in values.iter().zip(&samples) {
            let answers = median(samples.iter().map(Sample::answers_a_call));
            figures.row([
                if draws { format!("{answers:.0}") } else { value.to_string() },
                short(median(samples.iter().map(Sample::rate))),
                format!("{:.0}", median(samples.iter().map(Sample::cpu_ns))),
            ]);
        }
        figures.print();
    }
    Ok(())
}
