use std::{path::PathBuf, sync::Arc};

use clap::Args as Arguments;
use express_entry::{catalog::Catalog, grpc::Api, server::LiveCatalog};

use super::CliError;

/// Where a catalogue newer than the program's comes from.
#[derive(Arguments)]
pub(super) struct CatalogArgs {
    /// Directory with files that replace or add to those of the catalogue in the program
    #[arg(long, env = "EXPRESS_ENTRY_CATALOG_DIR", value_name = "DIR")]
    catalog_dir: Option<PathBuf>,
}

impl CatalogArgs {
    /// The methods over the catalogue.
    pub(super) fn api(&self) -> Result<Api, CliError> {
        Ok(Api::new(self.load()?.catalog()))
    }

    /// The catalogue.
    pub(super) fn load(&self) -> Result<LiveCatalog, CliError> {
        match &self.catalog_dir {
            None => Ok(Arc::new(Catalog::embedded()?).into()),
            Some(directory) => LiveCatalog::read(directory)
                .map_err(|source| CliError::Overlay { directory: directory.display().to_string(), source }),
        }
    }
}
