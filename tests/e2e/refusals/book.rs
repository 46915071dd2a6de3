//! What was provoked, and what is wrong with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use serde_json::Value;

use super::{page::Page, request::Told};

/// How many characters are shown of a line and an answer that are not what they should be.
const SHOWN: usize = 1500;

/// A refusal that is to be provoked.
#[derive(Clone, Debug)]
pub(super) struct Case {
    reason: &'static str,
    kind: &'static str,
    rule: Option<&'static str>,
    told: Option<(u16, i64)>,
}

impl Case {
    /// A refusal for this reason, of this kind, with the status and code of its row. No rule has decided.
    pub(super) const fn new(reason: &'static str, kind: &'static str) -> Self {
        Self {
            reason,
            kind,
            rule: None,
            told: None,
        }
    }

    /// This rule has decided.
    pub(super) const fn rule(mut self, rule: &'static str) -> Self {
        self.rule = Some(rule);
        self
    }

    /// A case that the text of the row tells apart: another status and code.
    pub(super) const fn told(mut self, status: u16, code: i64) -> Self {
        self.told = Some((status, code));
        self
    }
}

/// All that was provoked so far.
#[derive(Debug)]
pub(super) struct Book {
    page: Page,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// How often each reason was provoked in the way of its row.
    reasons: BTreeMap<&'static str, usize>,
    kinds: BTreeSet<&'static str>,
    cases: usize,
    problems: Vec<String>,
}

impl Book {
    pub(super) fn new(page: Page) -> Self {
        Self {
            page,
            seen: Mutex::default(),
        }
    }

    /// Compares what a client was told, and what the log says of it, with the page.
    pub(super) fn note(&self, case: &Case, told: &Told, line: &Value) {
        let mut problems = Problems(Vec::new());
        match self.page.row(case.reason) {
            None => problems.0.push("there is no such row".to_owned()),
            Some(row) => {
                let (status, code) = match case.told {
                    Some((status, code)) => (Some(status), Some(code)),
                    None => (row.status, row.code),
                };
                problems.compare_told(case, told, status, code);
                problems.compare_line(case, line, status.unwrap_or(200), code);
            }
        }
        if !self.page.has_kind(case.kind) {
            problems.0.push(format!("there is no kind `{}`", case.kind));
        }
        let mut seen = self.seen.lock().unwrap();
        for problem in problems.0 {
            let reason = case.reason;
            let shown = format!("{line}\n  {told:?}");
            let shown: String = shown.chars().take(SHOWN).collect();
            seen.problems
                .push(format!("{reason}: {problem}\n  {shown}"));
        }
        seen.kinds.insert(case.kind);
        seen.cases += 1;
        if case.told.is_none() {
            *seen.reasons.entry(case.reason).or_default() += 1;
        }
    }

    /// How many refusals were provoked.
    pub(super) fn count(&self) -> usize {
        self.seen.lock().unwrap().cases
    }

    /// A room was left before its end.
    pub(super) fn complain(&self, problem: String) {
        self.seen.lock().unwrap().problems.push(problem);
    }

    /// What is wrong: with what was provoked, or that something was not.
    pub(super) fn problems(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let mut problems = seen.problems.clone();
        let mut rows = BTreeMap::<_, usize>::new();
        for row in self.page.rows() {
            *rows.entry(row.reason.as_str()).or_default() += 1;
        }
        for (reason, rows) in rows {
            if seen.reasons.get(reason).copied().unwrap_or(0) < rows {
                problems.push(format!("{reason}: nothing provokes it as its row says"));
            }
        }
        for kind in self.page.kinds() {
            if !seen.kinds.contains(kind) {
                problems.push(format!("nothing provokes the kind `{kind}`"));
            }
        }
        problems
    }
}

/// What is wrong with one case.
struct Problems(Vec<String>);

impl Problems {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.0
                .push(format!("{what} is {found:?}, not {expected:?}"));
        }
    }

    /// What the client was told. A problem document has a reason, and no code.
    fn compare_told(&mut self, case: &Case, told: &Told, status: Option<u16>, code: Option<i64>) {
        let Some(status) = status else {
            return self.compare("that it came to its end", &told.is_whole, &false);
        };
        self.compare("the status", &told.status, &status);
        self.compare("that it came to its end", &told.is_whole, &true);
        match told.header("content-type") {
            Some("application/problem+json") => {
                let reason = Some(case.reason.to_owned());
                self.compare("the reason of the document", &told.reason(), &reason);
            }
            _ => self.compare("the code", &told.code(), &code),
        }
    }

    /// What stands in the exchange log.
    fn compare_line(&mut self, case: &Case, line: &Value, status: u16, code: Option<i64>) {
        let text = |name: &str| line[name].as_str().unwrap_or_default();
        self.compare("`reason` of the line", &text("reason"), &case.reason);
        self.compare("`refusal` of the line", &text("refusal"), &case.kind);
        self.compare("`status` of the line", &line["status"], &status.into());
        if let Some(code) = code {
            self.compare("`code` of the line", &line["code"], &code.into());
        }
        // A rule that has let the request in is not the one that has decided.
        if case.rule.is_some() || text("decision") == "deny" {
            let rule = case.rule.map_or(Value::Null, Value::from);
            self.compare("`rule` of the line", &line["rule"], &rule);
            self.compare("`decision` of the line", &text("decision"), &"deny");
        }
        self.compare("that it has a message", &text("message").is_empty(), &false);
    }
}
