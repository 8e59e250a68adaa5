use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    table::Row,
    versions::{Gaps, never_less, only_known, ordered, rising, rising_pair, versions},
};
use crate::{
    catalog::{
        CatalogErrors, CatalogFiles, LanguageClasses,
        crs::{CredentialPoints, CrsTables, EducationPair, Flat, FrenchPoints, OfferPoints, SecondLanguage, Shared},
        tables::{ByColumn, ByEducation, Pair, Sourced, Steps},
    },
    model::Period,
};

const FOLDER: &str = "crs";

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields, bound = "Steps<T>: Deserialize<'de>")]
struct StepTable<T> {
    steps: Steps<T>,
}

#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct SecondLanguageTable {
    cap: ByColumn,
    steps: Steps<u16>,
}

/// The versions of every factor.
struct Factors {
    age: Vec<Row<Sourced<StepTable<ByColumn>>>>,
    education: Vec<Row<Sourced<ByEducation<ByColumn>>>>,
    first_official_language: Vec<Row<Sourced<StepTable<ByColumn>>>>,
    second_official_language: Vec<Row<Sourced<SecondLanguageTable>>>,
    canadian_work: Vec<Row<Sourced<StepTable<ByColumn>>>>,
    spouse_education: Vec<Row<Sourced<ByEducation<u16>>>>,
    spouse_language: Vec<Row<Sourced<StepTable<u16>>>>,
    spouse_canadian_work: Vec<Row<Sourced<StepTable<u16>>>>,
    education_and_language: Vec<Row<Sourced<EducationPair>>>,
    education_and_canadian_work: Vec<Row<Sourced<EducationPair>>>,
    foreign_work_and_language: Vec<Row<Sourced<Pair>>>,
    foreign_and_canadian_work: Vec<Row<Sourced<Pair>>>,
    certificate_and_language: Vec<Row<Sourced<Pair>>>,
    provincial_nomination: Vec<Row<Sourced<Flat>>>,
    arranged_employment: Vec<Row<Sourced<OfferPoints>>>,
    canadian_credential: Vec<Row<Sourced<CredentialPoints>>>,
    sibling: Vec<Row<Sourced<Flat>>>,
    french: Vec<Row<Sourced<FrenchPoints>>>,
    shared: Vec<Row<Sourced<Shared>>>,
}

/// Reads the files of `crs/` and lays their versions together: one set of tables for each period in which none changes,
/// oldest first.
pub(super) fn crs(files: &CatalogFiles, errors: &mut CatalogErrors) -> Vec<CrsTables> {
    let mut reader = Reader { files, errors, names: Vec::new(), starts: BTreeSet::new(), covered: None };
    let factors = reader.factors();
    let Reader { names, starts, covered, .. } = reader;
    only_known(files, FOLDER, &names, errors);
    let Some(covered) = covered else { return Vec::new() };
    let ends = starts.iter().skip(1).map(NaiveDate::pred_opt).chain([covered.to]);
    let periods = starts.iter().zip(ends).map(|(from, to)| Period { from: *from, to });
    periods.filter_map(|in_force| factors.tables(in_force, errors)).collect()
}

struct Reader<'a> {
    files: &'a CatalogFiles,
    errors: &'a mut CatalogErrors,
    names: Vec<&'static str>,
    /// First days of all versions.
    starts: BTreeSet<NaiveDate>,
    /// The days that the factors read so far cover, all the same.
    covered: Option<Period>,
}

impl Reader<'_> {
    fn factor<T: DeserializeOwned>(
        &mut self,
        name: &'static str,
        check: impl Fn(&T) -> Result<(), String>,
    ) -> Vec<Row<Sourced<T>>> {
        let rows = versions(self.files, FOLDER, name, Gaps::Refused, self.errors, check);
        self.names.push(name);
        self.starts.extend(rows.iter().map(|row| row.value.citation.in_force.from));
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            let covers = Period { from: first.value.citation.in_force.from, to: last.value.citation.in_force.to };
            let all = *self.covered.get_or_insert(covers);
            if covers != all {
                let reason =
                    format!("the versions cover {}; those of other factors {}", covers.describe(), all.describe());
                last.wrong(self.errors, reason);
            }
        }
        rows
    }

    fn factors(&mut self) -> Factors {
        let column = |lower: &ByColumn, higher: &ByColumn| lower.at_most(*higher);
        let points = |lower: &u16, higher: &u16| lower <= higher;
        // Read first, for the caps that the others are checked by.
        let shared = self.factor("shared", check_shared);
        let pair_cap = |cap: fn(&Shared) -> u16| shared.iter().map(|row| cap(&row.value.table)).max().unwrap_or(0);
        let education_cap = pair_cap(|shared| shared.education_pairs_cap);
        let foreign_cap = pair_cap(|shared| shared.foreign_work_pairs_cap);
        let certificate_cap = pair_cap(|shared| shared.certificate_cap);
        let additional_cap = pair_cap(|shared| shared.additional_cap);
        let education_pair = |pair: &EducationPair| {
            never_less(&pair.groups.rising(), |lower, higher| lower <= higher)?;
            rising_pair(&pair.pair, education_cap)
        };
        let within = |points: u16| {
            if points <= additional_cap { Ok(()) } else { Err(format!("{points} points are above {additional_cap}")) }
        };
        Factors {
            age: self.factor("age", |table: &StepTable<ByColumn>| ordered(&table.steps)),
            education: self.factor("education", |table: &ByEducation<ByColumn>| never_less(&table.rising(), column)),
            first_official_language: self
                .factor("first_official_language", |table: &StepTable<ByColumn>| rising(&table.steps, column)),
            second_official_language: self.factor("second_official_language", second_language),
            canadian_work: self.factor("canadian_work", |table: &StepTable<ByColumn>| rising(&table.steps, column)),
            spouse_education: self
                .factor("spouse_education", |table: &ByEducation<u16>| never_less(&table.rising(), points)),
            spouse_language: self.factor("spouse_language", |table: &StepTable<u16>| rising(&table.steps, points)),
            spouse_canadian_work: self
                .factor("spouse_canadian_work", |table: &StepTable<u16>| rising(&table.steps, points)),
            education_and_language: self.factor("education_and_language", education_pair),
            education_and_canadian_work: self.factor("education_and_canadian_work", education_pair),
            foreign_work_and_language: self
                .factor("foreign_work_and_language", |pair: &Pair| rising_pair(pair, foreign_cap)),
            foreign_and_canadian_work: self
                .factor("foreign_and_canadian_work", |pair: &Pair| rising_pair(pair, foreign_cap)),
            certificate_and_language: self
                .factor("certificate_and_language", |pair: &Pair| rising_pair(pair, certificate_cap)),
            provincial_nomination: self.factor("provincial_nomination", |flat: &Flat| within(flat.points)),
            arranged_employment: self.factor("arranged_employment", |offer: &OfferPoints| {
                within(offer.major_group_00)?;
                within(offer.other)
            }),
            canadian_credential: self.factor("canadian_credential", |credential: &CredentialPoints| {
                never_less(&[credential.one_or_two_year, credential.three_year_or_more], points)?;
                within(credential.three_year_or_more)
            }),
            sibling: self.factor("sibling", |flat: &Flat| within(flat.points)),
            french: self.factor("french", |french: &FrenchPoints| {
                never_less(&[french.without_english, french.with_english], points)?;
                within(french.with_english)
            }),
            shared,
        }
    }
}

