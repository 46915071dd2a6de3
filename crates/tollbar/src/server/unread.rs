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
/// throw the answer away. So what fits into a moment is read first.
pub(super) struct Unread {
    body: Option<Incoming>,
    rest: Rest,
}

/// What is given back.
#[derive(Clone, Default)]
pub(super) struct Rest(Arc<Mutex<Option<Incoming>>>);

impl Unread {
    pub(super) fn new(body: Incoming) -> (Self, Rest) {
        let rest = Rest::default();
        let unread = Self {
            body: Some(body),
            rest: rest.clone(),
        };
        (unread, rest)
    }
}

impl Rest {
    /// Reads what is left, as far as that is little and quick.
    pub(super) async fn read(self) {
        let body = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut body) = body else {
            return;
        };
        let reading = async {
            let mut length = 0;
            while let Some(Ok(frame)) = body.frame().await {
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > MOST {
                    return;
                }
            }
        };
        // What comes later is cut off, as it would be without this.
        let _ = timeout(LONGEST, reading).await;
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        if let Some(body) = self.body.take().filter(|body| !body.is_end_stream()) {
            let mut rest = self.rest.0.lock().unwrap_or_else(PoisonError::into_inner);
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
