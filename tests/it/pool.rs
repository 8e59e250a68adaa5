//! Where a score stood in the pool of a draw: figures added up by hand from the published bands.

use chrono::{Datelike, NaiveDate};
use express_entry::{
    grpc::{
        Api,
        proto::{
            Date, EvaluateRequest, Evaluation, EvaluationView, GetDrawRequest, PoolStanding, Profile,
            evaluate_request::Draw as Named,
        },
    },
    model::{PoolMark, PoolSubtotals, ScoreRange},
};

use crate::support::{cases, catalog, nurse};

fn evaluate(profile: Profile, draw: Named, view: EvaluationView) -> Evaluation {
    let request = EvaluateRequest { profile: Some(profile), draw: Some(draw), view: view.into(), strict: false };
    Api::new(catalog()).evaluate(request).unwrap().evaluation.unwrap()
}

fn in_draw(number: &str, profile: Profile) -> Evaluation {
    evaluate(profile, Named::DrawNumber(number.into()), EvaluationView::Full)
}

fn scored(crs_score: i32) -> Profile {
    Profile { crs_score: Some(crs_score), ..nurse() }
}

fn above(number: &str, score: i32) -> (i32, i32) {
    let standing = in_draw(number, scored(score)).pool_standing.unwrap();
    (standing.above_min, standing.above_max)
}

/// 587 above 600; 9,004 from 501 to 600 make 9,591; the tens down to 401 make 16,876, 26,892, 44,323, 58,073, 69,634,
/// 80,148, 90,900, 100,345, 110,628, 120,990; the fifties to 301 176,840 and 205,981; the rest 211,273.
#[test]
fn both_sides_of_every_band_of_draw_284_are_as_added_up_by_hand() {
    for (score, expected) in [
        (1200, (0, 0)),
        (1199, (0, 587)),
        (601, (0, 587)),
        (600, (587, 587)),
        (501, (587, 9_591)),
        (500, (9_591, 9_591)),
        (491, (9_591, 16_876)),
        (490, (16_876, 16_876)),
        (480, (26_892, 26_892)),
        (470, (44_323, 44_323)),
        (460, (58_073, 58_073)),
        (451, (58_073, 69_634)),
        (450, (69_634, 69_634)),
        (441, (69_634, 80_148)),
        (440, (80_148, 80_148)),
        (430, (90_900, 90_900)),
        (422, (90_900, 100_345)),
        (420, (100_345, 100_345)),
        (410, (110_628, 110_628)),
        (401, (110_628, 120_990)),
        (400, (120_990, 120_990)),
        (351, (120_990, 176_840)),
        (350, (176_840, 176_840)),
        (301, (176_840, 205_981)),
        (300, (205_981, 205_981)),
        (299, (205_981, 211_273)),
        (0, (205_981, 211_273)),
    ] {
        assert_eq!(above("284", score), expected, "{score}");
    }
}

/// Of 211,273, 110,928 had not more than the highest that 422 can have been, and 120,373 not more than the lowest.
#[test]
fn a_standing_carries_its_day_its_total_and_both_percentiles() {
    let standing = in_draw("284", scored(422)).pool_standing.unwrap();
    let PoolStanding { as_of, total, percentile_min, percentile_max, .. } = standing;
    assert_eq!((as_of, total), (Some(Date { year: 2024, month: 2, day: 11 }), 211_273));
    assert!((percentile_min - 52.5046).abs() < 0.0001, "{percentile_min}");
    assert!((percentile_max - 56.9751).abs() < 0.0001, "{percentile_max}");
    let best = in_draw("284", scored(1200)).pool_standing.unwrap();
    assert!(best.percentile_min >= 100.0 && best.percentile_max <= 100.0);
}

/// The engineer of 578 points has 50 beside the core; a nomination adds 600, of which the limit of 600 leaves 550: 1128.
#[test]
fn a_range_takes_the_fewest_from_its_highest_and_the_most_from_its_lowest_score() {
    let engineer = cases::profile_of_json(include_str!("../../examples/profiles/engineer.json"));
    let exact = in_draw("284", engineer.clone());
    let standing = exact.pool_standing.unwrap();
    assert_eq!((exact.crs_score, standing.above_min, standing.above_max), (Some(578), 587, 9_591));
    let open = in_draw("284", Profile { provincial_nomination: 0, ..engineer });
    let standing = open.pool_standing.unwrap();
    assert_eq!((open.crs_score, standing.above_min, standing.above_max), (None, 0, 9_591));

    let catalog = catalog();
    let of_range = |min, max| {
        let standing = catalog.pool("284").unwrap().standing(ScoreRange { min, max }).unwrap();
        (standing.above_min, standing.above_max)
    };
    assert_eq!(of_range(430, 455), (58_073, 90_900));
    assert_eq!(of_range(422, 460), (58_073, 100_345));
    assert_eq!(of_range(0, 1200), (0, 211_273));
}

