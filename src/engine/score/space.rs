//! What each fact may turn out to be, once what is not said is said.

use chrono::NaiveDate;
use smallvec::{SmallVec, smallvec};

use super::{
    languages::{self, LanguageReading, TestedLevels, Tests, countable},
    points::{LanguageChoice, WorkYears, credential, offer, spouse_language},
    work,
};
use crate::{
    catalog::{Catalog, Column, CrsTables},
    engine::{
        Unsaid,
        terms::Window,
        validity::{Validity, validity},
    },
    model::{
        Abilities, Answer, ArrangedEmployment, CanadianCredential, Clb, Education, EducationLevel, MaritalStatus,
        Profile, Spouse, completed_years, minus_years,
    },
};

/// The day asked for, and what it is judged by.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Day<'a> {
    pub as_of: NaiveDate,
    /// The day whose rules apply: another one only where a profile is posed to a draw of the past.
    pub rules_on: NaiveDate,
    pub catalog: &'a Catalog,
    pub tables: &'a CrsTables,
    pub unsaid: Unsaid,
}

/// The values of a fact: one where it is known, so that they are held in place.
pub(in crate::engine) type Few<T> = SmallVec<[T; 4]>;

/// The values that each fact can take; those of one fact are ordered so that a later one never earns less, but for ages,
/// whose points go up and down.
#[derive(Clone, Debug)]
pub(in crate::engine) struct Space {
    pub columns: Few<Column>,
    pub ages: Few<u32>,
    pub education: Few<EducationLevel>,
    /// The candidate's tests that are valid or may be, and the spouse's.
    pub tests: Tests,
    pub spouse_tests: Tests,
    pub languages: SmallVec<[LanguageReading; 2]>,
    /// Whether the tests are not said at all; the readings are then those that help least and most.
    pub languages_unsaid: bool,
    /// Both ends are among them; some between may not be.
    pub work: Few<WorkYears>,
    /// The same, and what earns other points between the ends.
    pub work_steps: Few<WorkYears>,
    /// Whether no spell is said, so that years in Canada and abroad stand alone.
    pub work_unsaid: bool,
    pub certificate: &'static [bool],
    pub nomination: &'static [bool],
    pub offer: Few<ArrangedEmployment>,
    pub credential: Few<CanadianCredential>,
    pub sibling: &'static [bool],
    pub spouse_education: Few<EducationLevel>,
    pub spouse_language: Few<Abilities<Clb>>,
    /// Whether the spouse's tests are not said at all; the levels are then the ones that help least and most.
    pub spouse_language_unsaid: bool,
    pub spouse_years: Few<u32>,
}

impl<'a> Day<'a> {
    /// The day, where its tables are known.
    pub fn new(catalog: &'a Catalog, as_of: NaiveDate, unsaid: Unsaid) -> Option<Self> {
        Some(Self { as_of, rules_on: as_of, catalog, tables: catalog.crs_on(as_of)?, unsaid })
    }

    /// The same rules with ages, tests and work of another day.
    pub fn with_facts_of(self, as_of: NaiveDate) -> Self {
        Self { as_of, ..self }
    }

    /// The day as the rules of programs see it: these are known longer than the tables of scores. Where the latter are not
    /// known, the newest stand in for what both share (how long results are valid, which work counts), and for the order of
    /// values; no score may be told by such a day.
    pub fn for_programs(catalog: &'a Catalog, as_of: NaiveDate, unsaid: Unsaid) -> Option<Self> {
        let tables = catalog.crs_on(as_of).or_else(|| catalog.crs_newest())?;
        Some(Self { as_of, rules_on: as_of, catalog, tables, unsaid })
    }

    /// The `years` before the day.
    pub fn window(&self, years: u32) -> Window {
        Window::new(minus_years(self.as_of, years), self.as_of)
    }
}

impl Space {
    pub fn of(profile: &Profile, day: &Day<'_>) -> Self {
        let tables = day.tables;
        let tests: Tests = countable(&profile.language_tests, day).collect();
        let spouse_tests: Tests = countable(&profile.spouse.language_tests, day).collect();
        let (languages, languages_unsaid) = languages::readings(profile, &tests);
        let unsaid = [ArrangedEmployment::None, ArrangedEmployment::Other, ArrangedEmployment::MajorGroup00];
        let mut offers: Few<ArrangedEmployment> =
            profile.arranged_employment.map_or_else(|| unsaid.into_iter().collect(), |said| smallvec![said]);
        offers.sort_by_key(|said| offer(tables, *said));
        let unsaid = [CanadianCredential::None, CanadianCredential::OneOrTwoYear, CanadianCredential::ThreeYearOrMore];
        let mut credentials: Few<CanadianCredential> =
            profile.canadian_credential.map_or_else(|| unsaid.into_iter().collect(), |said| smallvec![said]);
        credentials.sort_by_key(|said| credential(tables, *said));
        let work = work::candidate_years(profile, day);
        let columns = columns(profile);
        let partnered = columns.contains(&Column::WithSpouse);
        let spouse = &profile.spouse;
        Self {
            ages: ages(profile, day),
            education: education(&profile.education, day),
            spouse_language: if partnered {
                spouse_levels(spouse, &spouse_tests, day)
            } else {
                smallvec![languages::NONE]
            },
            tests,
            spouse_tests,
            languages,
            languages_unsaid,
            work: work.ends,
            work_steps: work.all,
            work_unsaid: profile.work_experiences.is_empty(),
            certificate: bools(profile.certificate_of_qualification),
            nomination: bools(profile.provincial_nomination),
            offer: offers,
            credential: credentials,
            sibling: bools(profile.sibling_in_canada),
            spouse_education: if partnered {
                education(&spouse.education, day)
            } else {
                smallvec![EducationLevel::LessThanSecondary]
            },
            spouse_language_unsaid: partnered && spouse.language_tests.is_empty(),
            spouse_years: if partnered { work::spouse_years(spouse, day) } else { smallvec![0] },
            columns,
        }
    }
}

