//! Whatever the relay says of a server has its row in `docs/troubleshooting.md`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The page, with every row on one line, and without backticks, so that a text can be marked as code as a whole.
fn page() -> String {
    read("docs/troubleshooting.md").replace('`', "")
}

/// What stands between quotes behind each of these beginnings.
fn quoted(code: &str, before: &str) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for rest in code.split(before).skip(1) {
        let rest = rest.trim_start().trim_start_matches('(').trim_start();
        let Some(rest) = rest.strip_prefix('"') else {
            continue;
        };
        // The line may go on: a backslash, and the beginning of the next one.
        let text = rest.split('"').next().unwrap();
        let words: Vec<_> = text.split_whitespace().filter(|it| *it != "\\").collect();
        texts.insert(words.join(" "));
    }
    texts
}

#[test]
fn every_line_of_the_log_has_a_row() {
    let code = read("crates/challenge/src/relay/warning.rs");
    let (_, code) = code.split_once("fn message(").unwrap();
    let (code, _) = code.split_once("/// What was found").unwrap();
    let messages = quoted(code, "=>");
    assert!(messages.len() >= 7, "found only {messages:?}");
    let page = page();
    for message in messages {
        let row = format!("\n| {} |", message.replace('`', ""));
        assert!(page.contains(&row), "no row begins with: {message}");
    }
    let code = read("examples/gateway/src/run/relays.rs");
    let line = "clients cannot log in to `{name}` as it is: ";
    assert!(code.contains(line), "the line at the start is another one");
    let line = line.replace("{name}", "weather").replace('`', "");
    assert!(page.contains(&line), "the page has another line");
}

#[test]
fn every_fault_of_metadata_has_a_row() {
    let code = read("crates/challenge/src/relay/fault.rs");
    let faults = quoted(&code, "#[error(");
    assert!(faults.len() >= 14, "found only {faults:?}");
    let page = page();
    for fault in faults {
        // Nobody can do anything about that one.
        if fault == "the gateway is about to stop" {
            continue;
        }
        let begins = fault.split(['{', ':']).next().unwrap().replace('`', "");
        let row = format!(" | {}", begins.trim_end());
        assert!(page.contains(&row), "no row says: {fault}");
    }
}

#[test]
fn every_answer_in_place_of_metadata_has_a_row() {
    let mut code = read("crates/challenge/src/relay/fault.rs");
    code.push_str(&read("crates/challenge/src/relay/relayed.rs"));
    let words = code.split('"').skip(1).step_by(2);
    let is_reason = |word: &&str| {
        let is_word = word.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
        is_word && word.starts_with("upstream_")
    };
    let reasons: BTreeSet<_> = words.filter(is_reason).collect();
    assert!(reasons.len() >= 8, "found only {reasons:?}");
    let page = read("docs/troubleshooting.md");
    for reason in reasons {
        assert!(
            page.contains(&format!("`{reason}` |")),
            "no row for {reason}"
        );
    }
}

#[test]
fn every_step_has_rows_and_every_row_a_step() {
    let folder = root().join("crates/challenge/src/relay/examine");
    let mut steps = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let code = fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in code
            .lines()
            .filter(|line| line.starts_with("pub(super) const "))
        {
            steps.extend(quoted(line, ": &str ="));
        }
    }
    assert_eq!(steps.len(), 10, "{steps:?}");
    // What only the gateway knows, which has plans.
    let code = read("examples/gateway/src/relay/check.rs");
    assert!(
        code.contains("\"verify: {"),
        "the gateway says it otherwise"
    );
    steps.insert("verify".to_owned());
    let page = read("docs/troubleshooting.md");
    let (_, rows) = page.split_once("## What it says, and what to do").unwrap();
    let (rows, _) = rows.split_once("\n## ").unwrap();
    let documented: BTreeSet<_> = rows
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(steps, documented);
}
