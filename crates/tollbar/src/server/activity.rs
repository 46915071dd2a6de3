//! What goes on on one HTTP/2 connection.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Instant;
use tollbar_core::{Body, BoxError};

/// The exchanges of one connection. hyper looks after HTTP/1.1 by itself, so only those of HTTP/2
/// are kept.
#[derive(Debug, Default)]
pub(super) struct Activity {
    /// Requests so far, of any version.
    pub(super) requests: AtomicUsize,
    is_http2: AtomicBool,
    open: Mutex<Vec<Weak<Exchange>>>,
}

/// One open exchange.
#[derive(Debug, Default)]
struct Exchange {
    /// When the last piece of the answer was handed over, while nobody has asked for the next.
    handed: Mutex<Option<Instant>>,
}

impl Activity {
    /// Notes an HTTP/2 exchange. It is open until what is given back is dropped.
    pub(super) fn begin(&self) -> Open {
        self.is_http2.store(true, Ordering::Relaxed);
        let exchange = Arc::new(Exchange::default());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // hyper bounds how many are open at a time, and this how many are remembered.
        open.retain(|exchange| exchange.strong_count() > 0);
        open.push(Arc::downgrade(&exchange));
        Open(exchange)
    }

    /// Whether this is an HTTP/2 connection on which nothing is open.
    pub(super) fn is_idle_http2(&self) -> bool {
        self.is_http2.load(Ordering::Relaxed) && self.exchanges().is_empty()
    }

    /// Whether a client has not taken the next piece of an answer for this long: with HTTP/2 it
    /// need not stop the connection to hold up an exchange.
    pub(super) fn is_held_up(&self, timeout: Duration) -> bool {
        self.exchanges().iter().any(|exchange| {
            let handed = exchange
                .handed
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            handed.is_some_and(|since| since.elapsed() >= timeout)
        })
    }

    fn exchanges(&self) -> Vec<Arc<Exchange>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.iter().filter_map(Weak::upgrade).collect()
    }
}

/// An exchange that is open until this is dropped.
pub(super) struct Open(Arc<Exchange>);

impl Open {
    /// Keeps the exchange open until its answer has ended.
    pub(super) fn until_the_end_of(self, body: Body) -> OpenBody {
        OpenBody {
            body,
            exchange: self.0,
        }
    }
}

/// The answer of an open exchange.
pub(super) struct OpenBody {
    body: Body,
    exchange: Arc<Exchange>,
}

impl HttpBody for OpenBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        // Being asked is what shows that the client has taken what it was handed before.
        let handed = matches!(polled, Poll::Ready(Some(Ok(_)))).then(Instant::now);
        *self
            .exchange
            .handed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = handed;
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
