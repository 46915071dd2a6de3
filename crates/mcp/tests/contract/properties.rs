//! Generated requests and streams, held against other parsers.

use proptest::prelude::*;
use serde_json::Value;

#[path = "../oracle/request.rs"]
mod request;
#[path = "../oracle/sse.rs"]
mod stream;

/// Pieces of JSON text, most of them with something about them.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\"",
    "\\",
    "\n",
    "\u{feff}",
    "null",
    "true",
    "1",
    "-0",
    "1e308",
    "1e309",
    "1.7976931348623157e308",
    "0.1",
    "1E+2",
    "\"jsonrpc\":\"2.0\"",
    "\"id\":1",
    "\"id\":\"x\"",
    "\"id\":null",
    "\"method\":\"tools/call\"",
    "\"method\":\"ping\"",
    "\"m\\u0065thod\"",
    "\"params\":{",
    "\"name\":\"a\"",
    "\"Name\":\"b\"",
    "\"uri\":\"a:b\"",
    "\"arguments\":{",
    "\"__proto__\":{}",
    "\"_meta\":{",
    "\"ref\":{",
    "\"$serde_json::private::RawValue\":\"1\"",
    "\"$serde_json::private::Number\":\"1\"",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "é",
    "😀",
    "\u{17f}",
    "\u{212a}",
    "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"",
    "\"io.modelcontextprotocol/clientCapabilities\":{}",
    "\"notifications\":{\"taskIds\":[\"t\"]}",
    "\"method\":\"subscriptions/listen\"",
    "\"method\":\"resources/read\"",
    "\"result\":{}",
    "\"error\":{}",
];

/// Pieces of event streams.
const LINES: &[&[u8]] = &[
    b"data: x",
    b"data:",
    b"data",
    b"data:  y",
    b"event: e",
    b"event",
    b"id: 7",
    b"id: a\0b",
    b"retry: 1",
    b": c",
    b":",
    b"other: z",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\r\r",
    b"\r\n\r\n",
    b"\xEF\xBB\xBF",
    b"\xEF",
    b"\xBB",
    b"\xff",
    b" ",
    b"datax: 1",
    b"dat",
    b"a: 2",
    b"\0",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

/// Any JSON value.
fn value() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        Just("name".to_owned()),
        Just("uri".to_owned()),
        Just("taskId".to_owned()),
        Just("arguments".to_owned()),
        Just("_meta".to_owned()),
        "[a-zA-Z\\PC]{0,6}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A message that has a good chance to be accepted.
fn message() -> impl Strategy<Value = String> {
    let method = prop::sample::select(vec![
        "tools/call",
        "prompts/get",
        "resources/read",
        "tasks/get",
        "tools/list",
        "ping",
        "x",
        "initialize",
        "notifications/cancelled",
        "completion/complete",
        "subscriptions/listen",
    ]);
    let id = prop_oneof![
        Just(None),
        any::<i32>().prop_map(|id| Some(Value::from(id))),
        ".{0,5}".prop_map(|id| Some(Value::from(id)))
    ];
    (method, id, value(), any::<bool>(), "[a-z:/ é\\\\]{0,8}").prop_map(|(method, id, arguments, is_modern, name)| {
        let mut message = serde_json::json!({
            "jsonrpc": "2.0",
            "method": method,
            "params": {
                "name": name, "uri": name, "taskId": name, "arguments": arguments, "protocolVersion": "2025-11-25",
                "ref": { "type": "ref/resource", "uri": name },
                "notifications": { "resourceSubscriptions": [name], "taskIds": [name, "t"] },
            },
        });
        if let Some(id) = id {
            message["id"] = id;
        }
        if is_modern {
            message["params"]["_meta"] = serde_json::json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        message.to_string()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn texts_of_pieces(body in text()) {
        request::check(body.as_bytes());
    }

    #[test]
    fn whole_messages(body in message()) {
        request::check(body.as_bytes());
    }

    #[test]
    fn messages_with_one_byte_changed(body in message(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut body = body.into_bytes();
        let place = place.index(body.len());
        body[place] = byte;
        request::check(&body);
    }

    #[test]
    fn values_are_read_as_serde_json_reads_them(value in value()) {
        request::check(value.to_string().as_bytes());
        request::check(format!("{value:#}").as_bytes());
    }

    #[test]
    fn streams_of_lines(
        lines in prop::collection::vec(prop::sample::select(LINES), 0..30),
        sizes in prop::collection::vec(1_usize..12, 1..6),
    ) {
        stream::check(&lines.concat(), &sizes);
    }
}

#[test]
fn most_generated_messages_are_accepted() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let accepted = (0..500).filter(|_| {
        let body = message().new_tree(&mut runner).unwrap().current();
        let limits = tollbar_mcp::Limits::default();
        tollbar_mcp::Call::post(&http::HeaderMap::new(), body.as_bytes(), &limits).is_ok()
    });
    let accepted = accepted.count();
    assert!(
        accepted > 50,
        "{accepted} of 500 are too few to say something"
    );
}
