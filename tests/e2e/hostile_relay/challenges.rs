//! Servers whose challenges are not what they should be.

use super::{
    Scene, Server,
    scene::{SECONDS, unauthorized},
};

/// A challenge that nobody can read.
const UNREADABLE: &str = "upstream_challenge_malformed";

/// Bytes that are no header at all.
const NOT_HTTP: &str = "upstream_malformed";

/// Lines of a 401, and why it is not relayed.
fn cases() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let many: String = (0..1000).map(|index| format!(", p{index}=\"v\"")).collect();
    let case = |name, line: &str, reason| {
        let lines = format!("www-authenticate: {line}\r\n");
        (name, lines.into_bytes(), reason)
    };
    let (thousand, long) = (
        format!("Bearer realm=\"x\"{many}"),
        format!("Bearer realm=\"{}\"", "x".repeat(100_000)),
    );
    vec![
        case("a-thousand-parameters", &thousand, UNREADABLE),
        case("a-hundred-kilobytes", &long, UNREADABLE),
        case(
            "line-break",
            "Bearer realm=\"a\r\nX-Injected: yes\"",
            UNREADABLE,
        ),
        case("folded", "Bearer realm=\"a\r\n X-Injected: yes\"", NOT_HTTP),
        case(
            "line-feed",
            "Bearer realm=\"a\nX-Injected: yes\"",
            UNREADABLE,
        ),
        case(
            "carriage-return",
            "Bearer realm=\"a\rX-Injected: yes\"",
            NOT_HTTP,
        ),
        case("control", "Bearer realm=\"a\u{1}b\"", NOT_HTTP),
        case("zero", "Bearer realm=\"a\0b\"", NOT_HTTP),
        case("unclosed", "Bearer realm=\"a", UNREADABLE),
        case("twice", "Bearer realm=\"a\", realm=\"b\"", UNREADABLE),
        case("no-scheme", "\"Bearer\"", UNREADABLE),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_challenge_brings_more_than_a_challenge() {
    let server = Server::start().await;
    let cases = cases();
    for (name, lines, _) in &cases {
        server.at(&format!("/{name}"), unauthorized(lines));
    }
    let proxies: Vec<_> = cases.iter().map(|(name, ..)| (*name, "")).collect();
    let scene = Scene::start(server, &proxies).await;
    let before = scene.gateway.memory("VmRSS:");
    for (name, _, reason) in cases {
        let answer = scene.call(name).await;
        assert!(answer.took < SECONDS, "{name}: {answer:?}");
        assert_eq!(answer.status, 502, "{name}: {answer:?}");
        for header in ["x-injected", "www-authenticate"] {
            assert_eq!(answer.lines(header), [""; 0], "{name}: {answer:?}");
        }
        assert!(!answer.text.contains("X-Injected"), "{name}: {answer:?}");
        scene.hear(&[
            &format!("\"proxy\":\"{name}\""),
            &format!("\"reason\":\"{reason}\""),
        ]);
        if reason == UNREADABLE {
            scene.warned(name, &["challenge", "cannot be read"]);
        }
    }
    scene.grew_less_than_24_mebibytes_since(before);
}

/// What is in quotes may contain anything, a quote too: it stays inside of its quotes. But what clients would
/// find that search the line for a pointer does not stay at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quoted_text_stays_in_its_quotes() {
    let server = Server::start().await;
    let line = b"www-authenticate: Bearer realm=\"a\\\", error=\\\"b\", scope=\"mcp\", \
                 error_description=\"a\\\", resource_metadata=\\\"http://evil.example\"\r\n";
    server.at("/mcp", unauthorized(line));
    let scene = Scene::start(server, &[("mcp", "")]).await;
    let answer = scene.call("mcp").await;
    // The server has no metadata, so that nothing is added.
    let expected = r#"Bearer scope="mcp", realm="a\", error=\"b""#;
    assert_eq!(answer.lines("www-authenticate"), [expected], "{answer:?}");
    assert_eq!(answer.status, 401);
}
