//! Files laid over the embedded ones: what they replace, what they can't hide, and what is refused.

use std::{fs, path::Path};

use express_entry::{
    catalog::{Catalog, CatalogErrors, CatalogFiles, Overlay},
    model::CategoryId,
};

use crate::support::catalog;

/// The tables, by the first line of which the rows of an overlay must begin.
const TABLES: [&str; 5] = ["draw_corrections.csv", "draw_totals.csv", "draws.csv", "occupations.csv", "pool.csv"];

fn header(table: &str) -> String {
    CatalogFiles::embedded().get(table).unwrap().lines().next().unwrap().to_owned()
}

fn row(table: &str, beginning: &str) -> String {
    let files = CatalogFiles::embedded();
    files.get(table).unwrap().lines().find(|line| line.starts_with(beginning)).unwrap().to_owned()
}

fn overlay(files: &[(&str, &str)]) -> Overlay {
    let mut overlay = Overlay::empty("/overlay");
    for (path, text) in files {
        overlay.insert(path, *text);
    }
    overlay
}

fn load(overlay: &Overlay) -> Result<Catalog, CatalogErrors> {
    Catalog::load(&CatalogFiles::embedded().with_overlay(overlay)?)
}

#[test]
fn tables_without_rows_change_nothing_not_even_the_digest() {
    let mut overlay = Overlay::empty("/overlay");
    assert_eq!(load(&overlay).unwrap().digest(), catalog().digest());
    for table in TABLES {
        overlay.insert(table, header(table) + "\n");
    }
    overlay.insert("draws.csv", format!("{}\r\n{}\r\n", header("draws.csv"), row("draws.csv", "284,")));
    let merged = CatalogFiles::embedded().with_overlay(&overlay).unwrap();
    for table in TABLES {
        assert_eq!(merged.get(table), CatalogFiles::embedded().get(table), "{table}");
    }
    assert_eq!(load(&overlay).unwrap().digest(), catalog().digest());
}

#[test]
fn rows_replace_those_of_their_key_and_others_are_added() {
    let changed = row("draws.csv", "284,").replace(",422,", ",423,");
    let added = row("draws.csv", "441,").replace("441,2026-09-04,2026-09-04", "448,2026-10-14,2026-10-14");
    let rows = format!("{}\n{changed}\n{added}\n", header("draws.csv"));
    let with = load(&overlay(&[("draws.csv", &rows)])).unwrap();
    assert_eq!(with.draws().len(), 449);
    assert_eq!(with.draw("284").unwrap().crs_cut_off.points(), 423);
    assert_eq!(with.latest_in_category(&CategoryId::new("healthcare")).unwrap().number, "448");
    assert_eq!(with.draw("447"), catalog().draw("447"), "what the overlay does not have is as it was");
    assert_ne!(with.digest(), catalog().digest(), "the digest is that of what is served");
}

#[test]
fn other_files_replace_those_of_their_name_and_categories_may_be_new() {
    let files = CatalogFiles::embedded();
    let trades = files.get("categories/trades.toml").unwrap();
    let renamed = trades.replace("in_force_from = 2023-05-31", "in_force_from = 2023-06-01");
    let dentists = trades.replace("id = \"trades\"", "id = \"dentists\"");
    let dentists: String = dentists
        .lines()
        .map(|line| if line.starts_with("labels") { "labels = []\n".into() } else { line.to_owned() + "\n" })
        .collect();
    let with =
        load(&overlay(&[("categories/trades.toml", &renamed), ("categories/dentists.toml", &dentists)])).unwrap();
    let versions = |catalog: &Catalog, id: &str| catalog.category_versions(&CategoryId::new(id)).to_vec();
    assert_eq!(versions(&with, "trades")[0].in_force.from.to_string(), "2023-06-01");
    assert_eq!(versions(&with, "dentists").len(), versions(&catalog(), "trades").len());
    assert_eq!(versions(&with, "healthcare"), versions(&catalog(), "healthcare"));
}

