//! Servers of one's own, by flags and by files.

use serde_json::json;

use crate::support::{Gateway, Upstream, delete, get, initialize, nobody, post, preflight, tools};

/// A file in a folder that ends with the test.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

#[tokio::test]
async fn one_server_is_proxied_by_flags_under_its_path_only() {
    let demo = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let arguments = [
        "--upstream",
        demo.url(),
        "--listen",
        "127.0.0.1:0",
        "--path",
        "/tools/here/",
    ];
    let gateway = Gateway::start(&arguments);
    assert!(gateway.url().ends_with("/tools/here"), "{}", gateway.url());
    for url in [gateway.url().to_owned(), format!("{}/", gateway.url())] {
        assert_eq!(tools(&url).await.len(), 15, "{url}");
    }
    for other in ["", "/x", "/mcp"] {
        let answer = get(&format!("{}{other}", gateway.url().replace("/here", ""))).await;
        assert_eq!(answer.status, 404, "{other}");
        assert_eq!(answer.json()["reason"], "no_such_path");
    }
    gateway.hear("upstream `mcp` answers");
}

#[tokio::test]
async fn a_file_may_hold_several_servers_in_toml_and_in_json() {
    let demo = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let other = Upstream::answering(r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}"#).await;
    let toml = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n\
         [[proxy]]\nname = \"demo\"\nversion = \"1.2\"\npath = \"/demo\"\nupstream.url = \"{}\"\n\
         [[proxy]]\nname = \"empty\"\npath = \"/empty\"\nupstream.url = \"{}\"\n",
        demo.url(),
        other.url
    );
    let json = json!({
        "listener": { "address": "127.0.0.1:0" },
        "proxy": [
            { "name": "demo", "version": "1.2", "path": "/demo", "upstream": { "url": demo.url() } },
            { "name": "empty", "path": "/empty", "upstream": { "url": other.url } },
        ],
    });
    for (name, text) in [("gateway.toml", toml), ("gateway.json", json.to_string())] {
        let (_folder, path) = file(name, &text);
        let gateway = Gateway::with(&["--config", &path], &[], 2);
        let urls: Vec<String> = [0, 1]
            .map(|line| {
                gateway.listening(line)["listening"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .into();
        assert_eq!(tools(&urls[0]).await.len(), 15, "{name}");
        assert_eq!(tools(&urls[1]).await.len(), 0, "{name}");
        let first = gateway.line();
        assert_eq!(
            (&first["proxy"], &first["proxy_version"]),
            (&json!("demo"), &json!("1.2"))
        );
        assert_eq!(gateway.line()["proxy"], "empty");
    }
}

#[tokio::test]
async fn only_hosts_and_pages_that_are_known_are_served() {
    let demo = Gateway::start(&["demo", "--listen", "127.0.0.1:0"]);
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\npublic_url = \"https://gw.example:8443/base\"\n\
         allowed_hosts = [\"alias.example\"]\nallowed_origins = [\"https://app.example\"]\n\
         [[proxy]]\nname = \"demo\"\npath = \"/demo\"\nupstream.url = \"{}\"\n",
        demo.url()
    );
    let (_folder, path) = file("gateway.toml", &text);
    let gateway = Gateway::start(&["--config", &path]);
    let public = gateway.listening(0)["public_url"].as_str().unwrap();
    assert_eq!(public, "https://gw.example:8443/base/demo");
    for (host, status) in [
        ("gw.example:8443", 200),
        ("gw.example", 200),
        ("alias.example", 200),
        ("localhost:1", 200),
        ("[::1]:1", 200),
        ("evil.example", 403),
        ("gw.example.evil.example", 403),
    ] {
        let answer = post(gateway.url(), &initialize(), &[("host", host)]).await;
        assert_eq!(answer.status, status, "{host}: {}", answer.text);
    }
    for (origin, status) in [
        ("https://app.example", 200),
        ("https://gw.example:8443", 200),
        ("http://localhost:6274", 200),
        ("https://gw.example", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ] {
        let answer = post(gateway.url(), &initialize(), &[("origin", origin)]).await;
        assert_eq!(answer.status, status, "{origin}: {}", answer.text);
        let allowed = preflight(gateway.url(), origin).await;
        let header = allowed.headers.get("access-control-allow-origin");
        assert_eq!(header.is_some(), status == 200, "{origin}: {header:?}");
    }
}

#[tokio::test]
async fn limits_of_the_file_are_the_limits_of_the_proxy() {
    let server = Upstream::answering(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#).await;
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n[[proxy]]\nname = \"a\"\npath = \"/a\"\n\
         upstream.url = \"{}\"\nlimits = {{ body = \"300B\", depth = 4 }}\n",
        server.url
    );
    let (_folder, path) = file("gateway.toml", &text);
    let gateway = Gateway::start(&["--config", &path]);
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    assert_eq!(post(gateway.url(), &ping, &[]).await.status, 200);
    let mut long = ping.clone();
    long["params"] = json!({ "x": "a".repeat(300) });
    assert_eq!(post(gateway.url(), &long, &[]).await.status, 413);
    let mut deep = ping.clone();
    deep["params"] = json!({ "x": [[[[1]]]] });
    assert_eq!(post(gateway.url(), &deep, &[]).await.status, 400);
    assert!(!server.heard().contains("[[[["), "{}", server.heard());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_the_start_and_at_each_request() {
    let gone = nobody();
    let mut gateway = Gateway::start(&["--upstream", &gone, "--listen", "127.0.0.1:0"]);
    gateway.hear("upstream `mcp` does not answer yet: ");
    gateway.hear("(each request tries again)");
    let answer = post(gateway.url(), &initialize(), &[]).await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.json()["id"], 1);
    let line = gateway.line();
    assert_eq!(line["reason"], "upstream_unreachable");
    assert!(gateway.runs());
    // A session that this gateway has not sealed is nobody's.
    let session = [
        ("mcp-session-id", "s-1"),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    assert_eq!(delete(gateway.url(), &session).await.status, 404);
}
