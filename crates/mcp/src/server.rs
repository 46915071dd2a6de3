//! What servers send.

use std::borrow::Cow;
use std::ops::Range;

use crate::json::{self, Kind, Scanner, Slice, variant};
use crate::{Limits, MessageKind};

/// One JSON document of a server: a JSON body, or the data of one event.
///
/// The JSON itself is read by the same strict rules as a client's, except that values may hold the keys that programs
/// choose (`__proto__`, control characters). The envelope is read by lenient rules: arrays of messages (2025-03-26),
/// `"id": null` and unknown members are let through, but not those that a careless parser takes for a known one.
///
/// # Examples
///
/// ```
/// use tollbar_mcp::{Limits, MessageKind, ServerDocument};
///
/// let body = br#"{"jsonrpc":"2.0","id":7,"result":{"tools":[]}}"#;
/// let document = ServerDocument::parse(body, &Limits::default())?;
/// let [message] = document.messages() else { panic!() };
/// assert_eq!(message.kind(), MessageKind::Response);
/// assert_eq!(message.id(), Some("7"));
/// assert_eq!(&body[message.result().unwrap()], br#"{"tools":[]}"#);
/// # Ok::<(), tollbar_mcp::Unreadable>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServerDocument<'a> {
    text: &'a str,
    messages: Vec<ServerMessage<'a>>,
    is_batch: bool,
}

/// One message of a server, borrowed from its document.
///
/// All ranges are byte offsets into the document.
#[derive(Clone, Debug)]
pub struct ServerMessage<'a> {
    kind: MessageKind,
    whole: Slice<'a>,
    id: Option<Slice<'a>>,
    method: Option<Cow<'a, str>>,
    params: Option<Slice<'a>>,
    result: Option<Slice<'a>>,
    error: Option<Slice<'a>>,
}

/// A server's document that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not UTF-8.
    #[error("invalid UTF-8 at byte {0}")]
    Encoding(usize),
    /// It is not strict JSON.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// It is JSON, but no JSON-RPC message.
    #[error("{problem} at byte {offset}")]
    Message {
        /// What is missing or wrong.
        problem: &'static str,
        /// Where the message starts in the document.
        offset: usize,
    },
    /// It is an array of more messages than the limit.
    #[error("more than {0} messages in an array")]
    TooMany(usize),
}

impl<'a> ServerDocument<'a> {
    /// Reads a document.
    ///
    /// # Errors
    ///
    /// When it is not strict JSON, or not one message or an array of messages, or when the array is too long.
    pub fn parse(document: &'a [u8], limits: &Limits) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(document)
            .map_err(|error| Unreadable::Encoding(error.valid_up_to()))?;
        let mut scanner = Scanner::new(text, limits.max_depth());
        scanner.space();
        let is_batch = scanner.peek() == Some(b'[');
        let mut messages = Vec::with_capacity(1);
        let mut fault = None;
        let mut read = |scanner: &mut Scanner<'a>| {
            if fault.is_some() {
                return scanner.skip();
            }
            match Draft::scan(scanner)?.judge() {
                Ok(_) if messages.len() == limits.max_server_batch() => {
                    fault = Some(Unreadable::TooMany(limits.max_server_batch()));
                }
                Ok(message) => messages.push(message),
                Err(unreadable) => fault = Some(unreadable),
            }
            Ok(())
        };
        if is_batch {
            scanner.array(read)?;
        } else {
            read(&mut scanner)?;
        }
        scanner.finish()?;
        if let Some(unreadable) = fault {
            return Err(unreadable);
        }
        Ok(Self {
            text,
            messages,
            is_batch,
        })
    }

    /// The document as text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The messages in order. An empty array has none.
    #[must_use]
    pub fn messages(&self) -> &[ServerMessage<'a>] {
        &self.messages
    }

    /// Whether the document is an array.
    #[must_use]
    pub fn is_batch(&self) -> bool {
        self.is_batch
    }
}

impl<'a> ServerMessage<'a> {
    /// Request, notification or response.
    #[must_use]
    pub fn kind(&self) -> MessageKind {
        self.kind
    }

