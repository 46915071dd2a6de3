//! The conformance suite of MCP loses no check behind the gateway.

use std::{collections::BTreeMap, process::Command};

use tollbar_tests::programs::{fixture, gateway, installed, node};

/// Checks by scenario: passed and failed.
type Figures = BTreeMap<String, (u32, u32)>;

/// Runs the required scenarios of a revision against a server.
fn run(url: &str, revision: &str) -> Figures {
    let output = Command::new(node())
        .arg(installed(
            "conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js",
        ))
        .args(["server", "--url", url, "--requirements", revision])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let figures: Figures = told.lines().filter_map(scenario).collect();
    assert!(
        figures.len() > 20,
        "the suite ran {} scenarios:\n{told}\n{}",
        figures.len(),
        String::from_utf8_lossy(&output.stderr),
    );
    figures
}

/// One line of the suite's summary: `✓ name: 3 passed, 0 failed`.
fn scenario(line: &str) -> Option<(String, (u32, u32))> {
    let (name, counts) = line.trim().split_once(": ")?;
    let name = name.strip_prefix(['✓', '✗'])?.trim();
    let mut counts = counts.split(", ");
    let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = counts.next()?.split(' ').next()?.parse().ok()?;
    Some((name.to_owned(), (passed, failed)))
}

fn loses_nothing(revision: &str) {
    let (_fixture, direct_url) = fixture();
    let (_gateway, gateway_url) = gateway(&direct_url);
    let direct = run(&direct_url, revision);
    let through = run(&gateway_url, revision);
    let sum = |figures: &Figures| {
        figures
            .values()
            .fold((0, 0), |sum, checks| (sum.0 + checks.0, sum.1 + checks.1))
    };
    println!(
        "{revision}: direct {:?}, through the gateway {:?}",
        sum(&direct),
        sum(&through)
    );
    assert_eq!(
        direct, through,
        "{revision}: a scenario changed behind the gateway"
    );
    assert_eq!(
        sum(&direct).1,
        0,
        "{revision}: the fixture itself fails: {direct:?}"
    );
}

#[test]
fn of_2025_11_25() {
    loses_nothing("2025-11-25");
}

#[test]
fn of_2026_07_28() {
    loses_nothing("2026-07-28");
}
