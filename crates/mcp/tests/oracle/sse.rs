//! What must hold for every stream, however it is cut. Shared by the property tests and the fuzz target.

use std::convert::Infallible;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use sse_stream::SseByteStream;
use tollbar_mcp::sse::{Boundary, Event, Framer};

/// More than any input.
const ENOUGH: usize = 1 << 24;

/// Name, id and data of an event that has data.
type Parts = (Option<Vec<u8>>, Option<Vec<u8>>, Vec<u8>);

/// Frames a stream that comes in pieces of these sizes (over and over), and in one piece.
pub(crate) fn check(input: &[u8], sizes: &[usize]) {
    let pieces = cut(input, sizes);
    let (events, rest) = frame(&pieces);
    let mut raw: Vec<u8> = events
        .iter()
        .flat_map(|event| event.raw().to_vec())
        .collect();
    raw.extend(&rest);
    assert_eq!(raw, input, "no byte is lost");
    let (whole, _) = frame(&[Bytes::copy_from_slice(input)]);
    let named: Vec<Parts> = events.iter().filter_map(parts).collect();
    let at_once: Vec<Parts> = whole.iter().filter_map(parts).collect();
    assert_eq!(named, at_once, "cuts do not matter");
    let (expected, is_text) = reference(&pieces);
    assert_eq!(
        named.get(..expected.len()),
        Some(&*expected),
        "another parser reads the same"
    );
    assert!(!is_text || named.len() == expected.len());
    for (index, event) in events.iter().enumerate() {
        rewrite(event, index == 0);
    }
    boundaries(&pieces);
}

fn cut(input: &[u8], sizes: &[usize]) -> Vec<Bytes> {
    let mut sizes = sizes.iter().copied().cycle();
    let mut rest = Bytes::copy_from_slice(input);
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(usize::MAX).clamp(1, rest.len());
        pieces.push(rest.split_to(size));
    }
    pieces
}

fn frame(pieces: &[Bytes]) -> (Vec<Event>, Bytes) {
    let mut framer = Framer::new(ENOUGH);
    let mut events = Vec::new();
    for piece in pieces {
        framer.push(piece.clone());
        while let Some(event) = framer.next().expect("within the limit") {
            events.push(event);
        }
    }
    (events, framer.finish().unwrap_or_default())
}

fn parts(event: &Event) -> Option<Parts> {
    let data = event.data()?.into_owned();
    Some((
        event.name().map(<[u8]>::to_vec),
        event.id().map(<[u8]>::to_vec),
        data,
    ))
}

/// What `sse-stream` makes of it, up to its first error: it reads UTF-8 only.
fn reference(pieces: &[Bytes]) -> (Vec<Parts>, bool) {
    let pieces = pieces.iter().cloned().map(Ok::<_, Infallible>);
    let mut events = SseByteStream::new(stream::iter(pieces.collect::<Vec<_>>()));
    let mut context = Context::from_waker(Waker::noop());
    let mut found = Vec::new();
    loop {
        match events.poll_next_unpin(&mut context) {
            Poll::Ready(Some(Ok(event))) => {
                let bytes = |text: Option<String>| text.map(String::into_bytes);
                if let Some(data) = bytes(event.data) {
                    found.push((bytes(event.event), bytes(event.id), data));
                }
            }
            Poll::Ready(Some(Err(_))) => return (found, false),
            Poll::Ready(None) => return (found, true),
            Poll::Pending => unreachable!("all pieces are there"),
        }
    }
}

/// With other data, all else is the same and it is still one event.
fn rewrite(event: &Event, is_first: bool) {
    // What looks like a byte order mark is one at the start of a stream only.
    let before = Bytes::from_static(if is_first { b"" } else { b": before\n\n" });
    for data in [&b"{}"[..], b"one\ntwo\r\n\rthree", b""] {
        let (events, rest) = frame(&[before.clone(), event.with_data(data)]);
        assert!(
            rest.is_empty(),
            "{event:?} with {data:?} has no end: {rest:?}"
        );
        let full: Vec<_> = events
            .iter()
            .filter(|event| event.data().is_some())
            .collect();
        let [rewritten] = full.as_slice() else {
            panic!("{event:?} with {data:?} became {events:?}");
        };
        let lines = String::from_utf8_lossy(data)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        assert_eq!(rewritten.data().as_deref(), Some(lines.as_bytes()));
        assert_eq!(
            (rewritten.name(), rewritten.id()),
            (event.name(), event.id())
        );
    }
}

/// At every boundary, all events so far are out, and a comment put there changes nothing.
fn boundaries(pieces: &[Bytes]) {
    let mut boundary = Boundary::new();
    let mut framer = Framer::new(ENOUGH);
    let mut commented = Vec::new();
    for piece in pieces {
        boundary.feed(piece);
        framer.push(piece.clone());
        while framer.next().expect("within the limit").is_some() {}
        assert_eq!(boundary.is_between_events(), framer.is_between_events());
        commented.push(piece.clone());
        if boundary.is_between_events() {
            commented.push(Bytes::from_static(b": keep-alive\n\n"));
        }
    }
    let plain: Vec<Parts> = frame(pieces).0.iter().filter_map(parts).collect();
    let with_comments: Vec<Parts> = frame(&commented).0.iter().filter_map(parts).collect();
    assert_eq!(plain, with_comments);
}
