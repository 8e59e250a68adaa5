//! The dated facts and law of `catalog/`: read, checked as a whole, and looked up by number, code and day.

mod check;
mod check_pool;
mod crs;
mod embedded;
mod error;
mod files;
mod languages;
mod number;
mod programs;
mod read;
mod search;
mod tables;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::model::{
    Category, CategoryId, Citation, CriterionKind, Draw, NocCode, NocList, Occupation, Period, PoolDistribution,
};

pub use crs::{CredentialPoints, CrsTables, EducationPair, Flat, FrenchPoints, OfferPoints, SecondLanguage, Shared};
pub use error::{CatalogError, CatalogErrors};
pub use files::{CatalogDigest, CatalogFiles};
pub use languages::{LanguageTable, LanguageTables, Scale};
pub use programs::{
    AdaptabilityPoints, ExperienceClass, FamilyAmount, Nominee, ProgramRules, ProgramRulesOn, Sections, SelectionGrid,
    SettlementFunds, SkilledTrades, SkilledWorker, WorkRule, section_citation,
};
pub use search::Query;
pub use tables::{ByColumn, ByEducation, Column, Pair, Sourced, Steps};

/// All the dated facts the service answers from. It is checked as a whole when it is loaded and never changes after.
#[derive(Debug)]
pub struct Catalog {
    digest: CatalogDigest,
    /// Newest first; of equal instants the higher number first.
    draws: Vec<Draw>,
    draws_by_number: HashMap<String, usize>,
    /// By the number of the draw.
    pools: HashMap<String, PoolDistribution>,
    /// By code.
    occupations: Vec<Occupation>,
    /// The codes of `occupations`.
    codes: NocList,
    /// Folded words of the titles, in step with `occupations`.
    title_words: Vec<search::TitleWords>,
    /// Versions of a category oldest first.
    categories: BTreeMap<CategoryId, Vec<Category>>,
    languages: LanguageTables,
    citations: Citations,
    /// Oldest first, without a gap.
    crs: Vec<CrsTables>,
    programs: ProgramRules,
}

/// Where the criteria rest, but for the category.
#[derive(Debug)]
struct Citations {
    in_pool: Citation,
    program: Citation,
    crs_score: Citation,
    tie_break: Citation,
}

impl Catalog {
    /// The catalogue this program was built with.
    ///
    /// # Errors
    /// When a file of it can't be read or its checks fail, with the file, the row and the reason of each.
    pub fn embedded() -> Result<Self, CatalogErrors> {
        Self::load(&embedded::files())
    }

    /// Reads and checks a whole catalogue.
    ///
    /// # Errors
    /// When a file is missing, can't be read, or a check fails, with the file, the row and the reason of each.
    pub fn load(files: &CatalogFiles) -> Result<Self, CatalogErrors> {
        let mut errors = CatalogErrors::default();
        let contents = read::contents(files, &mut errors);
        errors.none_or_err()?;
        check::check(&contents, &mut errors);
        errors.none_or_err()?;
        Ok(Self::index(files.digest(), contents))
    }

    fn index(digest: CatalogDigest, contents: read::Contents) -> Self {
        let read::Contents {
            draws,
            occupations,
            categories,
            languages,
            citations,
            crs,
            programs,
            pools,
            corrections: _,
            totals: _,
        } = contents;
        let mut draws: Vec<Draw> = draws.into_iter().map(|row| row.value).collect();
        draws.sort_by(|a, b| b.held_at.cmp(&a.held_at).then_with(|| number::order(&b.number, &a.number)));
        let mut occupations: Vec<Occupation> = occupations.into_iter().map(|row| row.value).collect();
        occupations.sort_by_key(|occupation| occupation.code);
        let mut by_id: BTreeMap<CategoryId, Vec<Category>> = BTreeMap::new();
        for row in categories {
            by_id.entry(row.value.id.clone()).or_default().push(row.value);
        }
        for versions in by_id.values_mut() {
            versions.sort_by_key(|version| version.in_force.from);
        }
        Self {
            digest,
            draws_by_number: draws.iter().enumerate().map(|(place, draw)| (draw.number.clone(), place)).collect(),
            draws,
            pools: pools.into_iter().map(|row| (row.value.number.clone(), row.value)).collect(),
            codes: NocList::new(occupations.iter().map(|occupation| occupation.code).collect()),
            title_words: occupations.iter().map(search::TitleWords::of).collect(),
            occupations,
            categories: by_id,
            languages,
            citations,
            crs,
            programs,
        }
    }

