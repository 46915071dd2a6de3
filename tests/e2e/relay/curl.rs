//! What somebody sees who asks without a client.

use serde_json::{Value, json};
use tokio::process::Command;

use super::Scene;

/// The head and the body of what curl is answered.
async fn curl(arguments: &[&str]) -> (String, String) {
    let mut command = Command::new("curl");
    command.args(["--silent", "--include", "--max-time", "10"]);
    let output = command.args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

/// The lines of a header.
fn lines<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let lines = lines.filter(|(found, _)| *found == name);
    lines.map(|(_, value)| value).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_get_shows_where_to_log_in() {
    for (options, rest) in [
        (
            &[][..],
            "scope=\"mcp\", error=\"invalid_token\", error_description=\"missing authorization header\"",
        ),
        (&["--challenge", "paragraph"], "realm=\"example\""),
    ] {
        let scene = Scene::start(options, "[proxy.relay]").await;
        let origin = scene.url().trim_end_matches("/mcp");
        let metadata = format!("{origin}/.well-known/oauth-protected-resource/mcp");
        let (head, _) = curl(&[scene.url()]).await;
        assert!(head.starts_with("http/1.1 401 "), "{head}");
        let challenge = format!("bearer resource_metadata=\"{metadata}\", {rest}");
        assert_eq!(lines(&head, "www-authenticate"), [challenge]);

        let (head, body) = curl(&[&metadata]).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert_eq!(lines(&head, "access-control-allow-origin"), ["*"]);
        assert_eq!(lines(&head, "cache-control"), ["public, max-age=60"]);
        let told: Value = serde_json::from_str(&body).unwrap();
        let expected = json!({
            "resource": scene.url(),
            "authorization_servers": [scene.login.issuer()],
            "scopes_supported": ["mcp"],
            "resource_name": "A secured server",
        });
        assert_eq!(told, expected);

        // What the gateway is not: an authorization server.
        for path in [
            "/.well-known/oauth-authorization-server",
            "/.well-known/openid-configuration",
            "/register",
            "/authorize",
            "/token",
        ] {
            let (head, _) = curl(&[&format!("{origin}{path}")]).await;
            assert!(head.starts_with("http/1.1 404 "), "{path}: {head}");
        }
    }
}
