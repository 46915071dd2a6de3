//! Headers that mirror the body (2026-07-28).

use http::HeaderValue;
use tollbar_mcp::header::{self, InvalidValue};

use crate::support::{META, answer, echoed, legacy, modern, post};

const VERSION: (&str, &str) = ("mcp-protocol-version", "2026-07-28");

fn body(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}{META}}}}}"#)
}

/// The methods with a name, and a name for each.
fn named() -> Vec<(&'static str, &'static str, String)> {
    let rows = [
        ("tools/call", "name", "get_weather"),
        ("prompts/get", "name", "review"),
        ("resources/read", "uri", "file:///a.txt"),
        ("tasks/get", "taskId", "t-1"),
        ("tasks/update", "taskId", "t-1"),
        ("tasks/cancel", "taskId", "t-1"),
    ];
    let body = |(method, key, name)| (method, name, body(method, &format!(r#""{key}":"{name}","#)));
    rows.map(body).into()
}

#[test]
fn method_and_name_have_to_be_there_and_right() {
    for (method, name, body) in named() {
        assert!(modern(method, Some(name), &body).is_ok(), "{method}");
        assert_eq!(
            answer(modern(method, None, &body)),
            echoed(400, -32020),
            "{method}"
        );
        for wrong in [
            "",
            "other",
            &name.to_uppercase(),
            &format!("{name}x"),
            &format!("x, {name}"),
        ] {
            assert_eq!(
                answer(modern(method, Some(wrong), &body)),
                echoed(400, -32020),
                "{wrong}"
            );
        }
        for wrong in ["", "other/method", &method.to_uppercase()] {
            assert_eq!(
                answer(modern(wrong, Some(name), &body)),
                echoed(400, -32020),
                "{wrong}"
            );
        }
        assert_eq!(
            answer(post(&[VERSION, ("mcp-name", name)], &body)),
            echoed(400, -32020)
        );
    }
}

#[test]
fn methods_without_a_name_need_the_method_only() {
    let list = body("tools/list", "");
    assert!(modern("tools/list", None, &list).is_ok());
    assert_eq!(
        answer(modern("prompts/list", None, &list)),
        echoed(400, -32020)
    );
    assert_eq!(answer(post(&[VERSION], &list)), echoed(400, -32020));
}

#[test]
fn names_of_headers_ignore_case_and_values_do_not() {
    let list = body("tools/list", "");
    assert!(post(&[VERSION, ("MCP-METHOD", "tools/list")], &list).is_ok());
    assert!(post(&[VERSION, ("Mcp-Method", "TOOLS/LIST")], &list).is_err());
}

#[test]
fn white_space_around_values_is_dropped() {
    let call = body("tools/call", r#""name":"add","#);
    assert!(modern(" tools/call\t", Some("  add  "), &call).is_ok());
    let lines = [
        ("mcp-protocol-version", " 2026-07-28 "),
        ("mcp-method", "tools/call"),
        ("mcp-name", "\t=?base64?YWRk?= "),
    ];
    assert!(post(&lines, &call).is_ok());
}

#[test]
fn names_that_are_no_ascii_are_base64() {
    let call = body("tools/call", r#""name":"wé","#);
    assert!(modern("tools/call", Some("=?base64?d8Op?="), &call).is_ok());
    let raw = answer(modern("tools/call", Some("wé"), &call));
    assert_eq!(raw, echoed(400, -32020));
    for wrong in [
        "=?base64?d8Oq?=",
        "=?BASE64?d8Op?=",
        "=?base64?d8Op",
        "d8Op",
        "=?base64?d8O?=",
    ] {
        assert_eq!(
            answer(modern("tools/call", Some(wrong), &call)),
            echoed(400, -32020),
            "{wrong}"
        );
    }
}

#[test]
fn a_literal_that_looks_encoded_has_to_be_encoded() {
    let call = body("tools/call", r#""name":"=?base64?literal?=","#);
    assert!(modern("tools/call", Some("=?base64?literal?="), &call).is_err());
    assert!(
        modern(
            "tools/call",
            Some("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
            &call
        )
        .is_ok()
    );
}

#[test]
fn the_name_is_compared_decoded() {
    let call = body("tools/call", r#""n\u0061me":"\u0061dd","#);
    assert!(modern("tools/call", Some("add"), call).is_ok());
}

#[test]
fn parameters_are_not_looked_at() {
    let call = body("tools/call", r#""name":"add","arguments":{"region":"eu"},"#);
    let lines = [
        VERSION,
        ("mcp-method", "tools/call"),
        ("mcp-name", "add"),
        ("mcp-param-region", "us"),
        ("mcp-param-other", "=?base64?!!!?="),
    ];
    assert!(post(&lines, call).is_ok());
}

#[test]
fn notifications_need_none_but_what_is_there_has_to_be_right() {
    let told = format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/tasks/status","params":{{"taskId":"t",{META}}}}}"#
    );
    assert!(post(&[VERSION], &told).is_ok());
    assert!(modern("notifications/tasks/status", None, &told).is_ok());
    assert!(modern("notifications/other", None, &told).is_err());
}

#[test]
fn legacy_requests_have_no_routing_headers() {
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    assert!(legacy(ping).is_ok());
    assert!(post(&[("mcp-method", "tools/call"), ("mcp-name", "é")], ping).is_ok());
}

#[test]
fn values_decode_as_the_specification_shows() {
    for (text, value) in [
        ("us-west1", "us-west1"),
        ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
        (" padded ", "=?base64?IHBhZGRlZCA=?="),
        ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
        ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
        ("", ""),
        ("=?base64?", "=?base64?"),
        ("a b", "a b"),
    ] {
        let encoded = header::encode(text);
        assert_eq!(encoded, value);
        assert_eq!(header::decode(&encoded).unwrap(), text);
    }
    let decode = |value: &'static [u8]| {
        let value = HeaderValue::from_bytes(value).unwrap();
        header::decode(&value).map(|text| text.into_owned())
    };
    assert_eq!(
        decode(b"=?base64?SGVsbG8?="),
        Err(InvalidValue::NotBase64),
        "padding"
    );
    assert_eq!(
        decode(b"=?base64?SGVs!!!bG8=?="),
        Err(InvalidValue::NotBase64),
        "alphabet"
    );
    assert_eq!(
        decode(b"=?base64?SGVsbG9=?="),
        Err(InvalidValue::NotBase64),
        "trailing bits"
    );
    assert_eq!(decode(b"=?base64?/w==?="), Err(InvalidValue::NotUtf8));
    assert_eq!(decode(b"w\xC3\xA9"), Err(InvalidValue::NotAscii));
    assert_eq!(decode(b"=?base64??="), Ok(String::new()));
    assert_eq!(
        decode(b"=?base64?="),
        Ok("=?base64?=".to_owned()),
        "the markers must not overlap"
    );
}
