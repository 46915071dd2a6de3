//! The application's MCP server: two tools.

use rmcp::{
    ServerHandler, handler::server::wrapper::Parameters, schemars, tool, tool_handler, tool_router,
};

/// Greets people.
#[derive(Clone, Debug)]
pub(crate) struct Greeter;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
struct Guest {
    /// What the guest is called.
    name: String,
}

#[tool_router]
impl Greeter {
    pub(crate) const fn new() -> Self {
        Self
    }

    #[tool(description = "Greets somebody by name")]
    async fn greet(&self, Parameters(Guest { name }): Parameters<Guest>) -> String {
        format!("Good day, {name}")
    }

    #[tool(description = "Sends somebody home by name")]
    async fn send_home(&self, Parameters(Guest { name }): Parameters<Guest>) -> String {
        format!("Good night, {name}")
    }
}

#[tool_handler]
impl ServerHandler for Greeter {}
