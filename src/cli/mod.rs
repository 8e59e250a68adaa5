//! Commands, each a file. What they ask of the service they ask as its methods do.

mod catalog_dir;
mod check_catalog;
mod draws;
mod error;
mod evaluate;
mod gap;
mod healthcheck;
mod history;
mod import_draws;
mod occupations;
mod plot;
mod project;
mod score;
mod serve;
mod serve_decision_log;
mod serve_limits;
mod serve_security;
mod serve_telemetry;
mod simulate;
mod table;
mod tls_client;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::CliError;

/// Answers whether the published criteria of an Express Entry draw invite a profile, and why.
#[derive(Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 64 wrong usage, 65 wrong input, 69 no server, 70 other failures; `evaluate`, `healthcheck` and `import-draws` have their own."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(Box<serve::Args>),
    Evaluate(evaluate::Args),
    Score(score::Args),
    History(history::Args),
    Gap(gap::Args),
    Project(project::Args),
    Simulate(simulate::Args),
    Draws(draws::Args),
    Occupations(occupations::Args),
    ImportDraws(import_draws::Args),
    CheckCatalog(check_catalog::Args),
    Token(token::Args),
    Healthcheck(healthcheck::Args),
}

/// Runs the command that the arguments name.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { 64 } else { 0 });
        }
    };
    let done = match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Score(args) => score::run(args),
        Command::History(args) => history::run(args),
        Command::Project(args) => project::run(args),
        Command::Simulate(args) => simulate::run(args),
        Command::Gap(args) => gap::run(args),
        Command::Draws(args) => draws::run(args),
        Command::Occupations(args) => occupations::run(args),
        Command::ImportDraws(args) => import_draws::run(args),
        Command::CheckCatalog(args) => check_catalog::run(args),
        Command::Token(args) => token::run(args),
        Command::Healthcheck(args) => healthcheck::run(args),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        error.exit_code()
    })
}
