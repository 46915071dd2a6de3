//! The fifteen tools, in groups. Each group has a router of its own; the server adds them up.
//!
//! | group | tools |
//! |---|---|
//! | text | `echo`, `add`, `weather`, `fail`, `big_output` |
//! | media | `picture`, `sound` |
//! | documents | `link_document`, `embed_document`, `write_note` |
//! | slow | `slow_task`, `countdown`, `log` |
//! | questions | `summarize`, `order_pass` |

mod documents;
mod media;
mod questions;
mod slow;
mod text;

use rmcp::model::{CallToolResult, ContentBlock};

/// A result of one text.
fn text(text: impl Into<String>) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

/// A failure that the model is meant to read and to learn from (2025-11-25 `server/tools`, Error
/// Handling).
fn failure(reason: impl Into<String>) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(reason)])
}
