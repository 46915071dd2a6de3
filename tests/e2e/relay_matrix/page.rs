//! The tables of `docs/clients-relay.md`.

use std::{fmt::Write as _, fs};

use http::StatusCode;
use tollbar_tests::{programs::tests, secured_server::Reached};

use super::{Seen, Way};
use crate::{
    login::Told,
    matrix::{Client, ENDPOINT, alike, code, requests},
};

/// The line after which the page is what the test has seen.
const MARK: &str = "<!-- All below is held by tests/e2e/relay_matrix.rs. -->\n";

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What a request without a token is answered on each way, whoever asks.
    answers: Vec<(&'static str, String)>,
    /// What each client showed on each way, and asked for.
    shown: Vec<(Client, Vec<(&'static str, String)>)>,
}

impl Page {
    /// The page of all ways, which have the same clients in the same order.
    ///
    /// # Errors
    ///
    /// When one client is answered otherwise than another one: the tables could not say so.
    pub(super) fn of(ways: Vec<(Way, Vec<(Client, Seen)>)>) -> Result<Self, String> {
        let mut page = Self::default();
        for (way, all) in ways {
            for (index, (client, seen)) in all.into_iter().enumerate() {
                for answer in challenges(&way, &seen) {
                    page.answered(way.name, answer)?;
                }
                if page.shown.len() == index {
                    page.shown.push((client, Vec::new()));
                }
                page.shown[index].1.push((way.name, row(&way, &seen)));
            }
        }
        Ok(page)
    }

    fn answered(&mut self, way: &'static str, answer: String) -> Result<(), String> {
        match self.answers.iter().find(|(name, _)| *name == way) {
            None => self.answers.push((way, answer)),
            Some((_, known)) if *known == answer => {}
            Some((_, known)) => return Err(format!("{way}: {answer} differs from {known}")),
        }
        Ok(())
    }

    /// Compares with the page.
    pub(super) fn compare(&self) {
        let path = tests().join("../docs/clients-relay.md");
        let page = fs::read_to_string(&path).unwrap_or_default();
        let tables = page.split_once(MARK).map(|(_, tables)| tables);
        let seen = self.to_string();
        assert!(
            tables == Some(seen.as_str()),
            "docs/clients-relay.md should go on like this:\n{MARK}{seen}"
        );
    }
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        text.push_str("\n## What the gateway answers without a token\n\n");
        text.push_str("| | `WWW-Authenticate`, with 401 |\n|---|---|\n");
        for (way, answer) in &self.answers {
            writeln!(text, "| {way} | {answer} |")?;
        }
        for (client, rows) in &self.shown {
            write!(text, "\n## {client}\n\n{}\n\n", client.package())?;
            text.push_str(
                "| | it shows | its token is for | and it asks the gateway for | and the server \
                 for |\n|---|---|---|---|---|\n",
            );
            for (ways, row) in alike(rows) {
                writeln!(text, "| {} | {row} |", ways.join(", "))?;
            }
        }
        f.write_str(&text)
    }
}

/// What refusals on the way to the MCP endpoint said.
fn challenges(way: &Way, seen: &Seen) -> Vec<String> {
    let asked = seen.passed.iter().filter(|one| one.path == ENDPOINT);
    let refused = asked.filter(|one| one.status == StatusCode::UNAUTHORIZED);
    let challenge = refused.map(|one| one.challenge.clone().unwrap_or_default());
    challenge.map(|text| code(&way.same(&text))).collect()
}

/// The cells of a client on a way.
fn row(way: &Way, seen: &Seen) -> String {
    let gateway = match way.name {
        "direct" => "-".to_owned(),
        _ => requests(&seen.passed),
    };
    let cells = [
        shown(&seen.told),
        resource(&seen.told),
        gateway,
        aside(&seen.reached),
    ];
    way.same(&cells.join(" | "))
}

/// What a client shows.
fn shown(told: &Told) -> String {
    if let Some(tools) = &told.tools {
        return format!("{} tools", tools.len());
    }
    let Some(error) = &told.error else {
        return "nothing".to_owned();
    };
    let mut shown = format!("{}: {}", error.class, code(&error.text));
    if let Some(code) = error.exit_code {
        write!(shown, " (exit code {code})").unwrap();
    }
    shown
}

/// Who the token is for that it asks the authorization server for.
fn resource(told: &Told) -> String {
    let opened = told.opened.first().map(String::as_str).unwrap_or_default();
    let resource = opened
        .split(['?', '&'])
        .find_map(|one| one.strip_prefix("resource="));
    resource.map_or_else(
        || "-".to_owned(),
        |url| code(&url.replace("%3A", ":").replace("%2F", "/")),
    )
}

/// What the server was asked for besides its MCP endpoint, each once, in an order of its own.
fn aside(reached: &[Reached]) -> String {
    let further = reached.iter().filter(|one| one.path != ENDPOINT);
    let mut further: Vec<_> = further
        .map(|one| format!("`{} {}` {}", one.method, one.path, one.status))
        .collect();
    further.sort();
    further.dedup();
    match further.is_empty() {
        true => "nothing".to_owned(),
        false => further.join(", "),
    }
}
