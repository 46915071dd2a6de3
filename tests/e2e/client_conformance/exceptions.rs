//! What cannot pass through a gateway that speaks of the server under its own URL.

use std::fs;

use serde::Deserialize;
use tollbar_tests::programs::tests;

/// The checks of scenarios that are lost for a known reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exceptions {
    exception: Vec<Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    scenarios: Vec<String>,
    checks: Vec<String>,
    reason: String,
}

impl Exceptions {
    /// Reads the list.
    pub(super) fn read() -> Self {
        let file = tests().join("conformance/client-exceptions.toml");
        let read: Self = toml::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        for exception in &read.exception {
            let reason = &exception.reason;
            assert!(reason.len() > 40, "`{reason}` is no reason");
        }
        read
    }

    /// Whether this check of this scenario is listed.
    pub(super) fn has(&self, scenario: &str, check: &str) -> bool {
        self.all().any(|listed| listed == (scenario, check))
    }

    /// Every check that is listed, with its scenario.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.exception.iter().flat_map(|exception| {
            exception.scenarios.iter().flat_map(|scenario| {
                let checks = exception.checks.iter();
                checks.map(|check| (scenario.as_str(), check.as_str()))
            })
        })
    }
}
