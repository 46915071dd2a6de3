//! A file that somebody moves away, or that makes room for itself.

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use tollbar_tests::programs::demo;

use super::folder::{Folder, lines_of};

#[tokio::test]
async fn after_a_hangup_the_log_goes_on_in_a_new_file() {
    let (_demo, upstream) = demo();
    let folder = Folder::new(&upstream, "", "[log]\nexchanges = \"x.jsonl\"\n");
    let mut gateway = folder.start();
    assert_eq!(gateway.echo("a").await, 200);
    let (file, old) = (folder.path("x.jsonl"), folder.path("x.old"));
    let started = Instant::now();
    while lines_of(&file).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    fs::rename(&file, &old).unwrap();
    let pid = gateway.running.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-HUP", &pid])
            .status()
            .unwrap()
            .success()
    );
    let started = Instant::now();
    while !gateway.running.said().contains("reloaded") {
        assert!(started.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(gateway.echo("b").await, 200);
    assert_eq!(gateway.running.terminate(), Some(0));
    assert_eq!((lines_of(&old).len(), lines_of(&file).len()), (1, 1));
}

#[tokio::test]
async fn a_large_log_is_put_aside() {
    let (_demo, upstream) = demo();
    let sections = "[log]\nexchanges = \"x.jsonl\"\n[log.rotation]\nsize = \"1MiB\"\nkeep = 1\n";
    let folder = Folder::new(&upstream, "", sections);
    let mut gateway = folder.start();
    let client = reqwest::Client::new();
    let name = "x".repeat(1_000);
    // Of each line some 1.5 KB: more than three files full.
    for _ in 0..2_600 {
        let answer = gateway.call(&client, &name, "a").send().await.unwrap();
        answer.bytes().await.unwrap();
    }
    assert_eq!(gateway.running.terminate(), Some(0));
    let length = |name: &str| fs::metadata(folder.path(name)).map(|it| it.len());
    assert!(length("x.jsonl").unwrap() <= 1 << 20);
    let aside = length("x.jsonl.1").unwrap();
    assert!((900 << 10..=1 << 20).contains(&aside), "{aside}");
    assert!(length("x.jsonl.2").is_err(), "one is kept");
    lines_of(&folder.path("x.jsonl.1"));
}
