//! `relay check`: what it says of a server is what clients find, directly and through the gateway.

mod faults;
mod scene;

use std::{fs, path::Path, process::Command};

use reqwest::{Response, header::WWW_AUTHENTICATE, redirect::Policy};
use serde_json::{Value, json};
use tollbar_tests::{process::Running, programs::built};

use self::scene::{LOGIN, METADATA, check, checked, nothing, put, server};
use crate::hostile_relay::{scene::unauthorized, server::Reply};

#[tokio::test(flavor = "multi_thread")]
async fn a_good_server_has_a_table_and_a_configuration_to_paste() {
    let server = server().await;
    let url = format!("{}/mcp", server.origin());
    let said = check(Path::new("/"), &[&url]);
    assert_eq!((said.code, &*said.error), (Some(0), ""), "{}", said.out);
    for line in said.out.lines() {
        assert!(line.chars().count() <= 80, "too wide: {line}");
    }
    for words in [
        "STEP                           RESULT   FOUND\n",
        "refusal                        ok       401 for `initialize`, 401 for\n",
        "audience                       skipped  not asked: clients will ask for tokens\n",
        "WHAT A CLIENT SEES     DIRECTLY                     THROUGH THE GATEWAY (mirror)\n",
        "clients of today       are led to the login         are led to the login\n",
        "\nmode `mirror` fits: ",
        "\n\n[proxy.relay]\nmode = \"mirror\"\n",
    ] {
        assert!(said.out.contains(words), "no {words:?} in\n{}", said.out);
    }
}

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;

/// What is foretold is what is there.
#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_tells_what_the_command_has_foretold() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let (_, value) = checked(&server, &[]);
    let pasted = value["configuration"].as_str().unwrap();
    let file = folder.path().join("gateway.toml");
    fs::write(
        &file,
        format!("listener.address = \"127.0.0.1:0\"\n{pasted}"),
    )
    .unwrap();
    let said = check(folder.path(), &["--proxy", "mcp"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.error);

    let mut command = Command::new(built("tollbar-gateway"));
    let (_gateway, public) = Running::start(command.arg("--config").arg(&file), |line| {
        let line: Value = serde_json::from_str(line).ok()?;
        Some(line["listening"].as_str()?.to_owned())
    });
    let (_, value) = checked(&server, &["--public-url", &public]);
    let client = reqwest::Client::builder().redirect(Policy::none());
    let client = client.build().unwrap();
    for (url, seen) in [
        (format!("{}/mcp", server.origin()), &value["directly"]),
        (public, &value["through"]),
    ] {
        assert_eq!(seen["url"], *url);
        let refused = client.post(&url).body(INITIALIZE);
        let refused = refused.header("content-type", "application/json");
        let refused = refused.header("accept", "application/json, text/event-stream");
        let refused: Response = refused.send().await.unwrap();
        let (status, headers) = (refused.status().as_u16(), refused.headers().clone());
        let text = refused.text().await.unwrap();
        assert_eq!(seen["status"], status, "{url}: {text}");
        let challenge = headers[WWW_AUTHENTICATE].to_str().unwrap();
        assert_eq!(seen["challenge"], *challenge);
        let place = seen["metadata_url"].as_str().unwrap();
        assert!(challenge.contains(&format!("resource_metadata=\"{place}\"")));
        let metadata = client
            .get(place)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let metadata: Value = serde_json::from_str(&metadata).unwrap();
        assert_eq!(seen["resource"], metadata["resource"]);
        assert_eq!(
            seen["authorization_servers"],
            metadata["authorization_servers"]
        );
        assert_eq!(seen["accepted_by"], "all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_server_and_a_front_door_have_modes_of_their_own() {
    let old = server().await;
    old.at("/mcp", unauthorized(b"www-authenticate: Bearer\r\n"));
    old.at(METADATA, nothing());
    let (code, value) = checked(&old, &[]);
    assert_eq!(
        (code, &value["fits"]),
        (Some(0), &json!("synthesised")),
        "{value:#}"
    );
    let (code, value) = checked(&old, &["--mode", "mirror"]);
    assert_eq!(
        (code, &value["works"]),
        (Some(1), &json!(false)),
        "{value:#}"
    );
    old.at(LOGIN, nothing());
    assert_eq!(checked(&old, &[]).0, Some(1));
    let named = ["--authorization-server", "https://login.example"];
    let (code, value) = checked(&old, &named);
    assert_eq!(
        (code, &value["fits"]),
        (Some(0), &json!("synthesised")),
        "{value:#}"
    );

    let door = server().await;
    let own = json!({ "resource": "https://gw.example/mcp", "authorization_servers": ["ORIGIN"] });
    put(&door, METADATA, &own);
    let (code, value) = checked(&door, &["--public-url", "https://gw.example/mcp"]);
    assert_eq!(
        (code, &value["fits"]),
        (Some(0), &json!("verbatim")),
        "{value:#}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_whose_mode_does_not_work_fails() {
    let server = server().await;
    let folder = tempfile::tempdir().unwrap();
    let upstream = server.origin();
    let text = format!(
        "[[proxy]]\nname = \"weather\"\npath = \"/weather\"\nupstream.url = \"{upstream}/mcp\"\n\
         [proxy.relay]\nmode = \"verbatim\"\n\
         [[proxy]]\nname = \"open\"\npath = \"/open\"\nupstream.url = \"{upstream}/open\"\n"
    );
    fs::write(folder.path().join("gateway.toml"), text).unwrap();
    let said = check(folder.path(), &["--proxy", "weather"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    let step = "mode                           failed   `verbatim` does not work with this\n";
    assert!(said.out.contains(step), "{}", said.out);
    let fix = "error: mode: `verbatim` does not work with this server; `mirror` fits\n";
    assert!(said.error.contains(fix), "{}", said.error);
    let words = "mode `verbatim`, which the proxy `weather` has, does not work: mode `mirror` fits";
    assert!(said.out.contains(words), "{}", said.out);
    for (name, words) in [
        ("wether", "did you mean `weather`?"),
        ("open", "the proxy `open` relays nothing"),
    ] {
        let said = check(folder.path(), &["--proxy", name]);
        assert_eq!(said.code, Some(2));
        assert!(said.error.contains(words), "{}", said.error);
    }
}

#[test]
fn a_command_that_cannot_be_right_ends_with_2() {
    let url = "http://127.0.0.1:9/mcp";
    for arguments in [
        &["not a url"][..],
        &[url, "--proxy", "x"],
        &[url, "--mode", "other"],
        &[url, "--config", "gateway.toml"],
        &["http://mcp.example/mcp"],
        &[
            url,
            "--mode",
            "mirror",
            "--authorization-server",
            "https://login.example",
        ],
        &[],
    ] {
        let said = check(Path::new("/"), arguments);
        assert_eq!(
            said.code,
            Some(2),
            "{arguments:?}: {}{}",
            said.out,
            said.error
        );
        assert!(!said.error.is_empty(), "{arguments:?}");
    }
    // The way there may be safe.
    let said = check(Path::new("/"), &["http://mcp.example/mcp"]);
    assert!(said.error.contains("`--allow-http`"), "{}", said.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_for_whom() {
    let server = server().await;
    server.at(METADATA, Reply::Slow(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()));
    let said = check(Path::new("/"), &[&format!("{}/mcp", server.origin())]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    let words = format!("asking {}", server.origin());
    assert!(said.error.starts_with(&words), "{}", said.error);
    assert!(
        said.error.contains("no complete answer within 5s"),
        "{}",
        said.error
    );
}
