//! What is said about a configuration.

use crate::{
    config::{LogFormat, Verdict},
    output,
};

/// Says all that is wrong with a configuration to people, or to the log when that is for machines.
pub(crate) fn tell(verdict: &Verdict, format: LogFormat) {
    match format {
        LogFormat::Text => output::say(&verdict.to_string()),
        LogFormat::Json => {
            for message in verdict.errors() {
                tracing::error!("{message}");
            }
            for message in verdict.warnings() {
                tracing::warn!("{message}");
            }
        }
    }
}
