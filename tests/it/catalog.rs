//! The embedded catalogue is whole, and a wrong one is refused with file, row and reason.

use express_entry::{
    catalog::{Catalog, CatalogFiles},
    model::{CategoryId, CategoryRule, TieBreak},
};

use crate::support::catalog;

#[test]
fn the_catalogue_has_every_fact() {
    let catalog = catalog();
    let draws = catalog.draws();
    assert_eq!(draws.len(), 448);
    assert_eq!(catalog.occupations().len(), 516);
    let versions = |id| catalog.category_versions(id);
    assert_eq!(catalog.category_ids().map(|id| versions(id).len()).sum::<usize>(), 22);
    assert_eq!(catalog.category_ids().flat_map(versions).map(|version| version.noc_codes().len()).sum::<usize>(), 258);
    let up_to_447: u32 =
        draws.iter().filter(|draw| draw.held_on.to_string().as_str() <= "2026-10-01").map(|d| d.invitations).sum();
    assert_eq!(up_to_447, 1_052_670);
    assert_eq!(catalog.pools().count(), 228);
    let tie_breaks = |matches: fn(&TieBreak) -> bool| draws.iter().filter(|draw| matches(&draw.tie_break)).count();
    assert_eq!(tie_breaks(|tie| matches!(tie, TieBreak::Published(_))), 369);
    assert_eq!(tie_breaks(|tie| *tie == TieBreak::NotApplied), 65);
    assert_eq!(tie_breaks(|tie| *tie == TieBreak::Unknown), 14);
    assert_eq!(catalog.occupations().iter().filter(|occupation| occupation.skilled_trade).count(), 96);
    assert!(catalog.digest().as_str().starts_with("sha256:") && catalog.digest().as_str().len() == 71);
}

#[test]
fn the_draw_it_began_with_is_as_published() {
    let catalog = catalog();
    let draw = catalog.draw("284").unwrap();
    assert_eq!((draw.invitations, draw.crs_cut_off.points()), (3_500, 422));
    assert_eq!(draw.held_at.to_string(), "2024-02-14 15:50:22 UTC");
    let TieBreak::Published(at) = draw.tie_break else { panic!("no tie-break") };
    assert_eq!(at.to_string(), "2024-01-30 02:39:54 UTC");
    assert_eq!(draw.programs.to_string(), "FSWP, CEC, FSTP");
    let version = catalog.category_on(&CategoryId::new("healthcare"), draw.held_on).unwrap();
    let CategoryRule::Occupations(rule) = &version.rule else { panic!("no occupations") };
    assert_eq!((rule.noc_codes.len(), rule.experience_months, rule.window_years, rule.continuous), (35, 6, 3, true));
}

#[test]
fn draws_come_newest_first_and_of_equal_instants_the_higher_number() {
    let catalog = catalog();
    let place = |number: &str| catalog.draws().iter().position(|draw| draw.number == number).unwrap();
    assert_eq!(place("447"), 0);
    for (newer, older) in [("64", "63"), ("76", "75"), ("91b", "91a"), ("284", "283")] {
        assert_eq!(place(newer) + 1, place(older), "{newer} comes right before {older}");
    }
}

#[test]
fn what_ircc_corrected_is_told_with_the_draw() {
    let catalog = catalog();
    for (number, formerly) in [("208", "681"), ("262", "2023-08-01T12:59:52Z"), ("357", "2025-07-12T16:27:45Z")] {
        let notes = &catalog.draw(number).unwrap().notes;
        assert!(notes.iter().any(|note| note.contains(formerly)), "{number}: {notes:?}");
    }
}

#[test]
fn another_content_is_another_digest() {
    let mut files = CatalogFiles::embedded();
    let text = files.get("draws.csv").unwrap().replace(",422,", ",423,");
    files.insert("draws.csv", text);
    assert_ne!(Catalog::load(&files).unwrap().digest(), catalog().digest());
}

