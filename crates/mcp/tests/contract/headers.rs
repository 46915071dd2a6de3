//! Headers that may stand in a request only once, and requests that are nothing but headers.

use tollbar_mcp::{Call, Era, Kind, Limits, Malformed, Version};

use crate::support::{META, answer, echoed, headers, nameless, post};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

fn listen(lines: &[(&str, &str)]) -> Result<Call, Malformed> {
    Call::listen(&headers(lines), &Limits::default())
}

#[test]
fn repeated_headers() {
    for name in [
        "mcp-protocol-version",
        "mcp-session-id",
        "mcp-method",
        "mcp-name",
        "mcp-param-region",
        "last-event-id",
        "authorization",
        "content-type",
    ] {
        let value = if name == "mcp-protocol-version" {
            "2025-11-25"
        } else {
            "x"
        };
        let lines = [(name, value), ("accept", "*/*"), (name, value)];
        assert_eq!(answer(post(&lines, PING)), echoed(400, -32600), "{name}");
        assert_eq!(answer(listen(&lines)), nameless(400, -32600), "{name}");
        let modern = [
            ("mcp-protocol-version", "2026-07-28"),
            ("mcp-method", "tools/list"),
            (name, "2026-07-28"),
            (name, "2026-07-28"),
        ];
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{{META}}}}}"#);
        assert_eq!(answer(post(&modern, body)), echoed(400, -32020), "{name}");
    }
    let others = [
        ("accept", "a"),
        ("accept", "b"),
        ("mcp-other", "a"),
        ("mcp-other", "b"),
    ];
    assert!(post(&others, PING).is_ok());
}

#[test]
fn a_repeated_version_is_refused_even_when_the_second_is_modern() {
    let lines = [
        ("mcp-protocol-version", "2025-11-25"),
        ("mcp-protocol-version", "2026-07-28"),
    ];
    assert_eq!(answer(post(&lines, PING)), echoed(400, -32600));
}

#[test]
fn headers_that_are_too_long_or_not_ascii() {
    let long = "x".repeat(16 * 1024 + 1);
    for name in ["mcp-session-id", "mcp-name", "mcp-param-x", "last-event-id"] {
        assert_eq!(
            answer(post(&[(name, &long)], PING)),
            echoed(400, -32600),
            "{name}"
        );
    }
    assert!(
        post(&[("authorization", &long)], PING).is_ok(),
        "not ours to measure"
    );
    assert!(post(&[("mcp-param-x", &long[1..])], PING).is_ok());
    assert_eq!(
        answer(post(&[("mcp-protocol-version", "é")], PING)),
        echoed(400, -32600)
    );
}

#[test]
fn listening_takes_a_session_and_an_event() {
    let call = listen(&[
        ("mcp-protocol-version", "2025-06-18"),
        ("mcp-session-id", " s-1 "),
        ("last-event-id", "7/é"),
    ])
    .unwrap();
    assert_eq!((call.kind(), call.era()), (Kind::Listen, Era::Legacy));
    assert_eq!(call.version(), Some(Version::V2025_06_18));
    assert_eq!(
        (call.session(), call.last_event_id()),
        (Some("s-1"), Some("7/é"))
    );
    assert!(call.messages().is_empty() && !call.expects_response() && !call.is_batch());
    assert_eq!(listen(&[]).unwrap().version(), Some(Version::V2025_03_26));
}

#[test]
fn listening_in_the_modern_era_has_no_session() {
    let lines = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-session-id", "s"),
        ("last-event-id", "7"),
    ];
    let call = listen(&lines).unwrap();
    assert_eq!(
        (call.era(), call.session(), call.last_event_id()),
        (Era::Modern, None, None)
    );
}

#[test]
fn requests_without_a_body_are_refused_for_their_headers() {
    for lines in [
        [("mcp-protocol-version", "2099-01-01")],
        [("mcp-session-id", "a b")],
        [("mcp-session-id", "")],
    ] {
        let map = headers(&lines);
        assert_eq!(answer(listen(&lines)), nameless(400, -32600), "{lines:?}");
        let end = Call::end(&map, &Limits::default());
        assert_eq!(answer(end), nameless(400, -32600), "{lines:?}");
    }
    let mut map = headers(&[]);
    map.insert(
        "last-event-id",
        http::HeaderValue::from_bytes(b"\xff").unwrap(),
    );
    assert_eq!(
        answer(Call::listen(&map, &Limits::default())),
        nameless(400, -32600)
    );
}

#[test]
fn ending_a_session() {
    let map = headers(&[
        ("mcp-session-id", "s-1"),
        ("mcp-protocol-version", "2025-11-25"),
    ]);
    let call = Call::end(&map, &Limits::default()).unwrap();
    assert_eq!((call.kind(), call.session()), (Kind::End, Some("s-1")));
}
