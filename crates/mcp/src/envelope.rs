//! The outer members of one message.

use crate::json::{self, Kind, Problem, Scanner, Slice};
use crate::params::Params;
use crate::{Id, Limits, Malformed, MessageKind, Method};

/// One message as it was found, before anything is said about it.
#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) whole: Slice<'a>,
    pub(crate) params: Option<Slice<'a>>,
    pub(crate) inside: Params<'a>,
    version: Option<Slice<'a>>,
    id: Option<Slice<'a>>,
    has_one_id: bool,
    method: Option<Slice<'a>>,
    result: Option<Slice<'a>>,
    error: Option<Slice<'a>>,
    offence: Option<json::Error>,
}

/// A message whose outer members are in order.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) kind: MessageKind,
    pub(crate) id: Option<Id>,
    pub(crate) method: Option<Method>,
}

impl<'a> Envelope<'a> {
    /// Passes one message.
    pub(crate) fn scan(scanner: &mut Scanner<'a>) -> Result<Self, json::Error> {
        let mut envelope = Self::default();
        let start = scanner.position();
        if scanner.peek() != Some(b'{') {
            envelope.whole = scanner.value()?;
            envelope.offence = scanner.offence();
            return Ok(envelope);
        }
        scanner.object(|scanner, key| {
            let name = scanner.decode(key);
            let place = match &*name {
                "jsonrpc" => &mut envelope.version,
                "method" => &mut envelope.method,
                "result" => &mut envelope.result,
                "error" => &mut envelope.error,
                "id" => {
                    envelope.has_one_id = envelope.id.is_none();
                    &mut envelope.id
                }
                "params" if scanner.peek() == Some(b'{') => {
                    let start = scanner.position();
                    envelope.inside.scan(scanner)?;
                    envelope.params = Some(scanner.since(start));
                    return Ok(());
                }
                "params" => &mut envelope.params,
                _ => {
                    scanner.reject(key, Problem::Unknown);
                    return scanner.skip();
                }
            };
            *place = Some(scanner.value()?);
            Ok(())
        })?;
        envelope.whole = scanner.since(start);
        envelope.offence = scanner.offence();
        Ok(envelope)
    }

    /// The method, if it is a string.
    pub(crate) fn method(&self) -> Option<Method> {
        self.method?.as_str().map(|name| Method::parse(&name))
    }

    /// The id for the answer to a request that is otherwise wrong.
    pub(crate) fn echo(&self, limits: &Limits) -> Option<Id> {
        let id = self
            .id
            .filter(|_| self.has_one_id && self.method.is_some())?;
        read_id(id, limits)
    }

    /// Holds the outer members against the rules of JSON-RPC.
    pub(crate) fn shape(&self, limits: &Limits) -> Result<Shape, Malformed> {
        if let Some(offence) = &self.offence {
            return Err(Malformed::request(offence.to_string()));
        }
        if self.whole.kind() != Some(Kind::Object) {
            return Err(Malformed::request("a message has to be an object"));
        }
        if self.version.and_then(|version| version.as_str()).as_deref() != Some("2.0") {
            return Err(Malformed::request("`jsonrpc` has to be \"2.0\""));
        }
        let id = match self.id {
            Some(id) => Some(read_id(id, limits).ok_or_else(|| bad_id(limits))?),
            None => None,
        };
        match (self.method, self.result, self.error) {
            (Some(_), None, None) => self.call(id),
            (None, Some(_), None) | (None, None, Some(_)) => self.response(id),
            (None, None, None) => Err(Malformed::request("`method` is missing")),
            _ => Err(Malformed::request(
                "only one of `method`, `result` and `error` may be present",
            )),
        }
    }

    fn call(&self, id: Option<Id>) -> Result<Shape, Malformed> {
        let method = self
            .method()
            .ok_or_else(|| Malformed::request("`method` has to be a string"))?;
        if self
            .params
            .is_some_and(|params| params.kind() != Some(Kind::Object))
        {
            return Err(Malformed::request("`params` has to be an object"));
        }
        let kind = match (&id, method.is_notification()) {
            (None, Some(false)) => {
                return Err(Malformed::request(format!("`{method}` needs an `id`")));
            }
            (Some(_), Some(true)) => {
                return Err(Malformed::request(format!("`{method}` must have no `id`")));
            }
            (None, _) => MessageKind::Notification,
            (Some(_), _) => MessageKind::Request,
        };
        Ok(Shape {
            kind,
            id,
            method: Some(method),
        })
    }

    fn response(&self, id: Option<Id>) -> Result<Shape, Malformed> {
        if id.is_none() {
            return Err(Malformed::request("a response needs an `id`"));
        }
        if self.params.is_some() {
            return Err(Malformed::request("a response must have no `params`"));
        }
        let outcome = self.result.or(self.error);
        if outcome.is_none_or(|outcome| outcome.kind() != Some(Kind::Object)) {
            return Err(Malformed::request(
                "`result` or `error` has to be an object",
            ));
        }
        Ok(Shape {
            kind: MessageKind::Response,
            id,
            method: None,
        })
    }
}

/// Reads an id; `None` when not all peers would read it alike.
pub(crate) fn read_id(id: Slice<'_>, limits: &Limits) -> Option<Id> {
    match id.kind()? {
        Kind::Number => Id::number(id.raw()),
        Kind::String if id.raw().len() <= limits.max_id() => Some(Id::String(id.raw().into())),
        _ => None,
    }
}

fn bad_id(limits: &Limits) -> Malformed {
    Malformed::request(format!(
        "`id` has to be a string of at most {} bytes or an integer of at most 53 bits",
        limits.max_id()
    ))
}
