//! `config check`, `config schema` and `config example`.

use serde_json::Value;

use crate::support::{Gateway, nobody, run};

/// Runs `config check` on a file with these proxies: exit code, table, and what was said.
fn check(proxies: &[(&str, &str)], flags: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let text: String = proxies
        .iter()
        .map(|(name, url)| {
            format!("[[proxy]]\nname = \"{name}\"\npath = \"/{name}\"\nupstream.url = \"{url}\"\n")
        })
        .collect();
    std::fs::write(&path, text).unwrap();
    let arguments = [&["config", "check", path.to_str().unwrap()], flags].concat();
    let output = run(&arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[tokio::test]
async fn a_table_tells_what_each_server_is() {
    let demo = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let url = demo.url().to_owned();
    let (code, table, said) = check(&[("demo", &url)], &[]);
    assert_eq!(code, Some(0), "{table}{said}");
    let row = table.lines().nth(1).unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    let origin = url.trim_end_matches("/mcp");
    assert_eq!(
        words[..4],
        ["demo", "http://127.0.0.1:8080/demo", "keyless", origin]
    );
    assert!(row.contains("yes: tollbar-demo "), "{row}");
    assert!(row.contains("dual-era (2026-07-28, 2025-11-25, "), "{row}");
    assert!(row.ends_with("15 tools"), "{row}");
    assert!(table.ends_with("gateway.toml: 1 proxy; valid, and every upstream answers\n"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_fails_the_check() {
    let demo = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let url = demo.url().to_owned();
    let gone = nobody();
    let proxies = [("demo", url.as_str()), ("gone", &gone)];
    let (code, table, _) = check(&proxies, &[]);
    assert_eq!(code, Some(1), "{table}");
    assert!(
        table.contains("no: the MCP server does not accept connections"),
        "{table}"
    );
    assert!(table.contains("15 tools"), "{table}");
    assert!(
        table.contains("2 proxies; valid, but not every upstream answers"),
        "{table}"
    );
    let (code, table, _) = check(&proxies, &["--offline"]);
    assert_eq!(code, Some(0), "{table}");
    assert_eq!(table.matches("not asked").count(), 2, "{table}");
}

#[test]
fn plans_stand_in_the_table_and_warnings_are_counted_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let proxy = "[[proxy]]\nname = \"a\"\npath = \"/a\"\nupstream.url = \"http://[::1]:1/\"\n\
                 [[proxy.plan]]\ntype = \"key\"\nname = \"partners\"\n\
                 [[proxy.plan]]\ntype = \"keyless\"\n";
    let check = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let output = run(&["config", "check", path.to_str().unwrap(), "--offline"]);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    let table = check(proxy);
    assert!(table.contains("  partners (key), keyless  "), "{table}");
    assert!(
        table.ends_with("1 proxy; valid; no upstream was asked\n"),
        "{table}"
    );
    let table = check(&format!("[listener]\nallowed_hosts = [\"*\"]\n{proxy}"));
    assert!(
        table.ends_with("\nWARN: 1 warning, told on standard error\n"),
        "{table}"
    );
}

#[test]
fn the_example_passes_its_own_check() {
    let example = run(&["config", "example"]);
    assert_eq!(example.status.code(), Some(0));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    std::fs::write(&path, example.stdout).unwrap();
    let output = run(&["config", "check", path.to_str().unwrap(), "--offline"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_schema_is_json() {
    let output = run(&["config", "schema"]);
    assert_eq!(output.status.code(), Some(0));
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["properties"]["proxy"]["type"], "array");
}
