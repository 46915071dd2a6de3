//! Answers to requests for metadata.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header, request::Parts};
use tollbar_core::{Body, Exchange, Kind, Refusal};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Long enough for the several looks of one login, short enough for a changed configuration.
const ONE_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// The document is public, and no answer depends on who reads it.
const ANYBODY: HeaderValue = HeaderValue::from_static("*");
/// How long a browser need not ask again, in seconds.
const ONE_HOUR: HeaderValue = HeaderValue::from_static("3600");
const ASKED_HEADERS: HeaderName = header::ACCESS_CONTROL_REQUEST_HEADERS;

/// The answer to a request for metadata that needs no metadata; `None` for one that reads it. Anybody may
/// read it, a web page of any origin, too: no credential is looked at, and no other header but what a
/// preflight request asks for.
pub(super) fn without_metadata(head: &Parts, exchange: &Exchange) -> Option<Response<Body>> {
    match head.method {
        Method::GET | Method::HEAD => None,
        Method::OPTIONS => Some(open(preflight(head))),
        _ => Some(open(disallowed(exchange))),
    }
}

/// The answer with this metadata.
pub(super) fn with_metadata(document: Bytes, method: &Method) -> Response<Body> {
    let length = document.len();
    let mut response = Response::new(match *method {
        Method::HEAD => Body::empty(),
        _ => Body::from(document),
    });
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, ONE_MINUTE);
    headers.insert(header::CONTENT_LENGTH, length.into());
    open(response)
}

/// The answer when there is nothing to tell.
pub(super) fn refused(refusal: Refusal, exchange: &Exchange) -> Response<Body> {
    open(refusal.into_response(exchange))
}

/// An answer that pages of any origin may read.
fn open(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    response
}

/// What a page may send: whatever it asks for, since nothing of it is read.
fn preflight(head: &Parts) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let asked = head.headers.get(ASKED_HEADERS).cloned();
    let headers = response.headers_mut();
    headers.insert(header::ALLOW, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        asked.unwrap_or(ANYBODY),
    );
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, ONE_HOUR);
    headers.insert(header::VARY, ASKED_HEADERS.into());
    response
}

fn disallowed(exchange: &Exchange) -> Response<Body> {
    Refusal::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        "metadata can only be read: use GET or HEAD",
    )
    .with_header(header::ALLOW, METHODS)
    .into_response(exchange)
}
