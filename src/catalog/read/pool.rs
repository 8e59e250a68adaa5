use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::table::{Row, table};
use crate::{
    catalog::{CatalogErrors, CatalogFiles},
    model::{PoolBand, PoolDistribution, PoolMark, PoolSubtotals},
};

/// A row of `pool.csv`, in the order of its columns: `c401_410` counts the candidates with scores of 401 to 410.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::catalog) struct RawPool {
    pub number: String,
    pub as_of: NaiveDate,
    pub total: u32,
    pub subtotals: String,
    pub c601_1200: u32,
    pub c501_600: u32,
    pub c451_500: u32,
    pub c491_500: u32,
    pub c481_490: u32,
    pub c471_480: u32,
    pub c461_470: u32,
    pub c451_460: u32,
    pub c401_450: u32,
    pub c441_450: u32,
    pub c431_440: u32,
    pub c421_430: u32,
    pub c411_420: u32,
    pub c401_410: u32,
    pub c351_400: u32,
    pub c301_350: u32,
    pub c0_300: u32,
    pub marks: String,
    pub notes: String,
}

/// Reads `pool.csv`.
pub(super) fn pools(files: &CatalogFiles, errors: &mut CatalogErrors) -> Vec<Row<PoolDistribution>> {
    table(files, "pool.csv", errors, pool)
}

fn pool(raw: RawPool) -> Result<PoolDistribution, String> {
    let marks: Vec<PoolMark> = raw.marks.split_whitespace().map(mark).collect::<Result<_, _>>()?;
    let notes: Vec<String> = raw.notes.split(" | ").filter(|note| !note.is_empty()).map(str::to_owned).collect();
    if marks.is_empty() != notes.is_empty() {
        return Err("marks and notes go together: one is empty and the other is not".into());
    }
    let band = |min, max, candidates| PoolBand { min, max, candidates };
    let above = [band(601, 1200, raw.c601_1200), band(501, 600, raw.c501_600)];
    let upper = band(451, 500, raw.c451_500);
    let lower = band(401, 450, raw.c401_450);
    let below = [band(351, 400, raw.c351_400), band(301, 350, raw.c301_350), band(0, 300, raw.c0_300)];
    let sum = sum(above.iter().chain([&upper, &lower]).chain(&below));
    if sum != u64::from(raw.total) {
        return Err(format!("the bands add up to {sum}, not to the total of {}", raw.total));
    }
    let upper_tens = [
        band(491, 500, raw.c491_500),
        band(481, 490, raw.c481_490),
        band(471, 480, raw.c471_480),
        band(461, 470, raw.c461_470),
        band(451, 460, raw.c451_460),
    ];
    let lower_tens = [
        band(441, 450, raw.c441_450),
        band(431, 440, raw.c431_440),
        band(421, 430, raw.c421_430),
        band(411, 420, raw.c411_420),
        band(401, 410, raw.c401_410),
    ];
    Ok(PoolDistribution {
        bands: [&above[..], &narrowest(upper, &upper_tens, &marks)?, &narrowest(lower, &lower_tens, &marks)?, &below]
            .concat(),
        number: raw.number,
        as_of: raw.as_of,
        total: raw.total,
        subtotals: match raw.subtotals.as_str() {
            "published" => PoolSubtotals::Published,
            "summed" => PoolSubtotals::Summed,
            other => return Err(format!("subtotals {other:?} is not published or summed")),
        },
        marks,
        notes,
    })
}

/// The ten-point bands, which must add up to the whole; the whole itself where it is marked that they fall short of it,
/// and by how many.
fn narrowest(whole: PoolBand, tens: &[PoolBand], marks: &[PoolMark]) -> Result<Vec<PoolBand>, String> {
    let marked = marks.iter().find_map(|mark| match mark {
        PoolMark::Over { min, by } if *min == whole.min => Some(*by),
        _ => None,
    });
    let sum = sum(tens);
    let PoolBand { min, max, candidates } = whole;
    if sum + u64::from(marked.unwrap_or(0)) != u64::from(candidates) {
        let by = marked.map_or_else(String::new, |by| format!(", with the {by} of the mark"));
        return Err(format!("the ten-point bands of {min} to {max} add up to {sum}{by}, not to {candidates}"));
    }
    Ok(if marked.is_some() { vec![whole] } else { tens.to_vec() })
}

fn sum<'a>(bands: impl IntoIterator<Item = &'a PoolBand>) -> u64 {
    bands.into_iter().map(|band| u64::from(band.candidates)).sum()
}

fn mark(text: &str) -> Result<PoolMark, String> {
    let over = || {
        let (band, by) = text.split_once("-over-by-")?;
        let min = match band {
            "c451_500" => 451,
            "c401_450" => 401,
            _ => return None,
        };
        let by = by.parse().ok().filter(|by| *by > 0)?;
        Some(PoolMark::Over { min, by })
    };
    match text {
        "old" => Ok(PoolMark::Old),
        "repeats" => Ok(PoolMark::Repeats),
        _ => over().ok_or_else(|| format!("mark {text:?} is not old, repeats or like c451_500-over-by-180")),
    }
}
