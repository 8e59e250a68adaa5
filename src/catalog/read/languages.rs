use serde::Deserialize;
use toml::value::Datetime;

use super::{day, toml_file};
use crate::{
    catalog::{CatalogErrors, CatalogFiles, LanguageTable, LanguageTables, Scale},
    model::Abilities,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    kind: String,
    name: String,
    language: String,
    /// Where the table is published: for the reader of the file.
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "uri")]
    _uri: String,
    accepted_from: Option<Datetime>,
    listening: RawScale,
    reading: RawScale,
    writing: RawScale,
    speaking: RawScale,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScale {
    min: f64,
    max: f64,
    levels: RawLevels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevels {
    #[serde(rename = "4")]
    four: f64,
    #[serde(rename = "5")]
    five: f64,
    #[serde(rename = "6")]
    six: f64,
    #[serde(rename = "7")]
    seven: f64,
    #[serde(rename = "8")]
    eight: f64,
    #[serde(rename = "9")]
    nine: f64,
    #[serde(rename = "10")]
    ten: f64,
}

/// Reads the five tables of `languages/`.
pub(super) fn languages(files: &CatalogFiles, errors: &mut CatalogErrors) -> LanguageTables {
    let known = ["celpip_general", "ielts_general", "pte_core", "tef_canada", "tcf_canada"];
    for (file, _) in files.in_folder("languages") {
        if !known.iter().any(|name| file == format!("languages/{name}.toml")) {
            errors.push(file, None, format!("no such test; the tests are {}", known.join(", ")));
        }
    }
    let mut read = |name: &str, language: &str| {
        let file = format!("languages/{name}.toml");
        let table = match files.get(&file) {
            Some(text) => toml_file(&file, text, errors).map(|raw: RawTable| raw.table(name, language)),
            None => Some(Err("the file is missing".to_owned())),
        };
        match table {
            Some(Ok(table)) => return table,
            Some(Err(reason)) => errors.push(&file, None, reason),
            None => {}
        }
        LanguageTable { name: String::new(), accepted_from: None, scales: blank() }
    };
    LanguageTables {
        celpip_general: read("celpip_general", "english"),
        ielts_general: read("ielts_general", "english"),
        pte_core: read("pte_core", "english"),
        tef_canada: read("tef_canada", "french"),
        tcf_canada: read("tcf_canada", "french"),
    }
}

impl RawTable {
    fn table(self, name: &str, language: &str) -> Result<LanguageTable, String> {
        if self.kind != name.replace('_', "-") || self.language != language {
            return Err(format!(
                "kind and language are {:?} and {:?}; this file is that of {name}, {language}",
                self.kind, self.language
            ));
        }
        let accepted_from = self.accepted_from.as_ref().map(day).transpose()?;
        let scales = Abilities {
            listening: self.listening.scale("listening")?,
            reading: self.reading.scale("reading")?,
            writing: self.writing.scale("writing")?,
            speaking: self.speaking.scale("speaking")?,
        };
        Ok(LanguageTable { name: self.name, accepted_from, scales })
    }
}

impl RawScale {
    fn scale(self, ability: &str) -> Result<Scale, String> {
        let RawLevels { four, five, six, seven, eight, nine, ten } = self.levels;
        let levels = [four, five, six, seven, eight, nine, ten];
        if !levels.is_sorted_by(|lower, higher| lower < higher) || four < self.min || ten > self.max {
            return Err(format!("{ability}: the levels do not rise from min to max"));
        }
        Ok(Scale { min: self.min, max: self.max, levels })
    }
}

/// Stands in for a table that could not be read, in a catalogue that is then refused.
fn blank() -> Abilities<Scale> {
    let scale = Scale { min: 0.0, max: 0.0, levels: [0.0; 7] };
    Abilities { listening: scale, reading: scale, writing: scale, speaking: scale }
}
