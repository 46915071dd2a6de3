//! What is logged.

use tracing_subscriber::EnvFilter;

use super::{Complaint, Leaf};

/// Directives of the log filter, known to be valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter(String);

impl Filter {
    /// The filter for the subscriber. The SDK under the demo server logs session ids: it speaks
    /// below a warning only when it is asked to by name.
    pub(crate) fn directives(&self) -> EnvFilter {
        EnvFilter::new(format!("rmcp=warn,{}", self.0))
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl Leaf for Filter {
    const FORMAT: &'static str = "log-filter";
    const EXAMPLE: &'static str = "info,tollbar_upstream=debug";

    fn read(text: &str) -> Result<Self, Complaint> {
        match EnvFilter::builder().parse(text) {
            // Lone words are read as targets, which would silence everything else.
            Ok(_) if text.split(',').any(is_a_misspelt_level) => {}
            Ok(_) if !text.trim().is_empty() => return Ok(Self(text.to_owned())),
            Ok(_) | Err(_) => {}
        }
        Err(Complaint::new(
            format!("`{text}` is not a log filter"),
            "write a level (`error`, `warn`, `info`, `debug`, `trace`, `off`), or levels by \
             target, such as `info,tollbar_upstream=debug`",
        ))
    }

    fn write(&self) -> String {
        self.0.clone()
    }
}

/// Whether this directive is one word that is neither a level nor one of our targets.
fn is_a_misspelt_level(directive: &str) -> bool {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let directive = directive.trim();
    !directive.contains(['=', '[', ':'])
        && !directive.starts_with("tollbar")
        && !LEVELS.contains(&directive.to_ascii_lowercase().as_str())
}
