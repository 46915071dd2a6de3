//! Which versions the clients have.

use std::fs;

use tollbar_tests::programs::{installed, tests};

use super::Client;

impl Client {
    /// The package and its version, as installed.
    pub(crate) fn package(self) -> String {
        let (name, version) = match self {
            Self::TypescriptV1 => npm("@modelcontextprotocol/sdk"),
            Self::TypescriptV2(_) => npm("@modelcontextprotocol/client"),
            Self::Python(_) => python("mcp"),
            Self::Rmcp(_) => cargo("rmcp"),
            Self::InspectorScript | Self::InspectorTerminal | Self::InspectorPage => {
                npm("@modelcontextprotocol/inspector")
            }
        };
        format!("`{name}` {version}")
    }
}

fn npm(name: &'static str) -> (&'static str, String) {
    let path = installed(&format!("clients/node_modules/{name}/package.json"));
    let package: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    (name, package["version"].as_str().unwrap().to_owned())
}

fn python(name: &'static str) -> (&'static str, String) {
    let locked = fs::read_to_string(installed("clients/python/requirements.txt")).unwrap();
    (name, after(&locked, &format!("\n{name}==")))
}

fn cargo(name: &'static str) -> (&'static str, String) {
    let locked = fs::read_to_string(tests().join("../Cargo.lock")).unwrap();
    (
        name,
        after(&locked, &format!("name = \"{name}\"\nversion = \"")),
    )
}

/// The version behind a text that stands once.
fn after(locked: &str, text: &str) -> String {
    let (_, rest) = locked
        .split_once(text)
        .unwrap_or_else(|| panic!("no `{text}`"));
    let end = |c: char| c == '"' || c.is_whitespace();
    rest.split(end).next().unwrap().to_owned()
}
