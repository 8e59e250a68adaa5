//! IRCC's feed of rounds, put into an overlay: draws that the catalogue does not have, and what was corrected of others.
//!
//! IRCC publishes the rounds as JSON, `{"classes": …, "rounds": [{…}]}`, every value a text and typed by hand. What a label
//! means is taken from the catalogue, never guessed; what can't be read is told, and the rest goes on. How the fields are
//! read is in `docs/catalog.md`.

mod apply;
mod labels;
mod pool;
mod reading;
mod report;
mod round;
mod spelling;
mod tables;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{Catalog, CatalogErrors, CatalogFiles, Overlay};
use apply::apply;
use labels::Labels;
use reading::Reading;
use tables::Tables;

pub use report::{Change, Kept, Unreadable};
pub use round::FeedError;

/// What came of an import.
#[derive(Debug)]
pub struct Import {
    /// The overlay with what the feed brought; the same as before when there are no changes.
    pub overlay: Overlay,
    /// The catalogue that it makes.
    pub catalog: Catalog,
    /// How many rounds the feed has.
    pub rounds: usize,
    /// What is new in the overlay.
    pub changes: Vec<Change>,
    /// What the feed has otherwise and was not taken, for a known reason.
    pub kept: Vec<Kept>,
    /// What of the feed could not be read, or taken.
    pub unreadable: Vec<Unreadable>,
}

/// Why nothing could be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The text is not IRCC's feed.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// The overlay, as it was or as it would become, makes no valid catalogue.
    #[error(transparent)]
    Catalog(#[from] CatalogErrors),
}

/// Puts a feed into an overlay of the files `base`. Corrections are dated by the day on which the feed was seen.
///
/// Importing a feed again changes nothing, and neither does one whose draws are all known.
///
/// # Errors
/// When the text is not a feed, or the overlay no valid one.
pub fn import(feed: &str, base: &CatalogFiles, overlay: &Overlay, seen_on: NaiveDate) -> Result<Import, ImportError> {
    let json = round::json(feed)?;
    let (rounds, mut unreadable) = round::rounds(&json)?;
    let count = rounds.len() + unreadable.len();
    let files = base.with_overlay(overlay)?;
    let catalog = Catalog::load(&files)?;
    let labels = Labels::of(&catalog);
    let start = Tables::of(&files)?;
    let mut times: HashMap<&str, usize> = HashMap::new();
    for round in &rounds {
        *times.entry(round.number.as_str()).or_default() += 1;
    }
    let mut readings = Vec::new();
    for round in &rounds {
        if !super::number::is_valid(&round.number) {
            unreadable.push(round.unreadable("drawNumber", &round.number, "a number looks like 284 or 91a"));
        } else if times.get(round.number.as_str()).is_some_and(|times| *times > 1) {
            unreadable.push(round.unreadable("", "", "the feed has several rounds of this number, and none is taken"));
        } else {
            let known = start.draw(&round.number);
            readings.extend(Reading::of(round, known.as_ref(), &labels, &mut unreadable));
        }
    }
    let mut work =
        Work { files: &files, tables: start.clone(), seen_on, changes: Vec::new(), kept: Vec::new(), unreadable };
    work.take(&mut readings);
    work.tell_totals(&start);
    let Work { tables, changes, kept, unreadable, .. } = work;
    if changes.is_empty() {
        return Ok(Import { overlay: overlay.clone(), catalog, rounds: count, changes, kept, unreadable });
    }
    let overlay = beyond(base, overlay, &start, &tables)?;
    let catalog = Catalog::load(&base.with_overlay(&overlay)?)?;
    Ok(Import { overlay, catalog, rounds: count, changes, kept, unreadable })
}

/// The overlay that makes of `base` the tables that differ from those of the start.
fn beyond(base: &CatalogFiles, overlay: &Overlay, start: &Tables, tables: &Tables) -> Result<Overlay, CatalogErrors> {
    let base = Tables::of(base)?;
    let mut overlay = overlay.clone();
    for (((file, now), (_, before)), (_, base)) in tables.by_file().into_iter().zip(start.by_file()).zip(base.by_file())
    {
        if now.text() != before.text() {
            overlay.insert(file, now.beyond(base).text());
        }
    }
    Ok(overlay)
}

/// An import under way: the tables as far as they were accepted.
struct Work<'a> {
    files: &'a CatalogFiles,
    tables: Tables,
    seen_on: NaiveDate,
    changes: Vec<Change>,
    kept: Vec<Kept>,
    unreadable: Vec<Unreadable>,
}

impl Work<'_> {
    /// Takes all rounds with which the catalogue passes its checks. When it does not pass them with all, it is tried with
    /// each half, down to the rounds that it can't pass them with.
    fn take(&mut self, rounds: &mut [Reading<'_>]) {
        let Err(errors) = self.try_all(rounds) else {
            return;
        };
        match rounds {
            [] => {}
            [round] => {
                let pool = round.pool.take();
                // What is wrong with the pool must not cost the draw.
                let field = if pool.is_some() && self.try_all(std::slice::from_ref(round)).is_ok() {
                    "dd1 to dd18"
                } else {
                    ""
                };
                let reasons: Vec<String> = errors.0.into_iter().map(|error| error.reason).collect();
                self.unreadable.push(Unreadable {
                    number: round.number.to_owned(),
                    field,
                    value: pool.filter(|_| !field.is_empty()).map(|pool| pool.as_of.to_string()).unwrap_or_default(),
                    reason: reasons.join("; "),
                });
            }
            several => {
                let (first, second) = several.split_at_mut(several.len() / 2);
                self.take(first);
                self.take(second);
            }
        }
    }

    /// Takes the rounds if the catalogue passes its checks with them all.
    fn try_all(&mut self, rounds: &[Reading<'_>]) -> Result<(), CatalogErrors> {
        let mut tables = self.tables.clone();
        let (mut changes, mut kept) = (Vec::new(), Vec::new());
        for round in rounds {
            let outcome = apply(&mut tables, round, self.seen_on);
            changes.extend(outcome.changes);
            kept.extend(outcome.kept);
        }
        if !changes.is_empty() {
            tables.put_totals();
            let mut files = self.files.clone();
            for (file, rows) in tables.by_file() {
                files.insert(file, rows.text());
            }
            super::checked(&files)?;
        }
        self.tables = tables;
        self.changes.extend(changes);
        self.kept.extend(kept);
        Ok(())
    }

    /// Tells the years whose totals have become others.
    fn tell_totals(&mut self, start: &Tables) {
        let mut before = start.clone();
        before.draws = self.tables.draws.clone();
        let totals = before.put_totals().into_iter();
        self.changes.extend(totals.map(|total| Change::Total {
            year: total.year,
            draws: total.draws,
            invitations: total.invitations,
        }));
    }
}
