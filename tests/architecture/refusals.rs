//! Every refusal has a row in `docs/refusals.md`, and every row a refusal.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// The reasons in the sources: the word behind each `Kind::Something,`.
fn reasons() -> BTreeSet<String> {
    let mut reasons = BTreeSet::new();
    let mut folders: Vec<_> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("src"))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let code: String = fs::read_to_string(&path)
                    .unwrap()
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .collect();
                reasons.extend(code.split("Kind::").skip(1).filter_map(reason));
            }
        }
    }
    reasons
}

fn reason(after: &str) -> Option<String> {
    let rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let rest = rest.strip_prefix(',')?.trim_start().strip_prefix('"')?;
    let word = rest.split('"').next()?;
    let is_word = word
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word.then(|| word.to_owned())
}

#[test]
fn every_refusal_is_documented_and_nothing_else() {
    let page = fs::read_to_string(root().join("docs/refusals.md")).unwrap();
    let (_, rows) = page.split_once("## Who asks").unwrap();
    let documented: BTreeSet<_> = rows
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    let reasons = reasons();
    assert!(reasons.len() > 20, "found only {reasons:?}");
    assert_eq!(reasons, documented);
}
