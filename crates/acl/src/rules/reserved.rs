//! Methods that `methods` does not decide.

const OPEN: &str = "is always open: leave it out";
const FILTERED: &str = "is always open, and its answer is filtered: name what may be seen there, with `tools`, `resources`, `templates` or `prompts`";
const TOOLS: &str = "is decided by its tool: name that in `tools`";
const RESOURCES: &str = "is decided by its resource: name that in `resources`";
const PROMPTS: &str = "is decided by its prompt: name that in `prompts`";
const COMPLETION: &str =
    "is decided by what it completes: name that in `prompts`, `resources` or `templates`";
const LOGGING: &str = "is a feature: write `logging` in `features`";
const ROOTS: &str = "is a feature: write `roots` in `features`";
const SAMPLING: &str = "is a feature: write `sampling` in `features`";
const ELICITATION: &str = "is a feature: write `elicitation` in `features`";
const TASKS: &str = "is a feature: write `tasks` in `features`";

/// The methods of MCP up to 2026-07-28, and what decides them.
pub(super) const RESERVED: &[(&str, &str)] = &[
    ("initialize", OPEN),
    ("ping", OPEN),
    ("server/discover", OPEN),
    ("notifications/initialized", OPEN),
    ("notifications/cancelled", OPEN),
    ("notifications/progress", OPEN),
    ("notifications/subscriptions/acknowledged", OPEN),
    ("notifications/tools/list_changed", FILTERED),
    ("notifications/resources/list_changed", FILTERED),
    ("notifications/prompts/list_changed", FILTERED),
    ("subscriptions/listen", RESOURCES),
    ("tools/list", FILTERED),
    ("resources/list", FILTERED),
    ("resources/templates/list", FILTERED),
    ("prompts/list", FILTERED),
    ("tools/call", TOOLS),
    ("resources/read", RESOURCES),
    ("resources/subscribe", RESOURCES),
    ("resources/unsubscribe", RESOURCES),
    ("notifications/resources/updated", RESOURCES),
    ("prompts/get", PROMPTS),
    ("completion/complete", COMPLETION),
    ("logging/setLevel", LOGGING),
    ("notifications/message", LOGGING),
    ("roots/list", ROOTS),
    ("notifications/roots/list_changed", ROOTS),
    ("sampling/createMessage", SAMPLING),
    ("elicitation/create", ELICITATION),
    ("notifications/elicitation/complete", ELICITATION),
    ("tasks/list", TASKS),
    ("tasks/get", TASKS),
    ("tasks/result", TASKS),
    ("tasks/update", TASKS),
    ("tasks/cancel", TASKS),
    ("notifications/tasks", TASKS),
    ("notifications/tasks/status", TASKS),
];
