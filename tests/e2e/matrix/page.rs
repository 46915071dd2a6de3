//! The tables of `docs/clients-keys.md`.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use http::StatusCode;
use tollbar_tests::programs::tests;

use super::{Client, Entry, Exchange, relay::ENDPOINT};

/// The line after which the page is what the test has seen.
const MARK: &str = "<!-- All below is held by tests/e2e/matrix.rs. -->\n";

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What the gateway answered to each credential, whoever asked.
    answers: Vec<(&'static str, Answer)>,
    /// What each client showed for each credential.
    shown: Vec<(Client, Vec<(&'static str, String)>)>,
    /// What each client asked for after each kind of answer.
    next: BTreeMap<(usize, StatusCode), String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    status: StatusCode,
    challenge: Option<String>,
    detail: Option<String>,
}

impl Page {
    /// Adds a cell; credentials come in the same order for each client.
    ///
    /// # Errors
    ///
    /// When the gateway answers this client otherwise than those before, or when the client does not
    /// do the same after each answer of a kind: the tables could not say so.
    pub(super) fn add(
        &mut self,
        client: Client,
        credential: &'static str,
        entry: &Entry,
        exchanges: &[Exchange],
    ) -> Result<(), String> {
        self.answered(credential, exchanges)?;
        let status = self.answers.iter().find(|(name, _)| *name == credential);
        let status = status.map(|(_, answer)| answer.status).unwrap();
        if self.shown.last().map(|(last, _)| last.to_string()) != Some(client.to_string()) {
            self.shown.push((client, Vec::new()));
        }
        let index = self.shown.len() - 1;
        self.shown[index]
            .1
            .push((credential, shown(entry, exchanges)));
        let next = requests(exchanges);
        let known = self
            .next
            .entry((index, status))
            .or_insert_with(|| next.clone());
        if *known != next {
            return Err(format!(
                "after {status} it asks for {next}, not for {known}"
            ));
        }
        Ok(())
    }

    fn answered(&mut self, credential: &'static str, exchanges: &[Exchange]) -> Result<(), String> {
        for exchange in exchanges.iter().filter(|one| one.path == ENDPOINT) {
            // A session has 202 for notifications, and other answers that are none of this page's.
            let status = match exchange.status {
                status if status.is_client_error() => status,
                _ => StatusCode::OK,
            };
            let answer = Answer {
                status,
                challenge: exchange.challenge.clone(),
                detail: exchange.detail(),
            };
            match self.answers.iter().find(|(name, _)| *name == credential) {
                None => self.answers.push((credential, answer)),
                Some((_, known)) if *known == answer => {}
                Some((_, known)) => return Err(format!("{answer:?} differs from {known:?}")),
            }
        }
        Ok(())
    }

    /// Compares with the page.
    pub(super) fn compare(&self) {
        let path = tests().join("../docs/clients-keys.md");
        let page = fs::read_to_string(&path).unwrap_or_default();
        let tables = page.split_once(MARK).map(|(_, tables)| tables);
        let seen = self.to_string();
        assert!(
            tables == Some(seen.as_str()),
            "docs/clients-keys.md should go on like this:\n{MARK}{seen}"
        );
    }
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        text.push_str("\n## What the gateway answers\n\n");
        text.push_str("| credential | status | `WWW-Authenticate` | detail |\n|---|---|---|---|\n");
        let cell = |text: &Option<String>| match text {
            Some(text) => code(text),
            None => "-".to_owned(),
        };
        for (credential, answer) in &self.answers {
            let (challenge, detail) = (cell(&answer.challenge), cell(&answer.detail));
            let status = answer.status.as_u16();
            writeln!(text, "| {credential} | {status} | {challenge} | {detail} |")?;
        }
        for (index, (client, rows)) in self.shown.iter().enumerate() {
            write!(text, "\n## {client}\n\n{}\n\n", client.package())?;
            text.push_str("| with | it shows | and asks for |\n|---|---|---|\n");
            for (credentials, shown) in alike(rows) {
                let status = self
                    .answers
                    .iter()
                    .find(|(name, _)| *name == credentials[0]);
                let next = status.and_then(|(_, it)| self.next.get(&(index, it.status)));
                let (credentials, next) = (credentials.join(", "), next.map_or("", String::as_str));
                writeln!(text, "| {credentials} | {shown} | {next} |")?;
            }
        }
        f.write_str(&text)
    }
}

/// Rows one after the other that show the same, as one.
pub(crate) fn alike<'a>(rows: &'a [(&'static str, String)]) -> Vec<(Vec<&'static str>, &'a str)> {
    let mut merged: Vec<(Vec<&'static str>, &str)> = Vec::new();
    for (credential, shown) in rows {
        match merged.last_mut() {
            Some((credentials, last)) if last == shown => credentials.push(credential),
            _ => merged.push((vec![credential], shown)),
        }
    }
    merged
}

/// What a client shows, as a cell: `BODY` and `DETAIL` stand for what the gateway answered.
fn shown(entry: &Entry, exchanges: &[Exchange]) -> String {
    if let Some(tools) = &entry.tools {
        return format!("{} tools", tools.len());
    }
    let Some(error) = &entry.error else {
        return "nothing".to_owned();
    };
    let mut text = error.text.clone();
    let refused = exchanges
        .iter()
        .filter(|one| one.path == ENDPOINT && !one.body.is_empty());
    for exchange in refused {
        text = text.replace(&exchange.body, "BODY");
        if let Some(detail) = exchange.detail() {
            text = text.replace(&detail, "DETAIL");
        }
    }
    let mut shown = format!("{}: {}", error.class, code(&text));
    if let Some(code) = error.exit_code {
        write!(shown, " (exit code {code})").unwrap();
    }
    shown
}

/// A text as code in a cell of a table.
pub(crate) fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace('|', "\\|");
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

/// What was asked for besides the MCP endpoint, each once, in an order of its own.
pub(crate) fn requests(exchanges: &[Exchange]) -> String {
    let further = exchanges.iter().filter(|one| one.path != ENDPOINT);
    let mut further: Vec<_> = further
        .map(|one| format!("`{} {}` {}", one.method, one.path, one.status.as_u16()))
        .collect();
    further.sort();
    further.dedup();
    if further.is_empty() {
        return "nothing".to_owned();
    }
    further.join(", ")
}
