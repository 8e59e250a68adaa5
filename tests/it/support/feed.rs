//! Rounds in the shape of IRCC's feed, made from the catalogue's own draws.

use chrono::{DateTime, NaiveDate, Utc};
use express_entry::{
    catalog::{
        Catalog, CatalogFiles, Overlay,
        feed::{Import, Unreadable, import},
    },
    model::{Draw, PoolDistribution, Program, TieBreak},
};
use serde_json::{Map, Value, json};

use crate::support::catalog;

/// A round, every value a text.
pub type Round = Map<String, Value>;

/// The feed of these rounds, given oldest first.
pub fn feed(rounds: &[Round]) -> String {
    let newest_first: Vec<&Round> = rounds.iter().rev().collect();
    json!({ "classes": "wb-tables", "rounds": newest_first }).to_string()
}

/// All draws of a catalogue as rounds, oldest first.
pub fn rounds(catalog: &Catalog) -> Vec<Round> {
    catalog.draws().iter().rev().map(|draw| round(draw, catalog.pool(&draw.number))).collect()
}

/// The round of a draw.
pub fn round(draw: &Draw, pool: Option<&PoolDistribution>) -> Round {
    let programs: Vec<&str> = draw.programs.iter().map(program).collect();
    let tie_break = match draw.tie_break {
        TieBreak::Published(at) => instant(at),
        TieBreak::NotApplied => "n/a".into(),
        TieBreak::Unknown => String::new(),
    };
    let mut round = Round::new();
    for (field, value) in [
        ("drawNumber", draw.number.clone()),
        ("drawNumberURL", format!("<a href='/rounds/{0}.html'>{0}</a>", draw.number)),
        ("drawDate", draw.held_on.to_string()),
        ("drawDateFull", draw.held_on.format("%B %-d, %Y").to_string()),
        ("drawName", draw.name.clone()),
        ("drawSize", grouped(draw.invitations)),
        ("drawCRS", draw.crs_cut_off.points().to_string()),
        ("mitext", String::new()),
        ("DrawText1", String::new()),
        ("drawText2", programs.join(", ")),
        ("drawDateTime", instant(draw.held_at)),
        ("drawCutOff", tie_break),
        ("drawDistributionAsOn", pool.map(|pool| pool.as_of.format("%B %-d, %Y").to_string()).unwrap_or_default()),
    ] {
        round.insert(field.into(), value.into());
    }
    let counts = pool.map(counts);
    for place in 0..18 {
        let count = counts.map(|counts| grouped(counts[place])).unwrap_or_default();
        round.insert(format!("dd{}", place + 1), count.into());
    }
    round
}

/// A round with other values.
pub fn with(round: &Round, values: &[(&str, &str)]) -> Round {
    let mut round = round.clone();
    for (field, value) in values {
        assert!(round.insert((*field).into(), (*value).into()).is_some(), "the feed has no {field}");
    }
    round
}

/// An instant as the feed mostly spells it.
pub fn instant(at: DateTime<Utc>) -> String {
    at.format("%B %-d, %Y at %H:%M:%S UTC").to_string()
}

/// The day of the imports.
pub fn seen_on() -> NaiveDate {
    "2026-11-24".parse().unwrap()
}

/// Imports into an empty overlay.
pub fn take(rounds: &[Round]) -> Import {
    take_into(&Overlay::empty("/overlay"), rounds)
}

/// Imports into an overlay.
pub fn take_into(overlay: &Overlay, rounds: &[Round]) -> Import {
    import(&feed(rounds), &CatalogFiles::embedded(), overlay, seen_on()).unwrap()
}

/// The round of a draw that the catalogue has.
pub fn round_of(number: &str) -> Round {
    round(catalog().draw(number).unwrap(), catalog().pool(number))
}

/// A healthcare draw that the catalogue does not have.
pub fn new_round(number: &str) -> Round {
    with(
        &round_of("441"),
        &[
            ("drawNumber", number),
            ("drawDate", "2026-10-14"),
            ("drawDateTime", "October 14, 2026 at 10:26:01 UTC"),
            ("drawCutOff", "September 30, 2026 at 02:39:54 UTC"),
            ("drawSize", "2,500"),
            ("drawCRS", "470"),
            ("drawDistributionAsOn", "October 11, 2026"),
            ("dd1", "560"),
            ("dd18", "226,674"),
        ],
    )
}

/// What could not be read, as "number field: reason".
pub fn unreadable(import: &Import) -> Vec<String> {
    let told = |one: &Unreadable| format!("{} {}: {}", one.number, one.field, one.reason);
    import.unreadable.iter().map(told).collect()
}

/// What changed, as it is printed.
pub fn changes(import: &Import) -> Vec<String> {
    import.changes.iter().map(ToString::to_string).collect()
}

fn program(program: Program) -> &'static str {
    match program {
        Program::FederalSkilledWorker => "Federal Skilled Worker",
        Program::CanadianExperienceClass => "Canadian Experience Class",
        Program::FederalSkilledTrades => "Federal Skilled Trades",
        Program::ProvincialNominee => "Provincial Nominee Program",
    }
}

/// The counts in the order of the fields. Ten-point bands that were not relied on are not in the distribution any more, and
/// come out as 0.
fn counts(pool: &PoolDistribution) -> [u32; 18] {
    let within = |min: u16, max: u16| {
        pool.bands.iter().filter(|band| band.min >= min && band.max <= max).map(|band| band.candidates).sum::<u32>()
    };
    let bands = [
        (601, 1200),
        (501, 600),
        (451, 500),
        (491, 500),
        (481, 490),
        (471, 480),
        (461, 470),
        (451, 460),
        (401, 450),
        (441, 450),
        (431, 440),
        (421, 430),
        (411, 420),
        (401, 410),
        (351, 400),
        (301, 350),
        (0, 300),
        (0, 1200),
    ];
    bands.map(|(min, max)| within(min, max))
}

fn grouped(count: u32) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
