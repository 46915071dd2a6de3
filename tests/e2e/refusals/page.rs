//! What `docs/refusals.md` says.

use std::{collections::BTreeMap, fs};

use tollbar_tests::programs::tests;

/// The tables of the page.
#[derive(Debug)]
pub(super) struct Page {
    /// Each kind, with its status and code.
    kinds: BTreeMap<String, (u16, i64)>,
    rows: Vec<Row>,
}

/// A refusal, as the page has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) reason: String,
    /// `None` where the answer breaks, since its head has left.
    pub(super) status: Option<u16>,
    /// `None` where nobody is told one.
    pub(super) code: Option<i64>,
}

impl Page {
    /// Reads the page.
    pub(super) fn read() -> Self {
        Self::of(&fs::read_to_string(tests().join("../docs/refusals.md")).unwrap())
    }

    /// Reads a page of this form.
    pub(super) fn of(text: &str) -> Self {
        let (kinds, rows) = text.split_once("## Who asks").unwrap();
        // What never becomes an exchange has no reason, and no line in the log.
        let (rows, _) = rows.split_once("## Before the layers").unwrap();
        let kinds = cells(kinds).map(|row| {
            let [kind, status, code] = row;
            (kind, (status.parse().unwrap(), code.parse().unwrap()))
        });
        let rows = cells(rows).map(|row| {
            let [reason, status, code] = row;
            let status = (status != "breaks").then(|| status.parse().unwrap());
            let code = (code != "-").then(|| code.parse().unwrap());
            Row {
                reason,
                status,
                code,
            }
        });
        Self {
            kinds: kinds.collect(),
            rows: rows.collect(),
        }
    }

    /// All rows, in the order of the page. A reason may have two: each is in a table of its own.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// All kinds.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// The rows of a reason, which all say the same.
    pub(super) fn row(&self, reason: &str) -> Option<&Row> {
        let mut rows = self.rows.iter().filter(|row| row.reason == reason);
        let first = rows.next()?;
        assert!(rows.all(|row| row == first), "`{reason}` has two meanings");
        Some(first)
    }

    /// Whether there is this kind.
    pub(super) fn has_kind(&self, kind: &str) -> bool {
        self.kinds.contains_key(kind)
    }
}

/// The first three cells of all rows whose first one is a word in backticks.
fn cells(text: &str) -> impl Iterator<Item = [String; 3]> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let mut cells = line.split('|').skip(1);
        [(); 3].map(|()| {
            let cell = cells.next().unwrap_or_default();
            cell.trim().trim_matches('`').to_owned()
        })
    })
}
