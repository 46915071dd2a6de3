//! What was probably meant by something that is no call.

use crate::config::distance;

/// How many letters may be wrong in what is a slip, and no method of its own.
const SLIPS: usize = 2;

/// The methods of MCP up to 2026-07-28 that can be asked about.
const METHODS: [&str; 34] = [
    "initialize",
    "ping",
    "server/discover",
    "tools/list",
    "tools/call",
    "resources/list",
    "resources/templates/list",
    "resources/read",
    "resources/subscribe",
    "resources/unsubscribe",
    "subscriptions/listen",
    "prompts/list",
    "prompts/get",
    "completion/complete",
    "logging/setLevel",
    "roots/list",
    "sampling/createMessage",
    "elicitation/create",
    "tasks/list",
    "tasks/get",
    "tasks/result",
    "tasks/update",
    "tasks/cancel",
    "notifications/initialized",
    "notifications/cancelled",
    "notifications/progress",
    "notifications/message",
    "notifications/resources/updated",
    "notifications/roots/list_changed",
    "notifications/tasks",
    "notifications/tasks/status",
    "notifications/tools/list_changed",
    "notifications/resources/list_changed",
    "notifications/prompts/list_changed",
];

/// What was probably meant by a call whose method, before the first colon, is none of MCP. `None`
/// when it may be a method of its own.
pub(super) fn meant(method: &str, name: Option<&str>) -> Option<String> {
    if METHODS.contains(&method) {
        return None;
    }
    let behind = name.map(|name| format!(":{name}")).unwrap_or_default();
    let near = METHODS.iter().filter_map(|known| {
        let distance = distance(&method.to_lowercase(), &known.to_lowercase());
        (distance <= SLIPS).then_some((distance, known))
    });
    if let Some((_, known)) = near.min() {
        return Some(format!("{known}{behind}"));
    }
    let name = match name {
        // A URI by itself.
        Some(rest) if rest.starts_with('/') => {
            return Some(format!("resources/read:{method}:{rest}"));
        }
        _ if method.contains('/') => return None,
        Some(name) => name,
        None => return Some(format!("tools/call:{method}")),
    };
    Some(match method.to_lowercase().as_str() {
        "resource" | "resources" | "uri" => format!("resources/read:{name}"),
        "prompt" | "prompts" => format!("prompts/get:{name}"),
        "features" => format!("feature:{name}"),
        "template" | "templates" => format!("completion/complete:ref/resource:{name}"),
        "method" | "methods" => name.to_owned(),
        "tool" | "tools" | "call" => format!("tools/call:{name}"),
        // Names of tools may have a colon.
        _ => format!("tools/call:{method}:{name}"),
    })
}
