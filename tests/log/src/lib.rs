//! What the log was told, for tests.
//!
//! ```
//! use tollbar_test_log::Log;
//!
//! let (log, _guard) = Log::keep();
//! tracing::warn!(number = 1, "something");
//! assert!(log.text().ends_with("something number=1\n"));
//! assert_eq!(log.lines_of("WARN").len(), 1);
//! ```

use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tracing::{Dispatch, Level, subscriber::DefaultGuard};
use tracing_subscriber::fmt::MakeWriter;

/// The lines that one thread has written. A test whose runtime has one thread has them all.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps lines of `INFO` and above until the guard is dropped.
    #[must_use]
    pub fn keep() -> (Self, DefaultGuard) {
        Self::above(Level::INFO)
    }

    /// Keeps all lines until the guard is dropped.
    #[must_use]
    pub fn keep_all() -> (Self, DefaultGuard) {
        Self::above(Level::TRACE)
    }

    fn above(level: Level) -> (Self, DefaultGuard) {
        ready();
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_writer(log.clone());
        (log, tracing::subscriber::set_default(subscriber.finish()))
    }

    /// All of it.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }

    /// The lines of this level.
    #[must_use]
    pub fn lines_of(&self, level: &str) -> Vec<String> {
        let level = format!(" {level} ");
        let mut lines = self.lines();
        lines.retain(|line| line.contains(&level));
        lines
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Has somebody listen from before the first line on. What is logged first while nobody does may count as
/// never wanted, on all threads, when another test begins to listen at that very moment. So what many tests
/// of a program begin with calls this.
pub fn ready() {
    static LISTENER: OnceLock<Dispatch> = OnceLock::new();
    LISTENER.get_or_init(|| {
        let listener = tracing_subscriber::fmt().with_max_level(Level::TRACE);
        Dispatch::new(listener.with_writer(io::sink).finish())
    });
}
