//! A disk that is full.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use reqwest::Client;
use tollbar_tests::programs::demo;

use super::folder::{Folder, Gateway, call};

const PATIENCE: Duration = Duration::from_secs(20);

/// No file of the gateway can become larger than 1 MiB, until it is allowed to.
#[tokio::test]
async fn a_store_that_cannot_grow_stops_the_store_and_not_the_gateway() {
    let (_demo, upstream) = demo();
    let folder = Folder::new(&upstream, "", "[log]\nexchanges = \"off\"\n[store]\n");
    let gateway = folder.command();
    let mut shell = Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; ulimit -S -f 1024; exec \"$@\"", "bash"]);
    shell.arg(gateway.get_program()).args(gateway.get_args());
    let mut gateway = Gateway::start(&mut shell);
    let (client, name) = (Client::new(), "x".repeat(900));
    let mut sent = 0_u64;
    let started = Instant::now();
    let failing = loop {
        for _ in 0..50 {
            let answer = call(&client, &gateway.url, &name, "a")
                .send()
                .await
                .unwrap();
            // The server does not know the tool, and says so: the gateway goes on.
            assert_eq!(answer.status(), 200);
            answer.bytes().await.unwrap();
            sent += 1;
        }
        let record = gateway.record("store").await;
        if record["state"] == "fails" {
            break record;
        }
        assert!(started.elapsed() < PATIENCE, "{sent} calls fit: {record}");
    };
    assert!(!failing["reason"].as_str().unwrap().is_empty(), "{failing}");
    assert!(failing["lost"].as_u64().unwrap() > 0, "{failing}");
    let ready = reqwest::get(format!("{}/readyz", gateway.admin))
        .await
        .unwrap();
    assert_eq!(ready.status(), 200, "clients are served all the same");
    let said = gateway.running.said();
    let complaints = said.matches("the store cannot be written").count();
    assert_eq!(complaints, 1, "once, not for each event: {said}");
    // What was kept can still be read.
    assert!(
        gateway.ask("/api/v1/totals").await["count"]
            .as_u64()
            .unwrap()
            > 0
    );
    let metrics = reqwest::get(format!("{}/metrics", gateway.admin))
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    let lost = metrics
        .lines()
        .find(|line| line.starts_with("tollbar_sink_dropped_total{sink=\"store\"}"));
    assert!(!lost.unwrap().ends_with(" 0"), "{metrics}");

    // There is room again.
    let pid = gateway.running.id().to_string();
    let status = Command::new("prlimit")
        .args(["--pid", &pid, "--fsize=unlimited:"])
        .status();
    assert!(status.unwrap().success());
    let started = Instant::now();
    loop {
        assert_eq!(gateway.echo("a").await, 200);
        sent += 1;
        if gateway.record("store").await["state"] == "writes" {
            break;
        }
        assert!(started.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        gateway
            .running
            .said()
            .contains("the store can be written again")
    );
    let lost = gateway.record("store").await["lost"].as_u64().unwrap();
    assert_eq!(gateway.running.terminate(), Some(0));
    assert_eq!(folder.kept().len() as u64 + lost, sent);
}
