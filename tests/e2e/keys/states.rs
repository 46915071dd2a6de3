//! What is told of keys that do not work.

use serde_json::Value;

use super::configuration::Configuration;

#[test]
fn no_secret_of_a_key_that_has_ended_works() {
    let configuration = Configuration::offline();
    let first = configuration.create("ci");
    let second = configuration.run(&["rotate", "ci", "--overlap", "1h"]);
    let works = || {
        let shown: Value =
            serde_json::from_str(&configuration.run(&["show", "ci", "--json"])).unwrap();
        let secrets = shown["secrets"].as_array().unwrap();
        secrets
            .iter()
            .map(|secret| secret["works"].as_bool().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(works(), [true, true]);
    let (_, shown, said) = configuration.identify(&first);
    assert!(
        shown.contains(", works\n") && shown.contains(", replaced, works until"),
        "{shown}"
    );
    assert!(
        said.contains("was replaced by a newer one, and works until"),
        "{said}"
    );

    for (command, state) in [("suspend", "suspended"), ("revoke", "revoked")] {
        configuration.run(&[command, "ci"]);
        assert_eq!(works(), [false, false]);
        for secret in [&first, &second] {
            let (code, shown, said) = configuration.identify(secret);
            assert_eq!(code, Some(0));
            assert!(
                !shown.contains("works") && shown.matches("secret     made 20").count() == 2,
                "{shown}"
            );
            assert_eq!(
                said,
                format!("this key is {state}: the secret opens nothing\n")
            );
        }
        if command == "suspend" {
            configuration.run(&["resume", "ci"]);
            assert_eq!(works(), [true, true]);
        }
    }
}

#[test]
fn revoking_says_that_both_secrets_end() {
    let configuration = Configuration::offline();
    let ends = |secrets: usize| {
        configuration.create("ci");
        for _ in 1..secrets {
            configuration.run(&["rotate", "ci", "--overlap", "1h"]);
        }
        configuration.outcome(&["revoke", "ci"]).2
    };
    assert!(ends(1).ends_with(" is revoked for good\n"));
    assert!(ends(2).ends_with(" is revoked for good, with both its secrets\n"));
    assert!(ends(3).ends_with(" is revoked for good, with all its 3 secrets\n"));
}

#[test]
fn no_key_is_born_dead() {
    let configuration = Configuration::offline();
    configuration.create("ci");
    for over in ["2020-01-01T00:00:00Z", "0s", "now"] {
        for arguments in [
            &[
                "create",
                "--name",
                "cd",
                "--proxy",
                "mock",
                "--expires",
                over,
            ][..],
            &["update", "ci", "--expires", over],
        ] {
            let (code, _, said) = configuration.outcome(arguments);
            assert_eq!(code, Some(2), "{said}");
            assert!(
                said.contains(over) && said.contains("it is over: write a later time"),
                "{said}"
            );
        }
    }
    assert!(configuration.run(&["list"]).contains(" active "));
}
