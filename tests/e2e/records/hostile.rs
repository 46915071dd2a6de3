//! Names that somebody has made up to do harm.

use std::{collections::HashSet, process::Command};

use reqwest::Client;
use serde_json::json;
use tollbar_tests::{process::Running, programs::built};

use super::folder::{Folder, call};

const NAMES: [&str; 6] = [
    "<script>alert(1)</script>",
    "a\u{202e}gpj.exe\u{202c}",
    "nul\u{0}nul",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "' OR 1=1; DROP TABLE exchanges; --",
    "{proxy=\"x\"} 1\n# TYPE evil counter",
];

/// A server that answers whatever it is asked with a result, so that every tool seems to be there.
fn credulous() -> (Running, String) {
    let mut upstream = Command::new(built("tollbar-load"));
    Running::start(upstream.arg("upstream"), |line| {
        let start = line.find("http://")?;
        Some(line[start..].split_whitespace().next()?.to_owned())
    })
}

#[tokio::test]
async fn names_are_kept_harmlessly_and_labels_stay_few() {
    let (_upstream, upstream) = credulous();
    let folder = Folder::new(
        &upstream,
        "tool_labels = 50",
        "[log]\nexchanges = \"x.jsonl\"\n[store]\n",
    );
    let mut gateway = folder.start();
    let client = Client::new();
    let long = "ä".repeat(5_000);
    let made_up = (0..200).map(|number| format!("made up {number}"));
    let names = NAMES.iter().map(|name| (*name).to_owned());
    let mut sent = 0;
    for name in names.chain([long.clone()]).chain(made_up) {
        // As the name of a tool, ...
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": name } });
        let request = client.post(&gateway.url).body(body.to_string());
        let request = request.header("content-type", "application/json");
        request
            .header("user-agent", "\"><script>")
            .send()
            .await
            .unwrap();
        // ... of a client, and of a method.
        let info = json!({ "name": name, "version": name });
        let params =
            json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info });
        for (method, params) in [("initialize", params), (name.as_str(), json!({}))] {
            let body = json!({ "jsonrpc": "2.0", "id": name, "method": method, "params": params });
            let request = client.post(&gateway.url).body(body.to_string());
            request
                .header("content-type", "application/json")
                .send()
                .await
                .unwrap();
        }
        sent += 3;
    }
    call(&client, &gateway.url, "echo", "a")
        .send()
        .await
        .unwrap();
    sent += 1;

    let metrics = reqwest::get(format!("{}/metrics", gateway.admin))
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    let label = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!("{name}=\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    let of = |name: &str| -> HashSet<_> {
        metrics
            .lines()
            .filter_map(|line| label(line, name))
            .collect()
    };
    let tools = of("tool");
    assert!(tools.contains("other") && tools.len() <= 51, "{tools:?}");
    assert!(of("method").len() < 10, "{:?}", of("method"));
    assert!(
        metrics
            .lines()
            .all(|line| line.starts_with('#') || line.starts_with("tollbar_")),
        "{metrics}"
    );
    assert!(!metrics.contains(['\u{0}', '\u{1b}', '\u{202e}']));

    let top = gateway.ask("/api/v1/top?by=subject&limit=100").await;
    assert_eq!(top["entries"].as_array().unwrap().len(), 100);
    assert_eq!(gateway.running.terminate(), Some(0));
    let kept = folder.kept();
    assert_eq!(kept.len(), sent);
    // Found again by their very names, unless the frame has refused them for what is in them.
    for name in NAMES
        .into_iter()
        .filter(|name| !name.contains(char::is_control))
    {
        let found = folder.told(&["query", "--json", "--tool", name]);
        assert_eq!(found.lines().count(), 1, "{name:?}: {found}");
    }
    let log = std::fs::read_to_string(folder.path("x.jsonl")).unwrap();
    let shown = [
        folder.told(&["query", "--limit", "10000"]),
        folder.told(&["usage", "--by", "subject", "--limit", "100"]),
        folder.told(&["usage", "--by", "client", "--limit", "100"]),
        log,
    ];
    for text in shown {
        let is_harmful = |character: char| {
            (character.is_control() && character != '\n')
                || ('\u{202a}'..='\u{202e}').contains(&character)
        };
        assert!(!text.contains(is_harmful), "{text:?}");
        assert!(text.lines().all(|line| line.len() < 16_000));
    }
}
