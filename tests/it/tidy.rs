//! What must hold of the source itself.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use express_entry::catalog::CatalogFiles;

fn root() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry, extension));
        } else if entry.extension().is_some_and(|other| other == extension) {
            found.push(entry);
        }
    }
    found
}

/// Imports go one way: a room names only those before it, and only the doors and the server know the wire.
#[test]
fn imports_go_one_way() {
    let rooms = ["model", "catalog", "engine", "grpc", "server"];
    let of_the_wire = ["tonic", "prost", "tokio"];
    for (place, room) in rooms.iter().enumerate() {
        for path in files(&root().join("src").join(room), "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code: String =
                text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            for later in &rooms[place + 1..] {
                for import in [
                    format!("crate::{later}"),
                    format!("crate::{{{later}"),
                    format!("    {later}::{{"),
                    format!("    {later}::"),
                ] {
                    assert!(!code.contains(&import), "{} names {later}", path.display());
                }
            }
            if place < 3 {
                for library in of_the_wire {
                    assert!(!code.contains(&format!("{library}::")), "{} names {library}", path.display());
                }
            }
        }
    }
}

/// The engine and the model read no clock and do no I/O.
#[test]
fn the_core_is_pure() {
    for room in ["model", "engine"] {
        for path in files(&root().join("src").join(room), "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for impure in ["std::fs", "std::io", "std::env", "std::time", "Utc::now", "tracing::", "println!", "async "]
            {
                assert!(!text.contains(impure), "{} has {impure}", path.display());
            }
        }
    }
}

/// Of the catalogue only one file touches the file system, and none reads the clock.
#[test]
fn the_catalogue_is_read_in_one_place() {
    for path in files(&root().join("src/catalog"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let is_the_place = path.ends_with("src/catalog/directory.rs");
        for word in ["std::fs", "fs::", "std::env", "Utc::now", "println!"] {
            assert!(is_the_place || !text.contains(word), "{} has {word}", path.display());
        }
    }
}

/// Each message, field, enum, value and method of the contract says what it is.
#[test]
fn everything_in_the_contract_has_a_comment() {
    for path in files(&root().join("proto"), "proto") {
        let text = fs::read_to_string(&path).unwrap();
        let mut before = "";
        for line in text.lines().map(str::trim) {
            let declares =
                ["message ", "enum ", "service ", "rpc ", "oneof "].iter().any(|word| line.starts_with(word));
            let assigns =
                line.ends_with(';') && line.contains(" = ") && !line.starts_with("//") && !line.starts_with("syntax");
            if declares || assigns {
                assert!(before.starts_with("//"), "{}: {line}", path.display());
            }
            before = line;
        }
    }
}

/// The catalogue that was built in is the one in the folder.
#[test]
fn the_embedded_catalogue_is_the_folder() {
    let folder = root().join("catalog");
    let on_disk: BTreeSet<String> = ["csv", "toml"]
        .iter()
        .flat_map(|extension| files(&folder, extension))
        .map(|path| path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned())
        .collect();
    let embedded = CatalogFiles::embedded();
    assert_eq!(embedded.paths().map(str::to_owned).collect::<BTreeSet<_>>(), on_disk);
    for path in &on_disk {
        assert_eq!(embedded.get(path).unwrap(), fs::read_to_string(folder.join(path)).unwrap(), "{path}");
    }
}

/// Files are short enough to be read from top to bottom.
#[test]
fn files_are_short() {
    for path in files(&root().join("src"), "rs") {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 400, "{} has {lines} lines", path.display());
    }
}
