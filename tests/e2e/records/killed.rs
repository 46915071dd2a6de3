//! A gateway that is killed loses no more than it says.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Client;
use tollbar_tests::programs::demo;

use super::folder::{Folder, call};

/// What the documentation says: what has ended longer ago is kept.
const WINDOW: Duration = Duration::from_secs(1);

/// Clients that call all the time.
const CLIENTS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ended_a_second_before_is_kept() {
    let (_demo, upstream) = demo();
    let sections = "[log]\nexchanges = \"x.jsonl\"\n[store]\n";
    let folder = Folder::new(&upstream, "", sections);
    let gateway = folder.start();
    let ended = Arc::new(Mutex::new(Vec::new()));
    let is_over = Arc::new(AtomicBool::new(false));
    let clients = (0..CLIENTS).map(|number| {
        let (ended, is_over, url) = (
            Arc::clone(&ended),
            Arc::clone(&is_over),
            gateway.url.clone(),
        );
        tokio::spawn(async move {
            let client = Client::new();
            for call_number in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                // Of a tool that is not there, whose name is found again.
                let name = format!("{number}-{call_number}");
                let Ok(answer) = call(&client, &url, &name, "a").send().await else {
                    break;
                };
                if answer.bytes().await.is_ok() {
                    ended.lock().unwrap().push((name, Instant::now()));
                }
            }
        })
    });
    let clients: Vec<_> = clients.collect();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let killed = Instant::now();
    // SIGKILL.
    drop(gateway);
    is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let ended = ended.lock().unwrap();
    // The last line may be half a line.
    let log = std::fs::read_to_string(folder.path("x.jsonl")).unwrap();
    let logged = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let name = |line: &serde_json::Value| line["subject"].as_str().map(str::to_owned);
    let records = [
        ("log", logged.collect::<Vec<_>>()),
        ("store", folder.kept()),
    ];
    for (which, lines) in records {
        let names: HashSet<_> = lines.iter().filter_map(name).collect();
        let lost = ended.iter().filter(|(name, _)| !names.contains(name));
        let lost: Vec<_> = lost
            .map(|(_, at)| killed.saturating_duration_since(*at))
            .collect();
        let oldest = lost.iter().max().copied().unwrap_or_default();
        println!(
            "{which}: {} of {} lost, the oldest {oldest:?} old",
            lost.len(),
            ended.len()
        );
        assert!(
            oldest <= WINDOW,
            "{which} has lost what ended {oldest:?} before"
        );
    }
}
