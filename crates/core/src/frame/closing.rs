//! How a stream ends before its time.

use bytes::Bytes;
use tollbar_mcp::{Kind as CallKind, Method};

use crate::{BoxError, Exchange, Kind, Refusal};

/// How a stream ends before its answer is whole.
pub(super) enum Closing {
    /// A legacy GET stream just ends; the client comes back with `Last-Event-ID`.
    Silently,
    /// `subscriptions/listen` gets its result (MCP 2026-07-28, `basic/patterns/subscriptions`,
    /// Graceful Closure).
    With(Bytes),
}

impl Closing {
    /// How the stream of this exchange ends when the server stops. `None` for the answer to a call:
    /// it is let finish.
    pub(super) fn of(exchange: &Exchange) -> Option<Self> {
        let call = exchange.call()?;
        if call.kind() == CallKind::Listen {
            return Some(Self::Silently);
        }
        if call.method() != Some(&Method::SubscriptionsListen) {
            return None;
        }
        let id = call.id()?;
        Some(Self::With(Bytes::from(format!(
            "data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{\"resultType\":\"complete\",\
             \"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{id}}}}}}}\n\n"
        ))))
    }
}

/// Whether a GET stream begins as the HTTP+SSE transport of MCP 2024-11-05 does, with the
/// `endpoint` event that tells the client where to POST.
pub(super) fn is_old_transport(first: &[u8], exchange: &Exchange) -> bool {
    let is_listen = exchange
        .call()
        .is_some_and(|call| call.kind() == CallKind::Listen);
    let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(first);
    let event = first.strip_prefix(b"event:").unwrap_or_default();
    is_listen && event.trim_ascii_start().starts_with(b"endpoint")
}

/// The refusal of that transport, for the log and for the broken stream.
pub(super) fn old_transport(exchange: &Exchange) -> BoxError {
    let message = "the MCP server speaks the HTTP+SSE transport of 2024-11-05, which is not \
                   proxied: point the gateway at its Streamable HTTP endpoint";
    exchange.note_refusal(&Refusal::new(Kind::BadUpstream, "old_transport", message));
    tracing::warn!(reason = "old_transport", "{message}");
    message.into()
}
