use std::process::ExitCode;

use clap::Args as Arguments;
use express_entry::server::{Token, is_name};

use super::{CliError, table::out};

/// Makes a token for a caller, and the lines that make it known to a server.
///
/// The token is printed once, and kept nowhere. `serve --callers` takes the file with the lines, which hold only its hash.
#[derive(Arguments)]
pub(super) struct Args {
    /// The caller's name in the log: 1 to 64 letters, digits, ".", "_" or "-"
    name: String,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    if !is_name(&args.name) {
        return Err(CliError::Usage(format!("{:?} is not 1 to 64 letters, digits, `.`, `_` or `-`", args.name)));
    }
    let Token { secret, sha256 } = Token::fresh()?;
    out!("# for {}, which sends it as `authorization: Bearer TOKEN`:", args.name);
    out!("{secret}");
    out!("# for the file of callers:");
    out!(
        "[[caller]]\nname = \"{}\"\nmethods = [\"*\"]  # or the names of those it needs\ntoken_sha256 = [\"{sha256}\"]",
        args.name
    );
    Ok(ExitCode::SUCCESS)
}
