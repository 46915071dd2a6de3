//! Which era a request belongs to, and what that era demands of it.

use std::fmt::Write as _;

use http::{HeaderValue, StatusCode};

use super::head::Head;
use super::{Call, Kind, routing};
use crate::envelope::{Envelope, Shape};
use crate::params::{META_CAPABILITIES, META_VERSION};
use crate::{Code, Era, Limits, Malformed, Message, MessageKind, Method, Version, content, json};

/// The most bytes of a foreign version that an error repeats.
const LONGEST_VERSION: usize = 64;

/// Decides the era of one message (2026-07-28, `basic/versioning`: how a dual-era server selects its behavior).
///
/// An `initialize` that asks for a version is legacy. Else a version in `_meta` decides, whatever it is, unless it is a
/// known legacy one; and else the version header.
pub(super) fn era(envelope: &Envelope<'_>, head: &Head<'_>) -> Era {
    let inside = &envelope.inside;
    if inside.version.is_some() && envelope.method() == Some(Method::Initialize) {
        return Era::Legacy;
    }
    if head.era() == Era::Modern {
        return Era::Modern;
    }
    let Some(version) = inside.meta_version else {
        return Era::Legacy;
    };
    let known = version
        .as_str()
        .and_then(|version| Version::parse(&version));
    known.map_or(Era::Modern, Version::era)
}

/// Judges a message by the modern rules.
pub(super) fn modern(
    envelope: &Envelope<'_>,
    head: &Head<'_>,
    limits: &Limits,
) -> Result<Call, Malformed> {
    let shape = envelope.shape(limits)?;
    if shape.kind == MessageKind::Response {
        return Err(Malformed::request(
            "clients must not send responses since 2026-07-28",
        ));
    }
    head.check()?;
    let version = modern_version(&shape, envelope, head)?;
    routing::check(&shape, envelope, head)?;
    let capabilities = envelope.inside.meta_capabilities;
    let has_capabilities = capabilities.and_then(|slice| slice.kind()) == Some(json::Kind::Object);
    if shape.kind.is_request() && !has_capabilities {
        return Err(Malformed::params(format!(
            "`{META_CAPABILITIES}` in `_meta` has to be an object"
        )));
    }
    if let Some(method) = shape
        .method
        .as_ref()
        .filter(|method| method.is_removed_in(Era::Modern))
    {
        let message = format!("`{method}` does not exist since 2026-07-28");
        let not_found = Malformed::new(Code::METHOD_NOT_FOUND, message);
        return Err(not_found.with_status(StatusCode::NOT_FOUND));
    }
    let message = content::read(shape, envelope, limits)?;
    Ok(call(Era::Modern, Some(version), message))
}

/// Finds the version that `_meta` and header agree on. Notifications need no `_meta`.
fn modern_version(
    shape: &Shape,
    envelope: &Envelope<'_>,
    head: &Head<'_>,
) -> Result<Version, Malformed> {
    let declared = envelope.inside.meta_version;
    let named = declared.and_then(|version| version.as_str());
    if named.is_none() && (declared.is_some() || shape.kind.is_request()) {
        return Err(Malformed::params(format!(
            "`{META_VERSION}` in `_meta` has to be a string"
        )));
    }
    let Some(header) = head.version else {
        return Err(Malformed::header("missing header `mcp-protocol-version`"));
    };
    if named.is_some_and(|named| named != header) {
        return Err(Malformed::header(format!(
            "header `mcp-protocol-version` is not the `{META_VERSION}` in `_meta`"
        )));
    }
    Version::parse(header).ok_or_else(|| unsupported(header))
}

