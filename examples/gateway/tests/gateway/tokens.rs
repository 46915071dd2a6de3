//! A proxy that takes access tokens: from everybody to nobody without one, and back.

mod commands;
mod scopes;

use std::{
    fs,
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    AuthorizationServer, CLIENT, Gateway, SECRET, Upstream, call, get, initialize, nobody, post,
    run,
};

const METADATA: &str = "/.well-known/oauth-protected-resource";

const OAUTH2: &str = "[[proxy.plan]]\ntype = \"oauth2\"\nauthorization_server = \"login\"\nscopes = \
                      [\"mcp\"]\n";
const KEYLESS: &str = "[[proxy.plan]]\ntype = \"keyless\"\n";

/// What the MCP server answers to anything.
const ANSWER: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"mock","version":"1"}}}"#;

/// A configuration in a folder, and the authorization server that it names.
struct Case {
    folder: TempDir,
    issuer: String,
    upstream: String,
}

impl Case {
    fn new(issuer: &str, upstream: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), SECRET).unwrap();
        Self {
            folder,
            issuer: issuer.to_owned(),
            upstream: upstream.to_owned(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("gateway.toml")
    }

    /// Writes the configuration, with these plans, and more about the proxy and behind it.
    fn write(&self, about: &str, plans: &str, behind: &str) {
        let (issuer, upstream) = (&self.issuer, &self.upstream);
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:0\"\n[[authorization_server]]\nname = \"login\"\n\
             issuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\nclient_secret = {{ file = \"secret\" \
             }}\n[[proxy]]\nname = \"a\"\npath = \"/a\"\n{about}upstream.url = \"{upstream}\"\n\
             {plans}{behind}"
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
        let said = [text(output.stdout), text(output.stderr)];
        assert!(!said.concat().contains(SECRET), "{said:?}");
        let [out, error] = said;
        (output.status.code(), out, error)
    }
}

