//! Changes are live in a gateway that runs.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use tollbar_tests::programs::demo;

use super::configuration::Configuration;

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

async fn ask(url: &str, key: Option<&str>) -> StatusCode {
    let mut request = Client::new()
        .post(url)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .body(PING);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    request.send().await.unwrap().status()
}

/// Waits until a key gets this status, and says how long that took.
async fn becomes(url: &str, key: &str, is_awaited: impl Fn(StatusCode) -> bool) -> Duration {
    let started = Instant::now();
    loop {
        let status = ask(url, Some(key)).await;
        if is_awaited(status) {
            return started.elapsed();
        }
        assert!(started.elapsed() < Duration::from_secs(1), "still {status}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Whatever the upstream makes of it: the key was let in.
fn is_in(status: StatusCode) -> bool {
    status != StatusCode::UNAUTHORIZED && status != StatusCode::FORBIDDEN
}

#[tokio::test]
async fn what_the_command_does_is_live_within_a_second() {
    let (_demo, upstream) = demo();
    let configuration = Configuration::new(&upstream);
    // The gateway is there before the first key.
    let (mut gateway, url) = configuration.start();
    assert_eq!(ask(&url, None).await, 401);
    let key = configuration.create("ci");
    let mut waits = vec![becomes(&url, &key, is_in).await];
    configuration.run(&["suspend", "ci"]);
    waits.push(becomes(&url, &key, |status| status == 403).await);
    configuration.run(&["resume", "ci"]);
    waits.push(becomes(&url, &key, is_in).await);
    let new = configuration.run(&["rotate", "ci", "--overlap", "0s"]);
    let new = new.trim_end();
    waits.push(becomes(&url, new, is_in).await);
    assert_eq!(ask(&url, Some(&key)).await, 401);
    configuration.run(&["revoke", "ci"]);
    waits.push(becomes(&url, new, |status| status == 401).await);
    println!("live after {waits:?}");
    // One line for each change of how many there are: the rotation is none.
    let said = gateway.said();
    let counts: Vec<_> = said
        .lines()
        .filter_map(|line| Some(line.split_once("keys: ")?.1))
        .collect();
    let [active, suspended, revoked] = [
        "1 active, 0 suspended, 0 revoked or expired",
        "0 active, 1 suspended, 0 revoked or expired",
        "0 active, 0 suspended, 1 revoked or expired",
    ];
    assert_eq!(counts, [active, suspended, active, revoked], "{said}");
    assert!(said.contains("INFO"), "{said}");

    // When it was used is written at the end at the latest.
    assert!(!configuration.run(&["show", "ci"]).contains("last used  20"));
    assert_eq!(gateway.terminate(), Some(0));
    let shown = configuration.run(&["show", "ci"]);
    assert!(shown.contains("last used  20"), "{shown}");
}
