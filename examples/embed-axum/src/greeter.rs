//! The application's MCP server: one tool.

use rmcp::{
    ServerHandler, handler::server::wrapper::Parameters, schemars, tool, tool_handler, tool_router,
};

/// Greets people.
#[derive(Clone, Debug)]
pub(crate) struct Greeter;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
struct Greeting {
    /// Whom to greet.
    name: String,
}

#[tool_router]
impl Greeter {
    pub(crate) const fn new() -> Self {
        Self
    }

    #[tool(description = "Greets somebody by name")]
    async fn greet(&self, Parameters(Greeting { name }): Parameters<Greeting>) -> String {
        format!("Good day, {name}")
    }
}

#[tool_handler]
impl ServerHandler for Greeter {}
