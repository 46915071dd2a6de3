//! What a client asks for with one HTTP request.

mod batch;
mod decision;
mod head;
mod media;
mod routing;

use http::HeaderMap;

use self::head::Head;
use crate::envelope::Envelope;
use crate::json::Scanner;
use crate::{Code, Era, Id, Limits, Malformed, Message, MessageKind, Method, Subject, Version};

/// What an HTTP request to an MCP endpoint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// POST: it brings messages.
    Post,
    /// GET: it opens a stream of what the server has to say (legacy).
    Listen,
    /// DELETE: it ends a session (legacy).
    End,
}

/// One HTTP request of a client, read and found to be in order.
#[derive(Clone, Debug)]
pub struct Call {
    kind: Kind,
    era: Era,
    version: Option<Version>,
    session: Option<Box<str>>,
    last_event_id: Option<Box<str>>,
    single: Option<Message>,
    batch: Vec<Message>,
}

impl Call {
    /// Judges the content type and the content encoding, which can be done before the body is read.
    ///
    /// The type has to be `application/json`, in UTF-8 if it says so; the encoding, if there is one, `identity`.
    ///
    /// # Errors
    ///
    /// With status 415 for another type or encoding, 400 when the type stands there twice.
    pub fn check_content(headers: &HeaderMap) -> Result<(), Malformed> {
        media::check(headers).map_err(|malformed| malformed.of(Head::glance(headers), None))
    }

    /// Reads a POST request.
    ///
    /// The order of the checks is part of the contract, because each code tells a client what to do next:
    ///
    /// 1. UTF-8 and JSON: -32700
    /// 2. the rules about keys and the envelope: -32600
    /// 3. the era, by method, `_meta` and version header
    /// 4. headers that are repeated, too long or not ASCII: -32020 (modern), -32600 (legacy)
    /// 5. modern: a missing version in `_meta` (-32602), a version header that differs (-32020), an unsupported version
    ///    (-32022), `Mcp-Method` and `Mcp-Name` (-32020), missing capabilities (-32602), a method of the other era (404,
    ///    -32601); legacy: an unknown version, a session id outside of visible ASCII: -32600
    /// 6. the method's parameters: -32602
    ///
    /// # Errors
    ///
    /// The first of these checks that fails.
    pub fn post(headers: &HeaderMap, body: &[u8], limits: &Limits) -> Result<Self, Malformed> {
        let head = Head::read(headers, limits);
        let unread = |malformed: Malformed| malformed.of(head.era(), None);
        let text = std::str::from_utf8(body).map_err(|error| {
            let place = error.valid_up_to();
            let message = format!("invalid UTF-8 at byte {place}");
            unread(Malformed::new(Code::PARSE_ERROR, message))
        })?;
        let mut scanner = Scanner::new(text, limits.max_depth());
        scanner.space();
        if scanner.peek() == Some(b'[') {
            return batch::read(&head, scanner, limits).map_err(unread);
        }
        let envelope = Envelope::scan(&mut scanner)
            .and_then(|envelope| scanner.end().map(|()| envelope))
            .map_err(|error| unread(Malformed::new(Code::PARSE_ERROR, error.to_string())))?;
        let era = decision::era(&envelope, &head);
        let call = match era {
            Era::Modern => decision::modern(&envelope, &head, limits),
            Era::Legacy => decision::legacy(&envelope, &head, limits),
        };
        call.map_err(|malformed| malformed.of(era, envelope.echo(limits)))
    }

    /// Reads a GET request, which opens a stream.
    ///
    /// # Errors
    ///
    /// With status 400 for an unknown version, and for headers that are repeated, too long or outside of their alphabet.
    pub fn listen(headers: &HeaderMap, limits: &Limits) -> Result<Self, Malformed> {
        Self::bodiless(Kind::Listen, headers, limits)
    }

    /// Reads a DELETE request, which ends a session.
    ///
    /// # Errors
    ///
    /// As [`listen`](Self::listen).
    pub fn end(headers: &HeaderMap, limits: &Limits) -> Result<Self, Malformed> {
        Self::bodiless(Kind::End, headers, limits)
    }

    fn bodiless(kind: Kind, headers: &HeaderMap, limits: &Limits) -> Result<Self, Malformed> {
        let head = Head::read(headers, limits);
        let era = head.era();
        decision::bodiless(kind, &head).map_err(|malformed| malformed.of(era, None))
    }

    /// What the request is for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The era whose rules the request follows.
    #[must_use]
    pub fn era(&self) -> Era {
        self.era
    }

    /// The protocol version of the request.
    ///
    /// Modern: what `_meta` and header agree on. Legacy: the header, without one 2025-03-26, and for an `initialize` the
    /// version that it asks for. `None` only for an `initialize` that asks for a version which is unknown or has no
    /// handshake: the server then negotiates.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// The session id, visible ASCII; always `None` in the modern era, which ignores the header.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// Where a broken stream is to be taken up again; always `None` in the modern era, which ignores the header.
    #[must_use]
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_event_id.as_deref()
    }

    /// All messages: none for GET and DELETE, one or more for POST.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        match &self.single {
            Some(message) => std::slice::from_ref(message),
            None => &self.batch,
        }
    }

    /// Whether the body is an array of messages (2025-03-26 only), even if of one.
    #[must_use]
    pub fn is_batch(&self) -> bool {
        !self.batch.is_empty()
    }

    /// The message, if the body is exactly one and no array.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        self.single.as_ref()
    }

    /// The method of [`message`](Self::message).
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.message()?.method()
    }

    /// The subject of [`message`](Self::message).
    #[must_use]
    pub fn subject(&self) -> Option<&Subject> {
        self.message()?.subject()
    }

    /// The id of [`message`](Self::message).
    #[must_use]
    pub fn id(&self) -> Option<&Id> {
        self.message()?.id()
    }

    /// Whether at least one message is a request.
    #[must_use]
    pub fn expects_response(&self) -> bool {
        let mut kinds = self.messages().iter().map(Message::kind);
        kinds.any(MessageKind::is_request)
    }
}
