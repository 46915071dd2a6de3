//! A client that connects, and logs its user in where that is asked for.

use std::time::Duration;

use serde::Deserialize;
use tokio::{process::Command, time::timeout};
use tollbar_tests::programs::{installed, node};

use super::rust_sdk;
use crate::matrix::{Client, Era, Shown};

/// The longest that a client may try, after which it counts as hanging.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Who sits before a client. By default nobody: what is opened for a user stays unanswered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct User<'a> {
    /// Name and password.
    pub(crate) account: Option<[&'a str; 2]>,
    /// Registers this account on the way.
    pub(crate) sign_up: bool,
    /// Clicks in a browser, instead of plain HTTP.
    pub(crate) browser: bool,
    /// The client is registered already, with this id.
    pub(crate) client_id: Option<&'a str>,
    /// A tool that is called at the end, which may need more than the client was let in with.
    pub(crate) further: Option<&'a str>,
    /// How long it waits before that, in whole seconds.
    pub(crate) pause: Option<&'a str>,
}

/// What became of a client.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Told {
    /// The names of all tools, when it was let in.
    pub(crate) tools: Option<Vec<String>>,
    /// The text that a tool has given.
    pub(crate) called: Option<String>,
    /// The text that the further tool has given.
    pub(crate) further: Option<String>,
    /// What it shows when it was not let in.
    pub(crate) error: Option<Shown>,
    /// What it has opened for its user.
    pub(crate) opened: Vec<String>,
    /// Whether it came to no end.
    pub(crate) hung: bool,
}

impl<'a> User<'a> {
    /// With an account, by plain HTTP.
    pub(crate) fn with(account: [&'a str; 2]) -> Self {
        Self {
            account: Some(account),
            ..Self::default()
        }
    }

    /// The options of a program.
    pub(super) fn options(&self) -> Vec<&'a str> {
        let mut options = Vec::new();
        if let Some([name, password]) = self.account {
            options.extend(["--user", name, "--password", password]);
        }
        let flags = [(self.sign_up, "--sign-up"), (self.browser, "--browser")];
        options.extend(flags.into_iter().filter(|(on, _)| *on).map(|(_, it)| it));
        let texts = [
            ("--client-id", self.client_id),
            ("--further", self.further),
            ("--pause", self.pause),
        ];
        for (name, text) in texts {
            options.extend(text.into_iter().flat_map(|text| [name, text]));
        }
        options
    }
}

/// Connects without a token, lists the tools and calls one.
pub(crate) async fn log_in(client: Client, url: &str, user: User<'_>) -> Told {
    if let Client::Rmcp(era) = client {
        return rust_sdk::enter(url, None, era, user).await;
    }
    let mut command = program(client, url);
    command.args(user.options()).kill_on_drop(true);
    let output = timeout(LIMIT * 2, command.output()).await;
    let output = output.unwrap_or_else(|_| panic!("{client} does not end"));
    let output = output.unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let last = told.lines().last();
    last.and_then(|line| serde_json::from_str(line).ok())
        .unwrap_or_else(|| panic!("{client} does not tell what became of it: {output:?}"))
}

/// The program that is a client.
pub(super) fn program(client: Client, url: &str) -> Command {
    let (interpreter, script, era) = match client {
        Client::TypescriptV1 => (node(), "javascript/login/typescript-v1.js", Era::Legacy),
        Client::TypescriptV2(era) => (node(), "javascript/login/typescript-v2.js", era),
        Client::InspectorTerminal => (node(), "javascript/login/inspector-cli.js", Era::Legacy),
        Client::Python(era) => (installed(".venv/bin/python"), "python/login.py", era),
        other => panic!("{other} does not log in by a program"),
    };
    let mut command = Command::new(interpreter);
    command.arg(installed(&format!("clients/{script}")));
    command.args(["--url", url, "--era", era.as_str()]);
    command.args(["--timeout", &LIMIT.as_secs().to_string()]);
    command
}
