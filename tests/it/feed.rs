//! IRCC's feed of rounds put into an overlay: new draws, corrections, and what is left as it was.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use express_entry::{
    catalog::{
        Catalog, CatalogFiles, Overlay,
        feed::{Change, ImportError, import},
    },
    grpc::{
        Api,
        proto::{EvaluateRequest, Verdict, evaluate_request},
    },
    model::{CategoryId, Confidence, DrawType, PoolMark, TieBreak},
};
use proptest::{prelude::*, sample::select};
use serde_json::json;

use crate::support::{
    catalog,
    feed::{Round, changes, feed, instant, new_round, round_of, rounds, seen_on, take, take_into, unreadable, with},
    nurse,
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_new_draw_is_added_with_all_its_facts_and_the_nurse_is_evaluated_against_it() {
    let imported = take(&[round_of("446"), new_round("448")]);
    assert_eq!(imported.unreadable, []);
    assert_eq!(
        changes(&imported),
        [
            "draw 448 added: 2026-10-14, Healthcare and Social Services Occupations, 2026-Version 3: 2500 invitations, \
             cut-off 470",
            "draw 448: pool was not known and is that of 2026-10-11, with 226674 candidates",
        ]
    );
    let directory = tempfile::tempdir().unwrap();
    let into = directory.path().join("not/there/yet");
    imported.overlay.write(&into, &Overlay::empty("")).unwrap();
    let overlay = Overlay::read(&into).unwrap();
    let catalog = Catalog::load(&CatalogFiles::embedded().with_overlay(&overlay).unwrap()).unwrap();
    assert_eq!(catalog.digest(), imported.catalog.digest());

    let draw = catalog.draw("448").unwrap();
    assert_eq!(draw.held_at, at("2026-10-14T10:26:01Z"));
    assert_eq!(draw.tie_break, TieBreak::Published(at("2026-09-30T02:39:54Z")));
    assert_eq!((draw.kind, draw.invitations, draw.crs_cut_off.points()), (DrawType::CategoryBased, 2_500, 470));
    assert_eq!(
        (draw.category.clone(), draw.programs.to_string()),
        (Some(CategoryId::new("healthcare")), "FSWP, CEC, FSTP".into())
    );
    assert_eq!(draw.confidence, Some(Confidence::Low), "one source");
    assert_eq!(draw.notes, ["read from IRCC's feed of rounds on 2026-11-24, not compared with another copy"]);
    let pool = catalog.pool("448").unwrap();
    assert_eq!((pool.total, pool.as_of.to_string().as_str(), pool.marks.len()), (226_674, "2026-10-11", 0));

    let api = Api::new(Arc::new(catalog));
    for (score, submitted_at, expected) in [
        (471, "2026-10-01T00:00:00Z", Verdict::Invited),
        (470, "2026-09-30T02:39:53Z", Verdict::Invited),
        (470, "2026-09-30T02:39:54Z", Verdict::NotInvited),
        (469, "2026-05-01T00:00:00Z", Verdict::NotInvited),
    ] {
        let mut profile = nurse();
        profile.crs_score = Some(score);
        profile.submitted_at = Some(submitted_at.parse().unwrap());
        let newest = evaluate_request::Draw::LatestInCategory("healthcare".into());
        let request = EvaluateRequest { profile: Some(profile), draw: Some(newest), view: 0, strict: false };
        let evaluation = api.evaluate(request).unwrap().evaluation.unwrap();
        assert_eq!(evaluation.draw_number, "448");
        assert_eq!(evaluation.verdict(), expected, "{score} at {submitted_at}");
    }
}

#[test]
fn importing_again_changes_nothing_whatever_the_day() {
    let rounds = [
        with(&round_of("447"), &[("drawCRS", "475"), ("drawCutOff", "September 3, 2026 at 01:02:03 UTC")]),
        new_round("448"),
        with(&round_of("284"), &[("drawSize", "3,501")]),
    ];
    let first = take(&rounds);
    assert_eq!(first.unreadable, []);
    assert!(first.changes.len() >= 5);
    let later = "2027-01-01".parse().unwrap();
    let second = import(&feed(&rounds), &CatalogFiles::embedded(), &first.overlay, later).unwrap();
    assert_eq!((second.changes, second.unreadable, second.kept), (vec![], vec![], vec![]));
    assert_eq!(second.overlay, first.overlay);
    assert_eq!(second.catalog.digest(), first.catalog.digest());
}

#[test]
fn rounds_without_a_number_of_their_own_are_told_and_the_others_go_on() {
    let mut list: Vec<serde_json::Value> =
        [new_round("448"), new_round("449"), new_round("449"), with(&new_round("450"), &[("drawNumber", "#450")])]
            .into_iter()
            .map(serde_json::Value::Object)
            .collect();
    let mut nameless = new_round("451");
    nameless.remove("drawNumber");
    let mut numeric = new_round("452");
    numeric.insert("drawSize".into(), json!(2500));
    list.extend([nameless.into(), numeric.into(), json!("a round")]);
    let text = json!({ "rounds": list }).to_string();
    let imported = import(&text, &CatalogFiles::embedded(), &Overlay::empty(""), seen_on()).unwrap();
    assert_eq!(imported.rounds, 7);
    assert!(imported.catalog.draw("448").is_some());
    assert_eq!(imported.catalog.draws().len(), 449);
    let told = unreadable(&imported);
    for expected in [
        "of rounds[6] : it is not an object",
        "of rounds[4] drawNumber: a round has a number as text",
        "#450 drawNumber: a number looks like 284 or 91a",
        "449 : the feed has several rounds of this number, and none is taken",
        "452 drawSize: it is not a text",
    ] {
        assert!(told.iter().any(|one| one == expected), "{expected:?} in {told:?}");
    }
}

#[test]
fn what_is_no_feed_is_refused() {
    for (text, told) in [
        ("", "not JSON"),
        ("<html>", "not JSON"),
        ("[]", "it has no list \"rounds\""),
        ("{\"rounds\": {}}", "it has no list \"rounds\""),
    ] {
        let error = import(text, &CatalogFiles::embedded(), &Overlay::empty(""), seen_on()).unwrap_err();
        assert!(matches!(error, ImportError::Feed(_)) && error.to_string().contains(told), "{text:?}: {error}");
    }
    let many = json!({ "rounds": vec![json!({}); 5_001] }).to_string();
    let error = import(&many, &CatalogFiles::embedded(), &Overlay::empty(""), seen_on()).unwrap_err();
    assert!(error.to_string().contains("5001 rounds; at most 5000 are read"));
    let marked = format!("\u{feff}{}", feed(&[round_of("284")]));
    assert_eq!(import(&marked, &CatalogFiles::embedded(), &Overlay::empty(""), seen_on()).unwrap().changes, []);
}

#[test]
fn a_corrected_value_is_taken_and_the_former_one_kept_with_its_day() {
    let later = with(&round_of("444"), &[("drawCutOff", "September 1, 2026 at 23:05:14 UTC")]);
    let imported = take(&[later, with(&round_of("447"), &[("drawCRS", "475")])]);
    assert_eq!(
        changes(&imported),
        [
            "draw 444: tie_break_at corrected from 2026-09-01T23:05:13Z to 2026-09-01T23:05:14Z",
            "draw 447: crs_cut_off corrected from 476 to 475",
        ]
    );
    let draw = imported.catalog.draw("447").unwrap();
    assert_eq!(draw.crs_cut_off.points(), 475);
    assert!(draw.notes.iter().any(|note| note == "crs_cut_off was corrected by IRCC on 2026-11-24; it was 476"));
    assert_eq!(imported.catalog.draw("444").unwrap().confidence, Some(Confidence::Medium), "it was high");
    assert_eq!(
        imported.overlay.get("draw_corrections.csv").unwrap(),
        "number,corrected_on,field,formerly\n444,2026-11-24,tie_break_at,2026-09-01T23:05:13Z\n447,2026-11-24,crs_cut_off,476\n"
    );
    let rows = imported.overlay.get("draws.csv").unwrap().lines().count();
    assert_eq!(rows, 3, "only what differs");

    // An older copy of the feed does not bring the former value back.
    let older = take_into(&imported.overlay, &[round_of("444"), round_of("447")]);
    assert_eq!(older.changes, []);
    let kept: Vec<String> = older.kept.iter().map(ToString::to_string).collect();
    let reason = "it is known to have been corrected since";
    assert_eq!(
        kept,
        [
            format!("draw 444: tie_break_at left as it is, though the feed says 2026-09-01T23:05:13Z: {reason}"),
            format!("draw 447: crs_cut_off left as it is, though the feed says 476: {reason}"),
        ]
    );
    assert_eq!(older.overlay, imported.overlay);
}

#[test]
fn a_renamed_draw_keeps_its_former_label() {
    let renamed = take(&[with(
        &round_of("447"),
        &[
            ("drawName", "General"),
            (
                "drawText2",
                "Federal Skilled Worker, Canadian Experience Class, Federal Skilled Trades, Provincial Nominee Program",
            ),
        ],
    )]);
    let draw = renamed.catalog.draw("447").unwrap();
    assert_eq!((draw.name.as_str(), draw.kind, draw.category.clone()), ("General", DrawType::General, None));
    let corrections = renamed.overlay.get("draw_corrections.csv").unwrap();
    for row in [
        "447,2026-11-24,type,category-based\n",
        "447,2026-11-24,programs,fsw cec fst\n",
        "447,2026-11-24,category,trades\n",
        "447,2026-11-24,name,\"Trades Occupations, 2026-Version 3\"\n",
    ] {
        assert!(corrections.contains(row), "{row:?} in {corrections}");
    }
    // The label under which a draw was first published is one of its labels.
    let as_first = take(&[with(&round_of("284"), &[("drawName", "Healthcare occupations (2023-1)")])]);
    assert_eq!((as_first.changes, as_first.unreadable), (vec![], vec![]));
    let unknown = take(&[with(&round_of("284"), &[("drawName", "Nurses"), ("drawSize", "3,499")])]);
    assert_eq!(unknown.unreadable[0].field, "drawName");
    assert_eq!(unknown.catalog.draw("284").unwrap().invitations, 3_499, "the other fields go on");
}

#[test]
fn a_tie_break_that_was_not_known_is_filled_in_and_is_no_correction() {
    let imported = take(&[with(&round_of("447"), &[("drawCutOff", "September 3, 2026 at 01:02:03 UTC")])]);
    assert_eq!(changes(&imported), ["draw 447: tie_break_at was not known and is 2026-09-03T01:02:03Z"]);
    let draw = imported.catalog.draw("447").unwrap();
    assert_eq!(draw.tie_break, TieBreak::Published(at("2026-09-03T01:02:03Z")));
    assert_eq!(
        draw.notes,
        [
            "the programs invited are inferred from the label",
            "the tie-break was read from IRCC's feed of rounds on 2026-11-24, not compared with another copy"
        ]
    );
    assert_eq!(imported.overlay.get("draw_corrections.csv"), None);
    // Where no one was separated there is none, and silence says nothing.
    for round in [
        with(&round_of("1"), &[("drawCutOff", "January 30, 2015 at 01:02:03 UTC")]),
        with(&round_of("284"), &[("drawCutOff", "")]),
    ] {
        let same = take(&[round]);
        assert_eq!((same.changes, same.unreadable), (vec![], vec![]));
    }
}

#[test]
fn odd_values_of_draws_that_are_known_are_left_as_they_are() {
    let rounds = [
        // A day before the one on which the instant lies.
        with(&round_of("104"), &[("drawDate", "2018-11-14")]),
        // What IRCC had before it corrected it.
        with(&round_of("208"), &[("drawSize", "681"), ("drawCutOff", "October 7 at 16:38:21 UTC")]),
        with(&round_of("357"), &[("drawDateTime", "July 12, 2025 at 16:27:45 UTC")]),
        // Spelled so that it can mean what is known.
        with(&round_of("210"), &[("drawCutOff", "June 22, 2021 at 20:19:59 PM UTC")]),
        with(
            &round_of("270"),
            &[
                ("drawCutOff", "September 30, 2023 at 04:22:17 PM UTC"),
                ("drawDateTime", "October 25, 2023 at 15:48:39 AM UTC"),
            ],
        ),
    ];
    let imported = take(&rounds);
    assert_eq!(changes(&imported), [] as [&str; 0]);
    assert_eq!(unreadable(&imported), [] as [&str; 0]);
    let kept: Vec<_> =
        imported.kept.iter().map(|one| (one.number.as_str(), one.field.as_str(), one.feed.as_str())).collect();
    assert_eq!(
        kept,
        [("104", "held_on", "2018-11-14"), ("208", "invitations", "681"), ("357", "held_at", "2025-07-12T16:27:45Z")]
    );
    // Without its year a text says only what is known.
    let other = take(&[with(&round_of("208"), &[("drawCutOff", "October 7 at 16:38:22 UTC")])]);
    assert_eq!(unreadable(&other).len(), 1);
}

#[test]
fn the_years_that_are_over_are_added_up_again() {
    let next_year = with(
        &new_round("449"),
        &[
            ("drawDate", "2027-01-06"),
            ("drawDateTime", "January 6, 2027 at 10:26:01 UTC"),
            ("drawDistributionAsOn", "January 3, 2027"),
            ("dd2", "19,543"),
            ("dd18", "226,675"),
        ],
    );
    let imported = take(&[with(&round_of("284"), &[("drawSize", "3,501")]), new_round("448"), next_year]);
    assert_eq!(imported.unreadable, []);
    let totals: Vec<_> = imported
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::Total { year, draws, invitations } => Some((*year, *draws, *invitations)),
            _ => None,
        })
        .collect();
    let catalog = catalog();
    let of_2026: Vec<u32> =
        catalog.draws().iter().filter(|draw| draw.held_on.year() == 2026).map(|draw| draw.invitations).collect();
    let (draws, invitations) = (u32::try_from(of_2026.len()).unwrap(), of_2026.iter().sum::<u32>());
    assert_eq!(totals, [(2024, 52, 98_904), (2026, draws + 1, invitations + 2_500)]);
}

