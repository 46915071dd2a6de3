//! `tollbar-gateway logs`.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tollbar_tests::{
    process::Running,
    programs::{built, demo},
};

use super::folder::{Folder, lines_of, parsed};

const SECTIONS: &str = "[log]\nexchanges = \"exchanges.jsonl\"\nmessages = 4\n[store]\n\
                        [capture]\nmethods = [\"tools/call\"]\nhide_members = [\"text\"]\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_can_be_asked_for_in_the_terminal() {
    let (_demo, upstream) = demo();
    let folder = Folder::new(&upstream, "", SECTIONS);
    // Before the first start there is nothing to ask.
    let early = folder.logs(&["query"]);
    assert_eq!(early.status.code(), Some(1));
    let error = String::from_utf8_lossy(&early.stderr).into_owned();
    assert!(
        error.contains("the gateway makes it at its start"),
        "{error}"
    );

    let mut gateway = folder.start();
    let mut tail = Command::new(built("tollbar-gateway"));
    tail.args([
        "logs", "tail", "--json", "--lines", "0", "--tool", "echo", "--config",
    ]);
    let tail = tail.arg(folder.path("gateway.toml"));
    for text in ["a", "b"] {
        assert_eq!(gateway.echo(text).await, 200);
    }
    let nowhere = gateway.url.replace("/mcp", "/nowhere");
    assert_eq!(reqwest::get(nowhere).await.unwrap().status(), 404);
    // It shows what comes from now on, and only what fits.
    let late = tokio::spawn({
        let client = reqwest::Client::new();
        let (other, echo) = (
            gateway.call(&client, "no such tool", "c"),
            gateway.call(&client, "echo", "c"),
        );
        async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            other.send().await.unwrap();
            echo.send().await.unwrap();
        }
    });
    let tail = tail.stdin(Stdio::null());
    let (_tailing, seen) = tokio::task::block_in_place(|| {
        Running::start(tail, |line| serde_json::from_str::<Value>(line).ok())
    });
    late.await.unwrap();
    assert_eq!(
        (&seen["subject"], &seen["status"]),
        (&"echo".into(), &200.into())
    );

    // In order, so that nothing is missing.
    assert_eq!(gateway.running.terminate(), Some(0));
    let kept = folder.kept();
    assert_eq!(kept.len(), 5, "{kept:?}");
    let mut logged = lines_of(&folder.path("exchanges.jsonl"));
    logged.sort_by_key(|line| line["time"].to_string());
    assert_eq!(kept, logged, "the store and the log say the same");
    let passed = kept[0]["passed"].as_array().unwrap();
    assert_eq!(passed.len(), 2);
    assert_eq!(passed[1]["direction"], "to_client");
    let params = kept[0]["captured_params"].as_str().unwrap();
    assert!(params.contains(r#""text":"[hidden]""#), "{params}");

    let errors = folder.told(&["query", "--errors"]);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(
        errors.contains("no_such_path  [no proxy by 127.0.0.1]"),
        "{errors}"
    );
    let id = kept[0]["id"].as_str().unwrap();
    let shown = folder.told(&["show", id]);
    assert!(
        shown.starts_with("time ") && shown.contains("\nsubject ") && shown.contains("echo"),
        "{shown}"
    );
    assert_eq!(
        parsed(&folder.told(&["show", id, "--json"])),
        [kept[0].clone()]
    );
    let usage = folder.told(&["usage", "--by", "subject"]);
    assert!(
        usage.contains("exchanges    5\nerrors       2\n"),
        "{usage}"
    );
    let echo = usage
        .lines()
        .find(|line| line.starts_with("echo "))
        .unwrap();
    assert_eq!(echo.split_whitespace().nth(1), Some("3"), "{usage}");
    let usage: Value =
        serde_json::from_str(&folder.told(&["usage", "--json", "--tool", "echo"])).unwrap();
    assert_eq!(usage["totals"]["count"], 3);

    for (arguments, code, said) in [
        (
            &["show", "01980c3e-5d7a-7c42-9d1e-2b8f0a6c4e11"][..],
            1,
            "there is no exchange",
        ),
        (&["show", "x"][..], 2, "write an id such as"),
        (&["usage", "--by", "colour"][..], 2, "write one of `tool`"),
        (
            &[
                "query",
                "--since",
                "2027-01-01",
                "--until",
                "2026-01-01T00:00:00Z",
            ][..],
            1,
            "is not before",
        ),
    ] {
        let output = folder.logs(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn whoever_has_read_enough_is_not_written_to_for_ever() {
    let (_demo, upstream) = demo();
    let folder = Folder::new(&upstream, "", "[log]\nexchanges = \"off\"\n[store]\n");
    let gateway = folder.start();
    let mut enough = Command::new("bash");
    enough.args(["-c", "\"$@\" | head -n 1", "bash"]);
    enough.arg(built("tollbar-gateway"));
    enough.args(["logs", "tail", "--config"]);
    let enough = enough.arg(folder.path("gateway.toml"));
    let mut enough = enough.stdout(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    // The end of the reader shows with what is written next.
    while enough.try_wait().unwrap().is_none() {
        assert_eq!(gateway.echo("a").await, 200);
        if started.elapsed() > Duration::from_secs(20) {
            enough.kill().unwrap();
            panic!("it writes on");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(enough.wait().unwrap().success());
}