/// Files of an overlay, and what must be told.
#[test]
fn a_wrong_overlay_is_refused_with_its_own_file_line_and_reason() {
    let draws = header("draws.csv");
    let nurse = row("draws.csv", "284,");
    let late = nurse.replace("2024-01-30T02:39:54Z", "2024-02-14T15:50:23Z");
    let wrong_day = row("draws.csv", "1,");
    let trades = CatalogFiles::embedded().get("categories/trades.toml").unwrap().replace("continuous = true", "");
    for (path, text, told) in [
        ("draws.txt", String::new(), "/overlay/draws.txt: the catalogue has no file of this name"),
        ("crs/luck.toml", String::new(), "/overlay/crs/luck.toml: the catalogue has no file of this name"),
        ("categories/a/b.toml", String::new(), "/overlay/categories/a/b.toml: the catalogue has no file of this name"),
        ("draws.csv", String::new(), "/overlay/draws.csv:1: the header has no number"),
        (
            "draws.csv",
            "number,held_on\n".into(),
            "/overlay/draws.csv:1: the header must be number,held_on,held_at,type",
        ),
        ("draws.csv", format!("{draws}\n{nurse}\n{nurse}\n"), "/overlay/draws.csv:3: \"284\" stands twice"),
        ("draws.csv", format!("{draws}\n\n{nurse}\n{nurse}\n"), "/overlay/draws.csv:4: \"284\" stands twice"),
        ("draws.csv", format!("{draws}\n{nurse},x\n"), "/overlay/draws.csv:2: CSV error"),
        ("draws.csv", format!("{draws}\n{}\n", nurse.replace("(2023-1)", "\"\n\"")), "/overlay/draws.csv:2:"),
        (
            "draws.csv",
            format!("{draws}\n{wrong_day}\n{late}\n"),
            "/overlay/draws.csv:3: tie_break_at 2024-02-14 15:50:23 UTC lies after",
        ),
        (
            "draws.csv",
            format!("{draws}\n{}\n", nurse.replace(",3500,", ",3501,")),
            "catalog/draw_totals.csv:11: 2024: draws.csv has 52 draws with 98904 invitations, not 52 with 98903",
        ),
        (
            "draw_totals.csv",
            "year,draws,invitations\n2024,52,1\n".into(),
            "/overlay/draw_totals.csv:2: 2024: draws.csv has",
        ),
        (
            "pool.csv",
            format!("{}\n{}\n", header("pool.csv"), row("pool.csv", "284,").replace("284,", "448,")),
            "/overlay/pool.csv:2: draw 448 does not exist",
        ),
        ("categories/trades.toml", trades, "/overlay/categories/trades.toml:"),
        ("categories/dentists.toml", "id = \"dentists\"\n[[version]]\n".into(), "/overlay/categories/dentists.toml:2:"),
    ] {
        let errors = load(&overlay(&[(path, &text)])).expect_err(told).to_string();
        assert!(errors.contains(told), "{path}: told\n{errors}\nand not\n{told}");
    }
}

#[test]
fn a_directory_is_read_with_its_folders_and_without_dotted_names() {
    let directory = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &[u8]| {
        let place = directory.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    };
    assert_eq!(Overlay::read(directory.path()).unwrap().paths().count(), 0);
    // As a volume is mounted that is swapped as a whole: links into a folder with a dotted name.
    write("..2026_11_24/draws.csv", header("draws.csv").as_bytes());
    #[cfg(unix)]
    std::os::unix::fs::symlink("..2026_11_24/draws.csv", directory.path().join("draws.csv")).unwrap();
    write(".new-abc", b"half a fi");
    write("categories/trades.toml", CatalogFiles::embedded().get("categories/trades.toml").unwrap().as_bytes());
    let overlay = Overlay::read(directory.path()).unwrap();
    assert_eq!(overlay.paths().collect::<Vec<_>>(), ["categories/trades.toml", "draws.csv"]);
    assert_eq!(load(&overlay).unwrap().digest(), catalog().digest());

    write("pool.csv", b"\xff\xfe");
    write("categories/deeper/trades.toml", b"");
    let told = |name: &Path| Overlay::read(name).unwrap_err().to_string();
    let errors = told(directory.path());
    assert!(errors.contains("/pool.csv: the file can't be read: stream did not contain valid UTF-8"), "{errors}");
    assert!(errors.contains("/categories/deeper: the file can't be read: it is not a plain file"), "{errors}");
    assert!(told(&directory.path().join("none")).contains("/none/: the directory can't be read: No such file"));
}

#[test]
fn a_file_that_never_ends_is_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let large = fs::File::create(directory.path().join("draws.csv")).unwrap();
    large.set_len((16 << 20) + 1).unwrap();
    let errors = Overlay::read(directory.path()).unwrap_err().to_string();
    assert!(errors.contains("it has more than 16 MiB"), "{errors}");
    fs::remove_file(directory.path().join("draws.csv")).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", directory.path().join("draws.csv")).unwrap();
        let errors = Overlay::read(directory.path()).unwrap_err().to_string();
        assert!(errors.contains("it is not a plain file"), "{errors}");
    }
}
