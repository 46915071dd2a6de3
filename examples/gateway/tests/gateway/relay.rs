//! A proxy whose MCP server judges tokens itself.

mod commands;
mod verified;

use std::{fs, path::PathBuf, time::Duration};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Gateway, Secured, call, get, initialize, post, run};

const METADATA: &str = "/.well-known/oauth-protected-resource";
const ISSUER: &str = "http://127.0.0.1:9";

/// A configuration in a folder.
struct Case {
    folder: TempDir,
    upstream: String,
}

impl Case {
    fn new(upstream: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            upstream: upstream.to_owned(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("gateway.toml")
    }

    /// Writes the configuration, with more about the proxy, what it relays, and what stands behind it.
    fn write(&self, before: &str, about: &str, relay: &str) {
        let upstream = &self.upstream;
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:0\"\n{before}[[proxy]]\nname = \"a\"\npath = \
             \"/a\"\n{about}upstream.url = \"{upstream}\"\n{relay}"
        );
        fs::write(self.path(), text).unwrap();
    }

    fn start(&self) -> Gateway {
        Gateway::start(&["--config", &self.path().display().to_string()])
    }

    /// Exit code, standard output and standard error of a command about it.
    fn run(&self, command: &[&str]) -> (Option<i32>, String, String) {
        let path = self.path().display().to_string();
        let output = run(&[command, &["--config", &path]].concat());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

fn reload(gateway: &Gateway, times: usize) {
    gateway.signal("HUP");
    for _ in 0..2000 {
        if gateway.said().matches("reloaded: ").count() >= times {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never reloaded {times} times: {}", gateway.said());
}

/// The one line of the challenge to a request without a token.
async fn challenge(url: &str) -> String {
    let refused = post(url, &initialize(), &[]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
    let lines: Vec<_> = refused.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].to_str().unwrap().to_owned()
}

/// The line of the last exchange.
fn exchange(gateway: &Gateway) -> Value {
    loop {
        let line = gateway.line();
        if line.get("http_method").is_some() {
            return line;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_are_told_of_the_server_under_the_url_of_the_gateway() {
    let server = Secured::of(ISSUER).await;
    let case = Case::new(&server.url);
    case.write("", "", "[proxy.relay]\n");
    let gateway = case.start();
    let url = gateway.url().to_owned();
    let root = url.trim_end_matches("/a");
    let metadata = format!("{root}{METADATA}/a");
    gateway.hear("relay=\"mirror\"");
    gateway.hear("plans=\"relay\"");

    // As with `curl`.
    let refused = get(&url).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.text, "{\"error\":\"who are you\"}");
    let expected = format!("Bearer resource_metadata=\"{metadata}\", realm=\"example\"");
    assert_eq!(refused.headers["www-authenticate"], expected.as_str());
    assert_eq!(challenge(&url).await, expected);

    // Wherever clients look for it.
    for place in [
        metadata.clone(),
        format!("{url}{METADATA}"),
        format!("{root}{METADATA}"),
    ] {
        let told = get(&place).await;
        assert_eq!(told.status, StatusCode::OK, "{place}");
        assert_eq!(told.headers["access-control-allow-origin"], "*");
        let document = told.json();
        assert_eq!(document["resource"], url.as_str(), "{place}");
        assert_eq!(document["authorization_servers"], json!([ISSUER]));
        assert!(told.text.contains("\"x-own\":1.50"), "{}", told.text);
    }
    for place in [
        "/.well-known/oauth-authorization-server",
        "/register",
        "/authorize",
        "/token",
    ] {
        assert_eq!(get(&format!("{root}{place}")).await.status, 404, "{place}");
    }

    // The token is the server's.
    let good = [("authorization", "Bearer good")];
    assert_eq!(post(&url, &initialize(), &good).await.status, 200);
    assert_eq!(
        post(&url, &initialize(), &[("authorization", "Bearer bad")])
            .await
            .status,
        401
    );
    let (first, second) = ("Bearer one", "Bearer two");
    let line = loop {
        let line = exchange(&gateway);
        if line["status"] == 200 && line["http_method"] == "POST" {
            break line;
        }
    };
    assert_eq!(line["plan"], "relay");
    assert!(
        line.get("consumer").is_none() && line.get("scopes").is_none(),
        "{line}"
    );
    for said in [gateway.said(), line.to_string()] {
        assert!(!said.contains("good") && !said.contains(first) && !said.contains(second));
    }
    // Two of them are nobody's.
    let two = [("authorization", first), ("authorization", second)];
    assert_eq!(post(&url, &initialize(), &two).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_it_is_told_changes_without_a_restart() {
    let server = Secured::of(ISSUER).await;
    let case = Case::new(&server.url);
    case.write("", "", "[proxy.relay]\n");
    let gateway = case.start();
    let url = gateway.url().to_owned();
    let metadata = format!("{url}{METADATA}");
    assert!(
        challenge(&url)
            .await
            .starts_with("Bearer resource_metadata=\"http://127.0.0.1:")
    );
    assert_eq!(get(&metadata).await.json()["resource"], url.as_str());

    // As it is.
    case.write("", "", "[proxy.relay]\nmode = \"verbatim\"\n");
    reload(&gateway, 1);
    let own = server.url.replace("/mcp", &format!("{METADATA}/mcp"));
    let direct = format!("Bearer realm=\"example\", resource_metadata=\"{own}\"");
    assert_eq!(challenge(&url).await, direct);
    assert_eq!(get(&metadata).await.json()["resource"], server.url.as_str());

    // Under another URL, which only the listener knows.
    let relay = "[proxy.relay]\n";
    case.write("public_url = \"https://gw.example\"\n", "", relay);
    reload(&gateway, 2);
    let told = challenge(&url).await;
    let named = format!("Bearer resource_metadata=\"https://gw.example{METADATA}/a\"");
    assert!(told.starts_with(&named), "{told}");
    case.write("public_url = \"https://gw.example/x\"\n", "", relay);
    reload(&gateway, 3);
    let told = challenge(&url).await;
    assert!(told.contains("https://gw.example/x/"), "{told}");
    let bare = format!("{}{METADATA}", url.trim_end_matches("/a"));
    assert_eq!(
        get(&bare).await.json()["resource"],
        "https://gw.example/x/a"
    );
    // Beside another proxy it does not speak for the whole host.
    let other = "[[proxy]]\nname = \"b\"\npath = \"/b\"\nupstream.url = \"http://127.0.0.1:9/\"\n";
    case.write(
        "public_url = \"https://gw.example/x\"\n",
        "",
        &format!("{relay}{other}"),
    );
    reload(&gateway, 4);
    assert_eq!(get(&bare).await.status, 404);
    assert_eq!(get(&metadata).await.status, 200);

    // Not at all: the server is asked as one that knows no tokens, and clients are told of none.
    case.write("", "", "");
    reload(&gateway, 5);
    assert_eq!(get(&metadata).await.status, 404);
    let refused = post(&url, &initialize(), &[("authorization", "Bearer good")]).await;
    assert_eq!(refused.status, StatusCode::BAD_GATEWAY, "{}", refused.text);
    assert!(!refused.headers.contains_key("www-authenticate"));

    // And back, by the plan alone.
    case.write("", "", "[[proxy.plan]]\ntype = \"relay\"\n");
    reload(&gateway, 6);
    assert!(
        challenge(&url)
            .await
            .starts_with("Bearer resource_metadata=\"http://127.0.0.1:")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_a_server_outlives_a_change_elsewhere() {
    let server = Secured::of(ISSUER).await;
    let case = Case::new(&server.url);
    case.write("", "", "[proxy.relay]\n");
    let gateway = case.start();
    let url = gateway.url().to_owned();
    let metadata = format!("{url}{METADATA}");
    assert_eq!(get(&metadata).await.status, 200);
    // What was found at the start is told when all of it is done.
    gateway.hear("clients are led to the login of `a` (relay: mirror)");
    let asked = server.asked();
    assert!(asked > 0);

    // The proxy is another one, and what it relays is the same.
    case.write(
        "",
        "version = \"2\"\n",
        "[proxy.relay]\n[proxy.limits]\nbody = \"1MiB\"\n",
    );
    reload(&gateway, 1);
    assert_eq!(get(&metadata).await.status, 200);
    post(&url, &initialize(), &[]).await;
    assert_eq!(server.asked(), asked, "{}", gateway.said());

    // Under other settings it is asked anew.
    case.write("", "version = \"2\"\n", "[proxy.relay]\npause = \"1s\"\n");
    reload(&gateway, 2);
    assert_eq!(get(&metadata).await.status, 200);
    assert!(server.asked() > asked);
}

/// A listener with keys in a header of their own, in front of a server that judges tokens.
#[tokio::test(flavor = "multi_thread")]
async fn keys_of_the_gateway_stand_beside_tokens_of_the_server() {
    let server = Secured::of(ISSUER).await;
    let case = Case::new(&server.url);
    let key = "[[proxy.plan]]\ntype = \"key\"\nheader = \"x-api-key\"\n";
    case.write("", "", &format!("[proxy.relay]\n{key}"));
    let gateway = case.start();
    let url = gateway.url().to_owned();
    let good = [("authorization", "Bearer good")];
    // Without a key nobody comes as far as to the server.
    assert_eq!(post(&url, &initialize(), &good).await.status, 401);
    let issued = case.run(&["keys", "create", "--name", "me", "--proxy", "a"]);
    assert_eq!(issued.0, Some(0), "{issued:?}");
    let key = issued
        .1
        .split_whitespace()
        .find(|word| word.starts_with("tollbar_"))
        .unwrap();
    let key = key.trim_matches('"').to_owned();
    let mut passed = post(&url, &initialize(), &[("x-api-key", &key), good[0]]).await;
    for _ in 0..200 {
        if passed.status == 200 {
            break;
        }
        // The key file is looked at now and then.
        tokio::time::sleep(Duration::from_millis(50)).await;
        passed = post(&url, &initialize(), &[("x-api-key", &key), good[0]]).await;
    }
    assert_eq!(passed.status, 200, "{}", passed.text);
    // With the key alone the server wants to know more, and says where to go.
    let refused = post(&url, &initialize(), &[("x-api-key", &key)]).await;
    assert_eq!(refused.status, 401);
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.starts_with("Bearer resource_metadata=\""),
        "{challenge}"
    );
    // Metadata is for everybody.
    let told = call(Method::GET, &format!("{url}{METADATA}"), &[], "").await;
    assert_eq!(told.status, 200);
}
