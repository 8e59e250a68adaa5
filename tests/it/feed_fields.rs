//! Labels, instants, counts and distributions of the feed, in every spelling.

use express_entry::{
    catalog::CatalogFiles,
    model::{CategoryId, PoolMark, PoolSubtotals, TieBreak},
};

use crate::support::feed::{Round, new_round, take, take_into, unreadable, with};

#[test]
fn a_label_that_the_catalogue_does_not_know_is_listed_until_it_does() {
    let dentists = with(&new_round("448"), &[("drawName", "Dentists,  2026-Version 1")]);
    let first = take(&[dentists.clone(), new_round("449")]);
    assert_eq!(first.unreadable.len(), 1);
    assert_eq!((first.unreadable[0].number.as_str(), first.unreadable[0].field), ("448", "drawName"));
    assert_eq!(first.unreadable[0].value, "Dentists,  2026-Version 1");
    assert!(first.catalog.draw("448").is_none() && first.catalog.draw("449").is_some());

    let healthcare = CatalogFiles::embedded().get("categories/healthcare.toml").unwrap().to_owned();
    let (head, rest) = healthcare.split_once("\n[[version]]\n").unwrap();
    let newest = rest.rsplit_once("\n[[version]]\n").unwrap().1;
    let newest =
        newest.replace("Healthcare and Social Services Occupations, 2026-Version 3", "Dentists, 2026-Version 1");
    let text = format!("{}\n[[version]]\n{newest}", head.replace("id = \"healthcare\"", "id = \"dentists\""));
    let mut overlay = first.overlay.clone();
    overlay.insert("categories/dentists.toml", text);
    let second = take_into(&overlay, &[dentists.clone(), new_round("449")]);
    assert_eq!(unreadable(&second), [] as [&str; 0]);
    assert_eq!(second.catalog.draw("448").unwrap().category, Some(CategoryId::new("dentists")));

    let silent = with(&dentists, &[("drawText2", "")]);
    let told = unreadable(&take_into(&overlay, &[silent]));
    assert_eq!(told, ["448 drawText2: it is empty, and no earlier draw of the label says which programs it is of"]);
}