impl Space {
    /// Whether a fact that stands alone is open: one beside the column, the tests that count and the years of work.
    pub fn stands_open(&self) -> bool {
        let values = [
            self.ages.len(),
            self.education.len(),
            self.certificate.len(),
            self.nomination.len(),
            self.offer.len(),
            self.credential.len(),
            self.sibling.len(),
            self.spouse_education.len(),
            self.spouse_language.len(),
            self.spouse_years.len(),
        ];
        values.into_iter().any(|values| values > 1)
    }
}

/// The values that an answer can take, no first.
pub(in crate::engine) fn bools(answer: Answer) -> &'static [bool] {
    match answer {
        Answer::Unsaid => &[false, true],
        Answer::Yes => &[true],
        Answer::No => &[false],
    }
}

/// The columns that can apply.
pub(in crate::engine) fn columns(profile: &Profile) -> Few<Column> {
    known_column(profile)
        .map_or_else(|| smallvec![Column::WithoutSpouse, Column::WithSpouse], |column| smallvec![column])
}

/// The column that applies; none when that is open. The one with a spouse asks for one who comes along and is neither citizen
/// nor permanent resident.
pub(super) fn known_column(profile: &Profile) -> Option<Column> {
    let spouse = &profile.spouse;
    match (profile.marital_status, spouse.accompanying, spouse.citizen_or_permanent_resident) {
        (Some(MaritalStatus::Single), ..) | (_, Answer::No, _) | (_, _, Answer::Yes) => Some(Column::WithoutSpouse),
        (Some(MaritalStatus::Partnered), Answer::Yes, Answer::No) => Some(Column::WithSpouse),
        _ => None,
    }
}

fn ages(profile: &Profile, day: &Day<'_>) -> Few<u32> {
    match known_age(profile, day.as_of) {
        Some(age) => smallvec![age],
        None => day.tables.age.table.representatives().collect(),
    }
}

/// The age, as stated or by the day of birth.
pub(in crate::engine) fn known_age(profile: &Profile, as_of: NaiveDate) -> Option<u32> {
    profile.age.or_else(|| profile.birth_date.map(|birth| completed_years(birth, as_of)))
}

/// Whether a level of education counts: earned in Canada, or with a valid assessment; none when that is open.
pub(in crate::engine) fn education_counts(education: &Education, day: &Day<'_>) -> Option<bool> {
    let years = day.tables.shared.table.assessment_valid_years;
    let valid = |on| validity(Some(on), years, day.as_of, day.unsaid) == Validity::Valid;
    let assessed = education.assessed_on.map(valid);
    match (education.canadian, assessed) {
        (Answer::Yes, _) | (_, Some(true)) => Some(true),
        (Answer::No, Some(false)) => Some(false),
        _ => None,
    }
}

/// The levels that education can count as, lowest first.
pub(in crate::engine) fn education(education: &Education, day: &Day<'_>) -> Few<EducationLevel> {
    match (known_education(education, day), education.level) {
        (Some(level), _) => smallvec![level],
        (None, Some(level)) => smallvec![EducationLevel::LessThanSecondary, level],
        (None, None) => EducationLevel::ALL.into_iter().collect(),
    }
}

/// The level that education counts as; none when that is open.
pub(super) fn known_education(education: &Education, day: &Day<'_>) -> Option<EducationLevel> {
    match (education.level, education_counts(education, day)) {
        (Some(EducationLevel::LessThanSecondary), _) | (_, Some(false)) => Some(EducationLevel::LessThanSecondary),
        (level, Some(true)) => level,
        (_, None) => None,
    }
}

/// The levels of a spouse's best test, those with the fewest points first.
fn spouse_levels(spouse: &Spouse, tests: &[TestedLevels], day: &Day<'_>) -> Few<Abilities<Clb>> {
    let steps = &day.tables.spouse_language.table;
    if spouse.language_tests.is_empty() {
        return smallvec![languages::NONE, languages::TOP];
    }
    let mut levels = languages::best_of(tests, |levels| spouse_language(steps, levels));
    levels.sort_by_key(|levels| spouse_language(steps, levels));
    levels.dedup_by_key(|levels| spouse_language(steps, levels));
    levels
}

impl LanguageChoice {
    /// No language at any level.
    pub fn none(first_language: crate::model::Language) -> Self {
        Self { first_language, first: languages::NONE, second: languages::NONE }
    }
}
