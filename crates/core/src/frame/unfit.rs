//! Why an answer does not pass.

use crate::{Kind, Refusal};

pub(super) fn answer_broken() -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "answer_broken",
        "the MCP server broke off its answer",
    )
}

pub(super) fn too_large(limit: usize) -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "answer_too_large",
        format!("the answer is longer than the {limit} bytes that can be checked"),
    )
}

pub(super) fn not_inspectable() -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "answer_not_inspectable",
        "the MCP server's answer cannot be read as one JSON-RPC message, so it cannot be checked",
    )
}

pub(super) fn bad_splice() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "filters_disagree",
        "the gateway could not apply its own changes to the answer",
    )
}
