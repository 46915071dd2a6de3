//! Keys, as far as running and checking a configuration tell of them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::support::{Gateway, nobody, run};

/// A configuration with a key plan.
struct Case {
    folder: TempDir,
    url: String,
}

impl Case {
    fn new() -> Self {
        let case = Self {
            folder: tempfile::tempdir().unwrap(),
            url: nobody(),
        };
        case.name("mock");
        case
    }

    /// Gives the proxy another name.
    fn name(&self, name: &str) {
        let text = format!(
            "[listener]\naddress = \"127.0.0.1:0\"\n[[proxy]]\nname = \"{name}\"\npath = \"/a\"\n\
             upstream.url = \"{}\"\n[[proxy.plan]]\ntype = \"key\"\n",
            self.url
        );
        fs::write(self.path("gateway.toml"), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn configuration(&self) -> String {
        self.path("gateway.toml").display().to_string()
    }

    fn key(&self, name: &str) {
        let configuration = self.configuration();
        let arguments = ["keys", "create", "--config", &configuration];
        let made = run(&[&arguments[..], &["--name", name, "--proxy", "mock"]].concat());
        assert_eq!(made.status.code(), Some(0), "{made:?}");
    }

    fn start(&self) -> Gateway {
        Gateway::start(&["--config", &self.configuration()])
    }

    /// What a check without servers says, and whether it is content.
    fn check(&self, flags: &[&str]) -> (bool, String) {
        let configuration = self.configuration();
        let output = run(&[&["config", "check", &configuration], flags].concat());
        let said = String::from_utf8([output.stderr, output.stdout].concat()).unwrap();
        (output.status.success(), said)
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

#[test]
fn a_check_finds_what_would_keep_the_gateway_from_starting() {
    let case = Case::new();
    assert!(case.check(&["--offline"]).0);
    assert_eq!(case.files(), ["gateway.toml"], "a check makes nothing");
    case.key("ci");
    let (good, said) = case.check(&["--offline"]);
    assert!(good && !said.contains("warning"), "{said}");
    let (keys, pepper) = (case.path("keys.json"), case.path("keys.json.pepper"));
    let (good_keys, good_pepper) = (
        fs::read_to_string(&keys).unwrap(),
        fs::read_to_string(&pepper).unwrap(),
    );
    let refused = |words: &str| {
        let (good, said) = case.check(&["--offline"]);
        assert!(!good, "{said}");
        assert!(said.contains(words) && said.contains("1 error"), "{said}");
        let output = run(&["--config", &case.configuration()]);
        assert_eq!(output.status.code(), Some(1), "it starts: {words}");
    };
    write(&keys, "{ half a fi");
    refused("keys.json` is damaged");
    write(&keys, &good_keys);
    write(&pepper, &"0".repeat(64));
    refused("were made with another pepper");
    fs::remove_file(&pepper).unwrap();
    let (good, said) = case.check(&[]);
    assert!(!good, "{said}");
    assert!(said.contains("error: the pepper `"), "{said}");
    // What is only missing here may be there where the gateway runs.
    let (good, said) = case.check(&["--offline"]);
    assert!(good, "{said}");
    assert!(said.contains("warning: the pepper `"), "{said}");
    assert!(!pepper.exists());
    write(&pepper, &good_pepper);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o666)).unwrap();
        refused("other users may write `");
    }
}

#[tokio::test]
async fn keys_for_a_proxy_that_is_not_there_are_told() {
    const STRAY: &str = "the keys `good`, `lim` open `mock`, which is no proxy here";
    let case = Case::new();
    case.key("good");
    case.key("lim");
    case.key("old");
    let configuration = case.configuration();
    let revoked = run(&["keys", "revoke", "old", "--config", &configuration]);
    assert_eq!(revoked.status.code(), Some(0), "{revoked:?}");
    let gateway = case.start();
    gateway.hear("listening on");
    case.name("renamed");
    gateway.hear("reloaded: 1 proxy added, 1 removed; removed: `mock`");
    gateway.hear(STRAY);
    let (good, said) = case.check(&["--offline"]);
    assert!(good, "{said}");
    assert!(said.contains(&format!("warning: {STRAY}")), "{said}");
    assert!(said.contains("WARN: 1 warning"), "{said}");
    let again = case.start();
    again.hear(STRAY);
    // Told once, as long as nothing changes in it.
    let before = gateway.said().matches(STRAY).count();
    gateway.signal("HUP");
    gateway.hear("reloaded: 1 proxy untouched");
    assert_eq!((before, gateway.said().matches(STRAY).count()), (1, 1));
}

#[tokio::test]
async fn a_gateway_without_a_key_file_says_how_to_make_one() {
    let case = Case::new();
    let gateway = case.start();
    gateway.hear("WARN there is no key file `");
    gateway.hear("is made with `tollbar-gateway keys create --name NAME --proxy PROXY`");
    drop(gateway);
    case.key("ci");
    let gateway = case.start();
    gateway.hear("does not answer yet");
    assert!(!gateway.said().contains("there is no key file"));
}

#[tokio::test]
async fn a_pepper_that_goes_while_the_gateway_runs_is_told_once() {
    const GONE: &str =
        "has gone or changed: this gateway runs on, and will not start again without";
    let case = Case::new();
    case.key("ci");
    let gateway = case.start();
    let pepper = case.path("keys.json.pepper");
    let text = fs::read_to_string(&pepper).unwrap();
    fs::remove_file(&pepper).unwrap();
    gateway.hear(GONE);
    write(&pepper, &"0".repeat(64));
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    assert_eq!(gateway.said().matches(GONE).count(), 1);
    write(&pepper, &text);
    gateway.hear("is back");
    assert!(!gateway.said().contains(text.trim()));
}
