//! What the README and the first screen promise, run as a newcomer would.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    time::{Duration, Instant},
};

use tollbar_tests::{
    process::Running,
    programs::{built, node, tests},
};

/// Starts the gateway without arguments, and waits for its first screen.
fn first_screen() -> (Running, String) {
    let mut command = Command::new(built("tollbar-gateway"));
    let (running, ()) = Running::start(&mut command, |line| {
        line.contains("listening on").then_some(())
    });
    let screen = running.said();
    (running, screen)
}

/// The copy-paste line that begins with this label.
fn line<'a>(screen: &'a str, label: &str) -> &'a str {
    let found = screen
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(label));
    found
        .unwrap_or_else(|| panic!("no `{label}` line in:\n{screen}"))
        .trim()
}

/// Runs a line in a shell, in the folder of the clients, with their Node first.
fn shell(line: &str) -> Output {
    let folder = tests().join("clients");
    let path = std::env::var("PATH").unwrap();
    let bin: PathBuf = node().parent().unwrap().to_owned();
    Command::new("bash")
        .args(["-c", line])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()))
        .output()
        .unwrap()
}

#[test]
fn the_first_screen_works_line_by_line() {
    let (mut gateway, screen) = first_screen();
    let curl = shell(line(&screen, "curl  "));
    let answer = String::from_utf8_lossy(&curl.stdout);
    assert!(
        curl.status.success() && answer.contains("serverInfo"),
        "{answer} {curl:?}"
    );

    let inspector = shell(line(&screen, "Inspector  "));
    let list: serde_json::Value = serde_json::from_slice(&inspector.stdout)
        .unwrap_or_else(|error| panic!("{error}: {inspector:?}"));
    assert_eq!(list["tools"].as_array().map(Vec::len), Some(15));

    // Each exchange is a line of JSON on standard output.
    let started = Instant::now();
    while !gateway.said().contains(r#""method":"tools/list""#) {
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{}",
            gateway.said()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(gateway.terminate(), Some(0));
}

#[test]
fn the_readme_commands_are_there() {
    let readme = fs::read_to_string(tests().join("../README.md")).unwrap();
    for command in [
        "cargo run --release -p tollbar-gateway\n",
        "-- --upstream http://127.0.0.1:3001/mcp --listen 127.0.0.1:8080\n",
        "bash tests/run\n",
    ] {
        assert!(readme.contains(command), "`{command}` is not in the README");
    }
}

#[test]
fn the_readme_shows_the_embedding_that_is_tested() {
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let readme = fs::read_to_string(tests().join("../README.md")).unwrap();
    let example = fs::read_to_string(tests().join("../examples/embed-axum/src/lib.rs")).unwrap();
    let example = squeeze(&example);
    let (_, snippet) = readme.split_once("```rust,ignore\n").unwrap();
    let (snippet, _) = snippet.split_once("```").unwrap();
    let layers: Vec<_> = snippet
        .lines()
        .filter(|line| line.contains(".layer("))
        .collect();
    assert!(layers.len() >= 3);
    for layer in layers {
        let code = squeeze(layer.split("//").next().unwrap());
        assert!(example.contains(&code), "`{code}` is not in the example");
    }
}
