//! Language test scores to CLB / NCLC levels.

use chrono::NaiveDate;

use crate::model::{Abilities, Clb, LanguageTest, LanguageTestKind};

/// The tables of all tests that IRCC takes.
#[derive(Debug)]
pub struct LanguageTables {
    pub(super) celpip_general: LanguageTable,
    pub(super) ielts_general: LanguageTable,
    pub(super) pte_core: LanguageTable,
    pub(super) tef_canada: LanguageTable,
    pub(super) tcf_canada: LanguageTable,
}

/// The table of one test.
#[derive(Debug)]
pub struct LanguageTable {
    /// The name of the test.
    pub name: String,
    /// First day on which IRCC took it; none when it always did.
    pub accepted_from: Option<NaiveDate>,
    /// Scales of the abilities.
    pub scales: Abilities<Scale>,
}

/// The scale of a test in one ability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Lowest score there is.
    pub min: f64,
    /// Highest score there is.
    pub max: f64,
    /// Lowest score of each level, 4 to 10, rising.
    pub levels: [f64; 7],
}

impl LanguageTables {
    /// The table of a test; none for levels given directly.
    pub fn table(&self, kind: LanguageTestKind) -> Option<&LanguageTable> {
        match kind {
            LanguageTestKind::CelpipGeneral => Some(&self.celpip_general),
            LanguageTestKind::IeltsGeneral => Some(&self.ielts_general),
            LanguageTestKind::PteCore => Some(&self.pte_core),
            LanguageTestKind::TefCanada => Some(&self.tef_canada),
            LanguageTestKind::TcfCanada => Some(&self.tcf_canada),
            LanguageTestKind::ClbEnglish | LanguageTestKind::NclcFrench => None,
        }
    }

    /// The levels that a test's scores earn. A score below level 4 earns level 0.
    pub fn levels(&self, test: &LanguageTest) -> Abilities<Clb> {
        match self.table(test.kind) {
            Some(table) => test.scores.zip(table.scales).map(|(score, scale)| scale.level(score)),
            None => test.scores.map(given_level),
        }
    }
}

impl Scale {
    fn level(&self, score: f64) -> Clb {
        let reached = self.levels.iter().take_while(|bound| score >= **bound).count();
        let level = if reached == 0 { 0 } else { u8::try_from(reached + 3).unwrap_or(0) };
        Clb::new(level).unwrap_or_default()
    }
}

/// A level given directly: a whole number, 0 to 12, as the doors have checked.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a float-to-integer cast saturates")]
fn given_level(level: f64) -> Clb {
    Clb::new(level as u8).unwrap_or_default()
}
