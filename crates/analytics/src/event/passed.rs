//! The messages of an exchange, one by one.

use std::time::Duration;

use serde::Serialize;
use tollbar_core::{Exchange, Message};
use tollbar_mcp::{Call, MessageKind, Method};

use super::text::{cut, without_keys};

/// The most bytes of a method. No revision of MCP has one that is half as long.
const LONGEST_METHOD: usize = 64;

/// How much the messages of an exchange that are written down may weigh together, in bytes.
const HEAVIEST: usize = 64 << 10;

/// Room for the messages of an exchange.
#[derive(Clone, Debug)]
pub(super) struct Room {
    most: usize,
    bytes: usize,
}

impl Room {
    /// For so many, as long as they are not too heavy.
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            bytes: HEAVIEST,
        }
    }

    /// Whether there was room for this one. Once there was not, there is none for any.
    pub(super) fn take(&mut self, passed: &Passed) -> bool {
        let left = self.bytes.checked_sub(passed.weight());
        let (Some(most), Some(bytes)) = (self.most.checked_sub(1), left) else {
            self.most = 0;
            return false;
        };
        *self = Self { most, bytes };
        true
    }

    pub(super) const fn is_full(&self) -> bool {
        self.most == 0
    }
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the client to the MCP server.
    ToServer,
    /// From the MCP server to the client: responses, notifications, and requests of its own.
    ToClient,
}

/// A message that has passed, without what was in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Passed {
    /// Which way it went.
    pub direction: Direction,
    /// Request, notification or response.
    pub kind: MessageKind,
    /// Its method, cut at 64 bytes. `None` for a response.
    pub method: Option<Box<str>>,
    /// Its length, in bytes.
    pub size: usize,
    /// When it passed, from the request's head on.
    pub after: Duration,
}

impl Passed {
    /// A message of the answer, which passes now.
    pub(super) fn to_client(exchange: &Exchange, message: &Message<'_>) -> Self {
        let parsed = message.parsed();
        Self {
            direction: Direction::ToClient,
            kind: parsed.kind(),
            method: parsed.method().map(short),
            size: parsed.raw().len(),
            after: exchange.started().elapsed(),
        }
    }

    /// The messages of the request, at most so many.
    pub(super) fn to_server(
        call: &Call,
        after: Duration,
        most: usize,
    ) -> impl Iterator<Item = Self> {
        call.messages().iter().take(most).map(move |message| Self {
            direction: Direction::ToServer,
            kind: message.kind(),
            method: message.method().map(Method::as_str).map(short),
            size: message.span().len(),
            after,
        })
    }

    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.method.as_deref().map_or(0, str::len)
    }
}

fn short(method: &str) -> Box<str> {
    cut(&without_keys(method), LONGEST_METHOD)
}
