//! What the commands print, and where.

use std::fs::OpenOptions;

use super::configuration::{Configuration, told};

#[test]
fn a_key_stands_alone_and_is_shown_once() {
    let configuration = Configuration::offline();
    let new = [
        "create",
        "--name",
        "ci",
        "--proxy",
        "mock",
        "--expires",
        "90d",
    ];
    let (code, key, said) = configuration.outcome(&new);
    assert_eq!(
        (code, key.len(), key.trim_end().len()),
        (Some(0), 58, 57),
        "{said}"
    );
    assert!(said.contains("the key `ci` (k_") && said.contains("opens mock and expires at"));
    assert!(said.contains("`Authorization: Bearer KEY`") && !said.contains(key.trim_end()));
    let (code, shown, _) = configuration.identify(&format!("  {key}\n"));
    assert!(
        code == Some(0) && shown.contains("name       ci\n"),
        "{shown}"
    );
    for arguments in [["list", "--all"], ["list", "--json"], ["show", "ci"]] {
        let (_, shown, said) = configuration.outcome(&arguments);
        assert!(
            shown.contains("ci") && !shown.contains(key.trim_end()),
            "{shown}"
        );
        assert_eq!(said, "");
    }
    let json: serde_json::Value =
        serde_json::from_str(&configuration.run(&["list", "--json"])).unwrap();
    assert_eq!(json[0]["state"], "active");
    assert_eq!(json[0]["secrets"][0]["works"], true);
    assert_eq!(json[0]["secrets"][0].get("digest"), None);
}

#[test]
fn what_cannot_be_done_is_said() {
    let configuration = Configuration::offline();
    configuration.create("ci");
    let create = ["create", "--name", "cd", "--proxy", "mok"];
    let taken = ["create", "--name", "ci", "--all-proxies"];
    let update = ["update", "ci", "--proxy", "other"];
    for (arguments, message) in [
        (&create[..], "no proxy `mok`: did you mean `mock`?"),
        (&taken, "there is a key `ci` already (k_"),
        (&update, "no proxy `other`: it has `mock`"),
        (&["show", "nobody"], "there is no key `nobody`"),
        (&["revoke", "\u{1b}[31m"], r"there is no key `\u{1b}[31m`"),
        (
            &["identify", "tollbar_secret"],
            "give the key on standard input",
        ),
    ] {
        let (code, shown, said) = configuration.outcome(arguments);
        assert_eq!(
            (code, shown.as_str()),
            (Some(1), ""),
            "{arguments:?}: {said}"
        );
        assert!(said.contains(message), "{said} does not say {message}");
        assert!(!said.contains("tollbar_secret"), "{said}");
    }
    for (input, message) in [
        ("", "nothing on standard input"),
        ("x", "this is not a key"),
        ("tollbar_x", "49 letters and digits, not 1"),
    ] {
        let (code, _, said) = configuration.identify(input);
        assert!(code == Some(1) && said.contains(message), "{said}");
    }
    let other = Configuration::offline().create("other");
    let (code, _, said) = configuration.identify(&other);
    assert!(
        code == Some(1) && said.contains("this key is not known here"),
        "{said}"
    );
}

#[test]
fn a_configuration_is_needed() {
    let configuration = Configuration::offline();
    configuration.create("ci");
    let folder = tempfile::tempdir().unwrap();
    let list = || {
        let mut command =
            std::process::Command::new(tollbar_tests::programs::built("tollbar-gateway"));
        command.args(["keys", "list"]).env_remove("TOLLBAR_CONFIG");
        command
    };
    let (code, _, said) = told(&list().current_dir(folder.path()).output().unwrap());
    assert!(
        code == Some(1) && said.contains("`--config FILE`") && said.contains("`--file KEYS`"),
        "{said}"
    );
    let mut missing = list();
    missing.args(["--config", "missing.toml"]);
    let (code, _, said) = told(&missing.output().unwrap());
    assert!(
        code == Some(1) && said.contains("`missing.toml` cannot be read"),
        "{said}"
    );
    let here = configuration.path("");
    let (code, shown, _) = told(&list().current_dir(here).output().unwrap());
    assert!(code == Some(0) && shown.contains("ci"), "{shown}");
    let path = configuration.path("gateway.toml");
    let mut named = list();
    named.current_dir(folder.path()).env("TOLLBAR_CONFIG", path);
    let (code, shown, _) = told(&named.output().unwrap());
    assert!(code == Some(0) && shown.contains("ci"), "{shown}");
}

/// `/dev/full` fails like a disk that is full.
#[test]
fn a_key_that_nobody_has_seen_is_no_success() {
    let configuration = Configuration::offline();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = configuration.keys(&["create", "--name", "ci", "--all-proxies"]);
    let (code, _, said) = told(&command.stdout(full).output().unwrap());
    assert!(
        code == Some(1) && said.contains("rotate or revoke it"),
        "{said}"
    );
    assert!(!said.contains("tollbar_"), "{said}");
}
