//! Arrays of messages.

use tollbar_mcp::{Limits, MessageKind, Version};

use crate::support::{META, answer, headers, legacy, nameless, post};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
const CALL: &str = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a"}}"#;
const TOLD: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
const DONE: &str = r#"{"jsonrpc":"2.0","id":"s","result":{}}"#;

#[test]
fn version_2025_03_26_has_them() {
    let body = format!(" [{PING},\n{CALL},{TOLD}] ");
    for lines in [&[] as &[_], &[("mcp-protocol-version", "2025-03-26")]] {
        let call = post(lines, &body).unwrap();
        assert!(call.is_batch() && call.expects_response());
        assert_eq!(call.version(), Some(Version::V2025_03_26));
        assert!(call.message().is_none() && call.method().is_none() && call.id().is_none());
        let kinds: Vec<_> = call
            .messages()
            .iter()
            .map(|message| message.kind())
            .collect();
        assert_eq!(
            kinds,
            [
                MessageKind::Request,
                MessageKind::Request,
                MessageKind::Notification
            ]
        );
        let spans: Vec<_> = call
            .messages()
            .iter()
            .map(|message| &body[message.span()])
            .collect();
        assert_eq!(spans, [PING, CALL, TOLD]);
        let params = call.messages()[1].params().unwrap();
        assert_eq!(&body[params], r#"{"name":"a"}"#);
    }
    let responses = post(&[], format!("[{DONE}]")).unwrap();
    assert!(responses.is_batch() && !responses.expects_response());
}

#[test]
fn other_versions_do_not() {
    let body = format!("[{PING}]");
    for version in [
        "2024-11-05",
        "2025-06-18",
        "2025-11-25",
        "2026-07-28",
        "2099-01-01",
    ] {
        let result = post(&[("mcp-protocol-version", version)], &body);
        assert_eq!(answer(result), nameless(400, -32600), "{version}");
    }
}

#[test]
fn one_bad_element_spoils_all() {
    for element in [
        r#"{"jsonrpc":"2.0","id":9,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#,
        r#"{"jsonrpc":"2.0","id":9,"method":"ping","method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
        &format!(r#"{{"jsonrpc":"2.0","id":9,"method":"tools/list","params":{{{META}}}}}"#),
        DONE,
        "[]",
        "1",
        &format!("[{PING}]"),
    ] {
        let result = post(&[], format!("[{PING},{element}]"));
        assert_eq!(answer(result), nameless(400, -32600), "{element}");
    }
    let nameless_call = r#"{"jsonrpc":"2.0","id":9,"method":"tools/call"}"#;
    assert_eq!(
        answer(post(&[], format!("[{PING},{nameless_call}]"))),
        nameless(400, -32602)
    );
    assert_eq!(
        answer(post(&[], format!("[{PING},]"))),
        nameless(400, -32700)
    );
    assert_eq!(
        answer(post(&[], format!("[{PING}] x"))),
        nameless(400, -32700)
    );
    assert_eq!(answer(post(&[], "[]")), nameless(400, -32600));
    let sessions = [("mcp-session-id", "a"), ("mcp-session-id", "b")];
    assert_eq!(
        answer(post(&sessions, format!("[{PING}]"))),
        nameless(400, -32600)
    );
}

#[test]
fn the_same_id_twice_is_found_however_it_is_written() {
    let one = r#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#;
    let other = one.replace(r#""a""#, r#""\u0061""#);
    assert_eq!(
        answer(post(&[], format!("[{one},{other}]"))),
        nameless(400, -32600)
    );
    let number = r#"{"jsonrpc":"2.0","id":"1","method":"ping"}"#;
    assert!(
        post(&[], format!("[{PING},{number}]")).is_ok(),
        "1 is not \"1\""
    );
}

#[test]
fn the_length_is_bounded() {
    let body = |count: usize| format!("[{}]", vec![TOLD; count].join(","));
    assert!(post(&[], body(50)).is_ok());
    assert_eq!(answer(post(&[], body(51))), nameless(400, -32600));
    let limits = Limits::new().batch(1);
    let parse = |count| tollbar_mcp::Call::post(&headers(&[]), body(count).as_bytes(), &limits);
    assert!(parse(1).is_ok());
    assert!(parse(2).is_err());
}

#[test]
fn an_array_of_one_is_still_an_array() {
    let call = post(&[], format!("[{PING}]")).unwrap();
    assert!(call.is_batch() && call.message().is_none());
    assert!(!legacy(PING).unwrap().is_batch());
}
