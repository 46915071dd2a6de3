//! When and how a stream ends before its time: the server stops, or the right to it has ended.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{HeaderValue, header};
use tokio_util::sync::WaitForCancellationFutureOwned;
use tollbar_mcp::MessageKind;

use super::closing::Closing;
use crate::{Drain, Exchange, Grant, Kind, Refusal};

/// What may end a stream before its time.
pub(super) struct Ending {
    drain: Option<Draining>,
    granted: Option<Granted>,
}

/// The server may stop.
struct Draining {
    signal: Drain,
    wait: Pin<Box<WaitForCancellationFutureOwned>>,
}

/// The right may end.
struct Granted {
    grant: Grant,
    /// Made when the stream first waits: an answer that comes at once needs none.
    wait: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    Drained,
    Revoked,
}

impl Ending {
    /// What may end the stream of this exchange. The answer to a call is not ended by a server that
    /// stops: it is let finish.
    pub(super) fn of(exchange: &Exchange) -> Self {
        let lasts = Closing::of(exchange).is_some();
        let drain = exchange.drain().filter(|_| lasts);
        Self {
            drain: drain.map(|signal| Draining {
                signal: signal.clone(),
                wait: Box::pin(signal.wait()),
            }),
            ..Self::of_the_right(exchange)
        }
    }

    /// The end of the right only.
    pub(super) fn of_the_right(exchange: &Exchange) -> Self {
        let grant = exchange.grant().filter(|grant| grant.can_end());
        Self {
            granted: grant.map(|grant| Granted {
                grant: grant.clone(),
                wait: None,
            }),
            ..Self::none()
        }
    }

    /// Nothing.
    pub(super) const fn none() -> Self {
        Self {
            drain: None,
            granted: None,
        }
    }

    /// Whether there is anything that may.
    pub(super) const fn is_possible(&self) -> bool {
        self.drain.is_some() || self.granted.is_some()
    }

    /// Why the stream ends now, as far as can be told without waiting.
    pub(super) fn due(&self) -> Option<Cause> {
        let revoked = self.granted.as_ref().is_some_and(|it| it.grant.has_ended());
        let drained = || self.drain.as_ref().is_some_and(|it| it.signal.has_begun());
        match revoked {
            true => Some(Cause::Revoked),
            false => drained().then_some(Cause::Drained),
        }
    }

    /// Waits for the reason to end.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Cause> {
        if let Some(granted) = &mut self.granted {
            let grant = &granted.grant;
            let wait = granted
                .wait
                .get_or_insert_with(|| Box::pin(grant.clone().ended()));
            if wait.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Cause::Revoked);
            }
        }
        match &mut self.drain {
            // It must not be asked again once it is over.
            Some(drain) if drain.signal.has_begun() => Poll::Ready(Cause::Drained),
            Some(drain) => drain.wait.as_mut().poll(cx).map(|()| Cause::Drained),
            None => Poll::Pending,
        }
    }
}

/// What the client is told when the right to a stream has ended. Nothing on a GET stream, which just
/// ends; the closing result of a subscription; an error for each request that still waits.
pub(super) fn revoked(exchange: &Exchange) -> Bytes {
    match Closing::of(exchange) {
        Some(Closing::Silently) => return Bytes::new(),
        Some(Closing::With(result)) => return result,
        None => {}
    }
    let refusal = refusal(exchange);
    exchange.note_refusal(&refusal);
    let Some(call) = exchange.call() else {
        return Bytes::new();
    };
    let mut events = BytesMut::new();
    let requests = call.messages().iter();
    let requests = requests.filter(|message| message.kind() == MessageKind::Request);
    for id in requests.filter_map(|request| request.id()) {
        events.put_slice(b"data: ");
        events.put(refusal.to_message(call.era(), Some(id)));
        events.put_slice(b"\n\n");
    }
    events.freeze()
}

/// Whether the right of this exchange has ended.
pub(super) fn has_ended(exchange: &Exchange) -> bool {
    exchange.grant().is_some_and(Grant::has_ended)
}

/// What comes of this, unless the right ends before.
pub(super) async fn while_granted<T>(
    exchange: &Exchange,
    work: impl Future<Output = T>,
) -> Result<T, Refusal> {
    let mut ending = Ending::of_the_right(exchange);
    let mut work = pin!(work);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Ok(done)),
        Poll::Pending => ending.poll(cx).map(|_| Err(refusal(exchange))),
    })
    .await
}

/// The refusal of an answer whose client has lost the right to it meanwhile. Notes it.
pub(super) fn refusal(exchange: &Exchange) -> Refusal {
    exchange.note_revoked();
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    Refusal::new(
        Kind::Unauthenticated,
        "grant_ended",
        "the right to be here has ended",
    )
    .with_header(header::WWW_AUTHENTICATE, challenge)
}
