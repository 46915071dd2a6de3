//! Events that come in pieces.

use std::{
    future::{Future as _, poll_fn},
    pin::pin,
    task::Poll,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, channel::Channel};
use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseResult};
use tollbar_core::{Body, BoxError};

use crate::client::Client;

/// What has to become of an event.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// Not a byte changes.
    Same,
    /// Its data does; everything else stays.
    Changed(String),
    Withheld,
}

/// One event of the server.
pub(crate) struct Event {
    raw: String,
    fate: Fate,
}

impl Event {
    /// An event with this data, which has to pass or not.
    pub(crate) fn new(data: &str, passes: bool) -> Self {
        let fate = if passes { Fate::Same } else { Fate::Withheld };
        Self::with(data, fate)
    }

    /// An event with data that has to become other data, or stay.
    pub(crate) fn becoming(data: &str, expected: &str) -> Self {
        match data == expected {
            true => Self::with(data, Fate::Same),
            false => Self::with(data, Fate::Changed(expected.to_owned())),
        }
    }

    pub(crate) fn raw(raw: &str) -> Self {
        let (raw, fate) = (raw.to_owned(), Fate::Same);
        Self { raw, fate }
    }

    /// The event as it has to come out, without its empty line.
    fn expected(&self) -> Option<String> {
        match &self.fate {
            Fate::Same => Some(blocks(&self.raw).concat()),
            Fate::Changed(data) => {
                let data = data.replace('\n', "\ndata: ");
                Some(format!("event: message\nid: e7\n:\ndata: {data}"))
            }
            Fate::Withheld => None,
        }
    }

    fn with(data: &str, fate: Fate) -> Self {
        // A line end in JSON stands between tokens, and begins another line of data here.
        let data = data.replace('\n', "\ndata: ");
        let raw = format!("event: message\nid: e7\n:\ndata: {data}\n\n");
        Self { raw, fate }
    }
}

/// Opens a stream, sends events in pieces, and checks what comes of each as soon as its last byte was
/// sent: no event waits for another one.
pub(crate) async fn check(
    client: &Client<'_>,
    request: Request<Body>,
    events: &[Event],
) -> TestCaseResult {
    let (mut sender, channel) = Channel::<Bytes, BoxError>::new(1);
    let stream = Response::builder().header("content-type", "text/event-stream");
    client
        .server
        .set_next(stream.body(Body::new(channel)).unwrap());
    let mut body = client.send(request).await.into_body();

    let line_end = client.world.line_end;
    let raws: Vec<_> = events
        .iter()
        .map(|event| event.raw.replace('\n', line_end))
        .collect();
    let all = raws.concat();
    let (mut sent, mut due, mut next) = (0, 0, 0);
    for piece in all.as_bytes().chunks(client.world.chunk) {
        // Everything before was read, so that there is room.
        let piece = Bytes::copy_from_slice(piece);
        sent += piece.len();
        sender.send_data(piece).await.unwrap();
        let mut expected = Vec::new();
        let mut same = Vec::new();
        // A CR ends a line by itself, whether an LF follows it or not.
        let early = usize::from(line_end == "\r\n");
        while let Some(raw) = raws.get(next).filter(|raw| due + raw.len() - early <= sent) {
            expected.extend(events[next].expected());
            if let Fate::Same = events[next].fate {
                same.push(raw);
            }
            due += raw.len();
            next += 1;
        }
        let got = drain(&mut body).await;
        prop_assert_eq!(blocks(&got), expected);
        for raw in same {
            prop_assert!(line_end != "\n" || got.contains(raw), "{:?}", raw);
        }
    }
    prop_assert_eq!(next, events.len());
    Ok(())
}

/// The events in a text, without empty lines, whatever ends their lines.
fn blocks(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let blocks = text.split("\n\n").map(|block| {
        let lines: Vec<_> = block.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_owned()
    });
    blocks.filter(|block| !block.is_empty()).collect()
}

/// All that can be had now.
async fn drain(body: &mut Body) -> String {
    let mut got = Vec::new();
    poll_fn(|cx| {
        loop {
            match pin!(body.frame()).poll(cx) {
                Poll::Ready(Some(Ok(frame))) => got.extend(frame.into_data().unwrap()),
                Poll::Ready(Some(Err(error))) => panic!("{error}"),
                Poll::Ready(None) => panic!("the stream has ended"),
                Poll::Pending => return Poll::Ready(()),
            }
        }
    })
    .await;
    String::from_utf8(got).unwrap()
}
