//! The write-once record of one request.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{Extensions, StatusCode};
use thiserror::Error;
use tokio::time::Instant;
use tollbar_mcp::Call;

use crate::{
    Consumer, Drain, Filter, Refusal, Watch,
    hook::{HookList, Hooks},
};

/// The write-once record of one request: who asked what, what was decided, how it went.
///
/// It travels in [`http::Extensions`], is shared by all layers, and is cheap to clone. Each fact is
/// set once by the layer that learns it and read by any other; a fact that is not known is `None`,
/// and a guard reads that as "no". An outer layer keeps its clone while the request is inside, so
/// that it can still tell what happened when the client has gone.
///
/// ```
/// use tollbar_core::{Consumer, Exchange};
///
/// let mut request = http::Request::new(());
/// let exchange = Exchange::of(request.extensions_mut());
/// exchange.set_consumer(Consumer::new("keyless")).unwrap();
///
/// let same = Exchange::of(request.extensions_mut());
/// assert_eq!(same.consumer().unwrap().plan(), "keyless");
/// assert!(same.set_consumer(Consumer::new("other")).is_err());
/// ```
#[derive(Clone)]
pub struct Exchange(Arc<Record>);

struct Record {
    started: Instant,
    peer: Option<SocketAddr>,
    drain: Option<Drain>,
    consumer: OnceLock<Consumer>,
    call: OnceLock<Call>,
    refusal: OnceLock<Refusal>,
    upstream: OnceLock<Answered>,
    bytes_in: OnceLock<u64>,
    drained: OnceLock<()>,
    uninspected: OnceLock<()>,
    hooks: HookList,
}

/// A fact was set a second time; the first one stays.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("this fact of the exchange is already known")]
pub struct AlreadyKnown;

/// A filter was registered where no [`Frame`](crate::frame::Frame) will walk the answer.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("no frame layer will walk the answer: put it outside the layer that filters")]
pub struct Unframed;

/// What the upstream answered, as far as its response head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The upstream's own status.
    pub status: StatusCode,
    /// From the start of the exchange until the upstream's response head was here.
    pub after: Duration,
}

impl Exchange {
    /// A record that starts now.
    #[must_use]
    pub fn new() -> Self {
        Self::start(None, None)
    }

    /// A record that starts now, with what a server knows of the connection: the peer's address,
    /// and the signal that the server is about to stop.
    #[must_use]
    pub fn start(peer: Option<SocketAddr>, drain: Option<Drain>) -> Self {
        Self(Arc::new(Record {
            started: Instant::now(),
            peer,
            drain,
            consumer: OnceLock::new(),
            call: OnceLock::new(),
            refusal: OnceLock::new(),
            upstream: OnceLock::new(),
            bytes_in: OnceLock::new(),
            drained: OnceLock::new(),
            uninspected: OnceLock::new(),
            hooks: HookList::default(),
        }))
    }

    /// The record of this request; started now when no outer layer has done so.
    pub fn of(extensions: &mut Extensions) -> Self {
        extensions.get_or_insert_with(Self::new).clone()
    }

    /// When the exchange started.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.0.started
    }

    /// The address at the other end of the connection, when the server gave it.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.0.peer
    }

    /// The signal that the server is about to stop, when the server gave one.
    #[must_use]
    pub fn drain(&self) -> Option<&Drain> {
        self.0.drain.as_ref()
    }

    /// Who asks, once a plan has judged the credential.
    #[must_use]
    pub fn consumer(&self) -> Option<&Consumer> {
        self.0.consumer.get()
    }

    /// Sets who asks.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when a plan has set it before: one plan judges a request.
    pub fn set_consumer(&self, consumer: Consumer) -> Result<(), AlreadyKnown> {
        self.0.consumer.set(consumer).map_err(|_| AlreadyKnown)
    }

    /// What is asked, once a [`Frame`](crate::frame::Frame) has read it.
    ///
    /// Only a frame sets it, so a known call means that the answer will be walked too.
    #[must_use]
    pub fn call(&self) -> Option<&Call> {
        self.0.call.get()
    }

    pub(crate) fn set_call(&self, call: Call) -> Result<(), AlreadyKnown> {
        self.0.call.set(call).map_err(|_| AlreadyKnown)
    }

    /// Why the request was refused, if it was. The first refusal stays.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.get()
    }

    /// Records a refusal that does not become a whole response, such as one inside a stream.
    pub(crate) fn note_refusal(&self, refusal: &Refusal) {
        let _ = self.0.refusal.set(refusal.clone());
    }

    /// What the upstream answered, once its response head is here.
    #[must_use]
    pub fn answered(&self) -> Option<Answered> {
        self.0.upstream.get().copied()
    }

    /// Sets what the upstream answered. Called by the service at the end of the stack.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when it was set before.
    pub fn set_answered(&self, status: StatusCode) -> Result<(), AlreadyKnown> {
        let answered = Answered {
            status,
            after: self.0.started.elapsed(),
        };
        self.0.upstream.set(answered).map_err(|_| AlreadyKnown)
    }

    /// The length of the request's body, once a frame has read it.
    #[must_use]
    pub fn bytes_in(&self) -> Option<u64> {
        self.0.bytes_in.get().copied()
    }

    pub(crate) fn note_bytes_in(&self, bytes: usize) {
        let _ = self.0.bytes_in.set(bytes as u64);
    }

    /// Whether a stream of this exchange was ended because the server stops.
    #[must_use]
    pub fn was_drained(&self) -> bool {
        self.0.drained.get().is_some()
    }

    pub(crate) fn note_drained(&self) {
        let _ = self.0.drained.set(());
    }

    /// Whether a part of the answer passed that no [`Watch`] could see: too large, encoded, or not
    /// JSON-RPC.
    #[must_use]
    pub fn was_uninspected(&self) -> bool {
        self.0.uninspected.get().is_some()
    }

    pub(crate) fn note_uninspected(&self) {
        let _ = self.0.uninspected.set(());
    }

    /// Registers a filter on every message of the answer. Filters run inner to outer.
    ///
    /// # Errors
    ///
    /// [`Unframed`] when no frame has read the call, or when the answer has already begun. The
    /// caller must then refuse.
    pub fn filter(&self, filter: Arc<dyn Filter>) -> Result<(), Unframed> {
        if self.call().is_none() {
            return Err(Unframed);
        }
        self.0.hooks.filter(filter)
    }

    /// Registers an observer of every message of the answer, as the client will see it. Has no
    /// effect once the answer has begun, or where no frame walks it.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.0.hooks.watch(watch);
    }

    /// Takes the hooks; none can be added from here on.
    pub(crate) fn seal(&self) -> Hooks {
        self.0.hooks.seal()
    }
}

impl Default for Exchange {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("peer", &self.0.peer)
            .field("consumer", &self.consumer())
            .field("call", &self.call())
            .field("refusal", &self.refusal())
            .field("answered", &self.answered())
            .finish_non_exhaustive()
    }
}
