//! The clients, and how they tell what became of them.

use std::{fmt, time::Duration};

use serde::Deserialize;
use tokio::{process::Command, time::timeout};
use tollbar_tests::programs::{installed, node};

use super::rust_sdk;

/// The longest that a client may try, after which it counts as hanging.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// How a client chooses its era.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Era {
    /// It speaks the legacy era.
    Legacy,
    /// It asks the server.
    Auto,
}

/// A real client.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    TypescriptV1,
    TypescriptV2(Era),
    Python(Era),
    Rmcp(Era),
    /// The Inspector's command line, where nobody watches.
    InspectorScript,
    /// The Inspector's command line, where it may open a browser.
    InspectorTerminal,
    InspectorPage,
}

/// What became of a client.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Entry {
    /// The names of all tools, when it was let in.
    pub(crate) tools: Option<Vec<String>>,
    /// What it shows when it was not.
    pub(crate) error: Option<Shown>,
    /// What it wants to open for its user.
    pub(crate) opened: Vec<String>,
    /// Whether it came to no end.
    pub(crate) hung: bool,
}

/// An error as a client shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Shown {
    pub(crate) class: String,
    pub(crate) text: String,
    /// The exit code of a command line.
    #[serde(rename = "exitCode")]
    pub(crate) exit_code: Option<i32>,
    /// The list of requests on a page, with their answers.
    pub(crate) requests: Vec<String>,
}

impl Client {
    /// Connects to an MCP endpoint and lists the tools.
    pub(crate) async fn enter(self, url: &str, key: Option<&str>) -> Entry {
        let mut command = match self {
            Self::Rmcp(era) => return rust_sdk::enter(url, key, era).await,
            Self::TypescriptV1 => javascript("entry/typescript-v1.js", Era::Legacy),
            Self::TypescriptV2(era) => javascript("entry/typescript-v2.js", era),
            Self::InspectorScript => javascript("entry/inspector-cli.js", Era::Legacy),
            Self::InspectorTerminal => {
                let mut command = javascript("entry/inspector-cli.js", Era::Legacy);
                command.arg("--interactive");
                command
            }
            Self::InspectorPage => javascript("inspector-web.js", Era::Legacy),
            Self::Python(era) => {
                let mut command = Command::new(installed(".venv/bin/python"));
                command.arg(installed("clients/python/entry.py"));
                command.args(["--era", era.as_str()]);
                command
            }
        };
        command.args(["--url", url, "--timeout", &LIMIT.as_secs().to_string()]);
        if let Some(key) = key {
            command.args(["--header", &format!("Authorization: Bearer {key}")]);
        }
        let running = command.kill_on_drop(true).output();
        let Ok(output) = timeout(LIMIT * 2, running).await else {
            return Entry {
                hung: true,
                ..Entry::default()
            };
        };
        let output = output.unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let entry: Entry = told
            .lines()
            .last()
            .and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_else(|| panic!("{self} does not tell what became of it: {output:?}"));
        let expected = match &entry {
            Entry { hung: true, .. } => 3,
            Entry { tools: Some(_), .. } => 0,
            _ => 1,
        };
        assert_eq!(output.status.code(), Some(expected), "{self}: {output:?}");
        entry
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TypescriptV1 => f.write_str("TypeScript SDK v1"),
            Self::TypescriptV2(era) => write!(f, "TypeScript SDK v2, {era}"),
            Self::Python(era) => write!(f, "Python SDK, {era}"),
            Self::Rmcp(era) => write!(f, "Rust SDK, {era}"),
            Self::InspectorScript => f.write_str("Inspector, `--cli` in a script"),
            Self::InspectorTerminal => f.write_str("Inspector, `--cli` in a terminal"),
            Self::InspectorPage => f.write_str("Inspector, web page"),
        }
    }
}

impl Era {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Auto => "auto",
        }
    }
}

impl fmt::Display for Era {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Legacy => "legacy era",
            Self::Auto => "either era",
        })
    }
}

impl Entry {
    /// It was not let in.
    pub(super) fn refused(class: &str, text: &str) -> Self {
        let (class, text) = (class.to_owned(), text.to_owned());
        let error = Shown {
            class,
            text,
            ..Shown::default()
        };
        Self {
            error: Some(error),
            ..Self::default()
        }
    }

    /// The same in every run: the server is called `SERVER`.
    pub(super) fn without(mut self, url: &str) -> Self {
        let host = url.trim_start_matches("http://").trim_end_matches("/mcp");
        if let Some(error) = &mut self.error {
            error.text = error.text.replace(host, "SERVER");
        }
        self
    }
}

fn javascript(script: &str, era: Era) -> Command {
    let mut command = Command::new(node());
    command.arg(installed(&format!("clients/javascript/{script}")));
    command.args(["--era", era.as_str()]);
    command
}
