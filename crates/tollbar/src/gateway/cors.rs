//! What a browser may ask for and read.

use std::time::Duration;

use http::{Method, header, request::Parts};
use tollbar_core::origin::Origins;
use tollbar_mcp::header as mcp;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

/// Answers preflight requests before anything else looks at them, and lets pages of allowed origins
/// read what MCP clients need.
///
/// The request headers asked for are allowed as asked: `Mcp-Param-*` is an open family, and every
/// header is judged again when the request itself comes.
pub(super) fn layer(origins: Origins) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _: &Parts| {
            origins.allows_origin(origin)
        }))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            header::WWW_AUTHENTICATE,
            header::RETRY_AFTER,
            mcp::MCP_SESSION_ID,
            mcp::MCP_PROTOCOL_VERSION,
        ])
        .max_age(Duration::from_secs(3600))
}
