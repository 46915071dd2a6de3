//! The headers that may stand in a request only once.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::header::{
    self, LAST_EVENT_ID, MCP_METHOD, MCP_NAME, MCP_PARAM, MCP_PROTOCOL_VERSION, MCP_SESSION_ID,
};
use crate::{Era, Limits, Malformed, Version};

/// What was found in the headers, before an era says what it means.
#[derive(Debug, Default)]
pub(super) struct Head<'h> {
    pub(super) version: Option<&'h str>,
    pub(super) session: Option<&'h HeaderValue>,
    pub(super) last_event_id: Option<&'h HeaderValue>,
    pub(super) method: Option<&'h HeaderValue>,
    pub(super) name: Option<&'h HeaderValue>,
    fault: Option<Cow<'static, str>>,
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
            if !is_single(name) {
                continue;
            }
            if is_repeated {
                head.note(|| format!("repeated header `{name}`"));
                continue;
            }
            if value.len() > limits.max_header() && is_ours(name) {
                let most = limits.max_header();
                head.note(|| format!("header `{name}` is longer than {most} bytes"));
                continue;
            }
            head.keep(name, value);
        }
        head
    }

    fn keep(&mut self, name: &HeaderName, value: &'h HeaderValue) {
        if *name == MCP_PROTOCOL_VERSION {
            self.version = header::plain(value);
            if self.version.is_none() {
                self.note(|| format!("header `{name}` is not plain ASCII"));
            }
        } else if *name == MCP_SESSION_ID {
            self.session = Some(value);
        } else if *name == LAST_EVENT_ID {
            self.last_event_id = Some(value);
        } else if *name == MCP_METHOD {
            self.method = Some(value);
        } else if *name == MCP_NAME {
            self.name = Some(value);
        }
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
            self.fault = Some(fault().into());
        }
    }
}

/// Whether a second line of this header makes parsers disagree.
fn is_single(name: &HeaderName) -> bool {
    *name == AUTHORIZATION || *name == CONTENT_TYPE || is_ours(name)
}

fn is_ours(name: &HeaderName) -> bool {
    let text = name.as_str();
    match text.strip_prefix("mcp-") {
        Some(_) => {
            [MCP_PROTOCOL_VERSION, MCP_SESSION_ID, MCP_METHOD, MCP_NAME].contains(name)
                || text.starts_with(MCP_PARAM)
        }
        None => *name == LAST_EVENT_ID,
    }
}
