//! `import-draws` and `check-catalog`, as processes: what they print, write and leave alone.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use crate::support::feed::{feed, round_of, with};

fn command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_express-entry")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// All files of a directory and its folders, by name.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
}

fn two_rounds() -> String {
    let new = with(
        &round_of("446"),
        &[
            ("drawNumber", "448"),
            ("drawDate", "2026-10-14"),
            ("drawDateTime", "October 14, 2026 at 10:26:01 UTC"),
            ("drawCutOff", "September 30 at 02:39:54 UTC"),
        ],
    );
    feed(&[with(&round_of("447"), &[("drawCRS", "475")]), new])
}

#[test]
fn draws_are_imported_once_and_what_is_not_read_is_listed() {
    let directory = tempfile::tempdir().unwrap();
    let (from, into) = (directory.path().join("feed.json"), directory.path().join("overlay"));
    fs::write(&from, two_rounds()).unwrap();
    let (from, to) = (from.to_str().unwrap(), into.to_str().unwrap());
    let arguments = ["import-draws", from, "--into", to, "--observed-on", "2026-11-24"];

    let dry = command(&[&arguments[..], &["--dry-run"]].concat());
    assert_eq!(dry.status.code(), Some(1));
    assert!(!into.exists(), "a dry run writes nothing");

    let first = command(&arguments);
    assert_eq!(first.status.code(), Some(1), "{}", text(&first.stderr));
    let printed = text(&first.stdout);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "draw 447: crs_cut_off corrected from 476 to 475");
    assert_eq!(lines[1], "draw 448 added: 2026-10-14, Canadian Experience Class: 2000 invitations, cut-off 518");
    let unread = "not read: draw 448: drawCutOff \"September 30 at 02:39:54 UTC\": the year is missing; an instant looks like \"January 30, 2024 at 02:39:54 UTC\"";
    assert_eq!(lines[2], unread);
    assert_eq!(lines[3], format!("2 rounds: 2 changes written to {to}; 1 values not read; 0 left as they are"));
    assert_eq!(text(&dry.stdout), printed.replace("changes written to", "changes, not written to"));
    let written = contents(&into);
    let names: Vec<&str> = written.keys().map(|path| path.rsplit('/').next().unwrap()).collect();
    assert_eq!(names, ["draw_corrections.csv", "draws.csv"], "nothing else is left");

    let checked = command(&["check-catalog", "--catalog-dir", to]);
    assert_eq!(checked.status.code(), Some(0));
    let told = text(&checked.stdout);
    assert_eq!(
        told.lines().nth(2).unwrap(),
        lines[4].split(':').take(2).collect::<Vec<_>>().join(":"),
        "the digest foretold"
    );
    assert_eq!(told.lines().last(), Some("449 draws, the newest is 448 of 2026-10-14"));

    let again = command(&["import-draws", from, "--into", to, "--observed-on", "2027-02-01"]);
    assert!(text(&again.stdout).contains("2 rounds: nothing to change in"), "{}", text(&again.stdout));
    assert_eq!(contents(&into), written, "not a byte");
}

#[test]
fn a_feed_that_is_all_read_exits_with_0() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("feed.json");
    fs::write(&from, feed(&[round_of("283"), round_of("284")])).unwrap();
    let into = directory.path().join("overlay");
    let output = command(&["import-draws", from.to_str().unwrap(), "--into", into.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert!(contents(&into).is_empty(), "made, for whoever watches it, but empty");
}

#[test]
fn a_wrong_result_leaves_the_directory_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("feed.json");
    fs::write(&from, two_rounds()).unwrap();
    let into = directory.path().join("overlay");
    fs::create_dir(&into).unwrap();
    fs::write(into.join("draw_totals.csv"), "year,draws,invitations\n2024,52,1\n").unwrap();
    let before = contents(&into);
    let (from, to) = (from.to_str().unwrap(), into.to_str().unwrap());
    let output = command(&["import-draws", from, "--into", to]);
    assert_eq!(output.status.code(), Some(65));
    let told = text(&output.stderr);
    let expected =
        format!("{to}/draw_totals.csv:2: 2024: draws.csv has 52 draws with 98903 invitations, not 52 with 1");
    assert!(told.contains(&expected), "{told}");
    assert_eq!(contents(&into), before);
    let checked = command(&["check-catalog", "--catalog-dir", to]);
    assert_eq!((checked.status.code(), checked.stdout.len()), (Some(65), 0));
    assert!(text(&checked.stderr).contains(&expected));

    fs::write(from, "{}").unwrap();
    fs::remove_file(into.join("draw_totals.csv")).unwrap();
    let output = command(&["import-draws", from, "--into", to]);
    assert_eq!(output.status.code(), Some(65));
    assert!(text(&output.stderr).contains("not IRCC's feed of rounds: it has no list \"rounds\""));
    assert!(contents(&into).is_empty());
}

#[test]
fn a_directory_that_can_not_be_written_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let from = directory.path().join("feed.json");
    fs::write(&from, two_rounds()).unwrap();
    let into = directory.path().join("feed.json/overlay");
    let output = command(&["import-draws", from.to_str().unwrap(), "--into", into.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(70), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("Not a directory"));
}
