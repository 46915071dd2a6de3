//! The headers that may stand in a request only once.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::header::{self, MCP_PARAM, MCP_PROTOCOL_VERSION};
use crate::{Era, Limits, Malformed, Version};

/// What was found in the headers, before an era says what it means.
#[derive(Debug, Default)]
pub(super) struct Head<'h> {
    pub(super) version: Option<&'h str>,
    pub(super) session: Option<&'h HeaderValue>,
    pub(super) last_event_id: Option<&'h HeaderValue>,
    pub(super) method: Option<&'h HeaderValue>,
    pub(super) name: Option<&'h HeaderValue>,
    fault: Option<String>,
}

impl<'h> Head<'h> {
    /// Reads the headers in one pass. A value that is repeated, too long or unreadable is noted for later.
    pub(super) fn read(headers: &'h HeaderMap, limits: &Limits) -> Self {
        let mut head = Self::default();
        let mut before = None;
        for (name, value) in headers {
            // A map hands out all values of one name in a row.
            let is_repeated = before == Some(name);
            before = Some(name);
            let Some(field) = Field::of(name) else {
                continue;
            };
            if is_repeated {
                head.note(|| format!("repeated header `{name}`"));
                continue;
            }
            if field != Field::Other && value.len() > limits.max_header() {
                let most = limits.max_header();
                head.note(|| format!("header `{name}` is longer than {most} bytes"));
                continue;
            }
            match field {
                Field::Version => {
                    head.version = header::plain(value);
                    if head.version.is_none() {
                        head.note(|| format!("header `{name}` is not plain ASCII"));
                    }
                }
                Field::Session => head.session = Some(value),
                Field::LastEventId => head.last_event_id = Some(value),
                Field::Method => head.method = Some(value),
                Field::Name => head.name = Some(value),
                Field::Parameter | Field::Other => {}
            }
        }
        head
    }

    /// The era that the version header speaks for.
    pub(super) fn era(&self) -> Era {
        let version = self.version.and_then(Version::parse);
        version.map_or(Era::Legacy, Version::era)
    }

    /// The era that the first version header speaks for.
    pub(super) fn glance(headers: &HeaderMap) -> Era {
        let version = headers.get(MCP_PROTOCOL_VERSION).and_then(header::plain);
        let version = version.and_then(Version::parse);
        version.map_or(Era::Legacy, Version::era)
    }

    /// Fails when one of the headers cannot be trusted.
    pub(super) fn check(&self) -> Result<(), Malformed> {
        match &self.fault {
            Some(fault) => Err(Malformed::header(fault.clone())),
            None => Ok(()),
        }
    }

    fn note(&mut self, fault: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(fault());
        }
    }
}

/// The headers of which a second line makes parsers disagree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Version,
    Session,
    LastEventId,
    Method,
    Name,
    Parameter,
    /// One of HTTP's own, whose length is not ours to judge.
    Other,
}

impl Field {
    fn of(name: &HeaderName) -> Option<Self> {
        match name.as_str() {
            "mcp-protocol-version" => Some(Self::Version),
            "mcp-session-id" => Some(Self::Session),
            "last-event-id" => Some(Self::LastEventId),
            "mcp-method" => Some(Self::Method),
            "mcp-name" => Some(Self::Name),
            "authorization" | "content-type" => Some(Self::Other),
            other => other.starts_with(MCP_PARAM).then_some(Self::Parameter),
        }
    }
}
