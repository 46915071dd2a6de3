//! A gateway with a configuration in a folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tollbar_tests::{process::Running, programs::built};

/// A folder with the configuration of a gateway.
pub(super) struct Folder(tempfile::TempDir);

/// A gateway that runs.
pub(super) struct Gateway {
    pub(super) running: Running,
    /// The endpoint of its proxy.
    pub(super) url: String,
    pub(super) admin: String,
}

impl Folder {
    /// One proxy in front of this server, an admin listener (whose section goes on as given), and these sections.
    pub(super) fn new(upstream: &str, admin: &str, sections: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:0\"\n[admin]\naddress = \"127.0.0.1:0\"\n{admin}\n{sections}\n\
             [[proxy]]\nname = \"demo\"\npath = \"/mcp\"\nupstream.url = \"{upstream}\"\n"
        );
        fs::write(folder.path().join("gateway.toml"), text).unwrap();
        Self(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// How the gateway is started.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("--config").arg(self.path("gateway.toml"));
        command
    }

    pub(super) fn start(&self) -> Gateway {
        Gateway::start(&mut self.command())
    }

    /// `tollbar-gateway logs` with these arguments.
    pub(super) fn logs(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("logs").args(arguments);
        command.arg("--config").arg(self.path("gateway.toml"));
        command.output().unwrap()
    }

    /// What it says, when all went well.
    pub(super) fn told(&self, arguments: &[&str]) -> String {
        let output = self.logs(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The lines of the store, the oldest first.
    pub(super) fn kept(&self) -> Vec<Value> {
        let told = self.told(&["query", "--json", "--limit", "1000000"]);
        let mut lines = parsed(&told);
        lines.reverse();
        lines
    }
}

/// Each line of a text, read.
pub(super) fn parsed(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// Each line of a file, read.
pub(super) fn lines_of(file: &Path) -> Vec<Value> {
    parsed(&fs::read_to_string(file).unwrap())
}

impl Gateway {
    /// Starts it, and waits until both listeners are there.
    pub(super) fn start(command: &mut Command) -> Self {
        let read = |line: &str| serde_json::from_str::<Value>(line).ok();
        let (running, admin) = Running::start(command, |line| {
            Some(read(line)?.get("admin")?.as_str()?.to_owned())
        });
        let said = running.said();
        let mut lines = said.lines().filter_map(read);
        let url = lines.find_map(|line| Some(line.get("listening")?.as_str()?.to_owned()));
        Self {
            url: url.unwrap(),
            running,
            admin,
        }
    }

    /// A call of the demo server's tool `echo`.
    pub(super) fn call(&self, client: &Client, tool: &str, text: &str) -> RequestBuilder {
        call(client, &self.url, tool, text)
    }

    pub(super) async fn echo(&self, text: &str) -> StatusCode {
        let client = Client::new();
        let call = self.call(&client, "echo", text).send().await.unwrap();
        let status = call.status();
        call.bytes().await.unwrap();
        status
    }

    /// What the admin listener answers here.
    pub(super) async fn ask(&self, path: &str) -> Value {
        let answer = reqwest::get(format!("{}{path}", self.admin)).await.unwrap();
        answer.json().await.unwrap()
    }

    /// How one of the records is doing, as `/readyz` tells.
    pub(super) async fn record(&self, name: &str) -> Value {
        let report = self.ask("/readyz").await;
        let mut rows = report["records"].as_array().unwrap().iter();
        rows.find(|row| row["name"] == name).unwrap().clone()
    }
}

/// A call of a tool, in the modern era.
pub(super) fn call(client: &Client, url: &str, tool: &str, text: &str) -> RequestBuilder {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": tool, "arguments": { "text": text }, "_meta": meta },
    });
    let request = client.post(url).body(body.to_string());
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", tool),
    ];
    headers.into_iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}
