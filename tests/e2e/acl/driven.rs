//! A client that does what it is told, and tells what came of it.

use std::{process::Stdio, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};
use tollbar_tests::programs::{installed, node};

use super::rust_sdk::RustSdk;
use crate::matrix::{Client, Era};

/// The longest that anything may take; the Inspector starts anew for each line.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client that is connected.
#[derive(Debug)]
pub(super) enum Driven {
    Program(Box<Program>),
    Rust(RustSdk),
}

/// A program that is driven by lines of JSON: `tests/clients/javascript/drive/drive.js` says which.
#[derive(Debug)]
pub(super) struct Program {
    child: Child,
    told: ChildStdin,
    tells: Lines<BufReader<ChildStdout>>,
}

impl Driven {
    /// Connects.
    pub(super) async fn start(client: Client, url: &str, key: &str) -> Self {
        let mut command = match client {
            Client::Rmcp(era) => return Self::Rust(RustSdk::connect(url, key, era).await),
            Client::TypescriptV1 => javascript("typescript-v1.js", Era::Legacy),
            Client::TypescriptV2(era) => javascript("typescript-v2.js", era),
            Client::InspectorScript => javascript("inspector-cli.js", Era::Legacy),
            Client::Python(era) => {
                let mut command = Command::new(installed(".venv/bin/python"));
                command.arg(installed("clients/python/drive.py"));
                command.args(["--era", name(era)]);
                command
            }
            other => panic!("{other} cannot be driven"),
        };
        command.args(["--url", url, "--timeout", "60"]);
        command.args(["--header", &format!("Authorization: Bearer {key}")]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let told = child.stdin.take().unwrap();
        let tells = BufReader::new(child.stdout.take().unwrap()).lines();
        Self::Program(Box::new(Program { child, told, tells }))
    }

    /// The names of all that it sees.
    pub(super) async fn list(&mut self) -> Value {
        self.tell(json!({"do": "list"})).await
    }

    /// Calls a tool.
    pub(super) async fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        self.tell(json!({"do": "call", "name": tool, "arguments": arguments}))
            .await
    }

    /// Reads a resource, or gets a prompt.
    pub(super) async fn ask(&mut self, what: &str, name: &str) -> Value {
        self.tell(json!({"do": what, "name": name})).await
    }

    /// Goes.
    pub(super) async fn leave(self) {
        match self {
            Self::Rust(client) => client.leave().await,
            Self::Program(program) => {
                let Program {
                    mut child, told, ..
                } = *program;
                drop(told);
                let ended = timeout(PATIENCE, child.wait()).await;
                assert!(ended.expect("it does not go").unwrap().success());
            }
        }
    }

    async fn tell(&mut self, what: Value) -> Value {
        let answer = async {
            match self {
                Self::Rust(client) => client.answer(&what).await,
                Self::Program(program) => program.answer(&what).await,
            }
        };
        let answer = timeout(PATIENCE, answer).await;
        answer.unwrap_or_else(|_| panic!("nothing comes of {what}"))
    }
}

impl Program {
    async fn answer(&mut self, what: &Value) -> Value {
        self.told
            .write_all(format!("{what}\n").as_bytes())
            .await
            .unwrap();
        loop {
            let line = self.tells.next_line().await.unwrap();
            let line = line.unwrap_or_else(|| panic!("it has ended before {what}"));
            // SDKs write warnings among what is told.
            if let Ok(answer @ Value::Object(_)) = serde_json::from_str(&line) {
                return answer;
            }
        }
    }
}

fn name(era: Era) -> &'static str {
    match era {
        Era::Legacy => "legacy",
        Era::Auto => "auto",
    }
}

fn javascript(script: &str, era: Era) -> Command {
    let mut command = Command::new(node());
    command.arg(installed(&format!("clients/javascript/drive/{script}")));
    command.args(["--era", name(era)]);
    command
}
