//! Content types and encodings, judged before the body.

use tollbar_mcp::{Call, Era};

use crate::support::headers;

fn status(lines: &[(&str, &str)]) -> Option<(u16, i64)> {
    let malformed = Call::check_content(&headers(lines)).err()?;
    assert_eq!(malformed.id(), None);
    Some((malformed.status().as_u16(), malformed.code().0))
}

#[test]
fn json_in_utf_8_is_let_through() {
    for value in [
        "application/json",
        "Application/JSON",
        " application/json ",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json ; charset=\"utf-8\"",
        "application/json;",
        "application/json; profile=\"a;b\\\"c\"; x=y",
    ] {
        assert_eq!(status(&[("content-type", value)]), None, "{value}");
    }
}

#[test]
fn other_types_and_charsets_are_not() {
    for value in [
        "",
        "application/jsonp",
        "application/json-rpc",
        "application/json5",
        "text/json",
        "text/plain; a=application/json",
        "application/json, text/plain",
        "application/json text/plain",
        "application/json;charset=utf-16",
        "application/json;charset=utf-8;charset=utf-16",
        "application/json;charset=\"utf\\-16\"",
        "application/json;charset=",
        "application/json;charset",
        "application/json;charset=utf-8 x",
        "application/json;charset=utf-8 x=y",
        "application/json;charset=\"utf-8",
        "application/json; =utf-8",
        "é",
    ] {
        assert_eq!(
            status(&[("content-type", value)]),
            Some((415, -32600)),
            "{value}"
        );
    }
    assert_eq!(status(&[]), Some((415, -32600)));
}

#[test]
fn encodings_are_refused() {
    let json = ("content-type", "application/json");
    assert_eq!(status(&[json, ("content-encoding", "identity")]), None);
    assert_eq!(status(&[json, ("content-encoding", "IDENTITY")]), None);
    for value in ["gzip", "deflate", "br", "identity, gzip", "", "x"] {
        assert_eq!(
            status(&[json, ("content-encoding", value)]),
            Some((415, -32600)),
            "{value}"
        );
    }
    let twice = [
        json,
        ("content-encoding", "identity"),
        ("content-encoding", "gzip"),
    ];
    assert_eq!(status(&twice), Some((415, -32600)));
}

#[test]
fn a_repeated_type_is_ambiguous() {
    let json = ("content-type", "application/json");
    assert_eq!(status(&[json, json]), Some((400, -32600)));
    let modern = ("mcp-protocol-version", "2026-07-28");
    assert_eq!(status(&[json, json, modern]), Some((400, -32020)));
    let era = |lines: &[(&str, &str)]| Call::check_content(&headers(lines)).unwrap_err().era();
    assert_eq!((era(&[modern]), era(&[])), (Era::Modern, Era::Legacy));
}
