//! The tables of `docs/clients-oauth.md`.

use std::{fmt::Write as _, fs};

use http::StatusCode;
use tollbar_tests::programs::tests;

use crate::{
    login::{Scene, Told},
    matrix::{Client, ENDPOINT, Exchange, alike, code, requests},
};

/// The line after which the page is what the test has seen.
const MARK: &str = "<!-- All below is held by tests/e2e/oauth_matrix.rs. -->\n";

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What the gateway answered to each token, whoever came with it.
    answers: Vec<(&'static str, Answer)>,
    /// What each client showed for each token, and asked for next.
    shown: Vec<(Client, Vec<(&'static str, String)>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    status: StatusCode,
    challenge: Option<String>,
    detail: Option<String>,
}

impl Page {
    /// Adds a cell; tokens come in the same order for each client.
    ///
    /// # Errors
    ///
    /// When the gateway answers this client otherwise than those before: the tables could not say so.
    pub(super) fn add(
        &mut self,
        client: Client,
        token: &'static str,
        told: &Told,
        exchanges: &[Exchange],
        scene: &Scene,
    ) -> Result<(), String> {
        let asked = exchanges.iter().filter(|one| one.path == ENDPOINT);
        for answer in asked.map(|one| answer(one, scene)) {
            self.answered(token, answer)?;
        }
        if self.shown.last().map(|(last, _)| last.to_string()) != Some(client.to_string()) {
            self.shown.push((client, Vec::new()));
        }
        let row = format!("{} | {}", shown(told, exchanges), requests(exchanges));
        let rows = self.shown.last_mut().map(|(_, rows)| rows).unwrap();
        rows.push((token, same(&row, scene)));
        Ok(())
    }

    fn answered(&mut self, token: &'static str, answer: Answer) -> Result<(), String> {
        match self.answers.iter().find(|(name, _)| *name == token) {
            None => self.answers.push((token, answer)),
            Some((_, known)) if *known == answer => {}
            Some((_, known)) => return Err(format!("{answer:?} differs from {known:?}")),
        }
        Ok(())
    }

    /// Both pages as one, when they are of the same gateway.
    pub(super) fn and(mut self, other: Self) -> Result<Self, String> {
        for (token, answer) in other.answers {
            self.answered(token, answer)?;
        }
        self.shown.extend(other.shown);
        Ok(self)
    }

    /// Compares with the page.
    pub(super) fn compare(&self) {
        let path = tests().join("../docs/clients-oauth.md");
        let page = fs::read_to_string(&path).unwrap_or_default();
        let tables = page.split_once(MARK).map(|(_, tables)| tables);
        let seen = self.to_string();
        assert!(
            tables == Some(seen.as_str()),
            "docs/clients-oauth.md should go on like this:\n{MARK}{seen}"
        );
    }
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        text.push_str("\n## What the gateway answers\n\n");
        text.push_str("| with | status | `WWW-Authenticate` | detail |\n|---|---|---|---|\n");
        let cell = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), code);
        for (token, answer) in &self.answers {
            let (challenge, detail) = (cell(&answer.challenge), cell(&answer.detail));
            let status = answer.status.as_u16();
            writeln!(text, "| {token} | {status} | {challenge} | {detail} |")?;
        }
        for (client, rows) in &self.shown {
            write!(text, "\n## {client}\n\n{}\n\n", client.package())?;
            text.push_str("| with | it shows | and asks the gateway for |\n|---|---|---|\n");
            for (tokens, row) in alike(rows) {
                writeln!(text, "| {} | {row} |", tokens.join(", "))?;
            }
        }
        f.write_str(&text)
    }
}

/// What one request was answered, the same in every run.
fn answer(exchange: &Exchange, scene: &Scene) -> Answer {
    // A session has 202 for notifications, and other answers that are none of this page's.
    let refused = exchange.status.is_client_error() || exchange.status.is_server_error();
    let same = |text: String| same(&text, scene);
    Answer {
        status: if refused {
            exchange.status
        } else {
            StatusCode::OK
        },
        challenge: exchange.challenge.clone().map(same),
        detail: exchange.detail().map(same),
    }
}

/// Whatever the ports are: the gateway is called `SERVER`, and the authorization server `LOGIN`.
fn same(text: &str, scene: &Scene) -> String {
    let url = scene.url();
    let server = url.trim_end_matches(ENDPOINT).trim_start_matches("http://");
    let login = scene.server.issuer().trim_start_matches("http://");
    text.replace(server, "SERVER").replace(login, "LOGIN")
}

/// What a client shows, as a cell: `BODY` and `DETAIL` stand for what the gateway answered.
fn shown(told: &Told, exchanges: &[Exchange]) -> String {
    if let Some(tools) = &told.tools {
        return format!("{} tools", tools.len());
    }
    if !told.opened.is_empty() {
        return "the login, in a browser".to_owned();
    }
    let Some(error) = &told.error else {
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
