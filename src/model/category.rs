use std::{fmt, sync::Arc};

use super::{Citation, NocCode, NocList, Period};

/// The id of a category of category-based selection, the same in all its versions: `healthcare`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryId(Arc<str>);

/// One version of a category: what it asked for while it was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The category.
    pub id: CategoryId,
    /// Its name in this version.
    pub name: String,
    /// The days on which this version was in force.
    pub in_force: Period,
    /// The labels that its draws carry.
    pub labels: Vec<String>,
    /// What it asks for.
    pub rule: CategoryRule,
    /// Where it is published.
    pub citation: Citation,
}

/// What a category asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CategoryRule {
    /// Months of work in one listed occupation.
    Occupations(OccupationRule),
    /// The same level of French in each of the four abilities, 4 to 10.
    French {
        /// The NCLC level.
        min_nclc: u8,
    },
    /// Facts that a profile does not carry, so that the caller attests them.
    Attested {
        /// Months of service.
        experience_months: u32,
        /// Whether the service must be continuous.
        continuous: bool,
        /// The occupations listed.
        noc_codes: NocList,
    },
}

/// The work a category by occupation asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OccupationRule {
    /// Months of full-time work, or the same amount part-time.
    pub experience_months: u32,
    /// Years before the draw in which it must lie.
    pub window_years: u32,
    /// Whether one run must hold all of it.
    pub continuous: bool,
    /// Whether only work in Canada counts.
    pub canadian_experience: bool,
    /// The occupations listed.
    pub noc_codes: NocList,
}

impl OccupationRule {
    /// Whether the occupation is listed.
    pub fn lists(&self, code: NocCode) -> bool {
        self.noc_codes.contains(code)
    }
}

impl Category {
    /// The occupations listed, in order; none where the rule is not one of occupations.
    pub fn noc_codes(&self) -> &[NocCode] {
        match &self.rule {
            CategoryRule::Occupations(OccupationRule { noc_codes, .. }) | CategoryRule::Attested { noc_codes, .. } => {
                noc_codes
            }
            CategoryRule::French { .. } => &[],
        }
    }
}

impl CategoryId {
    /// The id that `text` spells. Whether the category exists is the catalogue's to say.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CategoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
