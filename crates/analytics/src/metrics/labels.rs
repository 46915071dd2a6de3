//! What an event counts as.

use std::{
    fmt::{self, Write as _},
    sync::Arc,
};

use http::StatusCode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use tollbar_mcp::{Code, Kind, Method as Asked};

use crate::{Event, line::is_misleading};

/// The longest name of a tool that becomes a label, in bytes. MCP advises servers to have none that is longer
/// (2025-11-25, `server/tools`, Tool Names).
const LONGEST_TOOL: usize = 128;

/// The codes that become labels.
const CODES: [(Code, &str); 10] = [
    (Code::PARSE_ERROR, "-32700"),
    (Code::INVALID_REQUEST, "-32600"),
    (Code::METHOD_NOT_FOUND, "-32601"),
    (Code::INVALID_PARAMS, "-32602"),
    (Code::INTERNAL_ERROR, "-32603"),
    (Code::RESOURCE_NOT_FOUND, "-32002"),
    (Code::HEADER_MISMATCH, "-32020"),
    (Code::MISSING_CLIENT_CAPABILITY, "-32021"),
    (Code::UNSUPPORTED_PROTOCOL_VERSION, "-32022"),
    (Code::URL_ELICITATION_REQUIRED, "-32042"),
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Exchange {
    pub(super) proxy: Arc<str>,
    pub(super) method: Method,
    pub(super) outcome: &'static str,
    pub(super) status_class: &'static str,
    pub(super) plan: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Duration {
    pub(super) proxy: Arc<str>,
    pub(super) method: Method,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Refusal {
    pub(super) proxy: Arc<str>,
    pub(super) reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ToolCall {
    pub(super) proxy: Arc<str>,
    pub(super) tool: Arc<str>,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct UpstreamError {
    pub(super) proxy: Arc<str>,
    pub(super) code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfProxy {
    pub(super) proxy: Arc<str>,
}

/// A method, or what stands for it. There are only so many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Method {
    /// Never [`Asked::Other`].
    Known(Asked),
    Word(&'static str),
}

impl Method {
    pub(super) fn of(event: &Event) -> Self {
        let Some(asked) = &event.asked else {
            return Self::Word("none");
        };
        match (asked.kind, &asked.method) {
            (Kind::Listen, _) => Self::Word("GET stream"),
            (Kind::End, _) => Self::Word("session end"),
            (Kind::Post, None) => Self::Word("response"),
            (Kind::Post, Some(Asked::Other(_))) => Self::Word("other"),
            (Kind::Post, Some(known)) => Self::Known(known.clone()),
        }
    }
}

impl EncodeLabelValue for Method {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        encoder.write_str(match self {
            Self::Known(method) => method.as_str(),
            Self::Word(word) => word,
        })
    }
}

pub(super) fn status_class(status: Option<StatusCode>) -> &'static str {
    match status.map(|status| status.as_u16() / 100) {
        Some(1) => "1xx",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(5) => "5xx",
        Some(_) => "other",
        None => "none",
    }
}

/// The error of the MCP server, if there is one.
pub(super) fn code(event: &Event) -> Option<&'static str> {
    let answer = event.upstream?;
    let Some(code) = answer.code else {
        return match answer.status.as_u16() {
            400..500 => Some("http_4xx"),
            500..600 => Some("http_5xx"),
            _ => None,
        };
    };
    let known = CODES.iter().find(|(known, _)| known.0 == code);
    Some(known.map_or("other", |(_, label)| label))
}

/// The name of the tool that is called.
pub(super) fn is_tool_call(event: &Event) -> Option<&str> {
    let asked = event.asked.as_ref()?;
    let is_call = asked.method == Some(Asked::ToolsCall);
    is_call.then_some(asked.subject.as_deref().unwrap_or_default())
}

/// Whether a tool's name may become a label. Some readers of the format stop at a NUL, and on a chart nobody can tell a
/// name from another one that looks the same.
pub(super) fn is_fit(tool: &str) -> bool {
    tool.len() <= LONGEST_TOOL && !tool.is_empty() && !tool.chars().any(is_misleading)
}

#[cfg(test)]
mod tests {
    use super::is_fit;

    #[test]
    fn a_name_that_readers_of_the_format_stumble_over_is_no_label() {
        for fit in ["get_weather", "<b>\"\\", "\u{6771}", &"x".repeat(128)] {
            assert!(is_fit(fit), "{fit:?}");
        }
        for unfit in [
            "",
            "a\u{0}",
            "a\nb",
            "\u{85}",
            "a\u{202e}b",
            "a\u{200b}",
            &"x".repeat(129),
        ] {
            assert!(!is_fit(unfit), "{unfit:?}");
        }
    }
}
