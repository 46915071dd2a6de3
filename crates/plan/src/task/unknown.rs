//! What a client is told instead of a task.

use http::StatusCode;
use tollbar_core::{Kind, Refusal};
use tollbar_mcp::{Code, Era, MessageKind};

use super::EXTENSION;

/// As a server answers for a task that does not exist, in its words (MCP 2025-11-25
/// `basic/utilities/tasks`, Protocol Errors; SEP-2663, Protocol Errors). Whatever is no request has no
/// answer, but a status.
pub(super) fn unknown(kind: MessageKind) -> Refusal {
    match kind {
        MessageKind::Request => Refusal::new(
            Kind::Concealed,
            "task_unknown",
            "Failed to retrieve task: Task not found",
        ),
        _ => Refusal::new(Kind::Forbidden, "task_unknown", "there is no such task")
            .with_code(Code::INVALID_REQUEST),
    }
}

/// The same to a client of 2026-07-28 that does not say that it knows what a task is (SEP-2663,
/// Protocol Errors).
pub(super) fn undeclared() -> Refusal {
    Refusal::new(
        Kind::Malformed,
        "task_unknown",
        "Missing required client capability",
    )
    .with_code(Code::MISSING_CLIENT_CAPABILITY)
    .with_data(format!(
        r#"{{"requiredCapabilities":{{"extensions":{{"{EXTENSION}":{{}}}}}}}}"#
    ))
}

/// As a server answers that has no such method: `tasks/list` is nowhere, and `tasks/result` is not in
/// 2026-07-28 (SEP-2663, Backward Compatibility).
pub(super) fn no_method(era: Era) -> Refusal {
    let status = match era {
        Era::Legacy => StatusCode::OK,
        Era::Modern => StatusCode::NOT_FOUND,
    };
    Refusal::new(Kind::NotFound, "task_method_refused", "Method not found")
        .with_code(Code::METHOD_NOT_FOUND)
        .with_status(status)
}

/// What the innocent messages of an array are told.
pub(super) fn not_run() -> Refusal {
    Refusal::new(
        Kind::Malformed,
        "task_unknown",
        "not run: another message of the array names a task that does not exist",
    )
}

/// No plan, or no frame, stands outside.
pub(super) fn unbound() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "task_unbound",
        "the gateway is misconfigured: tasks are checked inside of plan and frame",
    )
}
