//! The credentials that a client may come with.

use std::{thread::sleep, time::Duration};

use super::Gate;

/// One credential.
#[derive(Debug)]
pub(super) struct Credential {
    name: &'static str,
    key: Option<String>,
}

impl Credential {
    /// Makes all of them, in the order of the page.
    pub(super) fn all(gate: &Gate) -> Vec<Self> {
        let create = |name: &str, more: &[&str]| {
            let line = ["create", "--name", name, "--proxy", "mock"];
            gate.keys(&[&line, more].concat())
        };
        let expired = create("expired", &["--expires", "1s"]);
        let revoked = create("revoked", &[]);
        gate.keys(&["revoke", "revoked"]);
        let suspended = create("suspended", &[]);
        gate.keys(&["suspend", "suspended"]);
        let other = gate.keys(&["create", "--name", "other", "--proxy", "other"]);
        let good = create("good", &[]);
        // A key of somebody else's gateway is written as ours are, and nobody knows it here.
        let elsewhere = Gate::new("http://127.0.0.1:9/mcp");
        let unknown = elsewhere.keys(&["create", "--name", "unknown", "--proxy", "mock"]);
        sleep(Duration::from_millis(1200));
        let credentials = [
            ("no credential", None),
            ("an unknown key", Some(unknown)),
            ("a mistyped key", Some(mistyped(&good))),
            ("an expired key", Some(expired)),
            ("a revoked key", Some(revoked)),
            ("a suspended key", Some(suspended)),
            ("a key of another proxy", Some(other)),
            ("a good key", Some(good)),
        ];
        credentials
            .map(|(name, key)| Self { name, key })
            .into_iter()
            .collect()
    }

    /// What the page calls it.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The key, if any.
    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether it opens the door.
    pub(super) fn opens(&self) -> bool {
        self.name == "a good key"
    }
}

/// The key with two neighbours in another order, as fingers do.
fn mistyped(key: &str) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    let last = (1..letters.len() - 6)
        .rev()
        .find(|&at| letters[at] != letters[at - 1]);
    let at = last.unwrap();
    letters.swap(at, at - 1);
    letters.into_iter().collect()
}
