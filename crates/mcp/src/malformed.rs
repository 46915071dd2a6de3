//! What is wrong with a request, and how to say so.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::StatusCode;

use crate::{Code, Era, Id, json};

/// A request that must not be handed on, with everything that the answer needs.
///
/// `Display` is the message: lower-case and safe to show to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) message: Cow<'static, str>,
    pub(crate) id: Option<Id>,
    pub(crate) era: Era,
    pub(crate) data: Option<Box<str>>,
}

impl Malformed {
    /// A fault with status 400, before it is known whose it is.
    pub(crate) fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
            id: None,
            era: Era::Legacy,
            data: None,
        }
    }

    /// The message breaks a rule of JSON-RPC or of this crate.
    pub(crate) fn request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::INVALID_REQUEST, message)
    }

    /// The parameters are not what the method needs.
    pub(crate) fn params(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::INVALID_PARAMS, message)
    }

    /// A header is missing, repeated, unreadable or not what the body says.
    pub(crate) fn header(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::HEADER_MISMATCH, message)
    }

    /// Sets another status.
    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Says whose fault it is. Legacy clients are not shown the code of header mismatches, which they would take for
    /// the sign of a modern server.
    pub(crate) fn of(mut self, era: Era, id: Option<Id>) -> Self {
        if era == Era::Legacy && self.code == Code::HEADER_MISMATCH {
            self.code = Code::INVALID_REQUEST;
        }
        self.era = era;
        self.id = id;
        self
    }

    /// The HTTP status: 400, 404 (modern, a method which that era has dropped) or 415.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The JSON-RPC error code, one that this [`era`](Self::era) may see.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is wrong, and how to put it right.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The id of the request, when it could be read.
    #[must_use]
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// The era whose rules shape the answer.
    #[must_use]
    pub fn era(&self) -> Era {
        self.era
    }

    /// The `data` member of the error as raw JSON.
    #[must_use]
    pub fn data(&self) -> Option<&str> {
        self.data.as_deref()
    }

    /// The body of the answer: [`error_response`] with all of the above.
    #[must_use]
    pub fn to_body(&self) -> Bytes {
        error_response(self.era, self.id(), self.code, self.message(), self.data())
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Malformed {}

/// Writes one JSON-RPC error response.
///
/// Without an id the member is `null` in the legacy era, as JSON-RPC 2.0 (section 5) wants it, and left out in
/// the modern one (`JSONRPCErrorResponse` in the schema of 2026-07-28). `data` is raw JSON and goes in as it is.
///
/// # Examples
///
/// ```
/// use tollbar_mcp::{Code, Era, error_response};
///
/// let body = error_response(Era::Legacy, None, Code::PARSE_ERROR, "unexpected end", None);
/// assert_eq!(
///     body,
///     r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"unexpected end"}}"#
/// );
/// ```
#[must_use]
pub fn error_response(
    era: Era,
    id: Option<&Id>,
    code: Code,
    message: &str,
    data: Option<&str>,
) -> Bytes {
    let mut body = Vec::with_capacity(80 + message.len() + data.map_or(0, str::len));
    body.extend_from_slice(br#"{"jsonrpc":"2.0","#);
    match (id, era) {
        (Some(id), _) => {
            body.extend_from_slice(br#""id":"#);
            body.extend_from_slice(id.as_json().as_bytes());
            body.push(b',');
        }
        (None, Era::Legacy) => body.extend_from_slice(br#""id":null,"#),
        (None, Era::Modern) => {}
    }
    body.extend_from_slice(br#""error":{"code":"#);
    body.extend_from_slice(code.to_string().as_bytes());
    body.extend_from_slice(br#","message":"#);
    json::write_string(message, &mut body);
    if let Some(data) = data {
        body.extend_from_slice(br#","data":"#);
        body.extend_from_slice(data.as_bytes());
    }
    body.extend_from_slice(b"}}");
    Bytes::from(body)
}
