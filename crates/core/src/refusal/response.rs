//! From a refusal to the response that tells it.

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;
use tollbar_mcp::{Era, Id, MessageKind, error_response};

use super::Refusal;
use crate::{Body, Exchange};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const PROBLEM: HeaderValue = HeaderValue::from_static("application/problem+json");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Stands on every response that tells a refusal, and on no other.
#[derive(Clone, Copy)]
struct Told;

impl Refusal {
    /// Whether this response tells a refusal of ours. An exchange can have one on record and still be
    /// answered by the server: of an error that a filter cannot read, status and headers pass.
    ///
    /// ```
    /// use http::Response;
    /// use tollbar_core::{Exchange, Kind, Refusal};
    ///
    /// let refusal = Refusal::new(Kind::Forbidden, "not_now", "come back tomorrow");
    /// assert!(Refusal::is_told_by(&refusal.into_response(&Exchange::new())));
    /// assert!(!Refusal::is_told_by(&Response::builder().status(403).body(()).unwrap()));
    /// ```
    #[must_use]
    pub fn is_told_by<B>(response: &Response<B>) -> bool {
        response.extensions().get::<Told>().is_some()
    }

    /// The response that tells this refusal, and the only way to one. Records the refusal on the
    /// exchange; the first refusal of an exchange stays on record.
    ///
    /// The body is a JSON-RPC error that carries the request's id; a batch gets one error for each
    /// of its requests. Where no message was read, so that there is no id to carry, the body is
    /// a problem document (RFC 9457) instead: some clients drop a JSON-RPC error without an id, and
    /// then wait for ever for one that has it. Two get a JSON-RPC error without an id: what is
    /// malformed, as JSON-RPC itself asks for, and who is not known (401), which no client waits
    /// after, and some show to people only in this form.
    #[must_use]
    pub fn into_response(self, exchange: &Exchange) -> Response<Body> {
        exchange.note_refusal(&self);
        let is_about_a_message = exchange.call().is_some()
            || self.0.id.is_some()
            || self.status() == StatusCode::BAD_REQUEST;
        let is_about_a_credential = exchange.call().is_none() && self.0.era.is_none();
        let (content_type, body) = if is_about_a_message && !is_about_a_credential {
            (JSON, self.to_body(exchange))
        } else if is_about_a_message || self.status() == StatusCode::UNAUTHORIZED {
            (JSON, self.with_reason().to_message(Era::Legacy, None))
        } else {
            (PROBLEM, self.to_problem())
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        response.extensions_mut().insert(Told);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::CACHE_CONTROL, NO_STORE);
        if let Some(after) = self.0.retry_after {
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        for (name, value) in &self.0.headers {
            headers.append(name, value.clone());
        }
        response
    }

    /// The problem document of the response (RFC 9457 section 3.1), with the reason as an extension
    /// member.
    fn to_problem(&self) -> Bytes {
        let status = self.status();
        let problem = json!({
            "type": "about:blank",
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": &self.0.message,
            "reason": self.0.reason,
        });
        problem.to_string().into()
    }

    /// The same with its reason in `error.data`, where a problem document would have it. What stands
    /// there already stays.
    fn with_reason(&self) -> Self {
        if self.0.data.is_some() {
            return self.clone();
        }
        let data = json!({ "reason": self.0.reason });
        self.clone().with_data(data.to_string())
    }

    /// The JSON-RPC body of the response.
    fn to_body(&self, exchange: &Exchange) -> Bytes {
        let Some(call) = exchange.call() else {
            return self.to_message(self.0.era.unwrap_or(Era::Legacy), self.0.id.as_ref());
        };
        if !call.is_batch() {
            return self.to_message(call.era(), self.0.id.as_ref().or_else(|| call.id()));
        }
        let mut batch = BytesMut::new();
        for (index, message) in call.messages().iter().enumerate() {
            if message.kind() != MessageKind::Request {
                continue;
            }
            let refusal = self.0.elements.get(index).unwrap_or(self);
            batch.put_u8(if batch.is_empty() { b'[' } else { b',' });
            batch.put(refusal.to_message(call.era(), message.id()));
        }
        if batch.is_empty() {
            return self.to_message(call.era(), None);
        }
        batch.put_u8(b']');
        batch.freeze()
    }

    /// One JSON-RPC error response that tells this refusal.
    pub(crate) fn to_message(&self, era: Era, id: Option<&Id>) -> Bytes {
        error_response(
            era,
            id,
            self.code(),
            &self.0.message,
            self.0.data.as_deref(),
        )
    }
}
