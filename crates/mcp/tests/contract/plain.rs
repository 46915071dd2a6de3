//! Events that every reader takes for the same.

use bytes::Bytes;
use tollbar_mcp::{
    json::Slice,
    sse::{Event, Framer},
};

fn first(stream: &'static str) -> Event {
    let mut framer = Framer::new(1 << 20);
    framer.push(Bytes::from(stream));
    framer.next().unwrap().unwrap()
}

#[test]
fn plain_events() {
    for stream in [
        "\n",
        "\r\n",
        ":\n\n",
        "data: {}\n\n",
        "data:{}\r\n\r\n",
        "event: message\nid: ü1\nretry: 10\ndata: 1\ndata: 2\n\n",
        "id\ndata\n\n",
    ] {
        assert!(first(stream).is_plain(), "{stream:?}");
    }
}

#[test]
fn events_that_are_not_plain_are_written_anew() {
    for (stream, plain) in [
        ("data: 1\r\r", "data: 1\n\n"),
        ("\u{feff}data: 1\n\n", "data: 1\n\n"),
        ("\u{feff}\u{feff}data: 1\n\n", "\n"),
        ("DATA: 1\n\n", "\n"),
        (" data: 1\n\n", "\n"),
        ("{}\n\n", "\n"),
        ("id: 1\u{2028}data: 2\n\n", "\n"),
        ("id: 1\u{85}data: 2\nevent: x\n\n", "event: x\n\n"),
        (": a\u{b}b\ndata: 1\n\n", "data: 1\n\n"),
        (": a comment\n\n", ":\n\n"),
        ("id: 1\n: a comment\ndata: 1\n\n", "id: 1\n:\ndata: 1\n\n"),
        ("name: 1\ndata: 1\ndata: 2\n\n", "data: 1\ndata: 2\n\n"),
    ] {
        let event = first(stream);
        assert!(!event.is_plain(), "{stream:?}");
        let written = event.to_plain(event.data().as_deref());
        assert_eq!(written, plain, "{stream:?}");
    }
}

#[test]
fn a_look_alike_is_not_the_key_itself() {
    for (object, expected) in [
        (r#"{"tools":1}"#, false),
        (r#"{"tool":1,"toolsx":2}"#, false),
        (r#"{"tools":1,"Tools":2}"#, true),
        (r#"{"tool\u017f":1}"#, true),
        ("[]", false),
    ] {
        assert_eq!(
            Slice::new(object).has_look_alike("tools"),
            expected,
            "{object}"
        );
    }
}