    /// The message as it stands in the document.
    #[must_use]
    pub fn raw(&self) -> &'a str {
        self.whole.raw()
    }

    /// Where the message stands in the document.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.whole.span()
    }

    /// The id as raw JSON, `null` included; `None` when there is none.
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.id.map(|id| id.raw())
    }

    /// The decoded method of a request or notification.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Where `params` stands, whatever it is.
    #[must_use]
    pub fn params(&self) -> Option<Range<usize>> {
        self.params.map(|params| params.span())
    }

    /// Where `result` stands, whatever it is.
    #[must_use]
    pub fn result(&self) -> Option<Range<usize>> {
        self.result.map(|result| result.span())
    }

    /// Where `error` stands, whatever it is.
    #[must_use]
    pub fn error(&self) -> Option<Range<usize>> {
        self.error.map(|error| error.span())
    }

    /// Whether this is the result of a tool that says that it has failed (`result.isError`).
    #[must_use]
    pub fn is_tool_error(&self) -> bool {
        let flag = self.result.and_then(|result| result.get("isError"));
        flag.and_then(|flag| flag.as_bool()) == Some(true)
    }

    /// The integer `error.code`.
    #[must_use]
    pub fn error_code(&self) -> Option<i64> {
        self.error?.get("code")?.as_i64()
    }
}

/// The members of one envelope, before anything is said about them.
#[derive(Default)]
struct Draft<'a> {
    start: usize,
    whole: Option<Slice<'a>>,
    id: Option<Slice<'a>>,
    method: Option<Slice<'a>>,
    params: Option<Slice<'a>>,
    result: Option<Slice<'a>>,
    error: Option<Slice<'a>>,
    is_ambiguous: bool,
}

/// The members of an envelope. A client that compares keys without case would find another message in
/// one that has two of them.
const ENVELOPE: &[&str] = &["id", "method", "params", "result", "error"];

impl<'a> Draft<'a> {
    fn scan(scanner: &mut Scanner<'a>) -> Result<Self, json::Error> {
        let start = scanner.position();
        let mut draft = Self {
            start,
            ..Self::default()
        };
        if scanner.peek() != Some(b'{') {
            scanner.skip()?;
            return Ok(draft);
        }
        scanner.object(|scanner, key| {
            let name = scanner.decode(key);
            let value = Some(scanner.lenient_value()?);
            match &*name {
                "id" => draft.id = value,
                "method" => draft.method = value,
                "params" => draft.params = value,
                "result" => draft.result = value,
                "error" => draft.error = value,
                other => draft.is_ambiguous |= variant(other, ENVELOPE).is_some(),
            }
            Ok(())
        })?;
        draft.whole = Some(scanner.since(start));
        Ok(draft)
    }

    fn judge(self) -> Result<ServerMessage<'a>, Unreadable> {
        let offset = self.start;
        let fault = |problem| Unreadable::Message { problem, offset };
        if self.is_ambiguous {
            return Err(fault("a key that some parsers take for another one"));
        }
        let whole = self
            .whole
            .ok_or_else(|| fault("a message has to be an object"))?;
        let method = match self.method {
            Some(method) => Some(
                method
                    .as_str()
                    .ok_or_else(|| fault("`method` has to be a string"))?,
            ),
            None => None,
        };
        let answers = self.result.is_some() || self.error.is_some();
        let has_id = self.id.is_some_and(|id| id.kind() != Some(Kind::Null));
        let kind = match (&method, answers, has_id) {
            (Some(_), true, _) => return Err(fault("both a method and a result")),
            (Some(_), false, true) => MessageKind::Request,
            (Some(_), false, false) => MessageKind::Notification,
            (None, true, _) => MessageKind::Response,
            (None, false, _) => return Err(fault("neither a method nor a result")),
        };
        Ok(ServerMessage {
            kind,
            whole,
            id: self.id,
            method,
            params: self.params,
            result: self.result,
            error: self.error,
        })
    }
}
