//! Filters on one JSON document: a whole body, or the data of one event.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Response, header, response::Parts};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tollbar_mcp::{Id, Kind, Limits, MessageKind, ServerDocument, ServerMessage};

use super::{
    settings::Settings,
    unfit::{answer_broken, bad_splice, not_inspectable, too_large},
};
use crate::{
    Body, BoxError, Exchange, Filter, Message, Refusal,
    hook::{Changes, Hooks, splice},
};

/// What became of a document under the filters.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filtered {
    Unchanged,
    Changed(Vec<u8>),
    /// Every message in it was withheld.
    Withheld,
}

/// Collects a response that is not a stream and puts it through the filters.
pub(super) async fn filter(
    response: Response<Body>,
    is_json: bool,
    hooks: &Hooks,
    exchange: &Exchange,
    settings: &Settings,
) -> Response<Body> {
    let (mut head, mut body) = response.into_parts();
    if waits_for_nothing(exchange) && head.status.is_success() {
        // Servers say "Accepted" in many ways, and no client looks (MCP 2025-11-25
        // `basic/transports`, Sending Messages to the Server).
        return Response::from_parts(without_content(head), Body::empty());
    }
    if !is_json {
        // It need not be read to know that it cannot be judged, only that there is something.
        return match has_content(&mut body).await {
            Ok(false) => Response::from_parts(head, Body::empty()),
            Ok(true) => withheld(head, not_inspectable(), exchange),
            Err(_) => withheld(head, answer_broken(), exchange),
        };
    }
    let document = match Limited::new(body, settings.event_limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => return unreadable(&*error, settings).into_response(exchange),
    };
    if document.is_empty() {
        return Response::from_parts(head, Body::empty());
    }
    let document = match run(&document, hooks, exchange, &settings.limits) {
        Ok(Filtered::Unchanged) => document,
        Ok(Filtered::Changed(changed)) => {
            // Whatever vouched for the bytes vouched for other bytes.
            for name in [
                "etag",
                "digest",
                "content-digest",
                "repr-digest",
                "content-md5",
            ] {
                head.headers.remove(name);
            }
            head.headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(changed.len()));
            Bytes::from(changed)
        }
        Ok(Filtered::Withheld) => {
            head.headers.remove(header::CONTENT_LENGTH);
            return Response::from_parts(head, Body::empty());
        }
        Err(refusal) => return withheld(head, refusal, exchange),
    };
    watch(&document, hooks, exchange, &settings.limits);
    Response::from_parts(head, Body::from(document))
}

