//! The programs that tests start.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use crate::process::Running;

/// The folder of the tests.
#[must_use]
pub fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program of this workspace, built as the tests are.
///
/// # Panics
///
/// When it does not build.
#[must_use]
pub fn built(name: &'static str) -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--bins", "-p", "tollbar-gateway", "-p", "tollbar-tests"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        assert!(cargo.current_dir(tests()).status().unwrap().success());
    });
    // target/<profile>/deps/<this test>
    let mut folder = std::env::current_exe().unwrap();
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    folder.join(name)
}

/// The URL at the end of a line.
fn url(line: &str) -> Option<String> {
    let start = line.find("http://")?;
    Some(line[start..].split_whitespace().next()?.to_owned())
}

/// The gateway in front of a server, on a free port, with its public endpoint.
#[must_use]
pub fn gateway(upstream: &str) -> (Running, String) {
    let mut command = Command::new(built("tollbar-gateway"));
    command.args(["--upstream", upstream, "--listen", "127.0.0.1:0"]);
    Running::start(&mut command, |line| url(line).filter(|_| line.contains("listening on")))
}
