//! What a gateway that runs makes of a new configuration.

use std::{fs, path::Path};

use super::{PROXY, environment, lines};
use crate::config::{Fixed, Overrides, Settings, Verdict};

/// A folder in which one configuration after the other stands.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, text: &str) {
        fs::write(self.path().join("gateway.toml"), text).unwrap();
    }

    fn start(&self, text: &str) -> Settings {
        self.write(text);
        let path = self.path().join("gateway.toml");
        let verdict = Verdict::of_file(&path, &Overrides::default(), &environment(self.path()));
        verdict.settings.unwrap()
    }

    fn reload(&self, running: &Settings, text: &str) -> Verdict {
        self.write(text);
        let path = self.path().join("gateway.toml");
        let environment = environment(self.path());
        let running = Fixed::of(running);
        Verdict::of_reload(&path, &Overrides::default(), &environment, &running)
    }
}

#[test]
fn what_needs_a_restart_stays_and_is_named() {
    let folder = Folder::new();
    let running = folder.start(PROXY);
    let same = folder.reload(&running, &format!("{PROXY}version = \"2\"\n"));
    assert!(same.pending.is_empty(), "{same:?}");
    let text = format!(
        "[listener]\naddress = \"127.0.0.1:81\"\nmax_connections = 5\nheader_timeout = \"5s\"\n\
         write_timeout = \"5s\"\ndrain_timeout = \"5s\"\nallowed_hosts = [\"gw\"]\n\
         [admin]\naddress = \"127.0.0.1:82\"\n\
         [log]\nfilter = \"debug\"\nformat = \"json\"\nexchanges = \"x.jsonl\"\nmessages = 5\n\
         rotation.keep = 2\n[store]\n[telemetry]\nendpoint = \"http://127.0.0.1:1\"\n\
         [keys]\nlast_used_interval = \"5s\"\npoll_interval = \"5s\"\n{PROXY}version = \"2\"\n"
    );
    let verdict = folder.reload(&running, &text);
    assert_eq!(
        verdict.pending,
        [
            "listener.address",
            "listener.max_connections",
            "listener.header_timeout",
            "listener.write_timeout",
            "listener.drain_timeout",
            "admin.address",
            "log.filter",
            "log.format",
            "log.exchanges",
            "log.messages",
            "log.rotation",
            "store",
            "telemetry",
            "keys.last_used_interval",
            "keys.poll_interval",
        ]
    );
    let settings = verdict.settings.unwrap();
    assert_eq!(settings.listener.address.to_string(), "127.0.0.1:8080");
    assert!(settings.admin.is_none() && settings.store.is_none());
    assert!(settings.telemetry.is_none() && settings.log.rotation.is_none());
    // The rest is there.
    assert_eq!(settings.listener.allowed_hosts.len(), 1);
    assert_eq!(settings.proxies[0].section.version.as_deref(), Some("2"));
    assert_eq!(Fixed::of(&settings), Fixed::of(&running));
}

/// The address that is written is safe, and the one that is listened on is not.
#[test]
fn a_door_is_not_opened_where_strangers_can_reach_it() {
    let key = "[[proxy.plan]]\ntype = \"key\"\n";
    let folder = Folder::new();
    let reachable = "[listener]\naddress = \"10.0.0.5:80\"\ntrusted_peers = [\"10.0.0.7\"]\n";
    let running = folder.start(&format!("{reachable}{PROXY}{key}"));
    let verdict = folder.reload(&running, PROXY);
    assert!(verdict.settings.is_none());
    assert_eq!(verdict.pending, ["listener.address"]);
    let found = lines(&verdict);
    assert!(
        found[0].contains("`listener.address` is `10.0.0.5:80`, which other machines can reach"),
        "{found:?}"
    );
    // Nor is one accepted that could not be started with.
    let running = folder.start(PROXY);
    let verdict = folder.reload(
        &running,
        &format!("[listener]\naddress = \"10.0.0.5:80\"\n{PROXY}"),
    );
    assert!(verdict.settings.is_none());
}

#[test]
fn only_what_changed_is_another_one() {
    let folder = Folder::new();
    fs::write(folder.path().join("token"), "one").unwrap();
    let text = format!(
        "{PROXY}upstream.authorization.bearer = {{ file = \"token\" }}\n\
         [[proxy.plan]]\ntype = \"key\"\n"
    );
    let prints = |settings: &Settings| {
        let proxy = &settings.proxies[0];
        (
            proxy.fingerprint,
            proxy.upstream_fingerprint,
            proxy.plans[0].fingerprint,
        )
    };
    let before = folder.start(&text);
    assert_eq!(prints(&before), prints(&folder.start(&text)));
    let (proxy, upstream, plan) = prints(&before);
    // The version is of the proxy only.
    let version = prints(&folder.start(&text.replace("name =", "version = \"2\"\nname =")));
    assert!(version.0 != proxy && version.1 == upstream && version.2 == plan);
    // A secret is of the upstream.
    fs::write(folder.path().join("token"), "two").unwrap();
    let secret = prints(&folder.start(&text));
    assert!(secret.0 != proxy && secret.1 != upstream && secret.2 == plan);
    fs::write(folder.path().join("token"), "one").unwrap();
    // The header is of the plan.
    let header = prints(&folder.start(&format!("{text}header = \"x-key\"\n")));
    assert!(header.0 != proxy && header.1 == upstream && header.2 != plan);
    // Other keys give other rights.
    let keys = prints(&folder.start(&format!("[keys]\nfile = \"k.json\"\n{text}")));
    assert!(keys.1 == upstream && keys.2 != plan);
}

#[test]
fn all_files_that_are_referred_to_are_known_even_of_a_configuration_with_errors() {
    let folder = Folder::new();
    folder.write(&format!(
        "[listener.tls]\ncertificate_file = \"a.pem\"\nkey_file = \"a.key\"\nclient_ca_file = \
         \"ca.pem\"\n{PROXY}upstream.ca_file = \"up.pem\"\nupstream.headers.x-token = {{ file = \
         \"token\" }}\n[session]\nsecret = {{ file = \"session\" }}\n"
    ));
    let path = folder.path().join("gateway.toml");
    let verdict = Verdict::of_file(&path, &Overrides::default(), &environment(folder.path()));
    assert!(verdict.settings.is_none());
    let mut files: Vec<_> = verdict
        .files
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    files.sort_unstable();
    assert_eq!(
        files,
        ["a.key", "a.pem", "ca.pem", "session", "token", "up.pem"]
    );
}
