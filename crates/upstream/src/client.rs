//! The HTTP client and its pool.

use std::time::Duration;

use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};

use crate::{HttpVersion, connect::Connector, request::RequestBody};

/// How much of one HTTP/2 stream's answer is buffered when nobody reads it.
const STREAM_WINDOW: u32 = 256 * 1024;

/// The largest flow-control window of HTTP/2 (RFC 9113 section 6.9.1).
const LARGEST_WINDOW: u32 = (1 << 31) - 1;

/// hyper's own bound on header lines, which it reads without allocating.
pub(crate) const HEADER_LINES: usize = 100;

/// The bounds of the client.
#[derive(Clone, Debug)]
pub(crate) struct ClientLimits {
    /// Idle connections that are kept.
    pub(crate) max_idle: usize,
    /// How long they are kept; at most what clocks can count.
    pub(crate) idle_timeout: Duration,
    /// Exchanges under way, for the size of the HTTP/2 connection's window.
    pub(crate) max_exchanges: usize,
    /// Bytes of an answer's head, at least 8192: hyper panics below.
    pub(crate) head_limit: usize,
    /// Header lines of an HTTP/1.1 answer.
    pub(crate) header_lines: usize,
}

pub(crate) type HttpClient = Client<Connector, RequestBody>;

/// A client with these bounds.
///
/// Only what was never written is sent again, on another connection: a request that waited for a
/// connection which turned out to be closed (hyper-util's `retry_canceled_requests`). Of a written
/// request nobody can tell whether the upstream has acted on it.
pub(crate) fn client(
    connector: Connector,
    version: HttpVersion,
    limits: &ClientLimits,
) -> HttpClient {
    let mut builder = Client::builder(TokioExecutor::new());
    builder
        .pool_timer(TokioTimer::new())
        .timer(TokioTimer::new())
        .pool_idle_timeout(limits.idle_timeout)
        .pool_max_idle_per_host(limits.max_idle)
        .retry_canceled_requests(true)
        .set_host(true)
        .http1_max_buf_size(limits.head_limit)
        .http2_only(version == HttpVersion::Http2)
        .http2_max_header_list_size(u32::try_from(limits.head_limit).unwrap_or(u32::MAX))
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(connection_window(limits.max_exchanges));
    if limits.header_lines != HEADER_LINES {
        builder.http1_max_headers(limits.header_lines);
    }
    builder.build(connector)
}

/// Room for a full window of every stream, so that clients which do not read their answers cannot
/// stop the others on the same connection.
fn connection_window(max_exchanges: usize) -> u32 {
    u32::try_from(max_exchanges)
        .unwrap_or(u32::MAX)
        .saturating_mul(STREAM_WINDOW)
        .min(LARGEST_WINDOW)
}