/// The error that tells a modern client which versions it may use instead.
fn unsupported(requested: &str) -> Malformed {
    let mut data = String::from(r#"{"supported":["#);
    for (index, version) in Version::ALL.iter().rev().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        // Writing to a string cannot fail.
        let _ = write!(data, "{comma}\"{version}\"");
    }
    let mut text = Vec::new();
    json::write_string(requested, &mut text);
    data.push_str(r#"],"requested":"#);
    data.push_str(&String::from_utf8_lossy(&text));
    data.push('}');
    let mut malformed = Malformed::new(
        Code::UNSUPPORTED_PROTOCOL_VERSION,
        "unsupported protocol version",
    );
    malformed.data = Some(data.into());
    malformed
}

/// Judges a message by the legacy rules.
pub(super) fn legacy(
    envelope: &Envelope<'_>,
    head: &Head<'_>,
    limits: &Limits,
) -> Result<Call, Malformed> {
    let shape = envelope.shape(limits)?;
    head.check()?;
    let mut version = Some(legacy_version(head)?);
    if envelope.inside.meta_version.is_some() {
        check_declared(envelope, head)?;
    }
    let session = session(head)?;
    let message = content::read(shape, envelope, limits)?;
    if let Some(requested) = message.requested_version() {
        version = Version::parse(requested).filter(|version| version.era() == Era::Legacy);
    }
    Ok(Call {
        session,
        ..call(Era::Legacy, version, message)
    })
}

/// A legacy version in `_meta` has to be the one in the header.
fn check_declared(envelope: &Envelope<'_>, head: &Head<'_>) -> Result<(), Malformed> {
    let is_initialize = envelope.method() == Some(Method::Initialize);
    let declared = envelope
        .inside
        .meta_version
        .and_then(|version| version.as_str());
    if !is_initialize && declared.as_deref() != head.version {
        return Err(Malformed::request(format!(
            "header `mcp-protocol-version` is not the `{META_VERSION}` in `_meta`"
        )));
    }
    Ok(())
}

/// The version of legacy traffic: the header, without one 2025-03-26 (2025-06-18, `basic/transports`).
pub(super) fn legacy_version(head: &Head<'_>) -> Result<Version, Malformed> {
    let Some(version) = head.version else {
        return Ok(Version::V2025_03_26);
    };
    Version::parse(version).ok_or_else(|| {
        let shown = version.get(..version.len().min(LONGEST_VERSION));
        Malformed::request(format!(
            "unsupported protocol version `{}`",
            shown.unwrap_or_default()
        ))
    })
}

/// The session id: visible ASCII (2025-11-25, `basic/transports`, Session Management).
pub(super) fn session(head: &Head<'_>) -> Result<Option<Box<str>>, Malformed> {
    let Some(value) = head.session else {
        return Ok(None);
    };
    let session = crate::header::plain(value).filter(|session| {
        !session.is_empty() && session.bytes().all(|byte| byte.is_ascii_graphic())
    });
    match session {
        Some(session) => Ok(Some(session.into())),
        None => Err(Malformed::request(
            "header `mcp-session-id` is not visible ASCII",
        )),
    }
}

/// Judges a request without a body.
pub(super) fn bodiless(kind: Kind, head: &Head<'_>) -> Result<Call, Malformed> {
    head.check()?;
    let version = legacy_version(head)?;
    let (session, last_event_id) = match version.era() {
        Era::Legacy => (
            session(head)?,
            head.last_event_id.map(event_id).transpose()?,
        ),
        Era::Modern => (None, None),
    };
    Ok(Call {
        kind,
        era: version.era(),
        version: Some(version),
        session,
        last_event_id,
        single: None,
        batch: Vec::new(),
    })
}

/// The id of an event: UTF-8 (HTML, section 9.2.4).
fn event_id(value: &HeaderValue) -> Result<Box<str>, Malformed> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Ok(text.trim_matches([' ', '\t']).into()),
        Err(_) => Err(Malformed::request("header `last-event-id` is not UTF-8")),
    }
}

fn call(era: Era, version: Option<Version>, message: Message) -> Call {
    Call {
        kind: Kind::Post,
        era,
        version,
        session: None,
        last_event_id: None,
        single: Some(message),
        batch: Vec::new(),
    }
}