/// Whether a body holds anything at all.
async fn has_content(body: &mut Body) -> Result<bool, BoxError> {
    while let Some(frame) = body.frame().await {
        if frame?.data_ref().is_some_and(|data| !data.is_empty()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The refusal of an answer. The upstream's own error keeps its status and headers, but its text
/// does not pass.
fn withheld(head: Parts, refusal: Refusal, exchange: &Exchange) -> Response<Body> {
    if head.status.is_success() {
        return refusal.into_response(exchange);
    }
    exchange.note_refusal(&refusal);
    Response::from_parts(without_content(head), Body::empty())
}

fn without_content(mut head: Parts) -> Parts {
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_ENCODING);
    head
}

/// Whether the client has sent messages, and waits for the answer to none of them.
fn waits_for_nothing(exchange: &Exchange) -> bool {
    let call = exchange.call();
    call.is_some_and(|call| call.kind() == Kind::Post && !call.expects_response())
}

/// Runs all filters over one document, each seeing what the one before left.
///
/// # Errors
///
/// The refusal of a filter, or one of our own when the document cannot be read. In a batch a
/// refused response becomes an error in its place instead.
pub(super) fn run(
    document: &[u8],
    hooks: &Hooks,
    exchange: &Exchange,
    limits: &Limits,
) -> Result<Filtered, Refusal> {
    let mut changed: Option<Vec<u8>> = None;
    let mut filters = hooks.filters.as_slice();
    while !filters.is_empty() {
        let current = changed.as_deref().unwrap_or(document);
        match run_some(current, &mut filters, exchange, limits)? {
            Filtered::Unchanged => {}
            Filtered::Changed(next) => changed = Some(next),
            Filtered::Withheld => return Ok(Filtered::Withheld),
        }
    }
    Ok(changed.map_or(Filtered::Unchanged, Filtered::Changed))
}

/// Runs filters until one of them changes something, so that what does not change is read once.
fn run_some(
    document: &[u8],
    filters: &mut &[Arc<dyn Filter>],
    exchange: &Exchange,
    limits: &Limits,
) -> Result<Filtered, Refusal> {
    let parsed = ServerDocument::parse(document, limits).map_err(|_| not_inspectable())?;
    while let Some((filter, rest)) = filters.split_first() {
        *filters = rest;
        match run_one(document, &parsed, filter.as_ref(), exchange, limits)? {
            Filtered::Unchanged => {}
            other => return Ok(other),
        }
    }
    Ok(Filtered::Unchanged)
}

fn run_one(
    document: &[u8],
    parsed: &ServerDocument<'_>,
    filter: &dyn Filter,
    exchange: &Exchange,
    limits: &Limits,
) -> Result<Filtered, Refusal> {
    let text = parsed.text();
    if let ([message], false) = (parsed.messages(), parsed.is_batch()) {
        return match changes(text, message, filter, exchange, limits)? {
            Changes::None => Ok(Filtered::Unchanged),
            Changes::Withhold => Ok(Filtered::Withheld),
            Changes::Splice(splices) => splice(document, splices)
                .map(Filtered::Changed)
                .ok_or_else(bad_splice),
        };
    }
    let mut elements = Vec::with_capacity(parsed.messages().len());
    let mut same = true;
    for message in parsed.messages() {
        let element = match changes(text, message, filter, exchange, limits) {
            Ok(Changes::None) => message.raw().as_bytes().to_vec(),
            Ok(Changes::Withhold) => {
                same = false;
                continue;
            }
            Ok(Changes::Splice(splices)) => {
                same = false;
                let offset = message.span().start;
                let shifted = splices.into_iter().map(|(span, with)| {
                    let start = span.start.saturating_sub(offset);
                    (start..span.end.saturating_sub(offset), with)
                });
                splice(message.raw().as_bytes(), shifted.collect()).ok_or_else(bad_splice)?
            }
            Err(refusal) => {
                same = false;
                match in_place(&refusal, message, exchange) {
                    Some(error) => error.to_vec(),
                    None => continue,
                }
            }
        };
        elements.push(element);
    }
    Ok(match (same, elements.is_empty()) {
        (true, _) => Filtered::Unchanged,
        (false, true) => Filtered::Withheld,
        (false, false) => {
            let mut batch = vec![b'['];
            batch.extend(elements.join(&b','));
            batch.push(b']');
            Filtered::Changed(batch)
        }
    })
}

fn changes(
    text: &str,
    parsed: &ServerMessage<'_>,
    filter: &dyn Filter,
    exchange: &Exchange,
    limits: &Limits,
) -> Result<Changes, Refusal> {
    let mut message = Message::new(text, parsed, limits);
    filter.filter(exchange, &mut message)?;
    Ok(message.into_changes())
}

/// The error that stands in the place of a refused response. A refused request or notification
/// has nobody who waits for it, and is dropped.
pub(super) fn in_place(
    refusal: &Refusal,
    message: &ServerMessage<'_>,
    exchange: &Exchange,
) -> Option<Bytes> {
    exchange.note_refusal(refusal);
    let call = exchange.call()?;
    let id = message
        .id()
        .filter(|_| message.kind() == MessageKind::Response)?;
    Some(refusal.to_message(call.era(), Some(&Id::String(id.into()))))
}

/// Shows one document to all watches.
pub(super) fn watch(document: &[u8], hooks: &Hooks, exchange: &Exchange, limits: &Limits) {
    if hooks.watches.is_empty() {
        return;
    }
    let Ok(parsed) = ServerDocument::parse(document, limits) else {
        return exchange.note_uninspected();
    };
    for message in parsed.messages() {
        let message = Message::new(parsed.text(), message, limits);
        for watch in &hooks.watches {
            watch.see(exchange, &message);
        }
    }
}

fn unreadable(
    error: &(dyn std::error::Error + Send + Sync + 'static),
    settings: &Settings,
) -> Refusal {
    if error.is::<LengthLimitError>() {
        return too_large(settings.event_limit);
    }
    answer_broken()
}
