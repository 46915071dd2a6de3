//! What was said, for those who have to look: off unless it is asked for.

mod forms;
mod guard;
mod held;
mod hidden;
mod lists;
mod redaction;
mod slot;

pub(crate) use self::slot::Slot;
pub use self::{guard::CaptureGuard, redaction::InvalidRedaction};

use std::{
    collections::BTreeSet,
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use tollbar_core::{Consumer, Exchange};
use tollbar_mcp::{Message, Method};

use self::{held::Held, redaction::Redaction};
use crate::{Event, ExchangeId};

/// Of which exchanges the payload is kept, how much of it, and what of it is hidden.
///
/// Nothing is kept unless a layer is given one of these ([`AnalyticsLayer::capture`](crate::AnalyticsLayer::capture)),
/// and what a client sends only where a [`CaptureGuard`] stands inside of the frame. Results and errors are seen as the
/// client sees them, after all filters. What is kept goes to every sink, as [`Event::captured`].
///
/// All conditions have to hold; one that is not set always does.
///
/// # What is hidden
///
/// Always: the credential of the exchange where a plan keeps it, keys of this gateway (`tollbar_…`), JSON Web Tokens,
/// what stands behind `Bearer` or `Basic`, tokens of well-known forms, private keys in PEM, user info in URLs; and the
/// values of all members that have `password`, `passwd`, `passphrase`, `secret` or `credential` in their names, or end in
/// `token`, `auth`, `pass`, `pwd`, `passcode`, `pin`, `otp`, `jwt`, `session_id`, `cookie`, `authorization`, or in `key`
/// behind `api_`, `access_`, `secret_`, `private_`, `signing_` or `encryption_`, whatever their case and width, with an `s`
/// or a number behind it, and whatever stands between the letters. Numbers under `tokens` stay: they are counts. A name
/// and a value may also stand beside each other, as in lists of headers and in arguments of commands.
/// Besides: what [`hide_pointer`](Self::hide_pointer), [`hide_key`](Self::hide_key) and
/// [`hide_pattern`](Self::hide_pattern) name.
///
/// Text that is JSON itself, as many tools answer, is looked into, three times at most. In other text what follows such a
/// key is hidden: a word, what is quoted, what a line goes on with, or, where nobody can tell how long it is, the rest.
/// Some short ones (`pass`, `auth`, `pin`) are ordinary words, and count in text only with a `=` or quotes.
///
/// Hiding comes before cutting, so that no half of a secret is left. It is a net, not a wall: a secret that looks
/// like any word, under a key like any other, is kept. So keep little, and name what you know of.
///
/// ```
/// use tollbar_analytics::Capture;
///
/// let capture = Capture::new()
///     .methods(["tools/call"])
///     .errors_only()
///     .sample(0.1)
///     .hide_pointer("/params/arguments/patient")?
///     .hide_pattern(r"\b\d{3}-\d{2}-\d{4}\b")?;
/// assert!(Capture::new().hide_pointer("arguments.patient").is_err());
/// # Ok::<(), tollbar_analytics::InvalidRedaction>(())
/// ```
#[derive(Clone, Debug)]
pub struct Capture {
    proxies: BTreeSet<Box<str>>,
    consumers: BTreeSet<Box<str>>,
    methods: BTreeSet<Box<str>>,
    is_for_errors: bool,
    /// An exchange is kept whose number is not above this.
    share: Option<u64>,
    bytes: usize,
    read: usize,
    held: Held,
    redaction: Redaction,
    chance: RandomState,
}

/// What was kept of one message and its answer: JSON, with `[hidden]` in the place of what is hidden, and with `…`
/// at its end where it was cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// The `params` of the request.
    pub params: Option<Box<str>>,
    /// The `result` of its response.
    pub result: Option<Box<str>>,
    /// The `error` of its response.
    pub error: Option<Box<str>>,
}

impl Capture {
    /// Keeps at most 4 KiB of the params and as much of the answer of every message.
    #[must_use]
    pub fn new() -> Self {
        Self {
            proxies: BTreeSet::new(),
            consumers: BTreeSet::new(),
            methods: BTreeSet::new(),
            is_for_errors: false,
            share: Some(u64::MAX),
            bytes: 4 << 10,
            read: 256 << 10,
            held: Held::new(64 << 20),
            redaction: Redaction::new(),
            chance: RandomState::new(),
        }
    }

