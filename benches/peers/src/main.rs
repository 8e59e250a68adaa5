//! The same decision by this project's engine and by other rule engines: checked to agree, then timed. See `README.md`.

mod cases;
mod facts;
mod peers;
mod timing;

use std::{error::Error, fs};

use express_entry::{catalog::Catalog, engine::Terms, model::CategoryRule};

use facts::Facts;
use timing::Timing;

/// The peers allocate, and this allocator is the faster one for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the data goes for the comparison in Python.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openfisca/cases.json");

/// One way to decide: writes the verdict on each profile in its place; none where it failed.
type Pass<'a> = Box<dyn FnMut(&mut [Option<bool>]) + 'a>;

/// One way to decide, and what to call it.
struct Contender<'a> {
    name: &'static str,
    pass: Pass<'a>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let catalog = Catalog::embedded()?;
    let terms = catalog.draw("284").and_then(|draw| Terms::new(&catalog, draw)).ok_or("draw 284 is not there")?;
    let Some(CategoryRule::Occupations(rule)) = terms.category.map(|category| &category.rule) else {
        return Err("draw 284 is not by occupation".into());
    };
    let cases = cases::cases()?;
    let invited: Vec<bool> = cases.iter().map(|case| case.invited).collect();
    let facts: Vec<Facts> = cases
        .iter()
        .map(|case| Facts::of(&case.profile, rule.experience_months))
        .collect::<Option<_>>()
        .ok_or("a profile says too little")?;
    let listed: Vec<String> = rule.noc_codes.iter().map(ToString::to_string).collect();

    let mut contenders = vec![Contender { name: "express-entry", pass: peers::ours(&cases, terms) }];
    contenders.extend(peers::cel::contenders(&facts, &listed)?);
    contenders.extend(peers::regorus::contenders(&facts, &listed)?);
    contenders.extend(peers::zen::contenders(&facts, &listed)?);
    contenders.extend(peers::cedar::contenders(&facts, &listed)?);

    for contender in &mut contenders {
        agree(contender, &invited)?;
    }
    let sent = invited.iter().filter(|invited| **invited).count();
    println!("{} profiles, {sent} of them invited; all agree on each\n", invited.len());
    let timings = timing::measure(&mut contenders, invited.len());
    println!("| engine | best, ns | median, ns | times ours |\n| --- | --- | --- | --- |");
    for Timing { name, best, median, ratio } in &timings {
        println!("| {name} | {best:.1} | {median:.1} | {ratio:.1} |");
    }
    let ours = timings.first().map_or(f64::NAN, |ours| ours.best);
    fs::write(DATA, facts::columns(&facts, &listed, &invited, ours).to_string())?;
    Ok(())
}

/// Checks that the verdicts are those the profiles were made for.
fn agree(contender: &mut Contender<'_>, invited: &[bool]) -> Result<(), String> {
    let mut verdicts = vec![None; invited.len()];
    (contender.pass)(&mut verdicts);
    let wrong = verdicts.iter().zip(invited).position(|(verdict, invited)| *verdict != Some(*invited));
    wrong.map_or(Ok(()), |place| Err(format!("{} is wrong on profile {place}", contender.name)))
}
