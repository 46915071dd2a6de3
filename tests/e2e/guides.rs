//! The guides of the documentation, every command of them.

use std::os::unix::fs::PermissionsExt as _;

use tollbar_tests::guide::Guide;

#[test]
fn keys() {
    let guide = Guide::run("guide-keys.md", &["7878", "8080"]);
    let said = guide.said();
    assert!(said.contains("reloaded"), "{said}");
    for file in ["keys.json", "keys.json.pepper"] {
        let mode = guide.path(file).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    // No key stands in a file or in a log.
    let stored = std::fs::read_to_string(guide.path("keys.json")).unwrap();
    let key = regex::Regex::new("tollbar_[0-9A-Za-z]{49}").unwrap();
    assert!(!key.is_match(&stored) && !key.is_match(&said), "{said}");
}

#[test]
fn acl() {
    let guide = Guide::run("acl.md", &["7878", "8080"]);
    let said = guide.said();
    assert!(said.contains("acl: "), "{said}");
}

#[test]
fn oauth() {
    let guide = Guide::run("guide-oauth.md", &["7878", "8080", "9090"]);
    let said = guide.said();
    assert!(said.contains("reloaded"), "{said}");
    assert!(said.contains("\"consumer\":\"ada\""), "{said}");
    // Neither the secret nor a token stands in a log.
    let secret = std::fs::read_to_string(guide.path("login.secret")).unwrap();
    assert!(!said.contains(secret.trim()), "{said}");
    assert!(!said.contains("Bearer "), "{said}");
}

#[test]
fn relay() {
    let guide = Guide::run("guide-relay.md", &["7979", "8080", "9090"]);
    let said = guide.said();
    assert!(said.contains("reloaded"), "{said}");
    assert!(said.contains("\"pseudonym\":\""), "{said}");
    // The server knows who it was, and the gateway does not; no token stands in a log.
    assert!(
        !said.contains("\"consumer\":") && !said.contains("Bearer "),
        "{said}"
    );
}

#[test]
fn analytics() {
    let guide = Guide::run("guide-analytics.md", &["3001", "8080", "9090"]);
    // What was written down outlives the guide's last command.
    assert!(guide.path("exchanges.db").exists());
}
