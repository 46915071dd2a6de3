//! Hostile answers under a filter: what the filter has not seen must not reach the client.

use tollbar_tests::local::Local;

use super::{INITIALIZE, Recorder, before, post, raw, response};

/// Names a version that must not pass, and so tells whether the filter was passed by.
const EVIL: &str = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2099-01-01","capabilities":{},"serverInfo":{"name":"e","version":"1"}}}"#;

const EVENTS: &str = "text/event-stream";
const JSON: &str = "application/json";

/// What the client gets for an `initialize` that is answered so.
async fn answered(content_type: &str, body: impl AsRef<[u8]>, ask: &str) -> Vec<u8> {
    let upstream = Recorder::answering(response(content_type, body)).await;
    let gateway: Local = before(&upstream.url());
    let answer = raw(gateway.address, post("", ask)).await;
    assert_eq!(upstream.heard().len(), 1, "the attack did not run");
    answer
}

fn shows(answer: &[u8]) -> bool {
    let narrow: Vec<u8> = answer.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&narrow).contains("2099-01-01")
}

/// `@` in a row stands for the evil message.
async fn withheld(rows: &[(&str, &str)]) {
    for (content_type, body) in rows {
        let body = body.replace('@', EVIL);
        let answer = answered(content_type, &body, INITIALIZE).await;
        let shown = String::from_utf8_lossy(&answer);
        assert!(!shows(&answer), "{content_type} {body:?} passes: {shown}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_judged_does_not_pass() {
    withheld(&[
        (JSON, "@"),
        (JSON, "[@]"),
        (JSON, "\u{feff}@"),
        (JSON, "@ @"),
        (
            JSON,
            r#"{"jsonrpc":"2.0","id":1,"result":{},"result":{"protocolVersion":"2099-01-01"}}"#,
        ),
        (
            JSON,
            r#"{"jsonrpc":"2.0","id":1,"method":"x","result":{"protocolVersion":"2099-01-01"}}"#,
        ),
        (
            JSON,
            r#"{"jsonrpc":"2.0","id":1,"Result":{"protocolVersion":"2099-01-01"}}"#,
        ),
        (
            JSON,
            r#"{"jsonrpc":"2.0","id":1,"result":{"protocol\u0056ersion":"2099-01-01"}}"#,
        ),
        ("application/json\r\ncontent-encoding: gzip", "@"),
        (
            "application/json\r\ncontent-encoding: identity\r\ncontent-encoding: x",
            "@",
        ),
        ("application/json\r\ncontent-type: application/json", "@"),
        ("application/json; a=text/event-stream", "data: @\n\n"),
        ("application/vnd.x+json", "@"),
        ("text/plain", "@"),
        ("text/event-stream\r\ncontent-encoding: gzip", "data: @\n\n"),
        (EVENTS, "data: @\n\n"),
        (EVENTS, "data: @\r\r"),
        (EVENTS, "data:@\r\n\r\n"),
        (EVENTS, "event: x\nid: 1\ndata: @\n\n"),
        (EVENTS, "\u{feff}data: @\n\n"),
        (EVENTS, "data: 1\n\ndata: @\n\n"),
        (
            EVENTS,
            "data: {\"jsonrpc\":\"2.0\",\ndata: \"method\":\"x\"}\n\ndata: @\n\n",
        ),
        (EVENTS, "data: @"),
        (EVENTS, "data: @\n"),
    ])
    .await;
}

/// No line here is `data` by the standard. The TypeScript client takes `ï»¿` for a byte order mark and
/// the Python one obeys `charset`; the other rows are what a laxer reader could take for a message.
#[tokio::test]
async fn an_event_without_data_carries_nothing_else_past_a_filter() {
    withheld(&[
        (EVENTS, "\u{ef}\u{bb}\u{bf}data: @\n\n"),
        (EVENTS, "\u{feff}\u{feff}data: @\n\n"),
        (EVENTS, "data:\r\r@\n\n"),
        (EVENTS, "id: 1\u{2028}data: @\n\n"),
        (EVENTS, ": x\u{b}data: @\n\n"),
        (EVENTS, "id: x\u{85}data: @\n\n"),
        (EVENTS, "DATA: @\n\n"),
        (EVENTS, " data: @\n\n"),
        (EVENTS, "@\n\n"),
        ("text/event-stream; charset=utf-7", "+AGQ-ata: @\n\n"),
    ])
    .await;
}

/// The Python client decodes a stream by its charset.
#[tokio::test]
async fn a_stream_in_another_charset_does_not_pass_a_filter() {
    let wide: Vec<u8> = format!("data: {EVIL}\n\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .chain(*b"\n\n")
        .collect();
    let answer = answered("text/event-stream; charset=utf-16le", wide, INITIALIZE).await;
    let shown = String::from_utf8_lossy(&answer);
    assert!(!shows(&answer), "{shown}");
}

/// Some clients compare keys without case.
#[tokio::test]
async fn a_look_alike_of_a_filtered_key_does_not_pass() {
    withheld(&[
        (JSON, r#"{"jsonrpc":"2.0","id":1,"result":{"ProtocolVersion":"2099-01-01"}}"#),
        (JSON, r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","ProtocolVersion":"2099-01-01"}}"#),
    ])
    .await;
}

/// The filter on `server/discover` is for a batch too.
#[tokio::test]
async fn a_batch_is_filtered_as_its_messages_are() {
    let ask = r#"[{"jsonrpc":"2.0","id":1,"method":"server/discover"}]"#;
    let result = r#"[{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2099-01-01"]}}]"#;
    let answer = answered(JSON, result, ask).await;
    let shown = String::from_utf8_lossy(&answer);
    assert!(!shows(&answer), "{shown}");
}
