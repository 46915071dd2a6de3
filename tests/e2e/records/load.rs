//! At full speed everything is recorded, or counted as lost.

use std::process::Command;

use tollbar_tests::{process::Running, programs::built};

use super::folder::{Folder, lines_of};

const CALLS: u64 = 40_000;
const WARM: u64 = 1_000;

#[tokio::test]
async fn what_the_load_generator_sends_is_kept_or_counted() {
    let mut upstream = Command::new(built("tollbar-load"));
    let (_upstream, upstream) = Running::start(upstream.arg("upstream"), |line| {
        let start = line.find("http://")?;
        Some(line[start..].split_whitespace().next()?.to_owned())
    });
    let sections = "[log]\nexchanges = \"x.jsonl\"\n[store]\n";
    let folder = Folder::new(&upstream, "", sections);
    let mut gateway = folder.start();
    let mut drive = Command::new(built("tollbar-load"));
    drive.args([
        "drive",
        "--name",
        "counts",
        "--connections",
        "32",
        "--url",
        &gateway.url,
    ]);
    drive.args(["--calls", &CALLS.to_string(), "--warm", &WARM.to_string()]);
    let drive = tokio::task::spawn_blocking(move || drive.output().unwrap())
        .await
        .unwrap();
    assert!(drive.status.success(), "{drive:?}");
    print!("{}", String::from_utf8_lossy(&drive.stdout));

    let sent = CALLS + WARM;
    let metrics = reqwest::get(format!("{}/metrics", gateway.admin))
        .await
        .unwrap();
    let metrics = metrics.text().await.unwrap();
    let count: u64 = metrics
        .lines()
        .filter(|line| line.starts_with("tollbar_exchanges_total{proxy=\"demo\""))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(count, sent, "metrics lose nothing");
    assert!(
        metrics.contains("tollbar_open_exchanges{proxy=\"demo\"} 0\n"),
        "{metrics}"
    );

    assert_eq!(gateway.running.terminate(), Some(0));
    let said = gateway.running.said();
    let lost = |name: &str| {
        let line = said
            .lines()
            .find(|line| line.contains(&format!("the {name} is not complete")));
        line.map_or(0, |line| {
            line.rsplit("lost=")
                .next()
                .unwrap()
                .trim()
                .parse::<u64>()
                .unwrap()
        })
    };
    let logged = lines_of(&folder.path("x.jsonl")).len() as u64;
    let kept = folder.kept().len() as u64;
    let (unlogged, unkept) = (lost("exchange log"), lost("store"));
    println!("log: {logged} + {unlogged}, store: {kept} + {unkept}");
    assert_eq!(logged + unlogged, sent);
    assert_eq!(kept + unkept, sent);
}