/// Type, category and programs of a draw, or the field of the feed that is listed.
type Understood = Result<(&'static str, &'static str, &'static str), &'static str>;

/// What a label and a text of programs come to: type, category and programs, or the field that is listed.
#[test]
fn labels_and_programs_are_understood_by_what_the_catalogue_has() {
    let cases: &[(&str, &str, Understood)] = &[
        ("Canadian Experience Class", "Canadian Experience Class", Ok(("ProgramSpecific", "", "CEC"))),
        ("canadian  experience class", "", Ok(("ProgramSpecific", "", "CEC"))),
        ("Provincial Nominee Program", "Provincial Nominee Class", Ok(("ProgramSpecific", "", "PNP"))),
        ("Federal Skilled Trades", "Federal Skilled Trades Program", Ok(("ProgramSpecific", "", "FSTP"))),
        ("Canadian Experience Class", "Federal Skilled Worker", Err("drawText2")),
        (
            "General",
            "Federal Skilled Worker, Canadian Experience Class, Federal Skilled Trades and Provincial Nominee Program",
            Ok(("General", "", "FSWP, CEC, FSTP, PNP")),
        ),
        ("No Program Specified", "", Ok(("General", "", "FSWP, CEC, FSTP, PNP"))),
        ("General", "Canadian Experience Class", Err("drawText2")),
        (
            "Trades Occupations, 2026-Version 3",
            "Federal Skilled Trades, and Canadian Experience Class",
            Ok(("CategoryBased", "trades", "CEC, FSTP")),
        ),
        ("TRADES OCCUPATIONS, 2026-VERSION 3", "", Ok(("CategoryBased", "trades", "FSWP, CEC, FSTP"))),
        ("Trades Occupations, 2026-Version 3", "Start-up Visa", Err("drawText2")),
        // The label of a version that is not in force any more.
        ("Trade occupations (Version 1)", "Federal Skilled Worker", Err("")),
        ("Trades", "Federal Skilled Worker", Err("drawName")),
        ("", "Federal Skilled Worker", Err("drawName")),
    ];
    let number = |place: usize| (448 + place).to_string();
    let rounds: Vec<Round> = cases
        .iter()
        .enumerate()
        .map(|(place, (label, programs, _))| {
            with(&new_round(&number(place)), &[("drawName", label), ("drawText2", programs)])
        })
        .collect();
    let imported = take(&rounds);
    for (place, (label, programs, expected)) in cases.iter().enumerate() {
        let number = number(place);
        let listed: Vec<&str> =
            imported.unreadable.iter().filter(|one| one.number == number).map(|one| one.field).collect();
        let draw = imported.catalog.draw(&number);
        match expected {
            Ok((kind, category, programs)) => {
                assert_eq!(listed, [] as [&str; 0], "{label:?}, {programs:?}");
                let draw = draw.unwrap();
                let found = (
                    format!("{:?}", draw.kind),
                    draw.category.as_ref().map_or("", CategoryId::as_str),
                    draw.programs.to_string(),
                );
                assert_eq!(found, ((*kind).to_owned(), *category, (*programs).to_owned()), "{label:?}");
            }
            Err(field) => {
                assert_eq!(listed, [*field], "{label:?}, {programs:?}");
                assert!(draw.is_none(), "{label:?}, {programs:?}");
            }
        }
    }
    let inferred = imported.catalog.draw("449").unwrap();
    assert!(inferred.notes.iter().any(|note| note == "the programs invited are inferred from the label"));
}

/// Spellings of an instant, and what is read, or a part of what is told.
const INSTANTS: &[(&str, Result<&str, &str>)] = &[
    ("January 30, 2026 at 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30, 2026 at 2:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 3, 2026 at 02:39:54 UTC", Ok("2026-01-03T02:39:54Z")),
    ("January 03, 2026 at 02:39:54 UTC", Ok("2026-01-03T02:39:54Z")),
    ("January 1st, 2026 at 02:39:54 UTC", Ok("2026-01-01T02:39:54Z")),
    ("January 2nd, 2026 at 02:39:54 UTC", Ok("2026-01-02T02:39:54Z")),
    ("January 3rd 2026 at 02:39:54 UTC", Ok("2026-01-03T02:39:54Z")),
    ("January 30th, 2026, at 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30. 2026 at 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30 2026 at 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30, 2026, 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30, 2026 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30, 2026 at 02:39:54", Ok("2026-01-30T02:39:54Z")),
    ("January 30, 2026 at 2026-01-30 02:39:54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("  January  30 ,2026   at 02:39:54  UTC ", Ok("2026-01-30T02:39:54Z")),
    ("January\u{a0}30, 2026 at 02 : 39 :54 UTC", Ok("2026-01-30T02:39:54Z")),
    ("january 30, 2026 AT 02:39:54 utc", Ok("2026-01-30T02:39:54Z")),
    ("January 30,2026at 02:39:54UTC", Ok("2026-01-30T02:39:54Z")),
    // A time of a 24-hour clock, to which AM or PM does not belong.
    ("January 30, 2026 at 20:19:59 PM UTC", Ok("2026-01-30T20:19:59Z")),
    ("January 30, 2026 at 15:48:39 AM UTC", Ok("2026-01-30T15:48:39Z")),
    ("January 30, 2026 at 00:19:59 PM", Ok("2026-01-30T00:19:59Z")),
    // A time to which it does.
    ("January 30, 2026 at 02:39:54 AM UTC", Ok("2026-01-30T02:39:54Z")),
    ("January 30, 2026 at 02:39:54 PM UTC", Ok("2026-01-30T14:39:54Z")),
    ("January 30, 2026 at 12:39:54 PM UTC", Ok("2026-01-30T12:39:54Z")),
    ("January 30, 2026 at 12:39:54 AM UTC", Ok("2026-01-30T00:39:54Z")),
    ("January 30 at 02:39:54 UTC", Err("the year is missing")),
    ("January 30, at 2026-01-30 02:39:54 UTC", Err("the year is missing")),
    ("January 30, 26 at 02:39:54 UTC", Err("the time can't be read")),
    ("January 30, 20261 at 02:39:54 UTC", Err("the time can't be read")),
    ("January 30, 2026 at 2026-01-31 02:39:54 UTC", Err("it names two days")),
    ("January 30, 2026 at 2025-01-30 02:39:54 UTC", Err("it names two days")),
    ("January 30, 2026 at 02:39 UTC", Err("the time can't be read")),
    ("January 30, 2026 at 24:00:00 UTC", Err("the time can't be read")),
    ("January 30, 2026 at 02:60:54 UTC", Err("the time can't be read")),
    ("January 30, 2026", Err("the time can't be read")),
    ("January 30, 2026 at 02:39:54 EST", Err("an instant looks like")),
    ("January 30, 2026 at 02:39:54 UTC or so", Err("an instant looks like")),
    ("February 30, 2026 at 02:39:54 UTC", Err("2026-02-30 is not a day")),
    ("Januari 30, 2026 at 02:39:54 UTC", Err("\"Januari\" is not a month")),
    ("30 January 2026 at 02:39:54 UTC", Err("it does not begin with a month")),
    ("2026-01-30T02:39:54Z", Err("it does not begin with a month")),
    ("January, 2026 at 02:39:54 UTC", Err("the day of the month can't be read")),
    ("to be published", Err("\"to\" is not a month")),
    // Read, but no tie-break of this draw.
    ("October 14, 2026 at 10:26:02 UTC", Err("it lies after the draw")),
    ("October 14, 2026 at 10:26:01 UTC", Ok("2026-10-14T10:26:01Z")),
    ("October 14, 2025 at 10:26:00 UTC", Err("it lies more than a year before the draw")),
    ("October 14, 2025 at 10:26:01 UTC", Ok("2025-10-14T10:26:01Z")),
];

#[test]
fn every_spelling_of_an_instant_is_read_or_told() {
    let number = |place: usize| (448 + place).to_string();
    let rounds: Vec<Round> = INSTANTS
        .iter()
        .enumerate()
        .map(|(place, (text, _))| with(&new_round(&number(place)), &[("drawCutOff", text)]))
        .collect();
    let imported = take(&rounds);
    for (place, (text, expected)) in INSTANTS.iter().enumerate() {
        let number = number(place);
        let told: Vec<_> = imported.unreadable.iter().filter(|one| one.number == number).collect();
        let draw = imported.catalog.draw(&number).expect(text);
        match expected {
            Ok(instant) => {
                assert_eq!(draw.tie_break, TieBreak::Published(instant.parse().unwrap()), "{text:?}");
                assert!(told.is_empty(), "{text:?}: {told:?}");
            }
            Err(reason) => {
                assert_eq!(draw.tie_break, TieBreak::Unknown, "{text:?}");
                assert!(draw.notes.iter().any(|note| note == "the tie-break was not found"), "{text:?}");
                assert_eq!(told.len(), 1, "{text:?}");
                assert_eq!((told[0].field, told[0].value.as_str()), ("drawCutOff", text.trim()));
                assert!(told[0].reason.contains(reason), "{text:?}: {}", told[0].reason);
            }
        }
    }
    // The same of the time of the draw, without which there is no draw.
    let told = unreadable(&take(&[with(&new_round("448"), &[("drawDateTime", "October 14 at 10:26:01 UTC")])]));
    assert!(told.len() == 1 && told[0].starts_with("448 drawDateTime: the year is missing"), "{told:?}");
}

/// A value of a field of a new draw, and what is told of it; nothing is told of what can be read.
#[test]
fn every_other_field_is_read_or_told() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("drawDate", "2026-10-14", None),
        ("drawDate", "14-10-2026", None),
        ("drawDate", "October 14, 2026", None),
        ("drawDate", "14-10-26", Some("a day looks like")),
        ("drawDate", "2026/10/14", Some("a day looks like")),
        ("drawDate", "2026-10-14 10:26", Some("a day looks like")),
        ("drawDate", "2026-13-14", Some("2026-13-14 is not a day")),
        ("drawDate", "October 14", Some("the year is missing")),
        ("drawDate", "2026-10-15", Some("held_at 2026-10-14 10:26:01 UTC is neither on held_on 2026-10-15")),
        ("drawDate", "", Some("it is empty, and a new draw needs it")),
        ("drawDateTime", "", Some("it is empty, and a new draw needs it")),
        ("drawSize", "2500", None),
        ("drawSize", "12,500", None),
        ("drawSize", "25,00", Some("a count looks like")),
        ("drawSize", "2 500", Some("a count looks like")),
        ("drawSize", "-1", Some("a count looks like")),
        ("drawSize", "99,999,999,999", Some("a count looks like")),
        ("drawSize", "0", Some("the number of invitations is 0")),
        ("drawCRS", "1200", None),
        ("drawCRS", "1201", Some("CRS score 1201 is out of range")),
        ("drawCRS", "about 470", Some("a count looks like")),
        ("drawCRS", "", Some("it is empty, and a new draw needs it")),
        ("drawCutOff", "", None),
        ("drawCutOff", "N/A", None),
    ];
    let number = |place: usize| (448 + place).to_string();
    let rounds: Vec<Round> = cases
        .iter()
        .enumerate()
        .map(|(place, (field, value, _))| with(&new_round(&number(place)), &[(field, value)]))
        .collect();
    let imported = take(&rounds);
    for (place, (field, value, expected)) in cases.iter().enumerate() {
        let number = number(place);
        let told: Vec<_> = imported.unreadable.iter().filter(|one| one.number == number).collect();
        assert_eq!(imported.catalog.draw(&number).is_some(), expected.is_none(), "{field} {value:?}");
        assert_eq!(told.len(), usize::from(expected.is_some()), "{field} {value:?}: {told:?}");
        if let (Some(expected), [told]) = (expected, told.as_slice()) {
            assert!(told.reason.contains(expected), "{field} {value:?}: {}", told.reason);
        }
    }
}