    /// Only of proxies with one of these names.
    #[must_use]
    pub fn proxies<T: Into<Box<str>>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.proxies = names.into_iter().map(Into::into).collect();
        self
    }

    /// Only of consumers that have one of these as their subject, client id, key id or key name.
    #[must_use]
    pub fn consumers<T: Into<Box<str>>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.consumers = names.into_iter().map(Into::into).collect();
        self
    }

    /// Only of messages with one of these methods, such as `tools/call`.
    #[must_use]
    pub fn methods<T: Into<Box<str>>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.methods = names.into_iter().map(Into::into).collect();
        self
    }

    /// Only of what was refused, was answered with an error (also one of a tool), or broke off.
    #[must_use]
    pub const fn errors_only(mut self) -> Self {
        self.is_for_errors = true;
        self
    }

    /// Only of this share of exchanges, from 0 to 1, by chance. Default 1.
    #[must_use]
    pub fn sample(mut self, share: f64) -> Self {
        // What is not a number is nothing.
        self.share = (share > 0.0).then_some((share.min(1.0) * u64::MAX as f64) as u64);
        self
    }

    /// The most bytes that are kept of each: params, result, error. Default 4 KiB.
    #[must_use]
    pub const fn bytes(mut self, most: usize) -> Self {
        self.bytes = most;
        self
    }

    /// The most bytes that are read to find what is to be hidden, of all messages of a request and again of all its
    /// answers. They are held until the exchange ends, and nothing is kept of what is larger. Default 256 KiB.
    #[must_use]
    pub const fn read(mut self, most: usize) -> Self {
        self.read = most;
        self
    }

    /// The most bytes that are held so of all open exchanges together. What comes when there is no room is not kept.
    /// Default 64 MiB. Clones share what is held.
    #[must_use]
    pub fn hold(mut self, most: usize) -> Self {
        self.held = Held::new(most);
        self
    }

    /// Hides the value at this place of the message, a JSON pointer (RFC 6901): `/params/arguments/patient`,
    /// `/result/content/0/text`.
    ///
    /// # Errors
    ///
    /// When it is not a pointer into `params`, `result` or `error`.
    pub fn hide_pointer(mut self, pointer: &str) -> Result<Self, InvalidRedaction> {
        self.redaction.add_pointer(pointer)?;
        Ok(self)
    }

    /// Hides the values of all keys with this name, whatever their case and with or without `-` and `_`; in other text
    /// what follows it.
    #[must_use]
    pub fn hide_key(mut self, name: &str) -> Self {
        self.redaction.add_key(name);
        self
    }

    /// Hides all text that matches this regular expression, in strings and keys, and all numbers in which it is found, in
    /// the syntax of the crate `regex`. It is looked for while the exchange ends, in up to [`read`](Self::read) bytes that
    /// a stranger may have chosen: one that may try many ways to match takes long.
    ///
    /// # Errors
    ///
    /// When it is not a regular expression, or one that would take too much memory.
    pub fn hide_pattern(mut self, pattern: &str) -> Result<Self, InvalidRedaction> {
        self.redaction.add_pattern(pattern)?;
        Ok(self)
    }

    /// Where this exchange leaves what it says. `None` when it is not to be kept.
    pub(crate) fn slot(self: &Arc<Self>, proxy: Option<&str>, id: ExchangeId) -> Option<Slot> {
        let number = self.chance.hash_one(id);
        let is_chosen = self.share.is_some_and(|share| number <= share);
        let is_of_proxy =
            self.proxies.is_empty() || proxy.is_some_and(|name| self.proxies.contains(name));
        (is_chosen && is_of_proxy).then(|| Slot::new(Arc::clone(self)))
    }

    /// Whether this message is one to keep, as far as is known before its answer.
    fn wants(&self, exchange: &Exchange, message: &Message) -> bool {
        let has = |names: &BTreeSet<Box<str>>, name: Option<&str>| {
            name.is_some_and(|name| names.contains(name))
        };
        let is_of_method =
            self.methods.is_empty() || has(&self.methods, message.method().map(Method::as_str));
        let is_of_consumer = |consumer: &Consumer| {
            let names = [
                consumer.subject(),
                consumer.client_id(),
                consumer.key_id(),
                consumer.key_name(),
            ];
            names.into_iter().any(|name| has(&self.consumers, name))
        };
        is_of_method
            && (self.consumers.is_empty() || exchange.consumer().is_some_and(is_of_consumer))
    }

    /// Whether this is how exchanges end that are to be kept.
    fn wants_end(&self, event: &Event) -> bool {
        !self.is_for_errors || event.is_error()
    }
}

impl Default for Capture {
    fn default() -> Self {
        Self::new()
    }
}

impl Captured {
    pub(crate) fn weight(&self) -> usize {
        let length = |text: &Option<Box<str>>| text.as_deref().map_or(0, str::len);
        size_of::<Self>() + length(&self.params) + length(&self.result) + length(&self.error)
    }
}
