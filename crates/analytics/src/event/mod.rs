//! The record of one exchange.

mod asked;
mod id;
mod made;
mod outcome;
mod passed;
mod reply;
mod text;
mod uri;

pub use self::{
    asked::Asked,
    id::ExchangeId,
    outcome::Outcome,
    passed::{Direction, Passed},
};
pub(crate) use self::{
    id::Ids,
    made::Making,
    reply::{Replies, is_reply_to},
    text::{LONGEST, cut},
};

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use http::StatusCode;
use serde::Serialize;
use tollbar_core::{Consumer, Kind, Span, Verdict};
use tollbar_mcp::{ClientInfo, TraceParent};

use crate::Captured;

/// How an exchange ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ended {
    /// The whole answer was handed to the server.
    Complete,
    /// The client went before the answer was whole.
    ClientLeft,
    /// The answer broke off behind the gateway.
    UpstreamBroke,
    /// A stream was ended because the server stops.
    ShutDown,
    /// The answer was cut short because the right to it had ended: a key was revoked, a plan removed.
    Revoked,
}

impl Ended {
    /// The word for it, as it stands in a log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::ClientLeft => "client_left",
            Self::UpstreamBroke => "upstream_broke",
            Self::ShutDown => "shut_down",
            Self::Revoked => "revoked",
        }
    }
}

/// Which proxy an exchange belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxy {
    /// Its name, when the layer was given one.
    pub name: Option<Box<str>>,
    /// Its version, when the layer was given one.
    pub version: Option<Box<str>>,
}

/// What happened in one exchange, or with one message of an array (MCP 2025-03-26), which is an event of its own.
///
/// Owned and bounded: every text that a stranger has chosen is cut at 1,024 bytes, with a `…` behind it.
/// Session ids and credentials are never in it, and values of arguments and results only where a
/// [`Capture`](crate::Capture) asks for them. `[hidden]` stands for credentials in URIs and for keys of this gateway.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// Names the exchange. All messages of an array have the same.
    pub id: ExchangeId,
    /// When the request came in.
    pub at: SystemTime,
    /// The span that has sent the request: what its message says, else what its header says.
    pub trace: Option<TraceParent>,
    /// The gateway's own place in a trace, where a guard has given it one. Of the whole exchange.
    pub span: Option<Span>,
    /// Where it came in.
    pub proxy: Arc<Proxy>,
    /// The address at the other end of the connection.
    pub peer: Option<IpAddr>,
    /// The client's address: the peer's, or what a trusted proxy in front has told.
    pub address: Option<IpAddr>,
    /// The HTTP method.
    pub http_method: Box<str>,
    /// What was asked, where that could be read.
    pub asked: Option<Asked>,
    /// Which message of an array this is, from 0 on, and how many there are.
    pub batch: Option<(usize, usize)>,
    /// What the client says about itself, in requests that say so.
    pub client: Option<ClientInfo>,
    /// Who asked, when a plan has found out.
    pub consumer: Option<Consumer>,
    /// The session of the legacy era that it belongs to: a digest of its id, the same for as long as the process
    /// runs.
    pub session: Option<u64>,
    /// What a policy has said.
    pub verdict: Option<Verdict>,
    /// How many parts of the answer a policy has kept from the client. Of the whole exchange.
    pub hidden: u64,
    /// Why it was refused.
    pub refusal: Option<Refused>,
    /// The HTTP status. `None` when the client left before there was one.
    pub status: Option<StatusCode>,
    /// What the MCP server has answered, when it has.
    pub upstream: Option<Answer>,
    /// Whether all of the answer could be read: `false` for what was too large, encoded, or not JSON-RPC.
    pub is_inspected: bool,
    /// How it ended.
    pub ended: Ended,
    /// How long it took. Of the whole exchange.
    pub times: Times,
    /// How much there was. Of the whole exchange, in the event of its first message; the others have none.
    pub sizes: Sizes,
    /// The messages that have passed, as far as they are to be written down
    /// ([`AnalyticsLayer::messages`](crate::AnalyticsLayer::messages)). Of the whole exchange, likewise.
    pub passed: Box<[Passed]>,
    /// What was said, where that is to be kept ([`AnalyticsLayer::capture`](crate::AnalyticsLayer::capture)).
    pub captured: Option<Box<Captured>>,
}

/// Why something was refused by the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// In which way.
    pub kind: Kind,
    /// One word, which stands in the list of refusals.
    pub reason: &'static str,
    /// What the client was told.
    pub message: Box<str>,
    /// The JSON-RPC code that it was told.
    pub code: i64,
}

/// What the MCP server has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// Its own HTTP status.
    pub status: StatusCode,
    /// Whether a reply to this message was seen, a result or an error. `false` where answers are not looked into.
    pub is_replied: bool,
    /// The JSON-RPC code of its error, also one inside of a 200.
    pub code: Option<i64>,
    /// Whether a tool says that it has failed (`isError`).
    pub is_tool_error: bool,
}

/// How long an exchange took, each from the request's head on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// Until the end of the answer.
    pub total: Duration,
    /// Until the answer's head was ready. `None` when there was none.
    pub head: Option<Duration>,
    /// Until the MCP server was asked. `None` when it was not.
    pub asked: Option<Duration>,
    /// Until the head of its answer was here.
    pub answered: Option<Duration>,
}

impl Times {
    /// The gateway's own share of the time until the answer's head. `None` when there was none.
    #[must_use]
    pub fn own(&self) -> Option<Duration> {
        let head = self.head?;
        Some(match (self.asked, self.answered) {
            (Some(asked), Some(answered)) => asked + head.saturating_sub(answered),
            // The MCP server was waited for in vain.
            (Some(asked), None) => asked,
            (None, _) => head,
        })
    }

    /// From the answer's head to its end.
    #[must_use]
    pub fn stream(&self) -> Option<Duration> {
        Some(self.total.saturating_sub(self.head?))
    }
}

/// How much there was in an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sizes {
    /// The length of the request's content, in bytes, once it was read.
    pub bytes_in: Option<u64>,
    /// Bytes of the answer's content that were handed to the server.
    pub bytes_out: u64,
    /// Messages that the MCP server has sent, as far as they could be read.
    pub messages: u64,
}

impl Event {
    /// The JSON-RPC code that the client was told: of the refusal, or of the server's error.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        let refused = self.refusal.as_ref().map(|refusal| refusal.code);
        refused.or_else(|| self.upstream?.code)
    }

    /// The trace it belongs to: the one it came with, else the one that began here.
    #[must_use]
    pub fn trace_id(&self) -> Option<u128> {
        let came = self.trace.map(|trace| trace.trace_id());
        came.or_else(|| Some(self.span?.own().trace_id()))
    }

    /// How much memory it holds at most, in bytes, without what it shares with the plans.
    #[must_use]
    pub fn weight(&self) -> usize {
        let asked = self.asked.as_ref().map_or(0, Asked::weight);
        let client = self.client.as_ref();
        let client = client.map_or(0, |it| it.name().len() + it.version().len());
        let refused = self.refusal.as_ref().map_or(0, |it| it.message.len());
        let passed: usize = self.passed.iter().map(Passed::weight).sum();
        let captured = self.captured.as_ref().map_or(0, |it| it.weight());
        size_of::<Self>() + self.http_method.len() + asked + client + refused + passed + captured
    }
}