#[test]
fn a_corrected_pool_is_taken_and_the_former_counts_kept() {
    let corrected = with(&round_of("447"), &[("dd1", "729"), ("dd17", "7,706")]);
    let imported = take(std::slice::from_ref(&corrected));
    assert_eq!(
        changes(&imported),
        ["draw 447: pool corrected from c601_1200=728 c0_300=7707 to c601_1200=729 c0_300=7706"]
    );
    assert_eq!(imported.catalog.pool("447").unwrap().bands[0].candidates, 729);
    let note = "pool was corrected by IRCC on 2026-11-24; it was c601_1200=728 c0_300=7707";
    assert!(imported.catalog.draw("447").unwrap().notes.iter().any(|one| one == note));
    let older = take_into(&imported.overlay, &[round_of("447")]);
    assert_eq!((older.changes.len(), older.kept.len()), (0, 1));
}

#[test]
fn a_wrong_overlay_is_told_and_not_imported_into() {
    let mut overlay = Overlay::empty("/overlay");
    overlay.insert("draws.csv", "number\n448\n");
    let error = import(&feed(&[new_round("449")]), &CatalogFiles::embedded(), &overlay, seen_on()).unwrap_err();
    assert!(
        matches!(error, ImportError::Catalog(_)) && error.to_string().starts_with("/overlay/draws.csv:1: "),
        "{error}"
    );
}

