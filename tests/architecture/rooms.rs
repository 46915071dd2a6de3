//! Rooms stay small, and everything has a place.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The longest source file, in lines. Past that a file is more than one room.
const LONGEST: usize = 320;

const TOP: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "crates",
    "docs",
    "examples",
    "target",
    "tests",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

#[test]
fn the_top_level_holds_nothing_else() {
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with('.') || TOP.contains(&name.as_str()),
            "`{name}` has no place here"
        );
    }
}

#[test]
fn rooms_are_small_and_named_by_a_noun() {
    let mut checked = 0;
    let mut folders = vec![root().join("crates"), root().join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if path.is_dir() && !["target", "node_modules"].contains(&name) {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let lines = fs::read_to_string(&path).unwrap().lines().count();
                let is_test = path.to_str().unwrap().contains("tests");
                assert!(
                    is_test || lines <= LONGEST,
                    "{} has {lines} lines",
                    path.display()
                );
                let vague = ["utils", "util", "common", "helpers", "helper", "misc"];
                assert!(!vague.contains(&name), "{} says nothing", path.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "only {checked} files were found");
}
