//! A gateway whose configuration is edited while it runs.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tollbar_tests::{
    process::Running,
    programs::{self, built},
};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway in front of the demo server, its files, and what it says.
pub(crate) struct Gateway {
    folder: tempfile::TempDir,
    pub(crate) running: Running,
    /// Scheme, host and port.
    pub(crate) base: String,
    upstream: String,
    _demo: Option<Running>,
}

impl Gateway {
    /// Starts one with these proxies, and with files that stand beside its configuration.
    pub(crate) fn start(listener: &str, files: &[(&str, &str)], proxies: &[&str]) -> Self {
        let (demo, upstream) = programs::demo();
        Self {
            _demo: Some(demo),
            ..Self::front(listener, &upstream, files, proxies)
        }
    }

    /// Starts one before an MCP server of the test's own.
    pub(crate) fn before(upstream: &str, files: &[(&str, &str)], proxies: &[&str]) -> Self {
        Self::front("", upstream, files, proxies)
    }

    fn front(listener: &str, upstream: &str, files: &[(&str, &str)], proxies: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let path = folder.path().join("gateway.toml");
        fs::write(&path, text(listener, upstream, proxies)).unwrap();
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("--config").arg(&path).env_remove("RUST_LOG");
        let (running, base) = Running::start(&mut command, |line| {
            let line: serde_json::Value = serde_json::from_str(line).ok()?;
            let url = line["listening"].as_str()?;
            Some(url[..url.rfind('/')?].to_owned())
        });
        Self {
            folder,
            running,
            base,
            upstream: upstream.to_owned(),
            _demo: None,
        }
    }

    /// The URL of a proxy.
    pub(crate) fn url(&self, proxy: &str) -> String {
        format!("{}/{proxy}", self.base)
    }

    /// A file beside the configuration.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes another configuration.
    pub(crate) fn write(&self, listener: &str, proxies: &[&str]) {
        let text = text(listener, &self.upstream, proxies);
        fs::write(self.path("gateway.toml"), text).unwrap();
    }

    /// Writes another configuration, and waits until it is taken.
    pub(crate) fn reload(&self, proxies: &[&str]) {
        let before = self.count("reloaded: ");
        self.write("", proxies);
        self.wait_for("reloaded: ", before + 1);
    }

    /// Sends a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let process = self.running.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &process])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits until these words were said.
    pub(crate) fn hear(&self, words: &str) {
        self.wait_for(words, 1);
    }

    /// How often these words were said.
    pub(crate) fn count(&self, words: &str) -> usize {
        self.running.said().matches(words).count()
    }

    fn wait_for(&self, words: &str, times: usize) {
        let begun = Instant::now();
        while self.count(words) < times {
            let said = self.running.said();
            assert!(begun.elapsed() < PATIENCE, "never said `{words}`: {said}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Makes a key with the command line.
    pub(crate) fn make_key(&self, name: &str, proxy: &str) -> String {
        let key = self.keys(&["create", "--name", name, "--proxy", proxy]);
        key.trim().to_owned()
    }

    /// Runs `tollbar-gateway keys`, and gives what it prints.
    pub(crate) fn keys<A: AsRef<std::ffi::OsStr>>(&self, arguments: &[A]) -> String {
        let output = Command::new(built("tollbar-gateway"))
            .arg("keys")
            .args(arguments)
            .arg("--config")
            .arg(self.path("gateway.toml"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A configuration: what stands in `[listener]`, and proxies, each a name with lines below.
fn text(listener: &str, upstream: &str, proxies: &[&str]) -> String {
    let proxies = proxies.iter().map(|proxy| {
        let (name, rest) = proxy.split_once('\n').unwrap_or((proxy, ""));
        format!(
            "[[proxy]]\nname = \"{name}\"\npath = \"/{name}\"\nupstream.url = \"{upstream}\"\n{rest}\n"
        )
    });
    let proxies: String = proxies.collect();
    format!("[listener]\naddress = \"127.0.0.1:0\"\n{listener}\n{proxies}")
}
