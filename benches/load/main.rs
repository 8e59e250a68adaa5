//! Drives real servers over loopback and prints how fast they are, beside what they are compared with, measured in the same
//! run.
//!
//! ```text
//! cargo bench --bench load -- all --quick
//! cargo bench --bench load -- stream --rounds 9 --seconds 3
//! ```
//!
//! Servers and drivers are processes of their own, tied to a core with `taskset`. Rounds go through all variants one after the
//! other, and a ratio is the median over the rounds.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are told to three digits"
)]

mod builds;
mod candidates;
mod drive;
mod footprint;
mod growth;
mod peer;
mod process;
mod prompt;
mod raw;
mod sample;
mod stream;
mod table;
mod unary;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use process::Program;

/// What the server is compared with has the server's allocator, unless it is built with the one that Rust comes with, as
/// `CARGO_TARGET_DIR=target/plain cargo rustc --profile bench --bench load -- --cfg system_allocator`, and given as `--plain`.
#[cfg(not(system_allocator))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Why a measurement could not be made.
pub type Failure = Box<dyn Error + Send + Sync>;

#[derive(Parser)]
#[command(name = "load", about = "Drives real servers over loopback and prints how fast they are")]
struct Cli {
    /// What cargo passes to every benchmark
    #[arg(long, hide = true, global = true)]
    bench: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// All of the below, one after the other
    All(Settings),
    /// StreamEvaluate beside echoes and beside the straightforward pipeline
    Stream(Settings),
    /// Evaluate beside a unary echo, closed and open loop
    Unary(Settings),
    /// Health and Evaluate while streams run at full speed
    Prompt(Settings),
    /// Start, and memory
    Footprint(Settings),
    /// What an item costs against spells, frames, streams and draws
    Growth(Settings),
    /// Other builds of the server beside this one: streams and unary calls
    Builds {
        #[command(flatten)]
        settings: Settings,
        /// Their programs
        #[arg(required = true)]
        programs: Vec<PathBuf>,
    },
    /// Serves one of the comparisons until it is killed
    #[command(hide = true)]
    Peer { kind: peer::Kind },
    /// Loads a server and prints what it saw
    #[command(hide = true)]
    Drive(drive::Arguments),
}

/// How long to measure, and where.
#[derive(Args, Clone)]
pub struct Settings {
    /// Rounds, each through all variants
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Seconds of each span
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// A first look: three rounds of half a second
    #[arg(long)]
    quick: bool,
    /// The two cores to use
    #[arg(long, default_value = "0,1", value_delimiter = ',')]
    cores: Vec<String>,
    /// A build of this program with Rust's own allocator, whose straightforward pipeline is measured as well
    #[arg(long, value_name = "PROGRAM")]
    plain: Option<PathBuf>,
    /// Another build of the server to measure
    #[arg(long, value_name = "PROGRAM")]
    server: Option<PathBuf>,
}

impl Settings {
    fn settled(self) -> Self {
        if self.quick { Self { rounds: 3, seconds: 0.5, ..self } } else { self }
    }

    /// Many rounds of a twentieth of a second and more: a stop of the machine, of which there are some in each second, spoils few of them.
    #[must_use]
    pub fn in_short_rounds(&self) -> Self {
        Self { rounds: self.rounds * 40, seconds: (self.seconds / 40.0).max(0.05), ..self.clone() }
    }

    /// The server that is measured.
    pub fn server(&self) -> Program {
        Program::Server(self.server.clone())
    }

    /// The first core, on which pinned measurements run.
    pub fn core(&self) -> &str {
        self.cores.first().map_or("0", String::as_str)
    }

    /// The second core.
    pub fn other_core(&self) -> &str {
        self.cores.get(1).map_or(self.core(), String::as_str)
    }
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        // A run of all benchmarks, or of all tests, is not the time for minutes of load.
        None => println!("load: nothing asked for; see `cargo bench --bench load -- --help`"),
        Some(Command::All(settings)) => {
            let settings = settings.settled();
            stream::run(&settings)?;
            unary::run(&settings)?;
            prompt::run(&settings)?;
            footprint::run(&settings)?;
            growth::run(&settings)?;
        }
        Some(Command::Stream(settings)) => stream::run(&settings.settled())?,
        Some(Command::Unary(settings)) => unary::run(&settings.settled())?,
        Some(Command::Prompt(settings)) => prompt::run(&settings.settled())?,
        Some(Command::Footprint(settings)) => footprint::run(&settings.settled())?,
        Some(Command::Growth(settings)) => growth::run(&settings.settled())?,
        Some(Command::Builds { settings, programs }) => builds::run(&settings.settled(), &programs)?,
        Some(Command::Peer { kind }) => peer::serve(kind)?,
        Some(Command::Drive(arguments)) => drive::run(arguments)?,
    }
    Ok(())
}
