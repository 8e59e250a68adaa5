//! What the README and the guides show is what the program prints.

use std::{fs, path::Path, process::Command};

const COMMAND: &str = "$ cargo run -q --release -- ";

#[test]
fn the_command_lines_of_the_readme_print_what_it_shows() {
    assert!(check("README.md") >= 1);
}

#[test]
fn the_command_lines_of_the_guide_to_foresight_print_what_it_shows() {
    assert!(check("docs/foresight.md") >= 4);
}

/// Runs the commands of a file, compares what they print, and tells how many there were.
fn check(file: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join(file)).unwrap();
    let blocks: Vec<&str> =
        readme.split("```console\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    let commands = blocks.iter().filter_map(|block| block.strip_prefix(COMMAND)?.split_once('\n'));
    let mut shown = 0;
    for (arguments, expected) in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_express-entry"))
            .args(arguments.split_whitespace())
            .current_dir(root)
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
        assert_eq!(printed.join("\n"), expected, "{arguments}");
        shown += 1;
    }
    shown
}
