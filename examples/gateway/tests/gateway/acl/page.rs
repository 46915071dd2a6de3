//! The page about the configuration: its rules do what it expects of them.

use std::fs;

use super::said;
use crate::support::run;

const PAGE: &str = include_str!("../../../../../docs/config.md");

/// The fenced blocks that open like this.
fn blocks(opening: &str) -> impl Iterator<Item = &'static str> {
    let parts = PAGE.split(opening).skip(1);
    parts.map(|part| part.split("```").next().unwrap())
}

#[test]
fn the_expectations_on_the_page_hold_for_the_rules_on_the_page() {
    let rules = blocks("\n```toml\n").filter(|block| block.starts_with("[proxy.acl]"));
    let more = blocks("\n```toml\n").filter(|block| block.starts_with("[[proxy.acl.rule]]"));
    let rules: String = rules.chain(more).collect();
    let expectations = blocks("\n```toml expectations\n").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let plans = "[listener]\ntrusted_peers = [\"127.0.0.1\"]\n[[proxy]]\nname = \"a\"\npath = \
                 \"/a\"\nupstream.url = \"http://[::1]:1/\"\n[[proxy.plan]]\ntype = \
                 \"certificate\"\nheader = \"client-cert\"\nadmit = [{ any = true }]\n\
                 [[proxy.plan]]\ntype = \"key\"\nname = \"partners\"\n";
    fs::write(path("gateway.toml"), format!("{plans}{rules}")).unwrap();
    fs::write(path("expectations.toml"), expectations).unwrap();
    let (gateway, expectations) = (path("gateway.toml"), path("expectations.toml"));
    let (code, text, error) = said(run(&["acl", "--config", &gateway, "test", &expectations]));
    assert_eq!(code, Some(0), "{text}{error}");
    assert!(
        text.contains("3 expectations, 10 calls: 10 as expected"),
        "{text}"
    );
}
