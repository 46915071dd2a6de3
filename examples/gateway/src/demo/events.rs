//! The events of all streams, kept for a while so that clients can come back for what they missed.
//!
//! Only legacy clients do that: they send the id of the last event that they saw with a GET
//! (2025-11-25 `basic/transports`, Resumability and Redelivery). Ids look like `<stream>.<number>`.
//! The stream of a call has a random name, and is for the session that has [claimed](Events::claim)
//! it; the stream of a session that belongs to no call is always called [`COMMON`], and what it
//! stands for depends on the session that asks.

use std::{
    collections::{HashMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use futures_util::stream;
use rmcp::{
    model::ServerJsonRpcMessage,
    transport::streamable_http_server::session::{
        EventId, EventStore, EventStoreError, EventStream, ServerSseMessage, SessionId,
    },
};
use tokio::sync::watch;

/// How many bytes of events are kept, of all streams together; the oldest streams are forgotten
/// first.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// How many events of one stream are kept; the oldest are forgotten first.
const MOST_EVENTS: usize = 2048;

/// What an event costs beyond its message, in bytes: roughly what the bookkeeping needs.
const OVERHEAD: usize = 1024;

/// Name, in event ids, of the stream of a session that belongs to no call.
pub(super) const COMMON: &str = "common";

/// The events of all streams.
#[derive(Debug, Default)]
pub(super) struct Events(Mutex<Streams>);

#[derive(Debug, Default)]
struct Streams {
    logs: HashMap<String, Log>,
    /// Names of the streams, oldest first, and of some that are gone.
    order: VecDeque<String>,
    bytes: usize,
}

#[derive(Debug)]
struct Log {
    /// The session that a stream of a call is for, from its first event on.
    owner: Option<SessionId>,
    kept: VecDeque<Kept>,
    /// Number of the latest event. Sent to whoever follows the stream.
    latest: watch::Sender<u64>,
    /// Whether the answer to the call has been among the events, which ends the stream.
    complete: bool,
    /// How often somebody began to follow: who began last follows alone.
    followers: u64,
    /// Number of the last event that somebody was given while following.
    delivered: u64,
}

#[derive(Debug)]
struct Kept {
    number: u64,
    event: ServerSseMessage,
    bytes: usize,
}

/// One reader of one stream.
struct Follower {
    events: Arc<Events>,
    name: String,
    /// Number of the last event that the reader has seen.
    seen: u64,
    ticket: u64,
    latest: watch::Receiver<u64>,
}

// ===== impl Events =====

impl Events {
    /// All events after the one with that number, and then those to come, until the stream ends, is
    /// forgotten or somebody else begins to follow it. Without a number it is all events that
    /// nobody was given yet. The answer is `None` when nothing is known of the stream.
    pub(super) fn follow(self: &Arc<Self>, name: &str, seen: Option<u64>) -> Option<EventStream> {
        let follower = {
            let mut streams = self.streams();
            let log = streams.logs.get_mut(name)?;
            log.followers += 1;
            // Whoever followed so far has to notice.
            log.latest.send_modify(|_| {});
            Follower {
                events: Arc::clone(self),
                name: name.to_owned(),
                seen: seen.unwrap_or(log.delivered),
                ticket: log.followers,
                latest: log.latest.subscribe(),
            }
        };
        Some(Box::pin(stream::unfold(follower, Follower::next)))
    }

    /// Says for which session the stream of a call is, by an event that the session is about to be
    /// given: names of streams come from the SDK, which does not tell.
    pub(super) fn claim(&self, event: &str, session: &SessionId) {
        let Some((name, _)) = event.rsplit_once('.') else {
            return;
        };
        if let Some(log) = self.streams().logs.get_mut(name) {
            log.owner.get_or_insert_with(|| Arc::clone(session));
        }
    }

    /// Whether a stream of a call is for this session.
    pub(super) fn is_for(&self, name: &str, session: &SessionId) -> bool {
        let streams = self.streams();
        let owner = streams.logs.get(name).and_then(|log| log.owner.as_ref());
        owner == Some(session)
    }

    /// Begins a stream that has no events yet.
    pub(super) fn begin(&self, name: &str) {
        self.streams().log(name);
    }

    /// Forgets a stream, and ends it for whoever follows it.
    pub(super) fn forget(&self, name: &str) {
        self.streams().forget(name);
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl EventStore for Events {
    async fn store_event(
        &self,
        name: &str,
        event: &ServerSseMessage,
    ) -> Result<EventId, EventStoreError> {
        let number = self.streams().append(name, event)?;
        let shown = if is_common(name) { COMMON } else { name };
        Ok(format!("{shown}.{number}"))
    }

    async fn replay_events_after(&self, id: &str) -> Result<EventStream, EventStoreError> {
        // Ids of common streams mean nothing without a session, which is unknown here. The session
        // manager follows streams itself and never comes here.
        Err(io::Error::new(io::ErrorKind::NotFound, format!("no event `{id}`")).into())
    }
}

// ===== impl Streams =====

impl Streams {
    fn log(&mut self, name: &str) -> &mut Log {
        if !self.logs.contains_key(name) {
            if self.order.len() > 2 * self.logs.len() + 64 {
                self.order.retain(|known| self.logs.contains_key(known));
            }
            self.order.push_back(name.to_owned());
        }
        self.logs.entry(name.to_owned()).or_insert_with(|| Log {
            owner: None,
            kept: VecDeque::new(),
            latest: watch::Sender::new(0),
            complete: false,
            followers: 0,
            delivered: 0,
        })
    }

    fn append(&mut self, name: &str, event: &ServerSseMessage) -> Result<u64, serde_json::Error> {
        let mut bytes = Count(OVERHEAD);
        if let Some(message) = &event.message {
            serde_json::to_writer(&mut bytes, message.as_ref())?;
        }
        let bytes = bytes.0;
        let ends = event.message.as_deref().is_some_and(is_answer) && !is_common(name);
        let log = self.log(name);
        let number = *log.latest.borrow() + 1;
        let shown = if is_common(name) { COMMON } else { name };
        let mut event = event.clone();
        event.event_id = Some(format!("{shown}.{number}"));
        log.kept.push_back(Kept {
            number,
            event,
            bytes,
        });
        log.complete |= ends;
        log.latest.send_replace(number);
        let surplus = (log.kept.len() > MOST_EVENTS).then(|| log.kept.pop_front());
        self.bytes += bytes;
        self.bytes -= surplus.flatten().map_or(0, |kept| kept.bytes);
        while self.bytes > MOST_BYTES {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            self.make_room(oldest);
        }
        Ok(number)
    }

    /// Forgets the events of a stream; a common stream goes on without them.
    fn make_room(&mut self, name: String) {
        if !is_common(&name) {
            self.forget(&name);
        } else if let Some(log) = self.logs.get_mut(&name) {
            self.bytes -= log.kept.drain(..).map(|kept| kept.bytes).sum::<usize>();
            self.order.push_back(name);
        }
    }

    fn forget(&mut self, name: &str) {
        if let Some(log) = self.logs.remove(name) {
            self.bytes -= log.kept.iter().map(|kept| kept.bytes).sum::<usize>();
        }
    }
}

// ===== impl Follower =====

impl Follower {
    /// Waits for the next event; `None` is the end.
    async fn next(mut self) -> Option<(ServerSseMessage, Self)> {
        loop {
            {
                self.latest.mark_unchanged();
                let mut streams = self.events.streams();
                let log = streams.logs.get_mut(&self.name)?;
                if log.followers != self.ticket {
                    return None;
                }
                let next = log.kept.partition_point(|kept| kept.number <= self.seen);
                if let Some(Kept { number, event, .. }) = log.kept.get(next) {
                    self.seen = *number;
                    log.delivered = log.delivered.max(self.seen);
                    let event = event.clone();
                    drop(streams);
                    return Some((event, self));
                }
                if log.complete {
                    return None;
                }
            }
            self.latest.changed().await.ok()?;
        }
    }
}

/// The name under which the common stream of a session is stored.
pub(super) fn common_stream(session: &str) -> String {
    format!("{session}:{COMMON}")
}

fn is_common(name: &str) -> bool {
    name.rsplit_once(':')
        .is_some_and(|(_, kind)| kind == COMMON)
}

fn is_answer(message: &ServerJsonRpcMessage) -> bool {
    matches!(
        message,
        ServerJsonRpcMessage::Response(_) | ServerJsonRpcMessage::Error(_)
    )
}

/// A writer that only counts.
struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
