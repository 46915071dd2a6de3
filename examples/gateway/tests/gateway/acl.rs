//! Access rules: asked on the command line, enforced by a gateway, and changed while it runs.

mod commands;
mod hints;
mod page;
mod reload;
mod replay;

use std::{fs, path::PathBuf, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Gateway, call, run};

/// A folder with a configuration.
pub(crate) struct Case {
    folder: TempDir,
    upstream: String,
}

/// What a command has said: its exit code, standard output and standard error.
pub(crate) type Said = (Option<i32>, String, String);

impl Case {
    /// In front of this server, with a key plan, a keyless one and this policy.
    fn new(upstream: &str, policy: &str) -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
            upstream: upstream.to_owned(),
        };
        case.rule(policy);
        case
    }

    /// Writes the same with another policy.
    fn rule(&self, policy: &str) {
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:0\"\n[[proxy]]\nname = \"demo\"\npath = \"/demo\"\n\
             upstream.url = \"{}\"\n[[proxy.plan]]\ntype = \"key\"\n[[proxy.plan]]\ntype = \
             \"keyless\"\n{policy}",
            self.upstream
        );
        fs::write(self.path("gateway.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and gives back its path.
    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    fn configuration(&self) -> String {
        self.path("gateway.toml").display().to_string()
    }

    fn start(&self) -> Gateway {
        Gateway::start(&["--config", &self.configuration()])
    }

    /// Runs `acl` with this configuration.
    fn acl(&self, arguments: &[&str]) -> Said {
        let configuration = self.configuration();
        said(run(
            &[&["acl", "--config", &configuration], arguments].concat()
        ))
    }

    /// The same for what gives JSON.
    fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let (code, output, error) = self.acl(&[arguments, &["--json"]].concat());
        let value = serde_json::from_str(&output);
        (code, value.unwrap_or_else(|_| panic!("{output}{error}")))
    }

    /// Makes a key, and gives back its text.
    fn key(&self, arguments: &[&str]) -> String {
        let configuration = self.configuration();
        let create = ["keys", "create", "--config", &configuration];
        let (code, key, error) = said(run(&[&create[..], arguments].concat()));
        assert_eq!(code, Some(0), "{error}");
        key.trim().to_owned()
    }
}

fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A demo server.
fn demo() -> Gateway {
    Gateway::start(&["demo", "--listen", "127.0.0.1:0"])
}

/// Asks as a modern client, with this credential, and gives back the message of the answer.
async fn ask(url: &str, key: Option<&str>, method: &str, mut params: Value) -> (u16, Value) {
    let name = params.get("name").or_else(|| params.get("uri"));
    let name = name.map(|name| name.as_str().unwrap().to_owned());
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let authorization = key.map(|key| format!("Bearer {key}"));
    let mut headers = vec![
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", method),
    ];
    headers.extend(name.as_deref().map(|name| ("mcp-name", name)));
    headers.extend(
        authorization
            .as_deref()
            .map(|value| ("authorization", value)),
    );
    let answer = call(http::Method::POST, url, &headers, &message.to_string()).await;
    (answer.status.as_u16(), answer.json())
}
