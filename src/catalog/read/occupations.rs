use serde::Deserialize;

use super::table::{Row, table};
use crate::{
    catalog::{CatalogErrors, CatalogFiles},
    model::Occupation,
};

#[derive(Deserialize)]
struct RawOccupation {
    noc_code: String,
    title: String,
    title_fr: String,
    skilled_trade: String,
}

/// Reads `occupations.csv`.
pub(super) fn occupations(files: &CatalogFiles, errors: &mut CatalogErrors) -> Vec<Row<Occupation>> {
    table(files, "occupations.csv", errors, |raw: RawOccupation| {
        let RawOccupation { noc_code, title, title_fr, skilled_trade } = raw;
        if title.is_empty() || title_fr.is_empty() {
            return Err(format!("occupation {noc_code} lacks a title in one of the languages"));
        }
        Ok(Occupation {
            code: noc_code.parse().map_err(|error| format!("{error}"))?,
            title,
            title_fr,
            skilled_trade: match skilled_trade.as_str() {
                "yes" => true,
                "no" => false,
                other => return Err(format!("skilled_trade {other:?} is not yes or no")),
            },
        })
    })
}
