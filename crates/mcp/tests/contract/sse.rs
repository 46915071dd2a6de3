//! Event streams.

use bytes::Bytes;
use tollbar_mcp::sse::{Boundary, Event, Framer};

fn events(pieces: &[&'static [u8]]) -> (Vec<Event>, Option<Bytes>) {
    let mut framer = Framer::new(1 << 20);
    let mut events = Vec::new();
    for piece in pieces {
        framer.push(Bytes::from_static(piece));
        while let Some(event) = framer.next().unwrap() {
            events.push(event);
        }
    }
    (events, framer.finish())
}

fn one(text: &'static [u8]) -> Event {
    let (events, rest) = events(&[text]);
    let [event] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!(rest, None);
    event.clone()
}

fn data(pieces: &[&'static [u8]]) -> Vec<String> {
    let (events, _) = events(pieces);
    let data = events.iter().filter_map(Event::data);
    data.map(|data| String::from_utf8(data.into_owned()).unwrap())
        .collect()
}

#[test]
fn all_line_ends() {
    for end in ["\n", "\r", "\r\n"] {
        let text: &'static str = format!("data: a{end}data: b{end}{end}data: c{end}{end}").leak();
        assert_eq!(data(&[text.as_bytes()]), ["a\nb", "c"], "{end:?}");
        let pieces: Vec<&'static [u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(data(&pieces), ["a\nb", "c"], "{end:?} byte by byte");
    }
    assert_eq!(
        data(&[b"data: a\r\n\ndata: b\n\r\ndata: c\r\r\n"]),
        ["a", "b", "c"]
    );
}

#[test]
fn an_event_is_out_as_soon_as_its_line_has_ended() {
    let mut framer = Framer::new(100);
    framer.push(Bytes::from_static(b"data: a\r\r"));
    let event = framer.next().unwrap().unwrap();
    assert_eq!(event.raw(), "data: a\r\r");
    assert!(framer.is_between_events());
    framer.push(Bytes::from_static(b"\n"));
    assert_eq!(
        framer.next().unwrap(),
        None,
        "the other half of the line end is no event"
    );
    assert!(framer.is_between_events());
    framer.push(Bytes::from_static(b"data: b\n\n"));
    let event = framer.next().unwrap().unwrap();
    assert_eq!(event.raw(), "\ndata: b\n\n");
    assert_eq!(event.data().unwrap(), &b"b"[..]);
    assert_eq!(framer.finish(), None);
}

#[test]
fn events_within_a_chunk_are_not_copied() {
    let chunk = Bytes::from(b"data: a\n\ndata: b\n\ndata: c".to_vec());
    let mut framer = Framer::new(100);
    framer.push(chunk.clone());
    for offset in [0, 9] {
        assert!(!framer.is_between_events(), "more is at hand");
        let event = framer.next().unwrap().unwrap();
        assert_eq!(event.raw().as_ptr(), chunk[offset..].as_ptr());
    }
    assert_eq!(framer.next().unwrap(), None);
    assert!(!framer.is_between_events());
    assert_eq!(framer.finish().unwrap(), "data: c");
}

#[test]
fn fields() {
    let event =
        one(b": comment\nevent: a\nevent:b\nid: 1\nid: 2\0\ndata:  x\nretry: 5\nnonsense\n\n");
    assert_eq!(event.name(), Some(&b"b"[..]));
    assert_eq!(event.id(), Some(&b"1"[..]), "an id with NUL is ignored");
    assert_eq!(event.data().unwrap(), &b" x"[..], "one space is dropped");
    assert!(!event.is_comment_only());
    let bare = one(b"data\nevent\nid\n\n");
    assert_eq!((bare.name(), bare.id()), (Some(&b""[..]), Some(&b""[..])));
    assert_eq!(bare.data().unwrap(), &b""[..]);
    let none = one(b"id: 1\n\n");
    assert_eq!((none.name(), none.data()), (None, None));
}

#[test]
fn one_line_of_data_is_borrowed() {
    use std::borrow::Cow;
    assert!(matches!(
        one(b"data: x\n\n").data(),
        Some(Cow::Borrowed(b"x"))
    ));
    assert!(matches!(one(b"data: x\ndata:\n\n").data(), Some(Cow::Owned(data)) if data == b"x\n"));
}

#[test]
fn comments_and_empty_lines() {
    assert!(one(b": ping\n\n").is_comment_only());
    assert!(one(b"\n").is_comment_only());
    assert!(!one(b": ping\ndata\n\n").is_comment_only());
    let (events, rest) = events(&[b"\n\r\n\r\n: x\n\ndata: y\n\n"]);
    assert_eq!(events.len(), 5);
    assert_eq!(
        events
            .iter()
            .filter(|event| event.is_comment_only())
            .count(),
        4
    );
    assert_eq!(rest, None);
}

#[test]
fn a_byte_order_mark_at_the_start_only() {
    assert_eq!(
        data(&[b"\xEF\xBB\xBFdata: a\n\n\xEF\xBB\xBFdata: b\n\n"]),
        ["a"]
    );
    assert_eq!(data(&[b"\xEF", b"\xBB", b"\xBF", b"data: a\n\n"]), ["a"]);
    assert!(data(&[b"\xEF\xBBdata: a\n\n"]).is_empty());
    let event = one(b"\xEF\xBB\xBFdata: a\n\n");
    assert_eq!(event.with_data(b"b"), &b"\xEF\xBB\xBFdata: b\n\n"[..]);
    let mut boundary = Boundary::new();
    boundary.feed(b"\xEF\xBB");
    assert!(!boundary.is_between_events());
    boundary.feed(b"\xBF");
    assert!(boundary.is_between_events());
}

#[test]
fn rewriting_keeps_all_other_lines() {
    for (text, rewritten) in [
        (&b"data: a\n\n"[..], &b"data: X\n\n"[..]),
        (
            b"id: 7\r\ndata: a\r\nretry: 5\r\n\r\n",
            b"id: 7\r\ndata: X\nretry: 5\r\n\r\n",
        ),
        (
            b"data: a\nid: 7\ndata: b\n: c\n\n",
            b"data: X\nid: 7\n: c\n\n",
        ),
        (b"event: e\n\n", b"event: e\ndata: X\n\n"),
        (b"data:a\rid: 7\rdata: b\n\n", b"data: X\nid: 7\r\n\n"),
        (b"data: a\r\r", b"data: X\n\r"),
        (b"\n", b"data: X\n\n"),
    ] {
        assert_eq!(
            one(text).with_data(b"X"),
            rewritten,
            "{}",
            text.escape_ascii()
        );
    }
    assert_eq!(
        one(b"data: a\n\n").with_data(b"x\ny\r\nz\r"),
        "data: x\ndata: y\ndata: z\ndata: \n\n"
    );
}

#[test]
fn an_event_beyond_the_limit_is_final() {
    let mut framer = Framer::new(10);
    framer.push(Bytes::from_static(b"data: ab\n\n"));
    assert!(framer.next().unwrap().is_some());
    framer.push(Bytes::from_static(b"data: abc"));
    assert!(framer.next().unwrap().is_none());
    framer.push(Bytes::from_static(b"\n\ndata: b\n\n"));
    let error = framer.next().unwrap_err();
    assert_eq!(
        (error.limit(), error.to_string().as_str()),
        (10, "event is longer than 10 bytes")
    );
    framer.push(Bytes::from_static(b"more"));
    assert_eq!(framer.next(), Err(error));
    assert_eq!(framer.finish().unwrap(), "data: abc\n\ndata: b\n\nmore");
}

#[test]
fn an_endless_line_is_not_gathered() {
    let mut framer = Framer::new(1000);
    let chunk = Bytes::from(vec![b'x'; 300]);
    for count in 0..10 {
        framer.push(chunk.clone());
        assert_eq!(framer.next().is_err(), count >= 3, "{count}");
    }
}

#[test]
fn boundaries_of_a_stream_that_passes() {
    let mut boundary = Boundary::default();
    assert!(boundary.is_between_events());
    for (bytes, is_between) in [
        (&b"d"[..], false),
        (b"ata: 1\r", false),
        (b"\n", false),
        (b"\r", true),
        (b"\n", true),
        (b": c\n", false),
        (b"\ndata: x\n\nid: 3", false),
        (b"\n\n\n", true),
        (b"", true),
    ] {
        boundary.feed(bytes);
        assert_eq!(
            boundary.is_between_events(),
            is_between,
            "{}",
            bytes.escape_ascii()
        );
    }
}
