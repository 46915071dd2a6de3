//! MCP servers that log users in themselves and mean it ill, before the gateway's own program: what they say of
//! themselves is refused, soon, within bounds, and with a line in the log that says what to do.

mod challenges;
mod metadata;
mod paths;
pub(crate) mod scene;
pub(crate) mod server;

use self::{scene::Scene, server::Server};
