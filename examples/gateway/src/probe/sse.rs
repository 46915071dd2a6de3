//! Servers of the HTTP+SSE transport (2024-11-05), which cannot be proxied.

use std::time::Duration;

use http::{HeaderValue, Request, header};
use tollbar::mcp::sse::Framer;

use super::conversation::{Conversation, chunk, media_type};

/// How long to wait for the first event, which such a server sends at once.
const PATIENCE: Duration = Duration::from_secs(3);

/// The longest first event that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Whether a GET gives a stream whose first event is `endpoint` (2024-11-05 `basic/transports`,
/// HTTP with SSE).
pub(super) async fn speaks_http_sse(conversation: &Conversation) -> bool {
    let waiting = async {
        let mut request = Request::get("/").body(String::new()).ok()?;
        request.headers_mut().insert(
            header::ACCEPT,
            HeaderValue::from_static("text/event-stream"),
        );
        let response = conversation.send(request).await.ok()?;
        let stream = media_type(response.headers()) == Some("text/event-stream");
        if !stream || !response.status().is_success() {
            return Some(false);
        }
        let mut body = response.into_body();
        let mut framer = Framer::new(LONGEST);
        loop {
            framer.push(chunk(&mut body).await.ok()??);
            while let Some(event) = framer.next().ok()? {
                if !event.is_comment_only() {
                    return Some(event.name() == Some(b"endpoint"));
                }
            }
        }
    };
    matches!(
        tokio::time::timeout(PATIENCE, waiting).await,
        Ok(Some(true))
    )
}
