//! The transcript: one entry for every step, the same in every run.

use std::time::Duration;

use rmcp::{ServiceError, service::ClientInitializeError};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::exchanges::Exchanges;

/// The longest that a step may take.
const LIMIT: Duration = Duration::from_secs(20);

/// What a step may end with.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Expectation {
    /// A result that is not the error of a tool.
    #[default]
    Result,
    /// A result that is the error of a tool.
    IsError,
    /// A JSON-RPC error, or one of the transport.
    Error,
    /// An error of any kind.
    Refused,
    /// Anything, if only it comes in time.
    Any,
}

impl Expectation {
    fn met(self, outcome: &Value) -> bool {
        let of_tool = outcome["result"]["isError"] == true;
        match self {
            Self::Result => outcome.get("result").is_some() && !of_tool,
            Self::IsError => of_tool,
            Self::Error => outcome.get("error").is_some(),
            Self::Refused => outcome.get("error").is_some() || of_tool,
            Self::Any => outcome.get("timeout").is_none(),
        }
    }
}

/// Why a step has no result.
#[derive(Debug)]
pub(super) enum Ended {
    /// It means nothing for this server or era.
    NotApplicable(&'static str),
    /// An error, as there is to compare of it.
    Error(Value),
}

impl Ended {
    /// Something that the test itself found wrong.
    pub(super) fn wrong(message: impl Into<String>) -> Self {
        Self::Error(json!({"kind": "wrong", "message": message.into()}))
    }
}

impl From<ServiceError> for Ended {
    fn from(error: ServiceError) -> Self {
        Self::Error(match error {
            ServiceError::McpError(error) => json!({"kind": "MCP", "error": error}),
            other => json!({"kind": "service", "message": other.to_string()}),
        })
    }
}

impl From<ClientInitializeError> for Ended {
    fn from(error: ClientInitializeError) -> Self {
        Self::Error(match error {
            ClientInitializeError::JsonRpcError(error) => json!({"kind": "MCP", "error": error}),
            other => json!({"kind": "start", "message": other.to_string()}),
        })
    }
}

/// Runs steps, one after the other, and writes down how each of them ended.
#[derive(Debug)]
pub(super) struct Transcript {
    exchanges: Exchanges,
    /// The name of each step, with `{step, outcome, http}`.
    pub(super) steps: Vec<(String, Value)>,
    /// The steps that ended otherwise than expected.
    pub(super) unexpected: Vec<String>,
}

impl Transcript {
    pub(super) fn new(exchanges: Exchanges) -> Self {
        Self {
            exchanges,
            steps: Vec::new(),
            unexpected: Vec::new(),
        }
    }

    /// Runs one step, and goes on to the next one even when it ended otherwise than expected.
    pub(super) async fn step(
        &mut self,
        name: impl Into<String>,
        expected: Expectation,
        run: impl Future<Output = Result<Value, Ended>>,
    ) {
        let name = name.into();
        self.exchanges.begin();
        let outcome = match timeout(LIMIT, run).await {
            Err(_) => json!({"timeout": "the step did not end in time"}),
            Ok(Ok(outcome)) => outcome,
            Ok(Err(Ended::NotApplicable(why))) => json!({"notApplicable": why}),
            Ok(Err(Ended::Error(error))) => json!({"error": error}),
        };
        if outcome.get("notApplicable").is_none() && !expected.met(&outcome) {
            let found = shortened(&outcome);
            self.unexpected
                .push(format!("{name}: {expected:?} expected, but found {found}"));
        }
        let http = self.exchanges.end().await;
        let entry = json!({"step": name, "outcome": outcome, "http": http});
        self.steps.push((name, entry));
    }

    /// Writes down a step that means nothing here, and why.
    pub(super) fn skip(&mut self, name: impl Into<String>, why: impl Into<String>) {
        let name = name.into();
        let entry = json!({"step": name, "outcome": {"notApplicable": why.into()}});
        self.steps.push((name, entry));
    }

    /// How many steps meant something.
    pub(super) fn applicable(&self) -> usize {
        let outcomes = self.steps.iter().map(|(_, entry)| &entry["outcome"]);
        outcomes
            .filter(|outcome| outcome.get("notApplicable").is_none())
            .count()
    }
}

/// A value as text, as long as a line of a report may be.
pub(super) fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(2000) {
        Some((end, _)) => format!("{}... ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}
