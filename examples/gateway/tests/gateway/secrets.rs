//! Secrets reach the server, and nobody else.

use serde_json::json;

use crate::support::{Gateway, Upstream, post, run};

#[tokio::test]
async fn a_secret_is_sent_and_never_shown() {
    let server = Upstream::answering(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key"), "k3y-from-file\n").unwrap();
    let path = folder.path().join("gateway.toml");
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:0\"\n\
         [[proxy]]\nname = \"a\"\npath = \"/a\"\n[proxy.upstream]\nurl = \"{}?key=in-the-url\"\n\
         [proxy.upstream.headers]\nauthorization = {{ env = \"TOKEN\", prefix = \"Bearer \" }}\n\
         x-api-key = {{ file = \"key\" }}\nx-team = \"blue\"\n",
        server.url
    );
    std::fs::write(&path, text).unwrap();
    let arguments = ["--config", path.to_str().unwrap(), "--log", "trace"];
    let mut gateway = Gateway::with(&arguments, &[("TOKEN", "t0ken-from-env")], 1);
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let answer = post(
        gateway.url(),
        &ping,
        &[("authorization", "Bearer of-the-client")],
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let line = gateway.line().to_string();
    gateway.signal("TERM");
    assert_eq!(gateway.end().code(), Some(0));
    let heard = server.heard();
    for sent in [
        "authorization: Bearer t0ken-from-env\r\n",
        "x-api-key: k3y-from-file\r\n",
        "x-team: blue\r\n",
        "/mcp?key=in-the-url ",
    ] {
        assert!(heard.contains(sent), "{heard}");
    }
    assert!(!heard.contains("of-the-client"), "{heard}");
    let said = gateway.said();
    assert!(said.contains("TRACE"), "the log was not at its loudest");
    for secret in [
        "t0ken-from-env",
        "k3y-from-file",
        "in-the-url",
        "of-the-client",
    ] {
        assert!(!said.contains(secret), "`{secret}` in the log: {said}");
        assert!(!line.contains(secret), "{line}");
    }
}

/// `(section, what the server hears)`.
#[tokio::test]
async fn the_credential_of_the_gateway_is_the_only_one_that_the_server_sees() {
    let server = Upstream::answering(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#).await;
    for (credential, heard) in [
        (
            "bearer = { env = \"TOKEN\" }",
            "authorization: Bearer t0ken\r\n",
        ),
        (
            "basic = { username = \"me\", password = { env = \"TOKEN\" } }",
            "authorization: Basic bWU6dDBrZW4=\r\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gateway.toml");
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:0\"\n[[proxy]]\nname = \"a\"\npath = \"/a\"\n\
             [proxy.upstream]\nurl = \"{}\"\nauthorization.{credential}\n\
             [[proxy.plan]]\ntype = \"key\"\n",
            server.url
        );
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        let made = run(&[
            "keys", "create", "--name", "ci", "--proxy", "a", "--config", path,
        ]);
        let key = String::from_utf8(made.stdout).unwrap();
        let gateway = Gateway::with(&["--config", path], &[("TOKEN", "t0ken")], 1);
        let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
        let bearer = format!("Bearer {}", key.trim());
        let answer = post(gateway.url(), &ping, &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(post(gateway.url(), &ping, &[]).await.status, 401);
        let said = server.heard();
        assert!(said.contains(heard), "{said}");
        assert!(!said.contains("tollbar_"), "{said}");
        let line = gateway.line();
        assert_eq!(line["plan"], "key");
        assert!(!line.to_string().contains(key.trim()), "{line}");
    }
}