/// A reload that was asked for is done.
fn reloaded(gateway: &Gateway, times: usize) {
    for _ in 0..2000 {
        if gateway.said().matches("reloaded: ").count() >= times {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("never reloaded {times} times: {}", gateway.said());
}

fn soon() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs() + 600
}

fn claims(audience: &str) -> Value {
    json!({
        "active": true, "sub": "ada", "client_id": "editor", "scope": "mcp more", "aud": audience,
        "exp": soon(), "department": "field",
    })
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

#[tokio::test]
async fn a_plan_for_tokens_comes_and_goes_without_a_restart() {
    let server = AuthorizationServer::start().await;
    let upstream = Upstream::answering(ANSWER).await;
    let case = Case::new(&server.issuer, &upstream.url);
    case.write("", KEYLESS, "");
    let gateway = case.start();
    let url = gateway.url().to_owned();
    let root = url.trim_end_matches("/a").to_owned();
    let metadata = format!("{root}{METADATA}/a");

    // Everybody is let in, and nobody is told of a login.
    assert_eq!(get(&metadata).await.status, 404);
    assert_eq!(post(&url, &initialize(), &[]).await.status, 200);

    // Beside the keyless plan.
    case.write("", &format!("{OAUTH2}{KEYLESS}"), "");
    gateway.signal("HUP");
    reloaded(&gateway, 1);
    gateway.hear("(plans: oauth2 (login), keyless)");
    gateway.hear("everybody is still let in");
    assert_eq!(post(&url, &initialize(), &[]).await.status, 200);
    for place in [
        metadata.clone(),
        format!("{url}{METADATA}"),
        format!("{root}{METADATA}"),
    ] {
        let answer = get(&place).await;
        assert_eq!(answer.status, 200, "{place}");
        let document = answer.json();
        assert_eq!(document["resource"], url.as_str(), "{place}");
        assert_eq!(
            document["authorization_servers"],
            json!([server.issuer]),
            "{place}"
        );
        assert_eq!(document["scopes_supported"], json!(["mcp"]), "{place}");
    }

    // Alone: from the next request on.
    case.write("", OAUTH2, "");
    gateway.signal("HUP");
    reloaded(&gateway, 2);
    let refused = post(&url, &initialize(), &[]).await;
    assert_eq!(refused.status, 401);
    let challenges: Vec<_> = refused.headers.get_all("www-authenticate").iter().collect();
    assert_eq!(challenges.len(), 1, "{challenges:?}");
    let challenge = challenges[0].to_str().unwrap();
    assert!(challenge.starts_with("Bearer "), "{challenge}");
    assert!(
        challenge.contains(&format!("resource_metadata=\"{metadata}\"")),
        "{challenge}"
    );
    assert!(challenge.contains("scope=\"mcp\""), "{challenge}");
    assert!(!challenge.contains("error"), "{challenge}");

    // Without the plan, without the metadata.
    case.write("", KEYLESS, "");
    gateway.signal("HUP");
    reloaded(&gateway, 3);
    assert_eq!(get(&metadata).await.status, 404);
    assert_eq!(post(&url, &initialize(), &[]).await.status, 200);
}

#[tokio::test]
async fn what_is_known_of_a_token_outlives_a_change_elsewhere() {
    let server = AuthorizationServer::start().await;
    let upstream = Upstream::answering(ANSWER).await;
    let case = Case::new(&server.issuer, &upstream.url);
    case.write("", OAUTH2, "");
    let gateway = case.start();
    let url = gateway.url().to_owned();
    server.issue("good", claims(&url));
    server.issue("elsewhere", claims("https://elsewhere.example/a"));
    let good = [("authorization", "Bearer good")];

    assert_eq!(post(&url, &initialize(), &good).await.status, 200);
    let line = exchange(&gateway);
    assert_eq!(line["plan"], "oauth2");
    assert_eq!(line["consumer"], "ada");
    assert_eq!(line["client_id"], "editor");
    assert_eq!(line["scopes"], json!(["mcp", "more"]));
    assert!(!upstream.heard().contains("good"), "{}", upstream.heard());

    let refused = post(
        &url,
        &initialize(),
        &[("authorization", "Bearer elsewhere")],
    )
    .await;
    assert_eq!(refused.status, 401);
    assert_eq!(exchange(&gateway)["reason"], "token_wrong_audience");
    let refused = post(&url, &initialize(), &[("authorization", "Bearer unknown")]).await;
    assert_eq!(refused.status, 401);
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    assert!(challenge.contains("resource_metadata="), "{challenge}");
    assert_eq!(server.introspections(), 3);

    // The proxy is another one, and so is the number of proxies; the plan is what it was.
    let other = format!(
        "[[proxy]]\nname = \"b\"\npath = \"/b\"\nupstream.url = \"{}\"\n",
        nobody()
    );
    case.write("version = \"2\"\n", OAUTH2, &other);
    gateway.signal("HUP");
    reloaded(&gateway, 1);
    assert_eq!(post(&url, &initialize(), &good).await.status, 200);
    assert_eq!(server.introspections(), 3);
    // The metadata of one does not speak for the other.
    let root = url.trim_end_matches("/a");
    assert_eq!(get(&format!("{root}{METADATA}")).await.status, 404);
    assert_eq!(get(&format!("{root}{METADATA}/b")).await.status, 404);
    assert_eq!(get(&format!("{root}{METADATA}/a")).await.status, 200);

    // With another plan under the name, nothing is known.
    case.write("version = \"2\"\n", &OAUTH2.replace("mcp", "more"), &other);
    gateway.signal("HUP");
    reloaded(&gateway, 2);
    assert_eq!(post(&url, &initialize(), &good).await.status, 200);
    assert_eq!(server.introspections(), 4);
    // Who asks is gone, and what is known still holds.
    drop(server);
    assert_eq!(post(&url, &initialize(), &good).await.status, 200);
    let refused = post(&url, &initialize(), &[("authorization", "Bearer new")]).await;
    assert_eq!(refused.status, 503);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(!refused.headers.contains_key("www-authenticate"));
    assert!(!gateway.said().contains(SECRET), "{}", gateway.said());
}

/// A browser of another site may read where to log in, and nothing else.
#[tokio::test]
async fn metadata_is_for_everybody() {
    let case = Case::new("http://127.0.0.1:9", &nobody());
    case.write("description = \"Forecasts\"\n", OAUTH2, "");
    let gateway = case.start();
    let url = gateway.url();
    let metadata = format!("{}{METADATA}/a", url.trim_end_matches("/a"));
    let stranger = [("origin", "https://stranger.example")];
    let answer = call(http::Method::GET, &metadata, &stranger, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.json()["resource_name"], "Forecasts");
    assert_eq!(post(url, &initialize(), &stranger).await.status, 403);
}

/// Behind a terminator that leads two names to one gateway.
#[tokio::test]
async fn metadata_that_would_speak_for_another_proxy_is_not_served() {
    let case = Case::new("http://127.0.0.1:9", &nobody());
    let other = format!(
        "[[proxy]]\nname = \"b\"\npath = \"/b\"\npublic_url = \"https://b.example/mcp\"\n\
         upstream.url = \"{}\"\n{OAUTH2}",
        nobody()
    );
    case.write("public_url = \"https://a.example/mcp\"\n", OAUTH2, &other);
    let path = case.path().display().to_string();
    let gateway = Gateway::with(&["--config", &path], &[], 2);
    let root = gateway.url().trim_end_matches("/a");
    for (place, resource) in [
        (format!("{METADATA}/mcp"), None),
        (METADATA.to_owned(), None),
        (format!("{METADATA}/a"), Some("https://a.example/mcp")),
        (format!("/b{METADATA}/"), Some("https://b.example/mcp/")),
    ] {
        let answer = get(&format!("{root}{place}")).await;
        match resource {
            Some(resource) => assert_eq!(answer.json()["resource"], resource, "{place}"),
            None => assert_eq!(answer.status, 404, "{place}"),
        }
    }
    let refused = post(&format!("{root}/b"), &initialize(), &[]).await;
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    let named = format!("resource_metadata=\"https://b.example/mcp{METADATA}\"");
    assert!(challenge.contains(&named), "{challenge}");
}
