//! Why not: refusals, and the one table that turns them into responses.

mod kind;
mod response;

pub use self::kind::Kind;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tollbar_mcp::{Code, Era, Id, Malformed};

use crate::Verdict;

/// Why a request, or one message of an answer, may not pass.
///
/// A value with a [`Kind`] (what it means to HTTP), a reason (a stable word for logs and metrics)
/// and a message (for people). [`into_response`](Self::into_response) is the only way from a
/// refusal to a response, and records the refusal on the exchange.
///
/// ```
/// use tollbar_core::{Exchange, Kind, Refusal};
///
/// let exchange = Exchange::new();
/// let refusal = Refusal::new(Kind::Limited, "rate_limited", "slow down");
/// let response = refusal.into_response(&exchange);
/// assert_eq!(response.status(), 429);
/// assert_eq!(exchange.refusal().unwrap().reason(), "rate_limited");
/// ```
#[derive(Clone)]
pub struct Refusal(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    reason: &'static str,
    message: Cow<'static, str>,
    status: Option<StatusCode>,
    code: Option<Code>,
    data: Option<Box<str>>,
    retry_after: Option<Duration>,
    headers: HeaderMap,
    /// The id and era of a message that could be read only in part.
    id: Option<Id>,
    era: Option<Era>,
    /// For each message of an array, in order, when they are refused in different ways.
    elements: Vec<Refusal>,
    is_attempt: Option<bool>,
    /// What a policy has said of a part of the answer.
    verdict: Option<Verdict>,
}

impl Refusal {
    /// A refusal with the status and code that its kind has in the table of [`Kind`]. The reason is
    /// one word in `snake_case`; the message goes to the client, so it names nothing that is secret.
    #[must_use]
    pub fn new(kind: Kind, reason: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner {
            kind,
            reason,
            message: message.into(),
            status: None,
            code: None,
            data: None,
            retry_after: None,
            headers: HeaderMap::new(),
            id: None,
            era: None,
            elements: Vec::new(),
            is_attempt: None,
            verdict: None,
        }))
    }

    /// Answers with this HTTP status instead of the kind's.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        Arc::make_mut(&mut self.0).status = Some(status);
        self
    }

    /// Answers with this JSON-RPC code instead of the kind's.
    #[must_use]
    pub fn with_code(mut self, code: Code) -> Self {
        Arc::make_mut(&mut self.0).code = Some(code);
        self
    }

    /// Adds the JSON-RPC `error.data` member, given as JSON text, which goes in as it is. A problem
    /// document has no such member.
    #[must_use]
    pub fn with_data(mut self, json: impl Into<Box<str>>) -> Self {
        Arc::make_mut(&mut self.0).data = Some(json.into());
        self
    }

    /// Adds `Retry-After` (RFC 9110 section 10.2.3), in whole seconds, rounded up.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        Arc::make_mut(&mut self.0).retry_after = Some(after);
        self
    }

    /// Adds a response header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        Arc::make_mut(&mut self.0).headers.append(name, value);
        self
    }

    /// Tells each message of an array something of its own: one refusal for each, in order. This
    /// refusal gives the status and the headers.
    #[must_use]
    pub fn with_elements(mut self, elements: Vec<Self>) -> Self {
        Arc::make_mut(&mut self.0).elements = elements;
        self
    }

    /// Says whether this counts as a failed attempt to get in ([`is_attempt`](Self::is_attempt)). A
    /// credential that was good once says no: nobody finds such a one by trying, and many may come from
    /// one address when they expire together. What costs as much as a guess says yes, whatever its kind.
    #[must_use]
    pub fn as_attempt(mut self, is_attempt: bool) -> Self {
        Arc::make_mut(&mut self.0).is_attempt = Some(is_attempt);
        self
    }

    /// What the message of an array at this place is told: something of its own, or else this.
    #[must_use]
    pub fn of_message(&self, index: usize) -> &Self {
        self.0.elements.get(index).unwrap_or(self)
    }

    /// Says what a policy has decided in the midst of an answer, where that is another thing than what it
    /// has said of the request.
    #[must_use]
    pub fn with_verdict(mut self, verdict: Verdict) -> Self {
        Arc::make_mut(&mut self.0).verdict = Some(verdict);
        self
    }

    /// What a policy has decided, where it was about the answer.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.0.verdict.as_ref()
    }

    /// What it means to HTTP.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// A stable word for logs and metrics; the rows of the refusals page are keyed by it.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.0.reason
    }

    /// Whether it may come of guessing credentials, so that whoever is refused so again and again is not
    /// listened to. Default: when a credential is bad or cannot be read.
    #[must_use]
    pub fn is_attempt(&self) -> bool {
        let bad = matches!(self.0.kind, Kind::Unauthenticated | Kind::Malformed);
        self.0.is_attempt.unwrap_or(bad)
    }

    /// What people are told.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status.unwrap_or_else(|| self.0.kind.status())
    }

    /// The JSON-RPC error code of the response.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code.unwrap_or_else(|| self.0.kind.code())
    }
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        let status = malformed.status();
        let (kind, reason) = match (status, malformed.code()) {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, _) => {
                (Kind::UnsupportedMediaType, "unsupported_media_type")
            }
            (_, Code::PARSE_ERROR) => (Kind::Malformed, "not_json"),
            (_, Code::METHOD_NOT_FOUND) => (Kind::NotFound, "method_not_found"),
            (_, Code::INVALID_PARAMS) => (Kind::Malformed, "invalid_params"),
            (_, Code::HEADER_MISMATCH) => (Kind::Malformed, "header_mismatch"),
            (_, Code::UNSUPPORTED_PROTOCOL_VERSION) => (Kind::Malformed, "unsupported_version"),
            _ => (Kind::Malformed, "invalid_request"),
        };
        Self(Arc::new(Inner {
            kind,
            reason,
            message: Cow::Owned(malformed.message().to_owned()),
            status: Some(status),
            code: Some(malformed.code()),
            data: malformed.data().map(Into::into),
            retry_after: None,
            headers: HeaderMap::new(),
            id: malformed.id().cloned(),
            era: Some(malformed.era()),
            elements: Vec::new(),
            is_attempt: None,
            verdict: None,
        }))
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("kind", &self.kind())
            .field("reason", &self.reason())
            .field("message", &self.message())
            .field("status", &self.status())
            .field("code", &self.code())
            .finish_non_exhaustive()
    }
}