#[test]
fn only_the_full_view_of_a_draw_with_a_table_has_a_standing() {
    let named = || Named::DrawNumber("284".into());
    assert!(evaluate(nurse(), named(), EvaluationView::Unspecified).pool_standing.is_some());
    assert_eq!(evaluate(nurse(), named(), EvaluationView::Verdict).pool_standing, None);
    for number in ["1", "91a", "213", "223", "445", "446"] {
        assert_eq!(in_draw(number, nurse()).pool_standing, None, "{number}");
    }
    for number in ["214", "444", "447"] {
        assert!(in_draw(number, nurse()).pool_standing.is_some(), "{number}");
    }
}

#[test]
fn a_hypothetical_draw_with_the_number_of_a_published_one_has_no_standing() {
    let get = GetDrawRequest { number: "284".into() };
    let published = Api::new(catalog()).get_draw(get).unwrap();
    let mut draw = published.draw.unwrap();
    draw.crs_cut_off = 421;
    let evaluation = evaluate(nurse(), Named::HypotheticalDraw(draw), EvaluationView::Full);
    assert_eq!((evaluation.draw_number.as_str(), evaluation.pool_standing), ("284", None));
}

#[test]
fn an_empty_pool_has_no_standing() {
    let mut pool = catalog().pool("284").unwrap().clone();
    pool.total = 0;
    pool.bands.clear();
    assert_eq!(pool.standing(ScoreRange { min: 430, max: 430 }), None);
}

/// 55,867 from 451 to 500, but 55,687 by tens: only the whole is gone by. 604 and 884 stood above it.
#[test]
fn tens_that_do_not_add_up_are_not_gone_by_and_the_reader_is_told() {
    for score in [499, 480, 451] {
        assert_eq!(above("247", score), (1_488, 57_355), "{score}");
    }
    assert_eq!(above("247", 500), (1_488, 1_488));
    assert_eq!(above("247", 450), (57_355, 57_355));
    assert_eq!(above("247", 440), (70_046, 70_046));
}

/// The doubts of each marked table stand in a notice, and nowhere else.
#[test]
fn doubtful_tables_are_told_with_the_standing() {
    let told = |number: &str| {
        let notices = in_draw(number, nurse()).notices;
        notices.into_iter().find(|notice| notice.text.starts_with("pool of draw")).map(|notice| notice.text)
    };
    for (number, words) in [
        ("220", "pool of draw 220, 2022-04-11: the counts are those of 2022-03-28"),
        ("247", "pool of draw 247, 2023-04-26: the published count of 451 to 500 is 180 more"),
        ("298", "20 days before the draw"),
        ("409", "the distribution of an earlier draw"),
    ] {
        assert!(told(number).unwrap_or_default().contains(words), "{number}: {:?}", told(number));
    }
    assert_eq!(told("284"), None);
    let as_of = in_draw("409", nurse()).pool_standing.unwrap().as_of.unwrap();
    assert_eq!((as_of.month, as_of.day), (3, 29));
}

#[test]
fn every_table_covers_all_scores_once_and_holds_its_total() {
    let catalog = catalog();
    for pool in catalog.pools() {
        let mut below = 1201;
        for band in &pool.bands {
            assert_eq!(band.max + 1, below, "{}", pool.number);
            below = band.min;
        }
        assert_eq!(below, 0, "{}", pool.number);
        assert_eq!(pool.bands.iter().map(|band| band.candidates).sum::<u32>(), pool.total, "{}", pool.number);
        assert!(pool.as_of >= NaiveDate::from_ymd_opt(2022, 1, 17).unwrap() && pool.as_of.year() <= 2026);
    }
    let marked = |mark: fn(&PoolMark) -> bool| catalog.pools().filter(|pool| pool.marks.iter().any(mark)).count();
    assert_eq!(marked(|mark| *mark == PoolMark::Old), 3);
    assert_eq!(marked(|mark| *mark == PoolMark::Repeats), 3);
    assert_eq!(marked(|mark| matches!(mark, PoolMark::Over { min: 451, by: 180 })), 1);
    assert_eq!(catalog.pools().filter(|pool| pool.subtotals == PoolSubtotals::Summed).count(), 8);
}
