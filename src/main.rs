//! The command line: the server, and the same engine without one.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
