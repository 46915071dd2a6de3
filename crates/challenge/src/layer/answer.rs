//! The answer to a request for metadata.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header, request::Parts};
use tollbar_core::{Body, Exchange, Kind, Refusal};

use super::advertised::Told;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// Long enough for the several looks of one login, short enough for a changed configuration.
const ONE_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// The document is public, and no answer depends on who reads it.
const ANYBODY: HeaderValue = HeaderValue::from_static("*");
/// How long a browser need not ask again, in seconds.
const ONE_HOUR: HeaderValue = HeaderValue::from_static("3600");
const ASKED_HEADERS: HeaderName = header::ACCESS_CONTROL_REQUEST_HEADERS;

/// Answers a request for the metadata of a resource. Anybody may read it, a web page of any origin, too:
/// no credential is looked at, and no other header but what a preflight request asks for.
pub(super) fn answer(told: &Told, head: &Parts, exchange: &Exchange) -> Response<Body> {
    let mut response = match head.method {
        Method::GET => document(&told.document, Body::from(told.document.clone())),
        Method::HEAD => document(&told.document, Body::empty()),
        Method::OPTIONS => preflight(head),
        _ => refused(exchange),
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    response
}

fn document(document: &Bytes, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, ONE_MINUTE);
    headers.insert(header::CONTENT_LENGTH, document.len().into());
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

fn refused(exchange: &Exchange) -> Response<Body> {
    Refusal::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        "metadata can only be read: use GET or HEAD",
    )
    .with_header(header::ALLOW, METHODS)
    .into_response(exchange)
}
