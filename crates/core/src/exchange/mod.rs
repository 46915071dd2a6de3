//! The write-once record of one request.

mod answer;
mod content;
mod trace;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{Extensions, HeaderValue, StatusCode};
use thiserror::Error;
use tokio::time::Instant;
use tollbar_mcp::{Call, Version};

pub(crate) use self::content::Edit;
pub use self::trace::Span;

use self::content::Content;
use crate::{
    ClientCertificate, Connection, Consumer, Drain, Grant, Refusal, Session, Verdict,
    hook::HookList,
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
    connection: Connection,
    client: OnceLock<IpAddr>,
    consumer: OnceLock<Consumer>,
    credential: OnceLock<HeaderValue>,
    grant: OnceLock<Grant>,
    session: OnceLock<Session>,
    span: OnceLock<Span>,
    call: OnceLock<Call>,
    verdicts: OnceLock<Box<[Verdict]>>,
    hidden: AtomicU64,
    refusal: OnceLock<Refusal>,
    asked: OnceLock<Duration>,
    upstream: OnceLock<Answered>,
    bytes_in: OnceLock<u64>,
    content: Content,
    negotiated: OnceLock<Version>,
    drained: OnceLock<()>,
    revoked: OnceLock<()>,
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
    /// A record that starts now, on a connection of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::on(&Connection::new())
    }

    /// A record that starts now, with what a server knows of the connection.
    #[must_use]
    pub fn on(connection: &Connection) -> Self {
        Self(Arc::new(Record {
            started: Instant::now(),
            connection: connection.clone(),
            client: OnceLock::new(),
            consumer: OnceLock::new(),
            credential: OnceLock::new(),
            grant: OnceLock::new(),
            session: OnceLock::new(),
            span: OnceLock::new(),
            call: OnceLock::new(),
            verdicts: OnceLock::new(),
            hidden: AtomicU64::new(0),
            refusal: OnceLock::new(),
            asked: OnceLock::new(),
            upstream: OnceLock::new(),
            bytes_in: OnceLock::new(),
            content: Content::default(),
            negotiated: OnceLock::new(),
            drained: OnceLock::new(),
            revoked: OnceLock::new(),
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
        self.0.connection.get_peer()
    }

    /// The signal that the server is about to stop, when the server gave one.
    #[must_use]
    pub fn drain(&self) -> Option<&Drain> {
        self.0.connection.get_drain()
    }

    /// The certificate that the client has proven to hold, when the server asked for one and got it.
    #[must_use]
    pub fn certificate(&self) -> Option<&ClientCertificate> {
        self.0.connection.get_certificate()
    }

    /// The address of the client: what a trusted proxy in front said of it
    /// ([`Forwarding`](crate::Forwarding)), else the peer's.
    #[must_use]
    pub fn client(&self) -> Option<IpAddr> {
        let told = self.0.client.get().copied();
        told.or_else(|| self.peer().map(|peer| peer.ip().to_canonical()))
    }

    pub(crate) fn set_client(&self, address: IpAddr) -> Result<(), AlreadyKnown> {
        self.0.client.set(address).map_err(|_| AlreadyKnown)
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

    /// The credential that was presented, as the value of its header, when the plan layer was asked
    /// to keep it: for an exchange against another token (RFC 8693). Never log it.
    #[must_use]
    pub fn credential(&self) -> Option<&HeaderValue> {
        self.0.credential.get()
    }

    /// Keeps the credential that was presented.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when one was kept before.
    pub fn set_credential(&self, mut credential: HeaderValue) -> Result<(), AlreadyKnown> {
        credential.set_sensitive(true);
        self.0.credential.set(credential).map_err(|_| AlreadyKnown)
    }

    /// The right under which this exchange goes on, once a plan has let it in.
    #[must_use]
    pub fn grant(&self) -> Option<&Grant> {
        self.0.grant.get()
    }

    /// Sets the right under which this exchange goes on.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when a plan has set it before.
    pub fn set_grant(&self, grant: Grant) -> Result<(), AlreadyKnown> {
        self.0.grant.set(grant).map_err(|_| AlreadyKnown)
    }

    /// The session of the legacy era that this exchange belongs to, once it has been checked.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.0.session.get()
    }

    /// Sets the session that this exchange belongs to.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when it was set before.
    pub fn set_session(&self, session: Session) -> Result<(), AlreadyKnown> {
        self.0.session.set(session).map_err(|_| AlreadyKnown)
    }

    /// What is asked, once a [`Frame`](crate::frame::Frame) has read it.
    ///
    /// Only a frame sets it, so a known call means that the answer will be walked too.
    #[must_use]
    pub fn call(&self) -> Option<&Call> {
        self.0.call.get()
    }

    /// What a policy has said of each message of the call, in order; empty as long as none was asked.
    #[must_use]
    pub fn verdicts(&self) -> &[Verdict] {
        self.0.verdicts.get().map_or(&[], AsRef::as_ref)
    }

    /// Sets what a policy has said of each message of the call, in order.
    ///
    /// # Errors
    ///
    /// [`AlreadyKnown`] when a policy has set it before: one policy judges a request.
    pub fn set_verdicts(&self, verdicts: impl Into<Box<[Verdict]>>) -> Result<(), AlreadyKnown> {
        let verdicts = verdicts.into();
        self.0.verdicts.set(verdicts).map_err(|_| AlreadyKnown)
    }

    /// How many parts of the answer a policy has kept from the client: entries of lists, messages.
    #[must_use]
    pub fn hidden(&self) -> u64 {
        self.0.hidden.load(Ordering::Relaxed)
    }

    /// Counts parts of the answer that a policy keeps from the client.
    pub fn add_hidden(&self, parts: usize) {
        self.0.hidden.fetch_add(parts as u64, Ordering::Relaxed);
    }

    pub(crate) fn set_call(&self, call: Call) -> Result<(), AlreadyKnown> {
        self.0.call.set(call).map_err(|_| AlreadyKnown)
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
            .field("peer", &self.peer())
            .field("consumer", &self.consumer())
            .field("call", &self.call())
            .field("refusal", &self.refusal())
            .field("answered", &self.answered())
            .finish_non_exhaustive()
    }
}
