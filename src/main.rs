//! The command line: the server, and the same engine without one.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Messages are many small allocations, which this one is quicker at; docs/performance.md has the figures.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
