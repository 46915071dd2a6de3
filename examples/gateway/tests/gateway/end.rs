//! The end: orderly, or at once.

use std::time::Duration;

use crate::support::{Gateway, Upstream, get, initialize, post};

#[tokio::test]
async fn either_signal_ends_an_idle_gateway() {
    for (signal, arguments) in [
        ("TERM", &["--listen", "127.0.0.1:0"][..]),
        ("INT", &["--listen", "127.0.0.1:0"]),
        ("TERM", &["demo", "--listen", "127.0.0.1:0"]),
    ] {
        let mut gateway = Gateway::start(arguments);
        gateway.signal(signal);
        assert_eq!(
            gateway.end().code(),
            Some(0),
            "{signal}: {}",
            gateway.said()
        );
    }
}

#[tokio::test]
async fn a_call_under_way_is_waited_for_until_a_second_signal() {
    let server = Upstream::silent().await;
    let arguments = [
        "--upstream",
        &server.url,
        "--listen",
        "127.0.0.1:0",
        "--admin",
        "127.0.0.1:0",
    ];
    let mut gateway = Gateway::with(&arguments, &[], 2);
    let ready = format!("{}/readyz", gateway.listening(1)["admin"].as_str().unwrap());
    let url = gateway.url().to_owned();
    let call = tokio::spawn(async move { post(&url, &initialize(), &[]).await });
    while !server.heard().contains("initialize") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    gateway.signal("TERM");
    gateway.hear("stopping: open calls have 30s");
    let report = get(&ready).await;
    assert_eq!(report.status, 503);
    assert_eq!(report.json()["draining"], true);
    assert!(gateway.runs());
    assert!(!call.is_finished());
    gateway.signal("TERM");
    assert_eq!(gateway.end().code(), Some(143), "{}", gateway.said());
    assert!(call.await.unwrap_err().is_panic(), "the call was cut off");
}

#[tokio::test]
async fn the_drain_has_its_deadline() {
    let server = Upstream::silent().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.toml");
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\ndrain_timeout = \"300ms\"\n\
         [[proxy]]\nname = \"a\"\npath = \"/a\"\nupstream.url = \"{}\"\n",
        server.url
    );
    std::fs::write(&path, text).unwrap();
    let mut gateway = Gateway::start(&["--config", path.to_str().unwrap()]);
    let url = gateway.url().to_owned();
    let call = tokio::spawn(async move { post(&url, &initialize(), &[]).await });
    while !server.heard().contains("initialize") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    gateway.signal("INT");
    assert_eq!(gateway.end().code(), Some(0), "{}", gateway.said());
    assert!(call.await.is_err(), "the call was cut off");
    // The exchange that was cut off is written down all the same.
    let line = gateway.line();
    assert_eq!(line["method"], "initialize");
}
