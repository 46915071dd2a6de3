//! The body of a refusal.

use serde_json::{Value, json};
use tollbar_mcp::{Code, Era, Id, error_response};

use crate::support::{legacy, modern, post};

fn read(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[test]
fn without_an_id_the_eras_differ() {
    let legacy = read(&legacy("{").unwrap_err().to_body());
    assert_eq!(legacy["id"], Value::Null);
    assert!(legacy.as_object().unwrap().contains_key("id"));
    let modern = read(&modern("ping", None, "{").unwrap_err().to_body());
    assert!(!modern.as_object().unwrap().contains_key("id"));
    assert_eq!(modern["error"]["code"], -32700);
}

#[test]
fn ids_are_echoed_byte_for_byte() {
    let id = Id::String(r#""\u0061\/""#.into());
    let body = error_response(Era::Modern, Some(&id), Code(403), "no", None);
    assert_eq!(
        body,
        r#"{"jsonrpc":"2.0","id":"\u0061\/","error":{"code":403,"message":"no"}}"#
    );
}

#[test]
fn messages_are_escaped_and_data_is_not() {
    let message = "say \"hi\"\\\n\u{0}\u{1f}\u{7f}é\u{2028}";
    let body = error_response(
        Era::Legacy,
        Some(&Id::Number(-7)),
        Code(1),
        message,
        Some("[1]"),
    );
    let value = read(&body);
    assert_eq!(value["error"]["message"], message);
    assert_eq!(value["error"]["data"], json!([1]));
    assert_eq!(value["id"], -7);
}

#[test]
fn what_a_client_wrote_does_not_break_the_answer() {
    let body = r#"{"jsonrpc":"2.0","id":"\"","method":"ping","\"}\u0000é":1}"#;
    let malformed = legacy(body).unwrap_err();
    let value = read(&malformed.to_body());
    assert_eq!(value["id"], "\"");
    assert_eq!(value["error"]["message"], malformed.message());
    assert!(malformed.message().contains("`\"}\\u{0}é`"), "{malformed}");
    assert_eq!(malformed.to_string(), malformed.message());
    let version = "\"".repeat(100);
    let malformed = post(
        &[("mcp-protocol-version", &version)],
        body.replace("\\u0000", ""),
    )
    .unwrap_err();
    assert!(malformed.message().len() < 200);
}
