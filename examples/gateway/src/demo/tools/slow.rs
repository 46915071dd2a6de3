//! Tools that take their time, and tell how they are getting on.

#![expect(
    deprecated,
    reason = "logging is deprecated but still spoken (SEP-2577)"
)]

use std::time::Duration;

use rmcp::{
    RoleServer,
    handler::server::wrapper::Parameters,
    model::{CallToolResult, LoggingLevel, ProgressNotificationParam, ProtocolVersion},
    service::RequestContext,
    tool, tool_router,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{failure, text};
use crate::demo::{server::Demo, sessions::HangUp};

/// After how long a client that was hung up on is asked to come back.
const BACK_AFTER: Duration = Duration::from_millis(300);

const MOST_STEPS: u32 = 100;
const LONGEST_STEP: u64 = 10_000;
const HIGHEST_COUNT: u32 = 1_000;

/// All levels, from the least to the most severe.
const LEVELS: [(LoggingLevel, &str); 8] = [
    (LoggingLevel::Debug, "debug"),
    (LoggingLevel::Info, "info"),
    (LoggingLevel::Notice, "notice"),
    (LoggingLevel::Warning, "warning"),
    (LoggingLevel::Error, "error"),
    (LoggingLevel::Critical, "critical"),
    (LoggingLevel::Alert, "alert"),
    (LoggingLevel::Emergency, "emergency"),
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
struct SlowArguments {
    /// How many steps the task has.
    #[schemars(range(min = 1, max = MOST_STEPS))]
    steps: u32,
    /// How long each step takes, in milliseconds.
    #[schemars(range(max = LONGEST_STEP))]
    milliseconds: u64,
    /// End the connection after the first step, so that the client comes back (2025-11-25 only).
    hang_up: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
struct CountdownArguments {
    /// Where to begin, and so how many notifications to send.
    #[schemars(range(min = 1, max = HIGHEST_COUNT))]
    from: u32,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
struct LogArguments {
    /// What to log.
    message: String,
}

impl Default for SlowArguments {
    fn default() -> Self {
        Self {
            steps: 5,
            milliseconds: 200,
            hang_up: false,
        }
    }
}

impl Default for CountdownArguments {
    fn default() -> Self {
        Self { from: 10 }
    }
}

impl Default for LogArguments {
    fn default() -> Self {
        Self {
            message: "a cart has passed".to_owned(),
        }
    }
}

#[tool_router(router = slow_tools, vis = "pub(in crate::demo)")]
impl Demo {
    #[tool(
        title = "Slow task",
        description = "Works for a while, step by step, and reports its progress if the client \
                       gave a progress token. It stops early when it is cancelled.",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn slow_task(
        &self,
        Parameters(arguments): Parameters<SlowArguments>,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let SlowArguments {
            steps,
            milliseconds,
            hang_up,
        } = arguments;
        if !(1..=MOST_STEPS).contains(&steps) {
            return failure(format!("`steps` is {steps} but must be 1 to {MOST_STEPS}"));
        }
        if milliseconds > LONGEST_STEP {
            return failure(format!(
                "`milliseconds` is {milliseconds} but may be {LONGEST_STEP} at most"
            ));
        }
        for step in 1..=steps {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(milliseconds)) => {}
                () = context.ct.cancelled() => {
                    return failure(format!("cancelled during step {step} of {steps}"));
                }
            }
            report(&context, step, steps, format!("step {step} of {steps}")).await;
            if hang_up && step == 1 {
                self::hang_up(&context).await;
            }
        }
        text(format!("did {steps} steps"))
    }

    #[tool(
        title = "Countdown",
        description = "Counts down to one as fast as the client can read, with one notification \
                       for each number: progress if the client gave a progress token, else log \
                       messages of level info.",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn countdown(
        &self,
        Parameters(arguments): Parameters<CountdownArguments>,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let from = arguments.from;
        if !(1..=HIGHEST_COUNT).contains(&from) {
            return failure(format!("`from` is {from} but must be 1 to {HIGHEST_COUNT}"));
        }
        let mut sent = 0;
        for number in (1..=from).rev() {
            if context.ct.is_cancelled() {
                return failure(format!("cancelled at {number}"));
            }
            let done = from - number + 1;
            let heard = report(&context, done, from, number.to_string()).await
                || self
                    .log(&context, LoggingLevel::Info, &number.to_string())
                    .await;
            sent += u32::from(heard);
        }
        text(format!(
            "counted down from {from} with {sent} notifications"
        ))
    }

    /// Logs a message at each of the eight levels; the client gets those that it wants.
    #[tool(
        name = "log",
        title = "Log",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    async fn log_at_all_levels(
        &self,
        Parameters(arguments): Parameters<LogArguments>,
        context: RequestContext<RoleServer>,
    ) -> CallToolResult {
        let mut sent = Vec::new();
        for (level, name) in LEVELS {
            if self.log(&context, level, &arguments.message).await {
                sent.push(name);
            }
        }
        if sent.is_empty() {
            text("logged nothing: the client wants no log messages")
        } else {
            text(format!("logged at {}", sent.join(", ")))
        }
    }
}

/// Reports progress, and says whether it did: only clients that gave a token want to know.
async fn report(
    context: &RequestContext<RoleServer>,
    done: u32,
    total: u32,
    message: String,
) -> bool {
    let Some(token) = context.meta.get_progress_token() else {
        return false;
    };
    let progress = ProgressNotificationParam::new(token, f64::from(done))
        .with_total(f64::from(total))
        .with_message(message);
    context.peer.notify_progress(progress).await.is_ok()
}

/// Ends the connection of a call, if its client knows how to come back (2025-11-25).
async fn hang_up(context: &RequestContext<RoleServer>) {
    if context.protocol_version() == Some(ProtocolVersion::V_2025_11_25)
        && let Some(connection) = context.extensions.get::<HangUp>()
    {
        connection.hang_up(BACK_AFTER).await;
    }
}
