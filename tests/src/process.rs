//! A program that runs while a test does.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// How long a program may take until it says that it is ready.
const STARTING: Duration = Duration::from_secs(60);

/// A running program. Ended when dropped, by its own process id.
#[derive(Debug)]
pub struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Running {
    /// Starts a program and waits until a line of its output, standard or error, gives what `ready`
    /// looks for.
    ///
    /// # Panics
    ///
    /// When the program cannot be started, ends, or does not say it in time; with what it said.
    pub fn start<T>(command: &mut Command, ready: impl Fn(&str) -> Option<T>) -> (Self, T) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let said = Arc::new(Mutex::new(String::new()));
        let (sender, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] = [
            Box::new(child.stdout.take().unwrap()),
            Box::new(child.stderr.take().unwrap()),
        ];
        for output in outputs {
            let (sender, said) = (sender.clone(), Arc::clone(&said));
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let mut said = said.lock().unwrap();
                    said.push_str(&line);
                    said.push('\n');
                    drop(said);
                    let _ = sender.send(line);
                }
            });
        }
        drop(sender);
        let running = Self { child, said };
        let found = wait(&lines, ready);
        let found = found
            .unwrap_or_else(|| panic!("{command:?} is not ready; it said:\n{}", running.said()));
        (running, found)
    }

    /// All that the program has said so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the program to end (SIGTERM) and waits for it; gives its exit code.
    ///
    /// # Panics
    ///
    /// When it has not ended after 30 s.
    pub fn terminate(&mut self) -> Option<i32> {
        let _ = Command::new("kill").arg(self.id().to_string()).status();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end; it said:\n{}", self.said());
    }

    /// Resident memory in bytes (`VmRSS`), or its highest value so far (`VmHWM`).
    ///
    /// # Panics
    ///
    /// Where `/proc` does not tell.
    #[must_use]
    pub fn memory(&self, field: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(field))
            .unwrap();
        let kibibytes = line.trim_matches(|c: char| !c.is_ascii_digit());
        kibibytes.parse::<u64>().unwrap() * 1024
    }
}

fn wait<T>(lines: &Receiver<String>, ready: impl Fn(&str) -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while let Some(left) = STARTING.checked_sub(started.elapsed()) {
        match lines.recv_timeout(left) {
            Ok(line) => {
                if let Some(found) = ready(&line) {
                    return Some(found);
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        }
    }
    None
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
