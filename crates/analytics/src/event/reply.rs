//! What the MCP server has replied, as far as it could be seen.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tollbar_core::{Exchange, Message, Watch};
use tollbar_mcp::{Id, MessageKind};

use super::{Passed, passed::Room};

/// The longest id of a reply that is looked at, in bytes. No request has a longer one, unless a frame is told otherwise.
const LONGEST_ID: usize = 1_024;

/// What one request was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    /// The place of the request in its array.
    place: usize,
    pub(crate) code: Option<i64>,
    pub(crate) is_tool_error: bool,
}

/// What has passed of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Requests and notifications of the server included.
    pub(crate) messages: u64,
    pub(super) passed: Vec<Passed>,
    /// The first one to each request: a server may send as many as it likes.
    replies: Vec<Reply>,
}

/// Looks at the messages of an answer as they pass.
#[derive(Debug)]
pub(crate) struct Replies {
    open: Mutex<Open>,
    /// The longest message that is looked at, in bytes.
    longest: usize,
}

#[derive(Debug)]
struct Open {
    seen: Seen,
    /// For messages that are written down.
    room: Room,
}

impl Replies {
    /// Writes down so many messages, and looks at none that is longer.
    pub(crate) fn new(most: usize, longest: usize) -> Self {
        let (seen, room) = (Seen::default(), Room::new(most));
        Self {
            open: Mutex::new(Open { seen, room }),
            longest,
        }
    }

    /// What has passed so far.
    pub(crate) fn take(&self) -> Seen {
        std::mem::take(&mut self.lock().seen)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        // A panic elsewhere while the lock was held cannot leave half a push behind.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch for Replies {
    fn limit(&self) -> usize {
        self.longest
    }

    fn see(&self, exchange: &Exchange, message: &Message<'_>) {
        let parsed = message.parsed();
        let mut open = self.lock();
        let Open { seen, room } = &mut *open;
        seen.messages += 1;
        if !room.is_full() {
            let passed = Passed::to_client(exchange, message);
            if room.take(&passed) {
                seen.passed.push(passed);
            }
        }
        let id = parsed.id().filter(|id| id.len() <= LONGEST_ID);
        let (Some(id), Some(call)) = (id, exchange.call()) else {
            return;
        };
        if parsed.kind() != MessageKind::Response {
            return;
        }
        for (place, message) in call.messages().iter().enumerate() {
            let is_asked = message.id().is_some_and(|asked| is_reply_to(id, asked));
            if is_asked && seen.reply_to(place).is_none() {
                seen.replies.push(Reply {
                    place,
                    code: parsed.error_code(),
                    is_tool_error: may_be_tool_error(parsed.raw()) && parsed.is_tool_error(),
                });
            }
        }
    }
}

/// Whether it is worth to look for the member: it stands behind all content, as a rule, and most results have none. Its
/// name may be written with escapes.
fn may_be_tool_error(raw: &str) -> bool {
    raw.contains("isError") || raw.contains("\\u")
}

impl Seen {
    /// What the request at this place was answered with.
    pub(crate) fn reply_to(&self, place: usize) -> Option<&Reply> {
        self.replies.iter().find(|reply| reply.place == place)
    }
}

/// Whether a response with this id, as JSON, answers the request with that one.
pub(crate) fn is_reply_to(raw: &str, id: &Id) -> bool {
    match id {
        Id::Number(number) => raw.parse() == Ok(*number),
        Id::String(text) => raw == &**text || Id::String(raw.into()).is_same(id),
    }
}
