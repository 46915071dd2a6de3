//! What is left of a request body that nobody has read.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::timeout;

/// How much of it is read and thrown away, in bytes.
const MOST: usize = 64 << 10;

/// For how long.
const LONGEST: Duration = Duration::from_secs(1);

/// A request body that is given back when it is dropped before its end.
///
/// A request that is refused by its head is answered before its body is here. HTTP/2 allows that (RFC
/// 9113 section 8.1): the stream is reset without an error. But some clients, such as curl 7.88, then
/// throw the answer away. Over HTTP/1.1 the connection cannot be used again with a body still to come (RFC 9112
/// section 9.3), and a client that has sent it by then would find its next request unanswered. So what fits into
/// a moment is read first.
pub(super) struct Unread {
    body: Option<Incoming>,
    rest: Rest,
}

/// What is given back.
#[derive(Clone)]
pub(super) struct Rest {
    body: Arc<Mutex<Option<Incoming>>>,
    /// Whether the client sends it without being asked for it.
    is_coming: bool,
}

impl Unread {
    pub(super) fn new(body: Incoming, is_coming: bool) -> (Self, Rest) {
        let rest = Rest {
            body: Arc::default(),
            is_coming,
        };
        let unread = Self {
            body: Some(body),
            rest: rest.clone(),
        };
        (unread, rest)
    }
}

impl Rest {
    /// Reads what is left, as far as that is little and quick. Whether nothing is left then.
    pub(super) async fn read(self) -> bool {
        let left = || self.body.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut body) = left().take() else {
            return true;
        };
        if !self.is_coming {
            return false;
        }
        let reading = async {
            let mut length = 0;
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else {
                    return false;
                };
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > MOST {
                    return false;
                }
            }
            true
        };
        // What comes later is cut off, as it would be without this.
        timeout(LONGEST, reading).await.unwrap_or(false)
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            let mut rest = self
                .rest
                .body
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *rest = Some(body);
        }
    }
}

impl HttpBody for Unread {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body
            .as_ref()
            .map(HttpBody::size_hint)
            .unwrap_or_default()
    }
}
