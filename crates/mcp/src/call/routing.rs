//! The headers that mirror the body (2026-07-28, `basic/transports/streamable-http`, Request Metadata).

use super::head::Head;
use crate::envelope::{Envelope, Shape};
use crate::json::Slice;
use crate::{Malformed, Method, header};

/// Holds `Mcp-Method` and `Mcp-Name` against the body.
///
/// Requests need both, as far as the method has a name. For notifications the revision defines nothing: what is there
/// has to be right.
pub(super) fn check(
    shape: &Shape,
    envelope: &Envelope<'_>,
    head: &Head<'_>,
) -> Result<(), Malformed> {
    let Some(method) = &shape.method else {
        return Ok(());
    };
    let is_request = shape.kind.is_request();
    match head.method {
        Some(value) if header::plain(value) == Some(method.as_str()) => {}
        Some(_) => {
            return Err(Malformed::header(
                "header `mcp-method` is not the body's `method`",
            ));
        }
        None if is_request => return Err(Malformed::header("missing header `mcp-method`")),
        None => {}
    }
    let Some((source, what)) = source(method, envelope) else {
        return Ok(());
    };
    let Some(value) = head.name else {
        if is_request && source.is_some() {
            return Err(Malformed::header("missing header `mcp-name`"));
        }
        return Ok(());
    };
    let decoded = header::decode(value)
        .map_err(|error| Malformed::header(format!("header `mcp-name`: {error}")))?;
    if source.and_then(|source| source.as_str()) != Some(decoded) {
        return Err(Malformed::header(format!(
            "header `mcp-name` is not the body's `{what}`"
        )));
    }
    Ok(())
}

/// Where the name of a method stands; `None` for methods without one.
///
/// The methods of tasks come from the extension `io.modelcontextprotocol/tasks` (SEP-2663, Routing Headers).
fn source<'a>(
    method: &Method,
    envelope: &Envelope<'a>,
) -> Option<(Option<Slice<'a>>, &'static str)> {
    let inside = &envelope.inside;
    match method {
        Method::ToolsCall | Method::PromptsGet => Some((inside.name, "params.name")),
        Method::ResourcesRead => Some((inside.uri, "params.uri")),
        Method::TasksGet | Method::TasksUpdate | Method::TasksCancel => {
            Some((inside.task, "params.taskId"))
        }
        _ => None,
    }
}