    /// Digest of the content of all files.
    pub fn digest(&self) -> &CatalogDigest {
        &self.digest
    }

    /// All draws, newest first; of equal instants the higher number first.
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }

    /// The draw of this number.
    pub fn draw(&self, number: &str) -> Option<&Draw> {
        self.draws_by_number.get(number).and_then(|&place| self.draws.get(place))
    }

    /// The pool of the draw of this number, by bands of scores; none where no distribution was published or found.
    pub fn pool(&self, number: &str) -> Option<&PoolDistribution> {
        self.pools.get(number)
    }

    /// The distributions of the pool, in no order.
    pub fn pools(&self) -> impl Iterator<Item = &PoolDistribution> {
        self.pools.values()
    }

    /// The newest draw of a category.
    pub fn latest_in_category(&self, id: &CategoryId) -> Option<&Draw> {
        self.draws.iter().find(|draw| draw.category.as_ref() == Some(id))
    }

    /// All occupations, by code.
    pub fn occupations(&self) -> &[Occupation] {
        &self.occupations
    }

    /// The occupation of this code.
    pub fn occupation(&self, code: NocCode) -> Option<&Occupation> {
        let place = self.occupations.binary_search_by_key(&code, |occupation| occupation.code).ok()?;
        self.occupations.get(place)
    }

    /// Whether there is an occupation of this code: quicker than to look it up.
    pub fn has_occupation(&self, code: NocCode) -> bool {
        self.codes.contains(code)
    }

    /// The occupations that match `query`, by code.
    pub fn search<'a>(&'a self, query: &'a Query) -> impl Iterator<Item = &'a Occupation> {
        let matches =
            move |(occupation, words): &(&'a Occupation, &'a search::TitleWords)| query.matches(occupation, words);
        self.occupations.iter().zip(&self.title_words).filter(matches).map(|(occupation, _)| occupation)
    }

    /// The ids of all categories, in order.
    pub fn category_ids(&self) -> impl Iterator<Item = &CategoryId> {
        self.categories.keys()
    }

    /// All versions of a category, oldest first; empty when there is no such category.
    pub fn category_versions(&self, id: &CategoryId) -> &[Category] {
        self.categories.get(id).map_or(&[], Vec::as_slice)
    }

    /// The version of a category in force on `day`.
    pub fn category_on(&self, id: &CategoryId, day: NaiveDate) -> Option<&Category> {
        self.category_versions(id).iter().find(|version| version.in_force.contains(day))
    }

    /// The category versions in force on `day`, by id.
    pub fn categories_on(&self, day: NaiveDate) -> impl Iterator<Item = &Category> {
        self.categories.values().flatten().filter(move |version| version.in_force.contains(day))
    }

    /// The tables of language tests.
    pub fn languages(&self) -> &LanguageTables {
        &self.languages
    }

    /// The tables of the Comprehensive Ranking System in force on `day`; none where they are not known.
    pub fn crs_on(&self, day: NaiveDate) -> Option<&CrsTables> {
        self.crs.iter().find(|tables| tables.in_force.contains(day))
    }

    /// The days for which the tables of the Comprehensive Ranking System are known; none when there are no tables.
    pub fn crs_covered(&self) -> Option<Period> {
        let (first, last) = (self.crs.first()?, self.crs.last()?);
        Some(Period { from: first.in_force.from, to: last.in_force.to })
    }

    /// The newest tables of the Comprehensive Ranking System that are known.
    pub fn crs_newest(&self) -> Option<&CrsTables> {
        self.crs.last()
    }

    /// The rules of the programs in force on `day`; none where they are not known.
    pub fn programs_on(&self, day: NaiveDate) -> Option<ProgramRulesOn<'_>> {
        self.programs.on(day)
    }

    /// Where a criterion rests; none for the category, whose versions carry their own.
    pub fn citation(&self, kind: CriterionKind) -> Option<&Citation> {
        match kind {
            CriterionKind::InPool => Some(&self.citations.in_pool),
            CriterionKind::Program => Some(&self.citations.program),
            CriterionKind::Category => None,
            CriterionKind::CrsScore => Some(&self.citations.crs_score),
            CriterionKind::TieBreak => Some(&self.citations.tie_break),
        }
    }
}
