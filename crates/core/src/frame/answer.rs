//! What happens to a response.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body::Body as _;
use tokio::time::timeout;
use tollbar_mcp::{Era, Message, Method, header as mcp_header};

use super::{document, ending, granted::Granted, settings::Settings, stream::Stream, tee::Tee};
use crate::{Body, Exchange, hook::Hooks};

/// How long the head of the answer to `initialize` waits for the answer itself.
const NEGOTIATION: Duration = Duration::from_secs(30);

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
    if ending::has_ended(exchange) {
        return ending::refusal(exchange).into_response(exchange);
    }
    if exchange
        .call()
        .is_some_and(|call| call.era() == Era::Modern)
    {
        response.headers_mut().remove(mcp_header::MCP_SESSION_ID);
    }
    if hooks.heads.is_empty() {
        return messages(response, hooks, exchange, settings).await;
    }
    let heads = hooks.heads.clone();
    let mut response = messages(response, hooks, exchange, settings).await;
    for head in heads {
        head.filter(exchange, response.headers_mut());
    }
    response
}

/// Puts the messages of a response through the hooks.
async fn messages(
    response: Response<Body>,
    hooks: Hooks,
    exchange: &Exchange,
    settings: &Settings,
) -> Response<Body> {
    let content = content(response.headers());
    if content == Content::Events {
        return events(response, hooks, exchange, settings).await;
    }
    if !hooks.filters.is_empty() {
        let is_json = content == Content::Json;
        let filtered = document::filter(response, is_json, &hooks, exchange, settings);
        return match ending::while_granted(exchange, filtered).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(exchange),
        };
    }
    if !hooks.watches.is_empty() && !response.body().is_end_stream() {
        if content == Content::Json {
            let (seen, limit) = (exchange.clone(), hooks.watch_limit(settings.event_limit));
            let limits = settings.limits.clone();
            let tee = |body| Body::new(Tee::new(body, hooks, seen, limit, limits));
            return response.map(|body| Granted::bind(tee(body), exchange));
        }
        // What is only accepted has no messages (MCP 2025-03-26 `basic/transports`), and often a body without an
        // end that is known.
        if response.status() != StatusCode::ACCEPTED {
            exchange.note_uninspected();
        }
    }
    response.map(|body| Granted::bind(body, exchange))
}

/// An event stream: never of a declared length, since comments may be added, and never buffered.
async fn events(
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
    let waits = !hooks.heads.is_empty()
        && exchange.call().is_some_and(|call| {
            let mut methods = call.messages().iter().map(Message::method);
            methods.any(|method| method == Some(&Method::Initialize))
        });
    let (head, body) = response.into_parts();
    let mut stream = Stream::new(body, hooks, exchange.clone(), settings);
    if waits {
        // What a session has settled on belongs to its head. A server that takes its time gets none
        // of that, and its events pass.
        let _ = timeout(NEGOTIATION, stream.negotiated(settings.event_limit)).await;
    }
    Response::from_parts(head, Body::new(stream))
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
