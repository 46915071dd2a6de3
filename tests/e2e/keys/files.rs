//! Which files the commands need and make.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use tollbar::plan::key::{FileStore, Keys};
use tollbar_tests::programs::built;

use super::configuration::{Configuration, told};

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Whoever looks may be another user, and the gateway could not read what is made then.
#[test]
fn commands_that_look_make_nothing() {
    let configuration = Configuration::offline();
    let folder = configuration.path("");
    let (code, shown, said) = configuration.outcome(&["list"]);
    assert_eq!((code, shown.as_str()), (Some(0), ""), "{said}");
    assert!(
        said.contains("there is no key: `") && said.contains("is not there yet"),
        "{said}"
    );
    for arguments in [
        &["show", "ci"][..],
        &["revoke", "ci"],
        &["rotate", "ci", "--overlap", "0s"],
    ] {
        let (code, _, said) = configuration.outcome(arguments);
        assert!(
            code == Some(1) && said.contains("there is no key `ci`"),
            "{said}"
        );
    }
    let key = Configuration::offline().create("other");
    let (code, _, said) = configuration.identify(&key);
    assert!(code == Some(1) && said.contains("not known here"), "{said}");
    assert_eq!(
        configuration.outcome(&["prune", "--older-than", "0s"]).0,
        Some(0)
    );
    assert_eq!(names(&folder), ["gateway.toml"]);

    configuration.create("ci");
    fs::remove_file(configuration.path("keys.json.lock")).unwrap();
    configuration.run(&["list"]);
    configuration.run(&["show", "ci"]);
    configuration.identify(&key);
    assert_eq!(
        names(&folder),
        ["gateway.toml", "keys.json", "keys.json.pepper"]
    );
    // Without the pepper nothing can be told of these keys.
    fs::remove_file(configuration.path("keys.json.pepper")).unwrap();
    let (code, _, said) = configuration.outcome(&["list"]);
    assert!(
        code == Some(1) && said.contains("keys.json.pepper` is missing"),
        "{said}"
    );
    assert_eq!(names(&folder), ["gateway.toml", "keys.json"]);
}

/// A service that embeds the layers has keys and no configuration.
#[tokio::test]
async fn a_key_file_needs_no_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let keys = |arguments: &[&str]| {
        let mut command = Command::new(built("tollbar-gateway"));
        command
            .arg("keys")
            .args(arguments)
            .current_dir(folder.path());
        // It is about another gateway.
        command.env("TOLLBAR_CONFIG", "elsewhere.toml");
        told(&command.stdin(Stdio::null()).output().unwrap())
    };
    let (code, key, said) = keys(&[
        "--file",
        "keys.json",
        "create",
        "--name",
        "ci",
        "--proxy",
        "any",
    ]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(
        names(folder.path()),
        ["keys.json", "keys.json.lock", "keys.json.pepper"]
    );
    let (code, table, said) = keys(&["list", "--file", "keys.json"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(
        table.contains("ci") && !table.contains("no such proxy"),
        "{table}"
    );
    let [path, pepper] = ["keys.json", "keys.json.pepper"].map(|name| folder.path().join(name));
    let (store, pepper) = FileStore::look(path, pepper).unwrap().unwrap();
    let known = Keys::new(store, pepper)
        .identify(key.trim_end())
        .await
        .unwrap();
    assert_eq!(known.unwrap().name, "ci");

    fs::rename(
        folder.path().join("keys.json.pepper"),
        folder.path().join("pepper"),
    )
    .unwrap();
    let (code, table, _) = keys(&["--file", "keys.json", "list", "--pepper-file", "pepper"]);
    assert!(code == Some(0) && table.contains("ci"), "{table}");
    let (code, _, said) = keys(&["list", "--file", "keys.json"]);
    assert!(code == Some(1) && said.contains("is missing"), "{said}");
    // No name is checked, and yet nothing is kept that may be a secret.
    let (create, key) = (["create", "--name", "cd", "--proxy"], key.trim_end());
    let mut command = vec!["--file", "keys.json", "--pepper-file", "pepper"];
    command.extend(create.into_iter().chain([key]));
    let (code, _, said) = keys(&command);
    assert!(
        code == Some(1) && said.contains("that is a secret, not a name"),
        "{said}"
    );
    for both in [
        &["list", "--file", "keys.json", "--config", "gateway.toml"][..],
        &["--file", "keys.json", "list", "--config", "gateway.toml"],
        &["list", "--pepper-file", "pepper"],
    ] {
        let (code, _, said) = keys(both);
        assert!(code == Some(1) && said.contains("`--file KEYS`"), "{said}");
    }
}
