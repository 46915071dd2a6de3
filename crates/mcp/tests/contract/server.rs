//! What servers send.

use tollbar_mcp::{Limits, MessageKind, ServerDocument, Unreadable};

fn parse(text: &str) -> Result<ServerDocument<'_>, Unreadable> {
    ServerDocument::parse(text.as_bytes(), &Limits::default())
}

#[test]
fn kinds_of_messages() {
    for (text, kind, id, method) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
            MessageKind::Response,
            Some("1"),
            None,
        ),
        (
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700}}"#,
            MessageKind::Response,
            Some("null"),
            None,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{}}"#,
            MessageKind::Response,
            None,
            None,
        ),
        (
            r#"{"jsonrpc":"2.0","id":"\u0061","method":"p\u0069ng"}"#,
            MessageKind::Request,
            Some(r#""\u0061""#),
            Some("ping"),
        ),
        (
            r#"{"jsonrpc":"2.0","method":"a/b","params":[1]}"#,
            MessageKind::Notification,
            None,
            Some("a/b"),
        ),
        (
            r#"{"method":"a/b","extra":1}"#,
            MessageKind::Notification,
            None,
            Some("a/b"),
        ),
        (
            r#"{"id":null,"method":"a/b"}"#,
            MessageKind::Notification,
            Some("null"),
            Some("a/b"),
        ),
        (
            r#"{"id":1.5,"result":null}"#,
            MessageKind::Response,
            Some("1.5"),
            None,
        ),
    ] {
        let document = parse(text).unwrap();
        let [message] = document.messages() else {
            panic!("{text}");
        };
        assert_eq!(
            (message.kind(), message.id(), message.method()),
            (kind, id, method),
            "{text}"
        );
        assert_eq!((message.raw(), message.span()), (text, 0..text.len()));
        assert!(!document.is_batch());
    }
}

#[test]
fn places_in_the_document() {
    let text = " [{\"id\":1,\"result\": {\"tools\":[]} },\n{\"id\":2,\"error\":{\"code\":-5,\"message\":\"\"}},{\"method\":\"m\",\"params\":{\"a\":1}}] ";
    let document = parse(text).unwrap();
    assert!(document.is_batch());
    assert_eq!(document.text(), text);
    let [result, error, told] = document.messages() else {
        panic!("three messages");
    };
    assert_eq!(&text[result.result().unwrap()], r#"{"tools":[]}"#);
    assert_eq!(&text[error.error().unwrap()], r#"{"code":-5,"message":""}"#);
    assert_eq!((error.error_code(), result.error_code()), (Some(-5), None));
    assert_eq!(&text[told.params().unwrap()], r#"{"a":1}"#);
    for message in document.messages() {
        assert_eq!(&text[message.span()], message.raw());
    }
    assert!(parse("[]").unwrap().messages().is_empty());
}

#[test]
fn what_cannot_be_judged() {
    for text in [
        "",
        "1",
        "null",
        r#""x""#,
        "{}",
        r#"{"jsonrpc":"2.0","id":1}"#,
        r#"{"id":1,"method":"a","result":{}}"#,
        r#"{"method":1}"#,
        r#"{"method":null}"#,
        "[1]",
        "[[]]",
        r#"[{"id":1,"result":{}},2]"#,
        r#"{"id":1,"result":{}} {"id":2,"result":{}}"#,
        r#"{"id":1,"result":{},"result":{}}"#,
        r#"{"id":1,"result":{"tools":[],"t\u006fols":[]}}"#,
        r#"{"id":1,"result":{"x":"\ud800"}}"#,
        r#"{"id":1,"result":{"x":NaN}}"#,
        "\u{feff}{\"id\":1,\"result\":{}}",
        r#"{"id":1,"result":{"$serde_json::private::RawValue":"{}"}}"#,
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(
        ServerDocument::parse(b"{\"x\":\"\xff\"}", &Limits::default()).unwrap_err(),
        Unreadable::Encoding(6)
    );
}

#[test]
fn programs_may_use_any_key_in_their_values() {
    let text = r#"{"id":1,"result":{"structuredContent":{"__proto__":1,"\n":2}}}"#;
    assert!(parse(text).is_ok());
}

#[test]
fn arrays_are_bounded() {
    let limits = Limits::new().server_batch(2);
    let body = |count: usize| format!("[{}]", vec![r#"{"method":"m"}"#; count].join(","));
    assert_eq!(
        ServerDocument::parse(body(2).as_bytes(), &limits)
            .unwrap()
            .messages()
            .len(),
        2
    );
    let error = ServerDocument::parse(body(3).as_bytes(), &limits).unwrap_err();
    assert_eq!(error, Unreadable::TooMany(2));
    let broken = body(3).replace(']', "x");
    assert!(matches!(
        ServerDocument::parse(broken.as_bytes(), &limits),
        Err(Unreadable::Json(_))
    ));
}
