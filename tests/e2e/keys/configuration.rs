//! A configuration with a key plan, and the commands for its keys.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;
use tollbar::plan::key::{FileStore, Keys};
use tollbar_tests::{process::Running, programs::built};

/// A folder with a configuration, its keys beside it.
pub(super) struct Configuration(TempDir);

impl Configuration {
    /// In front of this upstream.
    pub(super) fn new(upstream: &str) -> Self {
        Self::of(&format!(
            r#"
            listener.address = "127.0.0.1:0"
            # A test asks with a bad key until it is good.
            listener.failed_attempts.burst = 1000

            [[proxy]]
            name = "mock"
            path = "/mcp"
            upstream.url = "{upstream}"

            [[proxy.plan]]
            type = "key"
            "#
        ))
    }

    /// For commands: no upstream answers.
    pub(super) fn offline() -> Self {
        Self::new("http://127.0.0.1:9/mcp")
    }

    /// Of this text.
    pub(super) fn of(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("gateway.toml"), text).unwrap();
        Self(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A command about the keys, its output caught.
    pub(super) fn keys(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("tollbar-gateway"));
        command
            .arg("keys")
            .args(arguments)
            .arg("--config")
            .arg(self.path("gateway.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Exit code, standard output, standard error.
    pub(super) fn outcome(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        told(&self.keys(arguments).output().unwrap())
    }

    /// The same of `identify`, with this on standard input.
    pub(super) fn identify(&self, input: &str) -> (Option<i32>, String, String) {
        let mut command = self.keys(&["identify"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        told(&child.wait_with_output().unwrap())
    }

    /// What a command prints, which must succeed. Where others had the lock for too long, it has changed nothing, and is
    /// run again: a crowd on a slow disk is no failure.
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        const LOCKED: &str = "was locked by another process for ";
        let run = || self.keys(arguments).output().unwrap();
        let is_locked = |it: &Output| String::from_utf8_lossy(&it.stderr).contains(LOCKED);
        let mut output = run();
        for _ in 0..10 {
            if !is_locked(&output) {
                break;
            }
            output = run();
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes a key for the proxy and gives its text, which stands alone on standard output.
    pub(super) fn create(&self, name: &str) -> String {
        let text = self.run(&["create", "--name", name, "--proxy", "mock"]);
        let key = text.strip_suffix('\n').unwrap();
        assert_eq!(key.len(), 57, "{text}");
        key.to_owned()
    }

    /// The keys, as the library sees them.
    pub(super) fn open(&self) -> Keys<FileStore> {
        let (keys, pepper) = (self.path("keys.json"), self.path("keys.json.pepper"));
        let (store, pepper) = FileStore::open_with_pepper_file(keys, pepper).unwrap();
        Keys::new(store, pepper)
    }

    /// The gateway, and the URL of its proxy.
    pub(super) fn start(&self) -> (Running, String) {
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("--config").arg(self.path("gateway.toml"));
        Running::start(&mut command, |line| {
            let line: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(line["listening"].as_str()?.to_owned())
        })
    }
}

/// Exit code, standard output, standard error.
pub(super) fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}
