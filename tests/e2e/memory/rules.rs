//! What access rules hold of an answer.

use std::{fs, process::Command};

use http::StatusCode;
use tollbar_tests::{process::Running, programs::built};

use super::{MEBIBYTE, Watched, client::Client, document::Document, upstream::Upstream};

/// A gateway that lets nobody see a tool called `wipe`.
async fn ruled(upstream: &Upstream, folder: &tempfile::TempDir) -> Watched {
    let path = folder.path().join("gateway.toml");
    let url = upstream.url();
    let configuration = format!(
        r#"
        [listener]
        address = "127.0.0.1:0"
        [[proxy]]
        name = "large"
        path = "/mcp"
        upstream.url = "{url}"
        [[proxy.acl.rule]]
        features = ["logging"]
        tools = ["get*", "small", "large"]
        "#
    );
    fs::write(&path, configuration).unwrap();
    let mut command = Command::new(built("tollbar-gateway"));
    command.arg("--config").arg(&path);
    let listening = |line: &str| {
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://127"))?;
        Some(url.to_owned())
    };
    Watched::warm(Running::start(&mut command, listening)).await
}

/// Has the list filtered, and says what that has cost.
async fn filtered(length: u64) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let list = Document::tools(length, false);
    let upstream = Upstream::start(list, Document::small_call()).await;
    let watched = ruled(&upstream, &folder).await;
    let call = Client::connect(&watched.url).await;
    let mut answer = call.post(Document::call("large")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.read_all(&Document::tools(length, true)).await;
    watched.growth()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_held_a_few_times() {
    for length in [MEBIBYTE, 4 * MEBIBYTE] {
        let growth = filtered(length).await;
        println!("list of {} MiB: {} KiB", length / MEBIBYTE, growth / 1024);
        let bound = 4 * length + 2 * MEBIBYTE;
        assert!(
            growth < bound,
            "{growth} bytes more, over the bound of {bound}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_held_one_event_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let events = Document::events(64 * MEBIBYTE);
    let upstream = Upstream::start(events.clone(), Document::small_call()).await;
    let watched = ruled(&upstream, &folder).await;
    let call = Client::connect(&watched.url).await;
    let mut answer = call.post(Document::call("large")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.read_all(&events).await;
    watched.grew_less_than(4 * MEBIBYTE, "64 MiB of events under rules");
}
