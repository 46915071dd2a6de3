//! Every client behaves through the gateway exactly as directly.
//!
//! A client goes through the same steps twice, against the server itself and through the gateway,
//! and the two transcripts are compared step by step, after the fields that
//! `tests/clients/NORMALISED.md` lists are masked.

use std::{fs, process::Command};

use tollbar_tests::{
    process::Running,
    programs::{self, gateway, node},
};

/// A real client, as a command line.
#[derive(Clone, Copy, Debug)]
enum Client {
    TypescriptV1,
    TypescriptV2(&'static str),
    Python(&'static str),
    Inspector(&'static str),
}

impl Client {
    fn command(self, url: &str, server: &str) -> Command {
        let (mut command, era) = match self {
            Self::TypescriptV1 => (javascript("typescript-v1.js"), "legacy"),
            Self::TypescriptV2(era) => (javascript("typescript-v2.js"), era),
            Self::Inspector(era) => (javascript("inspector.js"), era),
            Self::Python(era) => {
                let mut command = Command::new(programs::installed(".venv/bin/python"));
                command.arg(programs::installed("clients/python/main.py"));
                (command, era)
            }
        };
        command.args(["--url", url, "--server", server, "--era", era]);
        command
    }
}

fn javascript(script: &str) -> Command {
    let mut command = Command::new(node());
    command.arg(programs::installed(&format!("clients/javascript/{script}")));
    command
}

/// Runs one client and gives its transcript.
fn transcript(client: Client, url: &str, server: &str) -> String {
    let output = client.command(url, server).output().unwrap();
    assert!(
        output.status.success(),
        "{client:?} at {url} ended with {}:\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Compares one client's two transcripts.
fn compare(client: Client, server: &str, direct_url: &str, gateway_url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut compared = javascript("compare.js");
    compared.args(["--server", server]);
    for (name, url) in [("direct", direct_url), ("gateway", gateway_url)] {
        let path = folder.path().join(name);
        fs::write(&path, transcript(client, url, server)).unwrap();
        compared.arg(path);
    }
    let output = compared.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{client:?} in front of {server}:\n{told}"
    );
    println!("{client:?} in front of {server}: {}", told.trim());
}

fn all(server: &str, start: fn() -> (Running, String), clients: &[Client]) {
    let (_server, direct_url) = start();
    let (_gateway, gateway_url) = gateway(&direct_url);
    for client in clients {
        compare(*client, server, &direct_url, &gateway_url);
    }
}

const LEGACY: &[Client] = &[
    Client::TypescriptV1,
    Client::TypescriptV2("legacy"),
    Client::TypescriptV2("auto"),
    Client::Python("legacy"),
    Client::Python("auto"),
    Client::Inspector("legacy"),
];

const DUAL: &[Client] = &[
    Client::TypescriptV1,
    Client::TypescriptV2("legacy"),
    Client::TypescriptV2("modern"),
    Client::TypescriptV2("auto"),
    Client::Python("legacy"),
    Client::Python("modern"),
    Client::Python("auto"),
    Client::Inspector("legacy"),
    Client::Inspector("modern"),
];

#[test]
fn in_front_of_server_everything() {
    all("everything", programs::everything, LEGACY);
}

#[test]
fn in_front_of_a_typescript_v2_server() {
    all("typescript-v2", programs::typescript_v2, DUAL);
}

#[test]
fn in_front_of_the_demo_server() {
    all("demo", programs::demo, DUAL);
}
