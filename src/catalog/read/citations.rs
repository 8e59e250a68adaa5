use chrono::NaiveDate;
use serde::Deserialize;
use toml::value::Datetime;

use super::{day, toml_file};
use crate::{
    catalog::{CatalogErrors, CatalogFiles, Citations},
    model::{Citation, Period},
};

const FILE: &str = "citations.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCitations {
    in_pool: RawCitation,
    program: RawCitation,
    crs_score: RawCitation,
    tie_break: RawCitation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCitation {
    #[serde(flatten)]
    source: RawSource,
    in_force_from: Datetime,
    in_force_to: Option<Datetime>,
}

/// Where a rule is published, as the files of the catalogue write it.
#[derive(Deserialize)]
pub(super) struct RawSource {
    instrument: String,
    section: String,
    uri: String,
    choice: Option<String>,
}

/// Reads `citations.toml`.
pub(super) fn citations(files: &CatalogFiles, errors: &mut CatalogErrors) -> Citations {
    let Some(text) = files.get(FILE) else {
        errors.push(FILE, None, "the file is missing");
        return Citations { in_pool: blank(), program: blank(), crs_score: blank(), tie_break: blank() };
    };
    let Some(RawCitations { in_pool, program, crs_score, tie_break }) = toml_file(FILE, text, errors) else {
        return Citations { in_pool: blank(), program: blank(), crs_score: blank(), tie_break: blank() };
    };
    let mut read = |raw: RawCitation| match raw.citation() {
        Ok(citation) => citation,
        Err(reason) => {
            errors.push(FILE, None, reason);
            blank()
        }
    };
    Citations { in_pool: read(in_pool), program: read(program), crs_score: read(crs_score), tie_break: read(tie_break) }
}

impl RawCitation {
    fn citation(self) -> Result<Citation, String> {
        let from = day(&self.in_force_from)?;
        let to = self.in_force_to.as_ref().map(day).transpose()?;
        Ok(self.source.citation(Period { from, to }))
    }
}

impl RawSource {
    /// The citation of a rule in force in `in_force`, with the choice made, if one was.
    pub(super) fn citation(self, in_force: Period) -> Citation {
        let section = match self.choice {
            Some(choice) => format!("{}; choice: {choice}", self.section),
            None => self.section,
        };
        Citation { instrument: self.instrument, section, uri: self.uri, in_force }
    }
}

/// Stands in for a citation that could not be read, in a catalogue that is then refused.
fn blank() -> Citation {
    Citation {
        instrument: String::new(),
        section: String::new(),
        uri: String::new(),
        in_force: Period { from: NaiveDate::MIN, to: None },
    }
}
