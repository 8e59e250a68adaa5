use std::{fs, io, path::PathBuf, process::ExitCode};

use chrono::{NaiveDate, Utc};
use clap::Args as Arguments;
use express_entry::catalog::{
    CatalogFiles, Overlay,
    feed::{Import, ImportError, import},
};

use super::{CliError, table::out};

/// Puts the draws of IRCC's feed of rounds into a directory with which the catalogue is kept up to date.
///
/// Draws that the catalogue does not have are added. Where the feed has another value than the catalogue, the draw gets it, and
/// draw_corrections.csv keeps the former one with the day. The directory holds only what differs from the catalogue of the
/// program. What can't be read, or means nothing that the catalogue knows, is listed and left out; importing again changes nothing.
#[derive(Arguments)]
#[command(
    after_help = "Exit codes: 0 all was read, 1 something could not be read, and all else was imported; 64 and more on errors, \
                  which change nothing."
)]
pub(super) struct Args {
    /// File with the feed as IRCC publishes it, JSON with a list "rounds"; "-" is standard input
    #[arg(value_name = "FEED")]
    feed: String,
    /// Directory to import into; it is made if need be
    #[arg(long, value_name = "DIR")]
    into: PathBuf,
    /// The day on which the feed was seen, by which corrections are dated [default: today]
    #[arg(long, value_name = "DAY")]
    observed_on: Option<NaiveDate>,
    /// Tell what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let directory = args.into.display().to_string();
    let (path, feed) = match args.feed.as_str() {
        "-" => ("standard input", io::read_to_string(io::stdin())),
        path => (path, fs::read_to_string(path)),
    };
    let feed = feed.map_err(|source| CliError::Read { path: path.to_owned(), source })?;
    let wrong = |source| CliError::Overlay { directory: directory.clone(), source };
    let before =
        if args.into.exists() { Overlay::read(&args.into).map_err(wrong)? } else { Overlay::empty(&directory) };
    let seen_on = args.observed_on.unwrap_or_else(|| Utc::now().date_naive());
    let import = import(&feed, &CatalogFiles::embedded(), &before, seen_on).map_err(|error| match error {
        ImportError::Feed(source) => CliError::Feed { path: path.to_owned(), source },
        ImportError::Catalog(source) => wrong(source),
    })?;
    if !args.dry_run {
        import
            .overlay
            .write(&args.into, &before)
            .map_err(|source| CliError::Write { path: directory.clone(), source })?;
    }
    tell(&import, &directory, args.dry_run);
    Ok(ExitCode::from(u8::from(!import.unreadable.is_empty())))
}

fn tell(import: &Import, directory: &str, dry_run: bool) {
    let Import { overlay: _, catalog, rounds, changes, kept, unreadable } = import;
    for change in changes {
        out!("{change}");
    }
    for kept in kept {
        out!("{kept}");
    }
    for unreadable in unreadable {
        out!("not read: {unreadable}");
    }
    let done = match (changes.len(), dry_run) {
        (0, _) => format!("nothing to change in {directory}"),
        (changes, true) => format!("{changes} changes, not written to {directory}"),
        (changes, false) => format!("{changes} changes written to {directory}"),
    };
    out!("{rounds} rounds: {done}; {} values not read; {} left as they are", unreadable.len(), kept.len());
    out!("catalogue {}: {} draws", catalog.digest(), catalog.draws().len());
}
