//! Every bound, at its edge.

use tollbar_mcp::{Call, Limits};

use crate::support::{answer, echoed, headers, legacy};

fn params(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

/// The length that is still let through, and the answer one byte beyond it.
fn edge(length: usize, code: i64, body: impl Fn(&str) -> String) {
    let fill = |length: usize| body(&"x".repeat(length));
    assert!(legacy(fill(length)).is_ok(), "{}", body("..."));
    let (status, found, _) = answer(legacy(fill(length + 1)));
    assert_eq!((status, found), (400, code), "{}", body("..."));
}

#[test]
fn names_uris_and_ids() {
    edge(1024, -32602, |name| {
        params("tools/call", &format!(r#"{{"name":"{name}"}}"#))
    });
    edge(1024, -32602, |name| {
        params("tasks/get", &format!(r#"{{"taskId":"{name}"}}"#))
    });
    edge(1024, -32602, |name| params(name, "{}"));
    edge(8192, -32602, |uri| {
        params("resources/read", &format!(r#"{{"uri":"{uri}"}}"#))
    });
    edge(8192, -32602, |uri| {
        params(
            "subscriptions/listen",
            &format!(r#"{{"notifications":{{"resourceSubscriptions":["{uri}"]}}}}"#),
        )
    });
    edge(254, -32600, |id| {
        format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"ping"}}"#)
    });
}

#[test]
fn names_are_measured_decoded() {
    let name = r"\u0061".repeat(1024);
    assert!(legacy(params("tools/call", &format!(r#"{{"name":"{name}"}}"#))).is_ok());
}

#[test]
fn subscriptions() {
    let body = |count: usize| {
        let list = vec![r#""t""#; count].join(",");
        params(
            "subscriptions/listen",
            &format!(r#"{{"notifications":{{"taskIds":[{list}]}}}}"#),
        )
    };
    assert!(legacy(body(1000)).is_ok());
    assert_eq!(answer(legacy(body(1001))), echoed(400, -32602));
}

#[test]
fn each_is_configurable() {
    let parse = |limits: &Limits, lines: &[(&str, &str)], body: &str| {
        Call::post(&headers(lines), body.as_bytes(), limits).is_ok()
    };
    let call = params("tools/call", r#"{"name":"abc"}"#);
    assert!(parse(&Limits::new().name(3), &[], &call));
    assert!(!parse(&Limits::new().name(2), &[], &call));
    assert!(parse(&Limits::new().depth(2), &[], &call));
    assert!(!parse(&Limits::new().depth(1), &[], &call));
    let read = params("resources/read", r#"{"uri":"a:b"}"#);
    assert!(parse(&Limits::new().uri(3), &[], &read));
    assert!(!parse(&Limits::new().uri(2), &[], &read));
    let named = r#"{"jsonrpc":"2.0","id":"abc","method":"ping"}"#;
    assert!(parse(&Limits::new().id(5), &[], named));
    assert!(!parse(&Limits::new().id(4), &[], named));
    let session = [("mcp-session-id", "abc")];
    assert!(parse(&Limits::new().header(3), &session, named));
    assert!(!parse(&Limits::new().header(2), &session, named));
    let listen = params(
        "subscriptions/listen",
        r#"{"notifications":{"taskIds":["t"]}}"#,
    );
    assert!(parse(&Limits::new().subscriptions(1), &[], &listen));
    assert!(!parse(&Limits::new().subscriptions(0), &[], &listen));
}

#[test]
fn labels_are_cut_and_not_refused() {
    let name = "é".repeat(200);
    let body = params(
        "initialize",
        &format!(r#"{{"protocolVersion":"2025-11-25","clientInfo":{{"name":"x{name}"}}}}"#),
    );
    let call = legacy(body).unwrap();
    let client = call.message().unwrap().client().unwrap();
    assert_eq!(
        client.name(),
        format!("x{}", "é".repeat(127)),
        "255 bytes, because 256 would cut a character"
    );
    assert_eq!(client.version(), "");
}