/// A change of the embedded files (file, from, to; nothing to find means to be added at the end) and what must be told.
const WRONG: &[(&str, &str, &str, &str)] = &[
    (
        "draws.csv",
        "284,2024-02-14,2024-02-14T15:50:22Z",
        "284,2024-02-14,2024-02-16T15:50:22Z",
        "catalog/draws.csv:286: held_at 2024-02-16 15:50:22 UTC is neither on held_on 2024-02-14 nor on the day after",
    ),
    (
        "draws.csv",
        "3500,422,published,2024-01-30",
        "3500,1201,published,2024-01-30",
        "catalog/draws.csv:286: crs_cut_off: CRS score 1201 is out of range",
    ),
    (
        "draws.csv",
        "3500,422,published,2024-01-30",
        "3500,-1,published,2024-01-30",
        "catalog/draws.csv:286: crs_cut_off: CRS score -1 is out of range",
    ),
    (
        "draws.csv",
        "422,published,2024-01-30T02:39:54Z",
        "422,published,2024-02-14T15:50:23Z",
        "catalog/draws.csv:286: tie_break_at 2024-02-14 15:50:23 UTC lies after held_at",
    ),
    (
        "draws.csv",
        "422,published,2024-01-30T02:39:54Z",
        "422,published,",
        "catalog/draws.csv:286: tie_break is published but tie_break_at is empty",
    ),
    (
        "draws.csv",
        "422,published,2024-01-30T02:39:54Z",
        "422,unknown,2024-01-30T02:39:54Z",
        "catalog/draws.csv:286: tie_break is unknown but tie_break_at is not empty",
    ),
    ("draws.csv", "\n284,", "\n283,", "catalog/draws.csv:286: draw 283 stands twice"),
    ("draws.csv", "\n284,", "\nx284,", "catalog/draws.csv:286: draw number \"x284\""),
    (
        "draws.csv",
        "fsw cec fst,healthcare,Healthcare occupations (Version 1),Healthcare occupations (2023-1),3500",
        "fsw cec fst,healthcare,Healthcare and social services occupations (Version 2),,3500",
        "catalog/draws.csv:286: the name \"Healthcare and social services occupations (Version 2)\" is not a label of the version of healthcare in force on 2024-02-14",
    ),
    (
        "draws.csv",
        "fsw cec fst,healthcare,Healthcare occupations (Version 1),Healthcare occupations (2023-1),3500",
        "fsw cec fst,education,Healthcare occupations (Version 1),,3500",
        "catalog/draws.csv:286: category education has no version in force on 2024-02-14",
    ),
    (
        "draws.csv",
        "fsw cec fst,healthcare,Healthcare occupations (Version 1),Healthcare occupations (2023-1),3500",
        "fsw cec fst,health,Healthcare occupations (Version 1),,3500",
        "catalog/draws.csv:286: category health does not exist",
    ),
    (
        "draws.csv",
        "category-based,fsw cec fst,healthcare,Healthcare occupations (Version 1),Healthcare occupations (2023-1),3500",
        "general,fsw cec fst,healthcare,Healthcare occupations (Version 1),,3500",
        "catalog/draws.csv:286: a category-based draw names its category",
    ),
    (
        "draws.csv",
        "category-based,fsw cec fst,healthcare,Healthcare occupations (Version 1),Healthcare occupations (2023-1),3500",
        "category-based,fsw cec abc,healthcare,Healthcare occupations (Version 1),,3500",
        "catalog/draws.csv:286: program \"abc\" is not one of",
    ),
    (
        "draws.csv",
        ",3500,422,",
        ",3501,422,",
        "catalog/draw_totals.csv:11: 2024: draws.csv has 52 draws with 98904 invitations, not 52 with 98903",
    ),
    ("draws.csv", ",3500,422,", ",0,422,", "catalog/draws.csv:286: the number of invitations is 0"),
    ("draws.csv", ",3500,422,", ",many,422,", "catalog/draws.csv:286:"),
    ("pool.csv", "\n284,", "\n1284,", "catalog/pool.csv:68: draw 1284 does not exist"),
    ("pool.csv", "\n284,", "\n283,", "catalog/pool.csv:68: the pool of draw 283 stands twice, first in line 67"),
    ("pool.csv", "284,2024-02-11", "284,2024-02-15", "as_of 2024-02-15 lies after the day of the draw, 2024-02-14"),
    (
        "pool.csv",
        "284,2024-02-11",
        "284,2024-02-03",
        "catalog/pool.csv:68: as_of 2024-02-03 lies 11 days before the draw",
    ),
    ("pool.csv", "5624,old,", "5624,repeats,", "as_of 2024-05-30 lies 20 days before the draw; the mark old stands"),
    ("pool.csv", "5624,old,", "5624,old repeats,", "the mark repeats, but no earlier day has these counts"),
    (
        "pool.csv",
        "4911,repeats,",
        "4911,old,",
        "the counts are those of 2022-03-28, published with draw 219, without the mark repeats",
    ),
    ("pool.csv", "4911,repeats,", "4911,,", "catalog/pool.csv:8: marks and notes go together"),
    ("pool.csv", "4911,repeats,", "4911,copied,", "catalog/pool.csv:8: mark \"copied\" is not old, repeats or like"),
    ("pool.csv", ",211273,", ",211274,", "catalog/pool.csv:67: the bands add up to 211273, not to the total of 211274"),
    (
        "pool.csv",
        ",9445,10283,",
        ",9446,10283,",
        "catalog/pool.csv:67: the ten-point bands of 401 to 450 add up to 51357, not to 51356",
    ),
    ("pool.csv", ",7285,10016,", ",7285,10015,", "the ten-point bands of 451 to 500 add up to 60042, not to 60043"),
    (
        "pool.csv",
        ",211273,published,587,",
        ",211274,published,588,",
        "catalog/pool.csv:68: the counts of 2024-02-11 are not those published with draw 283",
    ),
    ("pool.csv", "-over-by-180", "-over-by-181", "add up to 55687, with the 181 of the mark, not to 55867"),
    ("pool.csv", "-over-by-180", "-over-by-0", "mark \"c451_500-over-by-0\" is not"),
    (
        "pool.csv",
        "c451_500-over-by-180",
        "c451_500-over-by-180 c401_450-over-by-1",
        "the ten-point bands of 401 to 450 add up to 61108, with the 1 of the mark, not to 61108",
    ),
    ("pool.csv", "c451_500-over-by-180", "repeats", "the ten-point bands of 451 to 500 add up to 55687, not to 55867"),
    ("pool.csv", ",211273,published,", ",211273,guessed,", "subtotals \"guessed\" is not published or summed"),
    ("pool.csv", ",211273,", ",-1,", "catalog/pool.csv:67:"),
    ("draw_totals.csv", "2024,52,98903\n", "", "catalog/draw_totals.csv: the year 2024 is over and has no total"),
    ("draw_corrections.csv", "208,", "1208,", "catalog/draw_corrections.csv:2: draw 1208 does not exist"),
    (
        "draw_corrections.csv",
        "invitations,681",
        "colour,681",
        "catalog/draw_corrections.csv:2: \"colour\" is not a column that can be corrected",
    ),
    ("occupations.csv", "\n31301,", "\n31302,", "stands twice"),
    ("occupations.csv", "\n31301,", "\n3130,", "NOC code \"3130\" is not five digits"),
    (
        "categories/healthcare.toml",
        "\"31301\", # ",
        "\"31303\", # ",
        "catalog/categories/healthcare.toml:36: NOC code 31302 is out of order or stands twice",
    ),
    (
        "categories/healthcare.toml",
        "\"31100\", # ",
        "\"31000\", # ",
        "catalog/categories/healthcare.toml:7: NOC code 31000 of this version is not in occupations.csv",
    ),
    (
        "categories/healthcare.toml",
        "in_force_to = 2025-02-26",
        "in_force_to = 2025-02-27",
        "catalog/categories/healthcare.toml:64: this version (2025-02-27 to 2026-02-17) overlaps the one of line 7",
    ),
    (
        "categories/healthcare.toml",
        "in_force_to = 2025-02-26",
        "in_force_to = 2023-05-30",
        "in_force_to lies before in_force_from",
    ),
    (
        "categories/healthcare.toml",
        "in_force_to = 2025-02-26",
        "in_force_to = 2025-02-30",
        "catalog/categories/healthcare.toml:9:",
    ),
    (
        "categories/healthcare.toml",
        "continuous = true\n",
        "",
        "catalog/categories/healthcare.toml:14: a rule of occupations has",
    ),
    (
        "categories/healthcare.toml",
        "kind = \"occupations\"",
        "kind = \"jobs\"",
        "catalog/categories/healthcare.toml:14: rule kind \"jobs\"",
    ),
    (
        "categories/healthcare.toml",
        "id = \"healthcare\"",
        "id = \"health\"",
        "the file of category \"health\" must be named health.toml",
    ),
    (
        "categories/stem.toml",
        "labels = [",
        "labels = [\"Trade occupations (Version 1)\", ",
        "is that of another version",
    ),
    (
        "languages/tef_canada.toml",
        "4 = 145",
        "4 = 190",
        "catalog/languages/tef_canada.toml: listening: the levels do not rise from min to max",
    ),
    (
        "languages/tef_canada.toml",
        "kind = \"tef-canada\"",
        "kind = \"tcf-canada\"",
        "catalog/languages/tef_canada.toml: kind and language are",
    ),
    ("citations.toml", "[tie_break]", "[tie]", "catalog/citations.toml"),
    (
        "crs/sibling.toml",
        "= 2017-06-06",
        "= 2017-06-08",
        "catalog/crs/sibling.toml:19: no version is in force from 2017-06-06",
    ),
    (
        "crs/sibling.toml",
        "= 2017-06-06",
        "= 2017-06-01",
        "catalog/crs/sibling.toml:19: this version (2017-06-01 to 2026-11-02) overlaps",
    ),
    ("crs/sibling.toml", "= 2026-11-02", "= 2026-11-01", "those of other factors 2015-01-01 to 2026-11-02"),
    ("crs/sibling.toml", "points = 15", "points = 601", "601 points are above 600"),
    ("crs/canadian_work.toml", "without_spouse = 53", "without_spouse = 39", "more must never earn less"),
    ("crs/education.toml", "without_spouse = 120", "without_spouse = 90", "more must never earn less"),
    ("crs/foreign_work_and_language.toml", "[25, 50]]", "[25, 51]]", "51 points are above 50"),
    ("crs/foreign_work_and_language.toml", "[25, 50]]", "[25]]", "points must have a row for each"),
    ("crs/shared.toml", "additional_cap = 600", "additional_cap = 500", "add up to 1100"),
    ("crs/shared.toml", "additional_cap = 600", "additional_cap = 65535", "add up to 66135"),
    (
        "crs/shared.toml",
        "education_pairs_cap = 50",
        "education_pairs_cap = 101",
        "101, is above transferability_cap, 100",
    ),
    (
        "crs/shared.toml",
        "transferability_cap = 100\nadditional_cap = 600",
        "transferability_cap = 99\nadditional_cap = 601",
        "additional_cap is above 600",
    ),
    (
        "crs/age.toml",
        "with_spouse = 100",
        "with_spouse = 101",
        "catalog/crs/shared.toml: 2015-01-01 to 2016-11-18: the core factors come to 461 at most, above their cap, 460",
    ),
    (
        "crs/age.toml",
        "with_spouse = 100",
        "with_spouse = 65535",
        "the core factors come to 65895 at most, above their cap",
    ),
    (
        "crs/spouse_education.toml",
        "doctoral = 10",
        "doctoral = 11",
        "the spouse factors come to 41 at most, above their cap, 40",
    ),
    ("crs/second_official_language.toml", "points = 6", "points = 23", "23 points of one ability are above the cap"),
    ("programs/fsw.toml", "max = 10\n", "max = 65535\n", "add up to 65625, not to its max, 100"),
    ("crs/age.toml", "from = 19", "from = 18", "the steps must rise"),
    ("programs/fsw.toml", "max = 100", "max = 99", "add up to 100"),
    ("programs/settlement_funds.toml", "cad = 15530", "cad = 12474", "sizes and amounts must rise"),
];

#[test]
fn a_wrong_catalogue_is_refused_with_file_row_and_reason() {
    for (file, from, to, told) in WRONG {
        let mut files = CatalogFiles::embedded();
        let text = files.get(file).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        files.insert(file, text.replacen(from, to, 1));
        let errors = Catalog::load(&files).expect_err(told).to_string();
        assert!(errors.contains(told), "{file}, {to:?}: told\n{errors}");
    }
}

#[test]
fn every_wrong_row_is_told_and_a_missing_file_too() {
    let mut files = CatalogFiles::default();
    for path in CatalogFiles::embedded().paths().filter(|path| *path != "languages/pte_core.toml") {
        files.insert(path, CatalogFiles::embedded().get(path).unwrap().replace(",published,", ",publicised,"));
    }
    let errors = Catalog::load(&files).unwrap_err();
    assert_eq!(errors.0.iter().filter(|error| error.file == "draws.csv").count(), 369);
    assert!(errors.to_string().contains("catalog/languages/pte_core.toml: the file is missing"));
}
