//! What to ask a server: the tables of `tests/clients/calls`, which all clients share.

use std::{
    collections::BTreeMap,
    fs, process,
    time::{SystemTime, UNIX_EPOCH},
};

use serde::Deserialize;
use serde_json::{Map, Value};
use tollbar_tests::programs;

use super::transcript::Expectation;

/// How many messages of each method have to arrive.
pub(super) type Counts = BTreeMap<String, usize>;

/// The two ways of speaking MCP.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "lowercase")]
pub(super) enum Era {
    /// With a handshake, up to 2025-11-25.
    Legacy,
    /// Without one, 2026-07-28.
    Modern,
}

/// Everything that there is to ask one server.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table {
    #[serde(default)]
    pub(super) answers: Map<String, Value>,
    #[serde(default)]
    pub(super) after_connect: BTreeMap<Era, Counts>,
    #[serde(default)]
    pub(super) after_roots_changed: Counts,
    #[serde(default = "anything")]
    pub(super) bad_cursor: Expectation,
    pub(super) calls: Vec<Call>,
    #[serde(default)]
    pub(super) uncalled: BTreeMap<String, String>,
    pub(super) bad_arguments: Call,
    pub(super) parallel: Parallel,
    pub(super) resources: Vec<String>,
    pub(super) unknown_resource: String,
    pub(super) subscription: Option<Subscribed>,
    pub(super) listen: Option<Listening>,
    pub(super) prompts: Vec<Prompt>,
    pub(super) completions: Vec<Completion>,
    pub(super) logging: Option<Logging>,
    pub(super) cancellation: Option<Cancellation>,
    pub(super) resumption: Option<Resumption>,
}

/// One call of a tool.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Call {
    pub(super) tool: String,
    pub(super) arguments: Option<Map<String, Value>>,
    /// What tells this call from others of the same tool.
    #[serde(rename = "as")]
    pub(super) variant: Option<String>,
    /// Answers to the server's requests instead of the usual ones.
    #[serde(default)]
    pub(super) answers: Map<String, Value>,
    #[serde(default)]
    pub(super) awaits: BTreeMap<Era, Counts>,
    #[serde(default)]
    pub(super) expect: Expectation,
}

/// A tool that answers at once with what it was told, for many calls at the same time.
#[derive(Debug, Deserialize)]
pub(super) struct Parallel {
    pub(super) tool: String,
    pub(super) argument: String,
}

/// A resource that can be watched in the legacy era.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscribed {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) after_subscribe: Counts,
    pub(super) call: Call,
    #[serde(default)]
    pub(super) after_unsubscribe: Counts,
    pub(super) call_after: Option<Call>,
}

/// Changes to hear of in the modern era, and the calls that bring them about.
#[derive(Debug, Deserialize)]
pub(super) struct Listening {
    pub(super) filter: Value,
    pub(super) calls: Vec<Announcing>,
}

/// A call after which so many notifications have to arrive on the listening stream.
#[derive(Debug, Deserialize)]
pub(super) struct Announcing {
    pub(super) tool: String,
    pub(super) arguments: Map<String, Value>,
    pub(super) awaits: Counts,
}

/// A prompt to get.
#[derive(Debug, Deserialize)]
pub(super) struct Prompt {
    pub(super) name: String,
    pub(super) arguments: Option<Map<String, Value>>,
    #[serde(rename = "as")]
    pub(super) variant: Option<String>,
    #[serde(default)]
    pub(super) expect: Expectation,
}

/// An argument to complete.
#[derive(Debug, Deserialize)]
pub(super) struct Completion {
    #[serde(rename = "ref")]
    pub(super) reference: Value,
    pub(super) argument: Value,
    pub(super) context: Option<Value>,
    #[serde(default)]
    pub(super) expect: Expectation,
}

/// A tool that logs, and how many messages come from each level on.
#[derive(Debug, Deserialize)]
pub(super) struct Logging {
    pub(super) call: Call,
    pub(super) levels: BTreeMap<String, usize>,
    #[serde(default)]
    pub(super) after: Vec<Call>,
}

/// A call that takes long, and how to ask the server whether it was cancelled.
#[derive(Debug, Deserialize)]
pub(super) struct Cancellation {
    #[serde(flatten)]
    pub(super) call: Call,
    pub(super) ask: Option<Asking>,
}

/// A call with the content of its answer.
#[derive(Debug, Deserialize)]
pub(super) struct Asking {
    #[serde(flatten)]
    pub(super) call: Call,
    pub(super) answer: Value,
}

/// A call whose stream is cut off after some signs of progress.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Resumption {
    #[serde(flatten)]
    pub(super) call: Call,
    pub(super) cut_after: usize,
}

impl Table {
    /// Reads the table of a server, for one run.
    pub(super) fn read(server: &str) -> Self {
        let path = programs::tests().join(format!("clients/calls/{server}.json"));
        let mut table = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        fill(
            &mut table,
            &format!("rmcp-{}-{}", process::id(), now.as_nanos()),
        );
        serde_json::from_value(table).unwrap()
    }
}

/// Replaces `{"$run": true}` by the name of this run, and `{"$repeat": [text, times]}` by a long text.
fn fill(value: &mut Value, run: &str) {
    if value["$run"] == true {
        *value = run.into();
    } else if let [Value::String(text), Value::Number(times)] =
        value["$repeat"].as_array().map_or(&[][..], Vec::as_slice)
    {
        let times = usize::try_from(times.as_u64().unwrap()).unwrap();
        *value = text.repeat(times).into();
    } else if let Value::Array(items) = value {
        items.iter_mut().for_each(|item| fill(item, run));
    } else if let Value::Object(members) = value {
        members.values_mut().for_each(|member| fill(member, run));
    }
}

fn anything() -> Expectation {
    Expectation::Any
}
