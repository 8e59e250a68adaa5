//! The distribution of the pool as a round of the feed carries it.

use super::{report::Unreadable, round::Round, spelling};
use crate::catalog::{check_pool::USUAL_DAYS, read::RawPool};

/// The fields of the counts; the last is of all candidates.
const COUNTS: [&str; 18] = [
    "dd1", "dd2", "dd3", "dd4", "dd5", "dd6", "dd7", "dd8", "dd9", "dd10", "dd11", "dd12", "dd13", "dd14", "dd15",
    "dd16", "dd17", "dd18",
];
const AS_OF: &str = "drawDistributionAsOn";

/// Reads the distribution of a round, not yet marked; none where the round carries none.
///
/// The counts of 451 to 500 and of 401 to 450 may be missing; they are then those of their ten-point bands.
pub(super) fn read(round: &Round<'_>) -> Result<Option<RawPool>, Unreadable> {
    let as_of = round.value(AS_OF, spelling::day)?;
    let mut counts = [None; 18];
    for (field, count) in COUNTS.into_iter().zip(&mut counts) {
        *count = round.value(field, spelling::count)?;
    }
    // Rounds from before distributions were published have empty fields, or zeros.
    if counts.iter().all(|count| count.is_none_or(|count| as_of.is_none() && count == 0)) {
        return Ok(None);
    }
    let as_of = as_of.ok_or_else(|| round.unreadable(AS_OF, "", "it is empty, though there are counts"))?;
    let [
        dd1,
        dd2,
        dd3,
        tens1,
        tens2,
        tens3,
        tens4,
        tens5,
        dd9,
        tens6,
        tens7,
        tens8,
        tens9,
        tens10,
        dd15,
        dd16,
        dd17,
        dd18,
    ] = counts;
    let missing = |field: &'static str| move || round.unreadable(field, "", "it is empty, though other counts are not");
    let upper = [
        tens1.ok_or_else(missing("dd4"))?,
        tens2.ok_or_else(missing("dd5"))?,
        tens3.ok_or_else(missing("dd6"))?,
        tens4.ok_or_else(missing("dd7"))?,
        tens5.ok_or_else(missing("dd8"))?,
    ];
    let lower = [
        tens6.ok_or_else(missing("dd10"))?,
        tens7.ok_or_else(missing("dd11"))?,
        tens8.ok_or_else(missing("dd12"))?,
        tens9.ok_or_else(missing("dd13"))?,
        tens10.ok_or_else(missing("dd14"))?,
    ];
    let [c491_500, c481_490, c471_480, c461_470, c451_460] = upper;
    let [c441_450, c431_440, c421_430, c411_420, c401_410] = lower;
    Ok(Some(RawPool {
        number: round.number.clone(),
        as_of,
        total: dd18.ok_or_else(missing("dd18"))?,
        subtotals: if dd3.is_some() && dd9.is_some() { "published" } else { "summed" }.into(),
        c601_1200: dd1.ok_or_else(missing("dd1"))?,
        c501_600: dd2.ok_or_else(missing("dd2"))?,
        c451_500: dd3.unwrap_or_else(|| sum(upper)),
        c491_500,
        c481_490,
        c471_480,
        c461_470,
        c451_460,
        c401_450: dd9.unwrap_or_else(|| sum(lower)),
        c441_450,
        c431_440,
        c421_430,
        c411_420,
        c401_410,
        c351_400: dd15.ok_or_else(missing("dd15"))?,
        c301_350: dd16.ok_or_else(missing("dd16"))?,
        c0_300: dd17.ok_or_else(missing("dd17"))?,
        marks: String::new(),
        notes: String::new(),
    }))
}

/// Marks what is doubtful of a distribution, among the others and for a draw held on a day.
pub(super) fn mark(pool: &mut RawPool, held_on: chrono::NaiveDate, others: &[RawPool]) {
    let (mut marks, mut notes) = (Vec::new(), Vec::new());
    let days = held_on.signed_duration_since(pool.as_of).num_days();
    if days > USUAL_DAYS {
        marks.push("old".to_owned());
        notes.push(format!(
            "the day of the distribution lies {days} days before the draw; it may be wrong at the source"
        ));
    }
    if let Some(other) =
        others.iter().filter(|other| other.as_of < pool.as_of).find(|other| counts(other) == counts(pool))
    {
        marks.push("repeats".to_owned());
        notes.push(format!(
            "the counts are those of {}, published with draw {}; they may not be of this day",
            other.as_of, other.number
        ));
    }
    let upper = [pool.c491_500, pool.c481_490, pool.c471_480, pool.c461_470, pool.c451_460];
    let lower = [pool.c441_450, pool.c431_440, pool.c421_430, pool.c411_420, pool.c401_410];
    for (band, words, whole, tens) in
        [("c451_500", "451 to 500", pool.c451_500, upper), ("c401_450", "401 to 450", pool.c401_450, lower)]
    {
        let by = whole.saturating_sub(sum(tens));
        if by > 0 {
            marks.push(format!("{band}-over-by-{by}"));
            notes.push(format!(
                "the published count of {words} is {by} more than its ten-point bands, which are therefore not gone by"
            ));
        }
    }
    pool.marks = marks.join(" ");
    pool.notes = notes.join(" | ");
}

/// All counts of a distribution, to compare it by.
fn counts(pool: &RawPool) -> [u32; 18] {
    [
        pool.total,
        pool.c601_1200,
        pool.c501_600,
        pool.c451_500,
        pool.c491_500,
        pool.c481_490,
        pool.c471_480,
        pool.c461_470,
        pool.c451_460,
        pool.c401_450,
        pool.c441_450,
        pool.c431_440,
        pool.c421_430,
        pool.c411_420,
        pool.c401_410,
        pool.c351_400,
        pool.c301_350,
        pool.c0_300,
    ]
}

fn sum(tens: [u32; 5]) -> u32 {
    tens.into_iter().fold(0, u32::saturating_add)
}
