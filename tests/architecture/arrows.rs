//! Arrows point only downward: `mcp <- core <- concerns <- tollbar <- examples, tests`.

use std::{collections::BTreeMap, process::Command};

/// Each library crate with the Tollbar crates it may depend on.
const ALLOWED: &[(&str, &[&str])] = &[
    ("tollbar-mcp", &[]),
    ("tollbar-core", &["tollbar-mcp"]),
    ("tollbar-fetch", &[]),
    ("tollbar-upstream", &["tollbar-core", "tollbar-mcp"]),
    ("tollbar-plan", &["tollbar-core", "tollbar-mcp"]),
    ("tollbar-acl", &["tollbar-core", "tollbar-mcp"]),
    (
        "tollbar-oauth2",
        &[
            "tollbar-core",
            "tollbar-fetch",
            "tollbar-mcp",
            "tollbar-plan",
        ],
    ),
    ("tollbar-challenge", &["tollbar-core", "tollbar-fetch"]),
    ("tollbar-analytics", &["tollbar-core", "tollbar-mcp"]),
    (
        "tollbar-dashboard",
        &["tollbar-analytics", "tollbar-core", "tollbar-mcp"],
    ),
    (
        "tollbar-otel",
        &[
            "tollbar-analytics",
            "tollbar-core",
            "tollbar-fetch",
            "tollbar-mcp",
        ],
    ),
    (
        "tollbar",
        &[
            "tollbar-acl",
            "tollbar-analytics",
            "tollbar-challenge",
            "tollbar-core",
            "tollbar-fetch",
            "tollbar-mcp",
            "tollbar-oauth2",
            "tollbar-plan",
            "tollbar-upstream",
        ],
    ),
];

#[test]
fn arrows_point_downward() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    for (name, dependencies) in libraries() {
        let allowed = allowed.get(name.as_str());
        let allowed = allowed.unwrap_or_else(|| panic!("`{name}` has no place in the house yet"));
        for dependency in dependencies {
            assert!(
                allowed.contains(&dependency.as_str()),
                "`{name}` may not know `{dependency}`",
            );
        }
    }
}

/// The crates under `crates/`, with the Tollbar crates they depend on, by `cargo metadata`.
fn libraries() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let libraries: BTreeMap<_, _> = packages
        .filter(|package| {
            package["manifest_path"]
                .as_str()
                .unwrap()
                .contains("/crates/")
        })
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let names = dependencies
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
                .filter(|name| name.starts_with("tollbar"));
            (
                package["name"].as_str().unwrap().to_owned(),
                names.collect(),
            )
        })
        .collect();
    assert!(!libraries.is_empty(), "no library was found");
    libraries
}