/// The rounds of the catalogue itself, but for the one whose ten-point bands are not in it any more.
fn own_rounds() -> Vec<Round> {
    let mut own = rounds(&catalog());
    let marked = |number: &str| {
        catalog().pool(number).is_some_and(|pool| pool.marks.iter().any(|mark| matches!(mark, PoolMark::Over { .. })))
    };
    for round in own.iter_mut().filter(|round| marked(round["drawNumber"].as_str().unwrap())) {
        for place in 1..=18 {
            round.insert(format!("dd{place}"), "".into());
        }
    }
    own
}

/// Another spelling of an instant that means the same.
fn respelled(text: &str, style: u8) -> String {
    if text.is_empty() || text == "n/a" {
        return text.to_owned();
    }
    match style {
        0 => text.replace(" UTC", ""),
        1 => text.replace(',', ""),
        2 => text.replace(" at ", ", at  "),
        3 => text.replace(", ", "th, "),
        4 => text.to_uppercase(),
        5 => text.replace(" UTC", " AM UTC"),
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_feed_of_the_catalogues_own_draws_changes_nothing(styles in proptest::collection::vec(0_u8..8, 448), skipped in 0_usize..20) {
        let mut own = own_rounds();
        for (round, style) in own.iter_mut().zip(styles) {
            for field in ["drawDateTime", "drawCutOff"] {
                let text = respelled(round[field].as_str().unwrap(), style);
                round.insert(field.into(), text.into());
            }
        }
        own.drain(..skipped);
        let imported = take(&own);
        prop_assert_eq!(changes(&imported), Vec::<String>::new());
        prop_assert_eq!(unreadable(&imported), Vec::<String>::new());
        prop_assert_eq!(imported.kept, vec![]);
        prop_assert!(imported.catalog.digest() == catalog().digest());
    }

    /// Whatever a feed says, what comes out is a valid catalogue, and the same feed changes it no more.
    #[test]
    fn no_feed_makes_a_wrong_catalogue(
        garbled in proptest::collection::vec((0_usize..31, "[ -~\u{e9}\n]{0,12}|[0-9]{1,9}|2026-1[0-2]-[0-3][0-9]"), 1..12),
        number in select(vec!["284", "447", "448", "91a", "75"]),
    ) {
        let mut rounds: Vec<Round> = vec![if catalog().draw(number).is_some() { round_of(number) } else { new_round(number) }, round_of("283"), new_round("449")];
        for (place, (field, value)) in garbled.into_iter().enumerate() {
            let round = &mut rounds[place % 3];
            let field = round.keys().nth(field).unwrap().clone();
            round.insert(field, value.into());
        }
        let first = take(&rounds);
        let files = CatalogFiles::embedded().with_overlay(&first.overlay).unwrap();
        prop_assert!(Catalog::load(&files).unwrap().digest() == first.catalog.digest());
        let second = take_into(&first.overlay, &rounds);
        prop_assert_eq!(changes(&second), Vec::<String>::new());
        prop_assert_eq!(second.overlay, first.overlay);
    }
}

#[test]
fn instants_are_spelled_as_the_feed_does() {
    assert_eq!(instant(at("2024-01-30T02:39:54Z")), "January 30, 2024 at 02:39:54 UTC");
    assert_eq!(round_of("284")["drawCutOff"], "January 30, 2024 at 02:39:54 UTC");
    assert_eq!((&round_of("284")["dd3"], &round_of("284")["dd18"]), (&"60,043".into(), &"211,273".into()));
}
