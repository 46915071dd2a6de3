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
        cargo.args([
            "build",
            "--quiet",
            "--bins",
            "-p",
            "tollbar-gateway",
            "-p",
            "tollbar-tests",
        ]);
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
    Running::start(&mut command, listening)
}

/// Node 22, as the setup has installed it.
///
/// # Panics
///
/// When the setup has not been run.
#[must_use]
pub fn node() -> PathBuf {
    installed("clients/node_modules/.bin/node")
}

/// Something that the setup has installed.
///
/// # Panics
///
/// When it is not there.
#[must_use]
pub fn installed(path: &str) -> PathBuf {
    let path = tests().join(path);
    assert!(
        path.exists(),
        "{} is not there: run `bash tests/setup` first",
        path.display()
    );
    path
}

/// `@modelcontextprotocol/server-everything` over Streamable HTTP.
#[must_use]
pub fn everything() -> (Running, String) {
    // It takes its port from the environment and cannot find a free one by itself.
    let port = free_port();
    let script = "servers/node_modules/@modelcontextprotocol/server-everything/dist/index.js";
    let mut command = Command::new(node());
    command
        .arg(installed(script))
        .arg("streamableHttp")
        .env("PORT", port.to_string());
    let (running, ()) = Running::start(&mut command, |line| {
        line.contains(&format!("port {port}")).then_some(())
    });
    (running, format!("http://127.0.0.1:{port}/mcp"))
}

/// The dual-era server of `tests/servers/typescript-v2`.
#[must_use]
pub fn typescript_v2() -> (Running, String) {
    let mut command = Command::new(node());
    command.arg(installed("servers/typescript-v2/main.js"));
    Running::start(&mut command, listening)
}

/// The demo server of the gateway's binary, alone.
#[must_use]
pub fn demo() -> (Running, String) {
    let mut command = Command::new(built("tollbar-gateway"));
    command.args(["demo", "--listen", "127.0.0.1:0"]);
    Running::start(&mut command, listening)
}

/// The conformance fixture.
#[must_use]
pub fn fixture() -> (Running, String) {
    let mut command = Command::new(built("tollbar-fixture"));
    command.args(["--listen", "127.0.0.1:0"]);
    Running::start(&mut command, listening)
}

fn listening(line: &str) -> Option<String> {
    let says_so = line.contains("listening on") || line.contains("listens on");
    url(line).filter(|_| says_so)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
