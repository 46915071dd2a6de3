//! A key that is given where its name belongs is not repeated.

use super::configuration::Configuration;

#[test]
fn a_secret_is_no_name() {
    let configuration = Configuration::offline();
    let key = configuration.create("ci");
    for arguments in [
        &["revoke", &key][..],
        &["show", &key],
        &["rotate", &key, "--overlap", "0s"],
        &["suspend", &key[..30]],
        &["resume", &key[8..]],
        &["update", &key, "--no-owner"],
        &["update", "ci", "--rename", &key],
        &["create", "--name", &key, "--proxy", "mock"],
        &["create", "--name", "cd", "--proxy", &key],
    ] {
        let (code, shown, said) = configuration.outcome(arguments);
        assert_eq!((code, shown.as_str()), (Some(1), ""), "{said}");
        assert!(
            said.starts_with("error: that is a secret, not a name:")
                && said.contains("`tollbar-gateway keys identify`")
                && said.ends_with("Revoke it if this machine is shared\n"),
            "{said}"
        );
    }
    let (_, shown, _) = configuration.outcome(&["list"]);
    assert!(
        shown.lines().count() == 2 && shown.contains("active"),
        "{shown}"
    );
}

#[test]
fn no_message_repeats_a_secret() {
    let configuration = Configuration::offline();
    let key = configuration.create("ci");
    for arguments in [
        &["revoke", "ci", &key][..],
        &[&key],
        &["identify", &key],
        &[
            "create",
            "--name",
            "cd",
            "--proxy",
            "mock",
            "--expires",
            &key,
        ],
        &["rotate", "ci", "--overlap", &key],
        &["create", "--name", "cd", "--proxy", "mock", &key],
    ] {
        let (code, _, said) = configuration.outcome(arguments);
        assert_ne!(code, Some(0), "{said}");
        assert!(!said.contains(&key[8..]), "{said}");
    }
}

#[test]
fn help_says_what_is_wanted() {
    let configuration = Configuration::offline();
    let help = configuration.run(&["revoke", "--help"]);
    assert!(
        help.contains("<NAME-OR-ID>") && help.contains("with all its secrets"),
        "{help}"
    );
    let help = configuration.run(&["create", "--help"]);
    assert!(help.contains("`config check` lists them"), "{help}");
    // The example does what it says.
    let line = help
        .lines()
        .find(|line| line.contains("keys create --name"))
        .unwrap();
    let words = line.split_once("create ").unwrap().1;
    let words = words
        .replace("'build team'", "build")
        .replace("weather", "mock");
    let mut arguments = vec!["create"];
    arguments.extend(words.split_whitespace());
    configuration.run(&arguments);
}
