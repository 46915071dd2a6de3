//! A server that logs its users in, and the command that looks at it.

use std::{path::Path, process::Command};

use serde_json::{Value, json};
use tollbar_tests::programs::built;

use crate::hostile_relay::{
    scene::{ok, unauthorized},
    server::{Reply, Server},
};

pub(super) const METADATA: &str = "/.well-known/oauth-protected-resource/mcp";
pub(super) const LOGIN: &str = "/.well-known/oauth-authorization-server";
const CHALLENGE: &str = "www-authenticate: Bearer realm=\"example\", \
                         resource_metadata=\"ORIGIN/.well-known/oauth-protected-resource/mcp\", scope=\"mcp\"\r\n\
                         connection: close\r\n";

/// A server that does all as it should, and is its own authorization server.
pub(super) async fn server() -> Server {
    let server = Server::start().await;
    server.at("/mcp", unauthorized(CHALLENGE.as_bytes()));
    let metadata = json!({ "resource": "ORIGIN/mcp", "authorization_servers": ["ORIGIN"] });
    put(&server, METADATA, &metadata);
    put(
        &server,
        LOGIN,
        &json!({
            "issuer": "ORIGIN",
            "authorization_endpoint": "ORIGIN/login",
            "token_endpoint": "ORIGIN/tokens",
            "registration_endpoint": "ORIGIN/clients",
            "code_challenge_methods_supported": ["S256"],
        }),
    );
    server
}

pub(super) fn put(server: &Server, path: &str, document: &Value) {
    let text = document.to_string().replace("ORIGIN", &server.origin());
    server.at(path, ok("content-type: application/json\r\n", &text));
}

pub(super) fn nothing() -> Reply {
    Reply::Bytes(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec())
}

/// What the command has said.
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) error: String,
}

/// Runs `relay check` in a folder.
pub(super) fn check(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(built("tollbar-gateway"));
    command.args(["relay", "check"]).args(arguments);
    command.current_dir(folder).env_remove("TOLLBAR_CONFIG");
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said {
        code: output.status.code(),
        out: text(output.stdout),
        error: text(output.stderr),
    }
}

/// Likewise, of a server by its URL, and as JSON.
pub(super) fn checked(server: &Server, more: &[&str]) -> (Option<i32>, Value) {
    let url = format!("{}/mcp", server.origin());
    let mut arguments = vec![&*url, "--json"];
    arguments.extend(more);
    let said = check(Path::new("/"), &arguments);
    let value = serde_json::from_str(&said.out);
    let value = value.unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.error));
    (said.code, value)
}

pub(super) fn step<'a>(value: &'a Value, name: &str) -> &'a Value {
    let mut steps = value["steps"].as_array().unwrap().iter();
    steps.find(|step| step["step"] == name).unwrap()
}
