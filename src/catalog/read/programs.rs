use serde::Deserialize;

use super::{
    table::Row,
    versions::{Gaps, never_less, only_known, ordered, rising, versions},
};
use crate::{
    catalog::{
        CatalogErrors, CatalogFiles,
        programs::{ExperienceClass, Nominee, ProgramRules, SettlementFunds, SkilledTrades, SkilledWorker, WorkRule},
        tables::{Sourced, Steps},
    },
    model::EducationLevel,
};

const FOLDER: &str = "programs";

/// Reads the files of `programs/`.
pub(super) fn programs(files: &CatalogFiles, errors: &mut CatalogErrors) -> ProgramRules {
    only_known(files, FOLDER, &["fsw", "cec", "fst", "pnp", "settlement_funds"], errors);
    ProgramRules {
        skilled_worker: values(versions(files, FOLDER, "fsw", Gaps::Refused, errors, skilled_worker)),
        experience_class: values(versions(files, FOLDER, "cec", Gaps::Refused, errors, |class: &ExperienceClass| {
            work(&class.work)
        })),
        skilled_trades: values(versions(files, FOLDER, "fst", Gaps::Refused, errors, |trades: &SkilledTrades| {
            work(&trades.work)
        })),
        nominee: values(versions(files, FOLDER, "pnp", Gaps::Refused, errors, |_: &Nominee| Ok(()))),
        settlement_funds: values(versions(files, FOLDER, "settlement_funds", Gaps::Allowed, errors, settlement_funds)),
    }
}

fn values<T>(rows: Vec<Row<Sourced<T>>>) -> Vec<Sourced<T>> {
    rows.into_iter().map(|row| row.value).collect()
}

fn work(rule: &WorkRule) -> Result<(), String> {
    if rule.months == 0 || rule.window_years == 0 || rule.teers.is_empty() {
        return Err("work has months and window_years of 1 or more, and teers".into());
    }
    Ok(())
}

fn skilled_worker(program: &SkilledWorker) -> Result<(), String> {
    work(&program.work)?;
    let points = |lower: &u16, higher: &u16| lower <= higher;
    let grid = &program.grid;
    never_less(&grid.education.rising(), points)?;
    rising(&grid.first_language, points)?;
    rising(&grid.experience, points)?;
    ordered(&grid.age)?;
    let highest = |steps: &Steps<u16>| u32::from(steps.points().max().unwrap_or(0));
    let adaptability = &grid.adaptability;
    let others =
        [grid.education.of(EducationLevel::Doctoral), grid.second_language, grid.arranged_employment, adaptability.max];
    let most = 4 * highest(&grid.first_language)
        + highest(&grid.experience)
        + highest(&grid.age)
        + others.map(u32::from).iter().sum::<u32>();
    if most != u32::from(grid.max) {
        return Err(format!("the factors of the grid add up to {most}, not to its max, {}", grid.max));
    }
    if most > 100 {
        return Err(format!("max is {most}, above 100, the most selection points there are"));
    }
    if adaptability.parts().iter().any(|part| *part > adaptability.max) {
        return Err(format!("a part of adaptability is above its max, {}", adaptability.max));
    }
    Ok(())
}

fn settlement_funds(funds: &SettlementFunds) -> Result<(), String> {
    let rise = funds.persons.is_sorted_by(|smaller, larger| smaller.size < larger.size && smaller.cad < larger.cad);
    match funds.persons.first() {
        Some(first) if first.size == 1 && rise => Ok(()),
        _ => Err("sizes and amounts must rise, from one person on".into()),
    }
}

/// Reads a level of education by its name.
pub(in crate::catalog) fn education_level<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<EducationLevel, D::Error> {
    let name = String::deserialize(deserializer)?;
    let names = [
        "less_than_secondary",
        "secondary",
        "one_year",
        "two_year",
        "three_year_or_more",
        "two_or_more",
        "masters",
        "professional",
        "doctoral",
    ];
    let level = names.into_iter().zip(EducationLevel::ALL).find(|(known, _)| *known == name);
    level.map(|(_, level)| level).ok_or_else(|| serde::de::Error::custom(format!("{name:?} is no level of education")))
}
