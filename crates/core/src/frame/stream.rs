//! An event stream on its way to the client.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf as _, Bytes};
use http_body::{Body as HttpBody, Frame};
use tollbar_mcp::sse::{Boundary, Framer};

use super::{
    closing::Closing,
    ending::{self, Cause, Ending},
    events::{Events, Verdict},
    keep_alive::KeepAlive,
    outbox::Outbox,
    settings::Settings,
};
use crate::{Body, BoxError, Exchange, hook::Hooks};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const KEEP_ALIVE: Bytes = Bytes::from_static(b": keep-alive\n\n");

/// The body of an event stream: passes events, through filters or before watches, adds a comment
/// after silence, and ends in order when the server stops.
pub(super) struct Stream {
    body: Body,
    reading: Reading,
    ready: Outbox,
    /// What has been sent so far, as far as a byte order mark cares.
    begun: Begun,
    state: State,
    keep_alive: Option<KeepAlive>,
    ending: Ending,
    exchange: Exchange,
}

/// How the upstream's bytes become the client's.
enum Reading {
    /// Chunks pass as they come; watches look at copies.
    Passing {
        boundary: Boundary,
        watched: Option<(Framer, Events)>,
        first: bool,
    },
    /// Only whole events pass, and only when the filters let them.
    Filtered(Framer, Events),
}

/// A byte order mark means something only at the very start of a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    Nothing,
    /// A comment of ours came first, so that a mark behind it would spoil an event.
    WithComment,
    WithStream,
}

enum State {
    Open,
    Ended,
    Broken(Option<BoxError>),
}

impl Stream {
    pub(super) fn new(body: Body, hooks: Hooks, exchange: Exchange, settings: &Settings) -> Self {
        let ending = Ending::of(&exchange);
        let (filtered, watched) = (!hooks.filters.is_empty(), !hooks.watches.is_empty());
        let limit = match filtered {
            true => settings.event_limit,
            false => hooks.watch_limit(settings.event_limit),
        };
        let framer = || Framer::new(limit);
        let events = Events::new(hooks, exchange.clone(), settings);
        let reading = if filtered {
            Reading::Filtered(framer(), events)
        } else {
            Reading::Passing {
                boundary: Boundary::new(),
                watched: watched.then(|| (framer(), events)),
                first: true,
            }
        };
        Self {
            body,
            reading,
            ready: Outbox::default(),
            begun: Begun::Nothing,
            state: State::Open,
            keep_alive: settings.keep_alive.map(KeepAlive::new),
            ending,
            exchange,
        }
    }

    /// Reads until the version is settled, and keeps what was read: at most some more than the
    /// limit, in bytes.
    pub(super) async fn negotiated(&mut self, limit: usize) {
        poll_fn(|cx| {
            loop {
                let settled = self.exchange.negotiated().is_some() || self.ready.length() > limit;
                if settled || !matches!(self.state, State::Open) {
                    return Poll::Ready(());
                }
                match self.poll_upstream(cx) {
                    Poll::Ready(()) => {}
                    Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await;
    }

    /// Takes one piece of what the upstream sends, or its end.
    fn poll_upstream(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Ok(chunk) = frame.into_data()
                    && !chunk.is_empty()
                {
                    self.take(chunk);
                }
            }
            Poll::Ready(Some(Err(error))) => self.state = State::Broken(Some(error)),
            Poll::Ready(None) => self.state = State::Ended,
            Poll::Pending => return Poll::Pending,
        }
        Poll::Ready(())
    }

    /// Whether a comment or an end may be put here without breaking an event in two.
    fn is_between_events(&self) -> bool {
        match &self.reading {
            Reading::Passing { boundary, .. } => boundary.is_between_events(),
            Reading::Filtered(..) => true,
        }
    }

    fn take(&mut self, chunk: Bytes) {
        match &mut self.reading {
            Reading::Passing {
                boundary,
                watched,
                first,
            } => {
                if std::mem::take(first) && super::closing::is_old_transport(&chunk, &self.exchange)
                {
                    self.state = State::Broken(Some(super::closing::old_transport(&self.exchange)));
                    return;
                }
                boundary.feed(&chunk);
                if let Some((framer, events)) = watched {
                    framer.push(chunk.clone());
                    if !events.watch(framer) {
                        *watched = None;
                    }
                }
                self.ready.pass(chunk);
            }
            Reading::Filtered(framer, events) => {
                framer.push(chunk);
                match events.filter(framer, &mut self.ready) {
                    Verdict::Open => {}
                    Verdict::Answered => self.state = State::Ended,
                    Verdict::Broken(error) => self.state = State::Broken(Some(error)),
                }
            }
        }
    }

    /// Ends the stream for this cause, if this is a place to do it.
    fn end(&mut self, cause: Cause) -> bool {
        let between = self.is_between_events();
        match cause {
            Cause::Drained if !between => return false,
            Cause::Drained => {
                if let Some(Closing::With(event)) = Closing::of(&self.exchange) {
                    self.ready.push(event);
                }
                self.exchange.note_drained();
                self.state = State::Ended;
            }
            // What is whole may pass. The rest of an event does not: it could be long in coming.
            Cause::Revoked if !between => {
                self.exchange.note_revoked();
                self.state = State::Broken(Some("the right to this stream has ended".into()));
            }
            Cause::Revoked => {
                let last = ending::revoked(&self.exchange);
                self.exchange.note_revoked();
                if !last.is_empty() {
                    self.ready.push(last);
                }
                self.state = State::Ended;
            }
        }
        self.body = Body::empty();
        true
    }
}

impl HttpBody for Stream {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if let Some(mut bytes) = self.ready.pop() {
                if self.begun == Begun::WithComment && bytes.starts_with(BYTE_ORDER_MARK) {
                    bytes.advance(BYTE_ORDER_MARK.len());
                }
                self.begun = Begun::WithStream;
                if let Some(keep_alive) = &mut self.keep_alive {
                    keep_alive.touch();
                }
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            match &mut self.state {
                State::Open => {}
                State::Ended => return Poll::Ready(None),
                State::Broken(error) => {
                    let error = error.take();
                    self.body = Body::empty();
                    return Poll::Ready(error.map(Err));
                }
            }
            if self.ending.due().is_some_and(|cause| self.end(cause)) {
                continue;
            }
            match self.poll_upstream(cx) {
                Poll::Ready(()) => {}
                Poll::Pending => {
                    if let Poll::Ready(cause) = self.ending.poll(cx)
                        && self.end(cause)
                    {
                        continue;
                    }
                    let between = self.is_between_events();
                    if let Some(keep_alive) = &mut self.keep_alive
                        && keep_alive.poll_silent(cx).is_ready()
                    {
                        if between {
                            if self.begun == Begun::Nothing {
                                self.begun = Begun::WithComment;
                            }
                            return Poll::Ready(Some(Ok(Frame::data(KEEP_ALIVE))));
                        }
                        // Ask the timer again, so that it wakes this task next time.
                        let _ = keep_alive.poll_silent(cx);
                    }
                    return Poll::Pending;
                }
            }
        }
    }
}
