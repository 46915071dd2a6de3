//! A gateway with a key plan, and its keys.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use tempfile::TempDir;
use tollbar_tests::{process::Running, programs::built};

/// A gateway in front of one MCP server, behind two doors: `mock` and `other`.
#[derive(Debug)]
pub(crate) struct Gate {
    folder: TempDir,
    running: Option<(Running, String)>,
}

impl Gate {
    /// Writes the configuration; the gateway does not run yet.
    pub(crate) fn new(upstream: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gate = Self {
            folder,
            running: None,
        };
        let proxy = |name: &str, path: &str| {
            format!(
                "[[proxy]]\nname = \"{name}\"\npath = \"{path}\"\n\
                 [proxy.upstream]\nurl = \"{upstream}\"\n\
                 [[proxy.plan]]\ntype = \"key\"\n\n"
            )
        };
        // All clients come from one address, and most of their credentials are wrong.
        let listener = "[listener]\naddress = \"127.0.0.1:0\"\n\
                        failed_attempts.burst = 100000\n\n";
        let proxies = [proxy("mock", "/mcp"), proxy("other", "/other")].concat();
        fs::write(gate.configuration(), format!("{listener}{proxies}")).unwrap();
        gate
    }

    /// Starts the gateway.
    pub(crate) fn open(&mut self) {
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("--config").arg(self.configuration());
        let started = Running::start(&mut command, |line| {
            let (_, url) = line.split_once("listening on ")?;
            let url = url.split_whitespace().next()?;
            url.ends_with("/mcp").then(|| url.to_owned())
        });
        self.running = Some(started);
    }

    /// The MCP endpoint of `mock`.
    pub(crate) fn url(&self) -> String {
        self.running.as_ref().unwrap().1.clone()
    }

    /// Runs `tollbar-gateway keys`, and gives what it prints.
    pub(crate) fn keys(&self, line: &[&str]) -> String {
        let mut command = Command::new(built("tollbar-gateway"));
        command.arg("keys").args(line);
        command.arg("--config").arg(self.configuration());
        let Output {
            status,
            stdout,
            stderr,
        } = command.output().unwrap();
        let said = String::from_utf8_lossy(&stderr);
        assert!(status.success(), "`keys {}`: {said}", line.join(" "));
        String::from_utf8(stdout).unwrap().trim().to_owned()
    }

    fn configuration(&self) -> PathBuf {
        self.folder.path().join("gateway.toml")
    }
}
