use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args as Arguments;
use express_entry::catalog::{Catalog, CatalogErrors, CatalogFiles, Overlay};

use super::{CliError, table::out};

/// Checks a catalogue as a whole, and tells what it would serve.
///
/// What is wrong is told with file, line and reason.
#[derive(Arguments)]
pub(super) struct Args {
    /// Directory with files that replace or add to those of the program
    #[arg(long, env = "EXPRESS_ENTRY_CATALOG_DIR", value_name = "DIR")]
    catalog_dir: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Result<ExitCode, CliError> {
    let (catalog, files) = match &args.catalog_dir {
        None => (Catalog::embedded()?, Vec::new()),
        Some(directory) => with_overlay(directory)
            .map_err(|source| CliError::Overlay { directory: directory.display().to_string(), source })?,
    };
    for file in files {
        out!("{file}");
    }
    out!("catalogue {}", catalog.digest());
    if let Some(newest) = catalog.draws().first() {
        out!("{} draws, the newest is {} of {}", catalog.draws().len(), newest.number, newest.held_on);
    }
    Ok(ExitCode::SUCCESS)
}

/// The catalogue with the files of a directory, and their names.
fn with_overlay(directory: &Path) -> Result<(Catalog, Vec<String>), CatalogErrors> {
    let overlay = Overlay::read(directory)?;
    let catalog = Catalog::load(&CatalogFiles::embedded().with_overlay(&overlay)?)?;
    Ok((catalog, overlay.paths().map(|path| format!("{}/{path}", overlay.folder())).collect()))
}