#[test]
fn the_pool_of_a_draw_is_taken_with_the_marks_it_needs() {
    let pool = |values: &[(&str, &str)]| {
        let imported = take(&[with(&new_round("448"), values)]);
        assert!(imported.catalog.draw("448").is_some(), "the draw is taken whatever its pool is like: {values:?}");
        (imported.catalog.pool("448").cloned(), unreadable(&imported))
    };
    let marks = |values: &[(&str, &str)]| pool(values).0.expect("a pool").marks;
    assert_eq!(marks(&[]), []);
    assert_eq!(marks(&[("drawDistributionAsOn", "October 4, 2026")]), [], "ten days before the draw");
    assert_eq!(marks(&[("drawDistributionAsOn", "October 3, 2026")]), [PoolMark::Old]);
    assert_eq!(marks(&[("dd1", "559"), ("dd18", "226,673")]), [PoolMark::Repeats], "the counts of draw 441");
    assert_eq!(marks(&[("dd3", "74,106"), ("dd18", "226,675")]), [PoolMark::Over { min: 451, by: 1 }]);
    assert_eq!(pool(&[("dd3", ""), ("dd9", "")]).0.unwrap().subtotals, PoolSubtotals::Summed);
    assert_eq!(pool(&[]).0.unwrap().subtotals, PoolSubtotals::Published);

    for (values, told) in [
        (&[("dd18", "226,675")][..], "448 dd1 to dd18: the bands add up to 226674, not to the total of 226675"),
        (&[("dd4", "13,000")], "448 dd1 to dd18: the ten-point bands of 451 to 500 add up to 74153, not to 74105"),
        (
            &[("drawDistributionAsOn", "October 15, 2026")],
            "448 dd1 to dd18: as_of 2026-10-15 lies after the day of the draw, 2026-10-14",
        ),
        (
            &[("drawDistributionAsOn", "September 27, 2026")],
            "448 dd1 to dd18: the counts of 2026-09-27 are not those published with draw 447",
        ),
        (&[("drawDistributionAsOn", "")], "448 drawDistributionAsOn: it is empty, though there are counts"),
        (
            &[("drawDistributionAsOn", "October 11")],
            "448 drawDistributionAsOn: the year is missing; a day looks like \"2024-02-14\", \"14-02-2024\" or \"February 14, 2024\"",
        ),
        (&[("dd5", "")], "448 dd5: it is empty, though other counts are not"),
        (&[("dd5", "many")], "448 dd5: a count looks like \"3,500\""),
    ] {
        assert_eq!(pool(values), (None, vec![told.to_owned()]));
    }
    let nothing: Vec<(String, &str)> = (1..=18).map(|place| (format!("dd{place}"), "0")).collect();
    let nothing: Vec<(&str, &str)> =
        nothing.iter().map(|(field, value)| (field.as_str(), *value)).chain([("drawDistributionAsOn", "")]).collect();
    assert_eq!(pool(&nothing), (None, vec![]), "zeros without a day are no distribution");
}