fn check_shared(shared: &Shared) -> Result<(), String> {
    let [spouse, transferability, additional, total] =
        [shared.spouse_cap, shared.transferability_cap, shared.additional_cap, shared.total_cap].map(u32::from);
    let alone = u32::from(shared.core_cap.without_spouse) + transferability + additional;
    let together = u32::from(shared.core_cap.with_spouse) + spouse + transferability + additional;
    if alone != total || together != total {
        return Err(format!(
            "the caps of the sections add up to {alone} without a spouse and {together} with one, not to total_cap, {total}"
        ));
    }
    if total > 1_200 {
        return Err("total_cap is above 1200, the highest score there is".into());
    }
    if additional > 600 {
        return Err("additional_cap is above 600, half of the highest score there is".into());
    }
    let pairs = [shared.education_pairs_cap, shared.foreign_work_pairs_cap, shared.certificate_cap];
    if let Some(cap) = pairs.iter().find(|cap| **cap > shared.transferability_cap) {
        return Err(format!("a cap of pairs, {cap}, is above transferability_cap, {transferability}"));
    }
    Ok(())
}

fn second_language(table: &SecondLanguageTable) -> Result<(), String> {
    rising(&table.steps, |lower: &u16, higher: &u16| lower <= higher)?;
    let cap = table.cap.with_spouse.min(table.cap.without_spouse);
    match table.steps.points().max() {
        Some(points) if points > cap => {
            Err(format!("{points} points of one ability are above the cap of all four, {cap}"))
        }
        _ => Ok(()),
    }
}

impl Factors {
    /// The tables in force in a period in which none of them changes.
    fn tables(&self, in_force: Period, errors: &mut CatalogErrors) -> Option<CrsTables> {
        let steps = |table: StepTable<ByColumn>| table.steps;
        let flat_steps = |table: StepTable<u16>| table.steps;
        let second = |table: SecondLanguageTable| SecondLanguage { steps: table.steps, cap: table.cap };
        let day = in_force.from;
        let tables = CrsTables {
            in_force,
            age: on(&self.age, day, steps)?,
            education: on(&self.education, day, |table| table)?,
            first_official_language: on(&self.first_official_language, day, steps)?,
            second_official_language: on(&self.second_official_language, day, second)?,
            canadian_work: on(&self.canadian_work, day, steps)?,
            spouse_education: on(&self.spouse_education, day, |table| table)?,
            spouse_language: on(&self.spouse_language, day, flat_steps)?,
            spouse_canadian_work: on(&self.spouse_canadian_work, day, flat_steps)?,
            education_and_language: on(&self.education_and_language, day, |table| table)?,
            education_and_canadian_work: on(&self.education_and_canadian_work, day, |table| table)?,
            foreign_work_and_language: on(&self.foreign_work_and_language, day, |table| table)?,
            foreign_and_canadian_work: on(&self.foreign_and_canadian_work, day, |table| table)?,
            certificate_and_language: on(&self.certificate_and_language, day, |table| table)?,
            provincial_nomination: on(&self.provincial_nomination, day, |table| table)?,
            arranged_employment: on(&self.arranged_employment, day, |table| table)?,
            canadian_credential: on(&self.canadian_credential, day, |table| table)?,
            sibling: on(&self.sibling, day, |table| table)?,
            french: on(&self.french, day, |table| table)?,
            shared: on(&self.shared, day, |table| table)?,
            age_always_tells: false,
            language_classes: LanguageClasses::default(),
        };
        if let Err(reason) = tables.within_caps() {
            errors.push("crs/shared.toml", None, format!("{}: {reason}", in_force.describe()));
            return None;
        }
        Some(tables.with_what_follows())
    }
}

/// The version in force on a day.
fn on<R: Clone, T>(versions: &[Row<Sourced<R>>], day: NaiveDate, table: impl Fn(R) -> T) -> Option<Sourced<T>> {
    let version = versions.iter().map(|row| &row.value).find(|version| version.citation.in_force.contains(day))?;
    Some(Sourced { table: table(version.table.clone()), citation: version.citation.clone() })
}
