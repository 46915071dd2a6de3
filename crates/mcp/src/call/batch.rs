//! Arrays of messages (2025-03-26, `basic/transports`, Sending Messages to the Server).

use super::head::Head;
use super::{Call, Kind, decision};
use crate::envelope::Envelope;
use crate::json::Scanner;
use crate::{Code, Era, Limits, Malformed, Message, MessageKind, Method, Version, content};

/// Reads an array of messages. One bad element spoils all.
pub(super) fn read(
    head: &Head<'_>,
    mut scanner: Scanner<'_>,
    limits: &Limits,
) -> Result<Call, Malformed> {
    let mut envelopes = Vec::new();
    let mut is_too_long = false;
    scanner
        .array(|scanner| {
            if envelopes.len() == limits.max_batch() {
                is_too_long = true;
                return scanner.skip();
            }
            envelopes.push(Envelope::scan(scanner)?);
            Ok(())
        })
        .and_then(|()| scanner.end())
        .map_err(|error| Malformed::new(Code::PARSE_ERROR, error.to_string()))?;
    head.check()?;
    if decision::legacy_version(head)? != Version::V2025_03_26 {
        return Err(Malformed::request(
            "arrays of messages are only allowed in version 2025-03-26",
        ));
    }
    if is_too_long {
        let most = limits.max_batch();
        return Err(Malformed::request(format!(
            "more than {most} messages in an array"
        )));
    }
    let session = decision::session(head)?;
    let mut messages = Vec::with_capacity(envelopes.len());
    for envelope in &envelopes {
        let message = element(envelope, limits)?;
        if messages.iter().any(|other| share_id(&message, other)) {
            return Err(Malformed::request("the same `id` twice in an array"));
        }
        messages.push(message);
    }
    let responses = messages
        .iter()
        .filter(|message| message.kind == MessageKind::Response);
    if messages.is_empty() {
        return Err(Malformed::request("empty array of messages"));
    }
    if ![0, messages.len()].contains(&responses.count()) {
        return Err(Malformed::request(
            "responses and other messages in one array",
        ));
    }
    Ok(Call {
        kind: Kind::Post,
        era: Era::Legacy,
        version: Some(Version::V2025_03_26),
        session,
        last_event_id: None,
        single: None,
        batch: messages,
    })
}

fn element(envelope: &Envelope<'_>, limits: &Limits) -> Result<Message, Malformed> {
    let shape = envelope.shape(limits)?;
    if shape.method == Some(Method::Initialize) {
        return Err(Malformed::request(
            "`initialize` must not stand in an array",
        ));
    }
    if envelope.inside.meta_version.is_some() {
        return Err(Malformed::request(
            "a request with its own protocol version must not stand in an array",
        ));
    }
    content::read(shape, envelope, limits)
}

/// Whether two messages have ids, and the same.
fn share_id(one: &Message, other: &Message) -> bool {
    let ids = one.id.as_ref().zip(other.id.as_ref());
    ids.is_some_and(|(one, other)| one.is_same(other))
}
