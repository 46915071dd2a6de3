//! What happens to a response.

use http::{HeaderMap, HeaderValue, Response, header};
use http_body::Body as _;
use tollbar_mcp::{Era, header as mcp_header};

use super::{document, settings::Settings, stream::Stream, tee::Tee};
use crate::{Body, Exchange, hook::Hooks};

/// What a response holds, as its headers say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    Json,
    Events,
    /// Encoded, or of another type: no hook can look inside.
    Opaque,
}

/// Passes a response on, through the hooks of its exchange.
pub(super) async fn answer(
    mut response: Response<Body>,
    exchange: &Exchange,
    settings: &Settings,
) -> Response<Body> {
    let hooks = exchange.seal();
    if exchange
        .call()
        .is_some_and(|call| call.era() == Era::Modern)
    {
        response.headers_mut().remove(mcp_header::MCP_SESSION_ID);
    }
    let content = content(response.headers());
    if content == Content::Events {
        return events(response, hooks, exchange, settings);
    }
    if !hooks.filters.is_empty() {
        return document::filter(
            response,
            content == Content::Json,
            &hooks,
            exchange,
            settings,
        )
        .await;
    }
    if !hooks.watches.is_empty() && !response.body().is_end_stream() {
        if content == Content::Json {
            let (exchange, limit) = (exchange.clone(), settings.event_limit);
            let limits = settings.limits.clone();
            return response.map(|body| Body::new(Tee::new(body, hooks, exchange, limit, limits)));
        }
        exchange.note_uninspected();
    }
    response
}

/// An event stream: never of a declared length, since comments may be added, and never buffered.
fn events(
    mut response: Response<Body>,
    hooks: Hooks,
    exchange: &Exchange,
    settings: &Settings,
) -> Response<Body> {
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        let value = HeaderValue::from_static("no-cache, no-transform");
        headers.insert(header::CACHE_CONTROL, value);
    }
    response.map(|body| Body::new(Stream::new(body, hooks, exchange.clone(), settings)))
}

fn content(headers: &HeaderMap) -> Content {
    let encoded = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"));
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None, false) = (types.next(), types.next(), encoded) else {
        return Content::Opaque;
    };
    let mut parts = value
        .as_bytes()
        .split(|byte| *byte == b';')
        .map(<[u8]>::trim_ascii);
    let essence = parts.next().unwrap_or_default();
    // Some clients decode by it, so that they would read another text than the one that is here.
    if parts.any(|parameter| is_charset(parameter) && !is_utf8(parameter)) {
        return Content::Opaque;
    }
    match essence {
        essence if essence.eq_ignore_ascii_case(b"application/json") => Content::Json,
        essence if essence.eq_ignore_ascii_case(b"text/event-stream") => Content::Events,
        _ => Content::Opaque,
    }
}

fn is_charset(parameter: &[u8]) -> bool {
    parameter
        .get(..7)
        .is_some_and(|name| name.eq_ignore_ascii_case(b"charset"))
}

fn is_utf8(parameter: &[u8]) -> bool {
    let value = parameter.get(7..).and_then(|rest| rest.strip_prefix(b"="));
    [&b"utf-8"[..], b"\"utf-8\"", b"utf8"]
        .iter()
        .any(|name| value.is_some_and(|value| value.eq_ignore_ascii_case(name)))
}
