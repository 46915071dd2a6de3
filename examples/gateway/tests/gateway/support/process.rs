//! The process.

use std::{
    io::{BufRead as _, BufReader, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running gateway. Ends with its test.
pub(crate) struct Gateway {
    child: Child,
    lines: Receiver<Value>,
    said: Arc<Mutex<String>>,
    listening: Vec<Value>,
}

/// The binary, without anything from the environment of the test that changes what it does.
fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollbar-gateway"));
    command
        .args(arguments)
        .env_remove("RUST_LOG")
        .env_remove("TOLLBAR_CONFIG")
        .envs(variables.iter().copied());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    run_with(arguments, &[])
}

/// The same with variables.
pub(crate) fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    command(arguments, variables).output().unwrap()
}

impl Gateway {
    /// Starts it and waits until it has said where each of its proxies listens.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::with(arguments, &[], 1)
    }

    /// The same with variables, and more than one line about listeners.
    pub(crate) fn with(arguments: &[&str], variables: &[(&str, &str)], listeners: usize) -> Self {
        Self::spawn(&mut command(arguments, variables), listeners)
    }

    /// The same as the first, in this folder.
    pub(crate) fn inside(folder: &Path, arguments: &[&str]) -> Self {
        Self::spawn(command(arguments, &[]).current_dir(folder), 1)
    }

    fn spawn(command: &mut Command, listeners: usize) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in output.lines() {
                // Standard output carries JSON lines and nothing else.
                let line = line.unwrap();
                let value = serde_json::from_str(&line);
                let _ = sender.send(value.unwrap_or_else(|_| panic!("not JSON: {line}")));
            }
        });
        let said = Arc::new(Mutex::new(String::new()));
        let mut error = child.stderr.take().unwrap();
        let hears = Arc::clone(&said);
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = error.read(&mut piece) {
                hears
                    .lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&piece[..length]));
            }
        });
        let mut gateway = Self {
            child,
            lines,
            said,
            listening: Vec::new(),
        };
        for _ in 0..listeners {
            let line = gateway.line();
            gateway.listening.push(line);
        }
        gateway
    }

    /// The URL of the first proxy at the listener's own address.
    pub(crate) fn url(&self) -> &str {
        self.listening(0)["listening"].as_str().unwrap()
    }

    /// One of the first lines.
    pub(crate) fn listening(&self, line: usize) -> &Value {
        &self.listening[line]
    }

    /// The next line on standard output.
    pub(crate) fn line(&self) -> Value {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(error) => panic!("no line on standard output ({error}): {}", self.said()),
        }
    }

    /// What stands on standard output besides.
    pub(crate) fn rest(&self) -> Vec<Value> {
        self.lines.try_iter().collect()
    }

    /// What was said on standard error so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until something was said on standard error.
    pub(crate) fn hear(&self, words: &str) {
        let begun = Instant::now();
        while !self.said().contains(words) {
            assert!(
                begun.elapsed() < PATIENCE,
                "never said `{words}`: {}",
                self.said()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &process])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Whether the process still runs.
    pub(crate) fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the process to end.
    pub(crate) fn end(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "does not end: {}", self.said());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
