//! Tokens that are verified here before the server judges them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{Case, METADATA, challenge, exchange};
use crate::support::{AuthorizationServer, CLIENT, SECRET, Secured, get, initialize, post};

/// Proxies whose server's tokens are introspected here, too, under rules of their own.
const PLAN: &str = "[[proxy.plan]]\ntype = \"relay\"\nverify = \"oauth2\"\nauthorization_server = \
                    \"login\"\n";

fn server(issuer: &str) -> String {
    format!(
        "[[authorization_server]]\nname = \"login\"\nissuer = \"{issuer}\"\nclient_id = \
         \"{CLIENT}\"\nclient_secret = {{ file = \"secret\" }}\n"
    )
}

fn claims(audience: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    json!({
        "active": true, "sub": "ada", "client_id": "editor", "scope": "mcp", "aud": audience,
        "exp": now.as_secs() + 600,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_known_who_asks() {
    let login = AuthorizationServer::start().await;
    let secured = Secured::of(&login.issuer).await;
    let case = Case::new(&secured.url);
    std::fs::write(case.folder.path().join("secret"), SECRET).unwrap();
    case.write(&server(&login.issuer), "", PLAN);
    let gateway = case.start();
    let url = gateway.url().to_owned();
    gateway.hear("relay (oauth2, login)");
    login.issue("good-for-gateway", claims(&url));
    login.issue("good-for-server", claims(&secured.url));
    login.issue("elsewhere", claims("https://elsewhere.example/mcp"));

    // Who shows none is told by the server.
    let pointer = format!(
        "resource_metadata=\"{}{METADATA}/a\"",
        url.trim_end_matches("/a")
    );
    let told = challenge(&url).await;
    assert_eq!(told, format!("Bearer {pointer}, realm=\"example\""));
    assert_eq!(login.introspections(), 0);
    let line = exchange(&gateway);
    assert_eq!(
        (&line["plan"], &line["status"]),
        (&json!("relay"), &json!(401))
    );
    assert!(
        line.get("refusal").is_none() && line.get("consumer").is_none(),
        "{line}"
    );

    // Whom it is for: the proxy, or what its server calls itself.
    for token in ["good-for-gateway", "good-for-server"] {
        let bearer = format!("Bearer {token}");
        let passed = post(&url, &initialize(), &[("authorization", &bearer)]).await;
        assert_eq!(passed.status, 200, "{token}: {}", passed.text);
        let line = exchange(&gateway);
        assert_eq!(line["plan"], "relay");
        assert_eq!(line["consumer"], "ada");
        assert_eq!(line["client_id"], "editor");
        assert_eq!(line["scopes"], json!(["mcp"]));
    }

    // What does not hold goes no further, and is told where to get another one.
    for (token, reason) in [
        ("elsewhere", "token_wrong_audience"),
        ("unknown", "token_inactive"),
    ] {
        let bearer = format!("Bearer {token}");
        let refused = post(&url, &initialize(), &[("authorization", &bearer)]).await;
        assert_eq!(refused.status, 401, "{token}");
        let told = refused.headers["www-authenticate"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(told.starts_with(&format!("Bearer {pointer}")), "{told}");
        assert!(told.contains("error=\"invalid_token\""), "{told}");
        assert!(!told.contains("realm=\"example\""), "{told}");
        let line = exchange(&gateway);
        assert_eq!(line["reason"], reason);
        assert!(line.get("upstream_status").is_none(), "{line}");
    }
    // The metadata is the server's.
    let document = get(&format!("{url}{METADATA}")).await.json();
    assert_eq!(document["authorization_servers"], json!([login.issuer]));
    assert_eq!(document["x-own"], 1.5);
}
