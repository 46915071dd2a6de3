//! Servers that say of themselves what must not be told.

use super::{
    Scene, Server,
    scene::{SECONDS, ok, unauthorized},
    server::Reply,
};

/// Some document at the place that the server's challenge names, and what becomes of it.
struct Case {
    name: &'static str,
    metadata: Reply,
    status: u16,
    reason: &'static str,
    /// What stands in the gateway's log, beside the name of the proxy.
    logged: &'static [&'static str],
}

/// Metadata with these members, beside what all have.
fn document(resource: &str, more: &str) -> Reply {
    let json = "content-type: application/json\r\n";
    ok(json, &format!(r#"{{"resource":"{resource}"{more}}}"#))
}

const LOGIN: &str = r#","authorization_servers":["https://login.example"]"#;

fn cases() -> Vec<Case> {
    let case = |name, metadata, status, reason, logged| Case {
        name,
        metadata,
        status,
        reason,
        logged,
    };
    let malformed = "upstream_metadata_malformed";
    let json = "content-type: application/json\r\n";
    let gzip = format!("{json}content-encoding: gzip\r\n");
    let redirect =
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/else\r\ncontent-length: 0\r\n\r\n";
    let long =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"resource\":\"".to_vec();
    vec![
        case(
            "other-resource",
            document("https://somebody.example/mcp", LOGIN),
            502,
            "upstream_metadata_mismatch",
            &["https://somebody.example/mcp", "identifier"],
        ),
        case(
            "prefix-of-a-name",
            document("ORIGIN/prefix-of", LOGIN),
            502,
            "upstream_metadata_mismatch",
            &["identifier"],
        ),
        case(
            "line-breaks-in-resource",
            document(r"ORIGIN/line-breaks-in-resource\r\nX-Injected: yes", LOGIN),
            502,
            "upstream_metadata_mismatch",
            &["identifier"],
        ),
        case(
            "ten-megabytes",
            Reply::Long(long, vec![b'a'; 1 << 16], 160),
            502,
            malformed,
            &["65536"],
        ),
        case(
            "thirty-seconds",
            Reply::Slow(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec()),
            504,
            "upstream_metadata_timeout",
            &[],
        ),
        case(
            "redirects-elsewhere",
            Reply::Bytes(redirect.as_bytes().to_vec()),
            502,
            malformed,
            &["redirect"],
        ),
        case("gzip", ok(&gzip, "\u{1f}"), 502, malformed, &["encod"]),
        case(
            "no-json",
            ok(json, "<html>no</html>"),
            502,
            malformed,
            &["JSON"],
        ),
        case("no-object", ok(json, "[]"), 502, malformed, &["JSON"]),
        case(
            "twice",
            document(
                "ORIGIN/twice",
                r#","resource":"ORIGIN/twice","authorization_servers":["https://login.example"]"#,
            ),
            502,
            malformed,
            &["resource"],
        ),
        case(
            "raw-line-breaks",
            document("ORIGIN/raw-line-breaks\r\nX-Injected: yes", LOGIN),
            502,
            malformed,
            &[],
        ),
        case(
            "plain-login",
            document(
                "ORIGIN/plain-login",
                r#","authorization_servers":["http://login.example"]"#,
            ),
            502,
            "upstream_metadata_unsafe",
            &["http://login.example", "https"],
        ),
        case(
            "nobody-to-ask",
            document("ORIGIN/nobody-to-ask", r#","authorization_servers":[]"#),
            502,
            malformed,
            &["authorization_servers"],
        ),
        case(
            "proofs",
            document(
                "ORIGIN/proofs",
                &format!(r#"{LOGIN},"dpop_bound_access_tokens_required":true"#),
            ),
            502,
            "upstream_tokens_bound",
            &["dpop_bound_access_tokens_required"],
        ),
        case(
            "certificates",
            document(
                "ORIGIN/certificates",
                &format!(r#"{LOGIN},"tls_client_certificate_bound_access_tokens":true"#),
            ),
            502,
            "upstream_tokens_bound",
            &["tls_client_certificate_bound_access_tokens"],
        ),
        case(
            "broken",
            Reply::Bytes(
                b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n".to_vec(),
            ),
            502,
            malformed,
            &["500"],
        ),
        case(
            "nothing",
            Reply::Bytes(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec()),
            404,
            "upstream_metadata_missing",
            &[],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_not_be_told_is_refused_soon_and_logged_with_the_fix() {
    let server = Server::start().await;
    let cases = cases();
    for case in &cases {
        let name = case.name;
        server.at(&format!("/metadata/{name}"), case.metadata.clone());
        let challenge = format!(
            "www-authenticate: Bearer resource_metadata=\"{}/metadata/{name}\"\r\n",
            server.origin()
        );
        server.at(&format!("/{name}"), unauthorized(challenge.as_bytes()));
    }
    let proxies: Vec<_> = cases.iter().map(|case| (case.name, "")).collect();
    let scene = Scene::start(server, &proxies).await;
    let before = scene.gateway.memory("VmRSS:");
    for Case {
        name,
        status,
        reason,
        logged,
        ..
    } in cases
    {
        // The challenge says where to look.
        let called = scene.call(name).await;
        assert_eq!(called.status, 401, "{name}: {called:?}");
        let answer = scene.metadata(name).await;
        assert_eq!(answer.status, status, "{name}: {answer:?}");
        assert!(answer.took < SECONDS, "{name}: {answer:?}");
        assert_eq!(answer.json()["reason"], reason, "{name}: {answer:?}");
        assert_eq!(answer.lines("access-control-allow-origin"), ["*"], "{name}");
        assert_eq!(answer.lines("cache-control"), ["no-store"], "{name}");
        assert_eq!(answer.lines("x-injected"), [""; 0], "{name}");
        let told = format!("{:?}{}", answer.headers, answer.text);
        for secret in [
            &scene.server.origin(),
            "/metadata/",
            "login.example",
            "somebody.example",
        ] {
            assert!(!told.contains(secret), "{name}: {told}");
        }
        scene.warned(name, logged);
    }
    scene.grew_less_than_24_mebibytes_since(before);
}

/// What does not decide anything passes, and can do no harm where it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn line_breaks_in_other_members_stay_in_the_document() {
    let server = Server::start().await;
    let name = "named";
    let more = format!(r#"{LOGIN},"resource_name":"a\r\nX-Injected: yes""#);
    let place = format!("/.well-known/oauth-protected-resource/{name}");
    server.at(&place, document("ORIGIN/named", &more));
    let scene = Scene::start(server, &[(name, "")]).await;
    let answer = scene.metadata(name).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.lines("x-injected"), [""; 0]);
    let document = answer.json();
    assert_eq!(document["resource"], format!("{}/{name}", scene.base));
    assert_eq!(document["resource_name"], "a\r\nX-Injected: yes");
}
