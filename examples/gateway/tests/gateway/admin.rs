//! The admin listener.

use std::time::{Duration, Instant};

use http::Method;

use crate::support::{Gateway, call, get, initialize, post};

#[tokio::test]
async fn health_is_told_without_asking_the_server() {
    let arguments = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    let gateway = Gateway::with(&arguments, &[], 2);
    let admin = gateway.listening(1)["admin"].as_str().unwrap();
    gateway.hear("upstream `demo` answers");
    let health = get(&format!("{admin}/healthz")).await;
    assert_eq!(health.status, 200);
    assert_eq!(health.json()["alive"], true);
    let ready = get(&format!("{admin}/readyz")).await;
    assert_eq!(ready.status, 200);
    assert_eq!(ready.headers["cache-control"], "no-store");
    let report = ready.json();
    assert_eq!(report["ready"], true);
    assert_eq!(report["upstreams"][0]["proxy"], "demo");
    assert_eq!(report["upstreams"][0]["state"], "answers");
    assert_eq!(get(&format!("{admin}/")).await.status, 404);
    let posted = call(Method::POST, &format!("{admin}/healthz"), &[], "").await;
    assert_eq!(posted.status, 405);
    assert_eq!(posted.headers["allow"], "GET, HEAD");
    let other = [("host", "evil.example")];
    let rebound = call(Method::GET, &format!("{admin}/readyz"), &other, "").await;
    assert_eq!(rebound.status, 403);
    // Clients find nothing of it at theirs.
    assert_eq!(
        get(&gateway.url().replace("/mcp", "/healthz")).await.status,
        404
    );
}

#[tokio::test]
async fn a_gateway_whose_servers_all_fail_is_not_ready_until_one_answers() {
    let mut demo = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let upstream = demo.url().to_owned();
    let arguments = [
        "--upstream",
        &upstream,
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
    ];
    let gateway = Gateway::with(&arguments, &[], 2);
    let ready = format!("{}/readyz", gateway.listening(1)["admin"].as_str().unwrap());
    gateway.hear("upstream `mcp` answers");
    demo.signal("TERM");
    assert_eq!(demo.end().code(), Some(0));
    assert_eq!(get(&ready).await.status, 200, "nobody has noticed yet");
    assert_eq!(post(gateway.url(), &initialize(), &[]).await.status, 502);
    let address = upstream
        .trim_start_matches("http://")
        .trim_end_matches("/mcp");
    let _demo = Gateway::start(&["demo", "--listen", address]);
    let report = get(&ready).await;
    assert_eq!(report.status, 503);
    assert_eq!(report.json()["upstreams"][0]["state"], "fails");
    assert_eq!(
        report.json()["upstreams"][0]["reason"],
        "upstream_unreachable"
    );
    // No request is made, and yet it is found out that the server is back.
    let begun = Instant::now();
    while get(&ready).await.status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
