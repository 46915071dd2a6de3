//! What is said on standard error.

use std::io::{self, IsTerminal as _};

use crate::config::{Filter, LogFormat};

/// Sends log lines to standard error. Called once, before anything else is started.
pub(crate) fn start(filter: &Filter, format: LogFormat) {
    // By convention (no-color.org) any value but an empty one turns colours off.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter.directives())
        .with_writer(io::stderr)
        .with_ansi(!plain && io::stderr().is_terminal());
    // Fails when somebody else was first, who then logs.
    let _ = match format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
