//! The table of `docs/acl.md`.

use std::{fmt, fs};

use serde_json::Value;
use tollbar_tests::programs::tests;

/// The line after which the page is what the test has seen.
const MARK: &str = "<!-- All below is held by tests/e2e/acl.rs. -->\n";

/// What was seen: client, what it was denied, what it shows.
#[derive(Debug, Default)]
pub(super) struct Page {
    rows: Vec<(String, Vec<(&'static str, String)>)>,
}

impl Page {
    /// Adds a cell.
    pub(super) fn add(&mut self, client: &str, what: &'static str, outcome: &Value) {
        let error = &outcome["error"];
        let text = error["text"].as_str();
        let text = text.unwrap_or_else(|| panic!("{client} takes {what} for {outcome}"));
        let body = regex::Regex::new(r#"\{"jsonrpc":.*\}"#).unwrap();
        let text = body.replace(text, "BODY");
        let class = error["class"].as_str().unwrap_or_default();
        let text = text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .replace('|', "\\|");
        let cell = match text.contains('`') {
            true => format!("{class}: `` {text} ``"),
            false => format!("{class}: `{text}`"),
        };
        match self.rows.iter_mut().find(|(name, _)| name == client) {
            Some((_, cells)) => cells.push((what, cell)),
            None => self.rows.push((client.to_owned(), vec![(what, cell)])),
        }
    }

    /// Compares with the page.
    pub(super) fn compare(&self) {
        let page = fs::read_to_string(tests().join("../docs/acl.md")).unwrap_or_default();
        let tables = page.split_once(MARK).map(|(_, tables)| tables);
        let seen = self.to_string();
        assert!(
            tables == Some(seen.as_str()),
            "docs/acl.md should go on like this:\n{MARK}{seen}"
        );
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (client, cells) in &self.rows {
            write!(f, "\n**{client}**\n\n| denied | it shows |\n|---|---|\n")?;
            for (what, cell) in cells {
                writeln!(f, "| {what} | {cell} |")?;
            }
        }
        Ok(())
    }
}
