//! Connections that end before the answer, and clients that come back.

use std::time::Duration;

use serde_json::json;

use super::client::{Client, LEGACY, server, text};

#[tokio::test]
async fn an_answer_can_be_fetched_after_the_call_has_ended() {
    let server = server();
    let mut client = Client::legacy(&server, LEGACY, json!({})).await;
    let params = json!({
        "name": "slow_task",
        "arguments": { "steps": 3, "milliseconds": 1, "hang_up": true },
        "_meta": { "progressToken": 1 },
    });
    let mut stream = client.send("tools/call", params, &[]).await;
    let mut last = None;
    let mut messages = 0;
    while let Some(event) = stream.next_event().await {
        messages += usize::from(!event.message.is_null());
        last = event.id.or(last);
    }
    assert_eq!(
        messages, 1,
        "only the first step is reported before the connection ends"
    );
    tokio::time::sleep(Duration::from_millis(100)).await;
    let messages = client.get(last.as_deref()).await.all().await;
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[0]["params"]["progress"], 2.0);
    assert_eq!(text(&messages[2]["result"]), "did 3 steps");
}

#[tokio::test]
async fn a_broken_stream_goes_on_where_it_broke() {
    let server = server();
    let mut client = Client::legacy(&server, "2025-03-26", json!({})).await;
    let params = json!({
        "name": "slow_task",
        "arguments": { "steps": 4, "milliseconds": 50, "hang_up": true },
        "_meta": { "progressToken": 1 },
    });
    let mut stream = client.send("tools/call", params, &[]).await;
    stream.next().await.unwrap();
    let second = stream.next().await.unwrap();
    assert_eq!(
        second.message["params"]["progress"], 2.0,
        "clients of old are not hung up on"
    );
    drop(stream);
    let messages = client.get(second.id.as_deref()).await.all().await;
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[0]["params"]["progress"], 3.0);
}

#[tokio::test]
async fn the_common_stream_keeps_what_was_sent_while_nobody_listened() {
    let server = server();
    let mut client = Client::legacy(&server, LEGACY, json!({})).await;
    client.call("log", json!({})).await;
    let mut stream = client.get(None).await;
    let first = stream.next().await.unwrap();
    assert_eq!(first.message["params"]["level"], "info");
    let second = stream.next().await.unwrap();
    drop(stream);
    let mut again = client.get(first.id.as_deref()).await;
    assert_eq!(again.next().await.unwrap().id, second.id);
    let third = again.next().await.unwrap();
    let mut fresh = client.get(None).await;
    assert!(
        again.next().await.is_none(),
        "a second stream takes over from the first"
    );
    let fourth = fresh.next().await.unwrap();
    assert_eq!(third.message["params"]["level"], "warning");
    assert_eq!(fourth.message["params"]["level"], "error");
}

#[tokio::test]
async fn nobody_gets_at_the_streams_of_another_session() {
    let server = server();
    let mut client = Client::legacy(&server, LEGACY, json!({})).await;
    let thief = Client::legacy(&server, LEGACY, json!({})).await;
    client.call("log", json!({})).await;
    // It has ended, so that only its own session is left to ask for the rest.
    let params = json!({
        "name": "slow_task",
        "arguments": { "steps": 1, "milliseconds": 1, "hang_up": true },
    });
    let mut stream = client.send("tools/call", params, &[]).await;
    let first = stream.next_event().await.unwrap().id.unwrap();
    drop(stream);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let guesses = [
        first.clone(),
        format!("{}:common.0", client.session()),
        ":common.0".to_owned(),
        "x".to_owned(),
    ];
    for guess in guesses {
        let messages = thief.get(Some(&guess)).await.all().await;
        assert!(messages.is_empty(), "{guess}: {messages:?}");
    }
    let messages = client.get(Some(&first)).await.all().await;
    assert!(!messages.is_empty(), "its own session gets it");
}

#[tokio::test]
async fn modern_clients_have_no_streams_to_come_back_to() {
    let server = server();
    let mut client = Client::modern(&server, json!({}));
    let params = json!({
        "name": "countdown",
        "arguments": { "from": 1 },
        "_meta": { "progressToken": 1 },
    });
    let mut stream = client.send("tools/call", params, &[]).await;
    assert_eq!(stream.next_event().await.unwrap().id, None);
    assert_eq!(client.get(Some("0")).await.status, 405);
}
