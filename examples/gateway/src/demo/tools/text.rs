//! Tools that answer at once, with text or with structured content.

use rmcp::{
    handler::server::wrapper::{Json, Parameters},
    model::CallToolResult,
    tool, tool_router,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{failure, text};
use crate::demo::{
    server::Demo,
    weather::{CITIES, Forecast, Units, forecast},
};

/// How much `big_output` writes at most, in bytes.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What `big_output` repeats: 64 bytes with the line end.
const LINE: &str = "The toll keeper counts the carts, one by one, from dawn to dusk\n";

#[derive(Debug, Deserialize, JsonSchema)]
struct EchoArguments {
    /// What to say.
    text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct AddArguments {
    /// The first number.
    a: f64,
    /// The second number.
    b: f64,
}

/// The sum of two numbers.
#[derive(Debug, Serialize, JsonSchema)]
struct Sum {
    /// a + b.
    sum: f64,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct WeatherArguments {
    /// One of Berlin, Lisbon, Nairobi, Osaka, Reykjavik.
    city: String,
    /// Scale of the temperature.
    #[serde(default)]
    #[schemars(extend("x-mcp-header" = "Units"))]
    units: Units,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct FailArguments {
    /// What to say about the failure.
    #[serde(default = "FailArguments::message")]
    message: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct BigOutputArguments {
    /// How many bytes of text to answer with.
    #[serde(default = "BigOutputArguments::bytes")]
    #[schemars(range(max = MOST_BYTES))]
    bytes: usize,
}

impl FailArguments {
    fn message() -> String {
        "the cart has lost a wheel".to_owned()
    }
}

impl BigOutputArguments {
    fn bytes() -> usize {
        1024
    }
}

#[tool_router(router = text_tools, vis = "pub(in crate::demo)")]
impl Demo {
    /// Says back what it is told.
    #[tool(
        title = "Echo",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn echo(Parameters(arguments): Parameters<EchoArguments>) -> CallToolResult {
        text(arguments.text)
    }

    /// Adds two numbers and answers with structured content.
    #[tool(
        title = "Add",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn add(Parameters(arguments): Parameters<AddArguments>) -> Json<Sum> {
        Json(Sum {
            sum: arguments.a + arguments.b,
        })
    }

    // Clients of 2026-07-28 repeat the units in the header `Mcp-Param-Units`.
    #[tool(
        title = "Weather",
        description = "Tells the weather in one of five cities, which is the same every day.",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn weather(
        Parameters(arguments): Parameters<WeatherArguments>,
    ) -> Result<Json<Forecast>, CallToolResult> {
        forecast(&arguments.city, arguments.units)
            .map(Json)
            .ok_or_else(|| {
                let (city, known) = (arguments.city, CITIES.join(", "));
                failure(format!("no forecast for `{city}`: ask for one of {known}"))
            })
    }

    /// Fails, always, and says why.
    #[tool(
        title = "Fail",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn fail(Parameters(arguments): Parameters<FailArguments>) -> CallToolResult {
        failure(arguments.message)
    }

    /// Answers with as many bytes of text as are asked for, up to 8 MiB.
    #[tool(
        title = "Big output",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn big_output(Parameters(arguments): Parameters<BigOutputArguments>) -> CallToolResult {
        let bytes = arguments.bytes;
        if bytes > MOST_BYTES {
            return failure(format!(
                "`bytes` is {bytes} but may be {MOST_BYTES} at most"
            ));
        }
        let mut output = LINE.repeat(bytes.div_ceil(LINE.len()));
        output.truncate(bytes);
        text(output)
    }
}
