//! Progress, log messages and countdowns.

use serde_json::{Value, json};

use super::client::{Client, LEGACY, server, text};

#[tokio::test]
async fn progress_is_reported_only_with_a_token() {
    let server = server();
    for mut client in Client::both(&server).await {
        for (meta, expected) in [(json!({}), 0), (json!({ "progressToken": "t" }), 3)] {
            let params = json!({
                "name": "slow_task",
                "arguments": { "steps": 3, "milliseconds": 1 },
                "_meta": meta,
            });
            let messages = client.send("tools/call", params, &[]).await.all().await;
            assert_eq!(messages.len(), expected + 1);
            for (step, message) in (1..).zip(&messages[..expected]) {
                assert_eq!(message["method"], "notifications/progress");
                assert_eq!(message["params"]["progress"], f64::from(step));
                assert_eq!(message["params"]["progressToken"], "t");
            }
            assert_eq!(text(&messages[expected]["result"]), "did 3 steps");
        }
    }
}

#[tokio::test]
async fn arguments_out_of_bounds_are_the_tools_error() {
    let mut client = Client::modern(&server(), json!({}));
    for (tool, arguments) in [
        ("slow_task", json!({ "steps": 0 })),
        ("slow_task", json!({ "steps": 101 })),
        ("slow_task", json!({ "milliseconds": 10_001 })),
        ("countdown", json!({ "from": 0 })),
        ("countdown", json!({ "from": 1001 })),
    ] {
        let result = client.call(tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}");
    }
}

#[tokio::test]
async fn a_modern_client_names_the_level_with_each_request() {
    let mut client = Client::modern(&server(), json!({}));
    for (level, expected) in [
        (None, "logged nothing: the client wants no log messages"),
        (Some("alert"), "logged at alert, emergency"),
    ] {
        let mut meta = json!({});
        if let Some(level) = level {
            meta["io.modelcontextprotocol/logLevel"] = json!(level);
        }
        let params = json!({ "name": "log", "arguments": {}, "_meta": meta });
        let messages = client.send("tools/call", params, &[]).await.all().await;
        assert_eq!(
            levels(&messages),
            if level.is_some() {
                vec!["alert", "emergency"]
            } else {
                vec![]
            }
        );
        assert_eq!(text(&messages.last().unwrap()["result"]), expected);
    }
}

#[tokio::test]
async fn a_legacy_client_sets_the_level_of_its_session() {
    let server = server();
    let mut client = Client::legacy(&server, LEGACY, json!({})).await;
    let mut other = Client::legacy(&server, LEGACY, json!({})).await;
    let mut stream = client.get(None).await;
    let set = client
        .ask("logging/setLevel", json!({ "level": "critical" }))
        .await;
    assert_eq!(set["result"], json!({}));
    let result = client.call("log", json!({ "message": "hear" })).await;
    assert_eq!(text(&result), "logged at critical, alert, emergency");
    for level in ["critical", "alert", "emergency"] {
        let message = stream.next().await.unwrap().message;
        assert_eq!(message["params"]["level"], level);
        assert_eq!(message["params"]["data"], "hear");
    }
    let result = other.call("log", json!({})).await;
    assert!(text(&result).starts_with("logged at info, notice"));
}

#[tokio::test]
async fn a_countdown_is_progress_or_else_log_messages() {
    let mut client = Client::modern(&server(), json!({}));
    for (meta, method) in [
        (json!({ "progressToken": 1 }), "notifications/progress"),
        (
            json!({ "io.modelcontextprotocol/logLevel": "info" }),
            "notifications/message",
        ),
    ] {
        let params = json!({ "name": "countdown", "arguments": { "from": 1000 }, "_meta": meta });
        let messages = client.send("tools/call", params, &[]).await.all().await;
        assert_eq!(messages.len(), 1001);
        assert!(
            messages[..1000]
                .iter()
                .all(|message| message["method"] == method)
        );
        let end = "counted down from 1000 with 1000 notifications";
        assert_eq!(text(&messages[1000]["result"]), end);
    }
    let result = client.call("countdown", json!({ "from": 2 })).await;
    assert_eq!(text(&result), "counted down from 2 with 0 notifications");
}

fn levels(messages: &[Value]) -> Vec<&str> {
    let levels = messages
        .iter()
        .filter_map(|message| message["params"]["level"].as_str());
    levels.collect()
}
