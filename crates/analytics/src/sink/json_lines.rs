//! One JSON object per line.

use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

use super::{Bounds, Reopen, RotatingFile, Rotation, Sink, Worker, file::LogFile, lines::Lines};
use crate::Event;

/// Writes each event as a line of JSON ([`Event::to_json`]), from a thread of its own.
///
/// What waits is bounded, and what is lost is counted: see [`Worker`] and [`Bounds`]. A writer that fails (a closed
/// pipe, a full disk) loses what it was writing and is tried again with the next events; lines that it has taken before
/// are not counted as lost, and where one was torn, the next one begins anew. Call [`flush`](Self::flush) before the
/// process ends.
///
/// Clones share the queue.
#[derive(Clone, Debug)]
pub struct JsonLines {
    worker: Worker,
    /// Of a file that rotates.
    reopen: Option<Reopen>,
}

impl JsonLines {
    /// Lines on standard output.
    ///
    /// # Errors
    ///
    /// The operating system's, when no thread can be started.
    pub fn stdout() -> io::Result<Self> {
        Self::new(io::stdout())
    }

    /// Lines appended to a file, which is created when it is not there: on Unix with mode 640, less what the process
    /// masks. A pipe or a terminal will do too.
    ///
    /// # Errors
    ///
    /// The operating system's, when the file cannot be opened or no thread can be started.
    pub fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::new(LogFile::open(path.as_ref())?.file)
    }

    /// Lines on any writer. It is buffered here.
    ///
    /// # Errors
    ///
    /// The operating system's, when no thread can be started.
    pub fn new(writer: impl Write + Send + 'static) -> io::Result<Self> {
        Self::bounded(writer, Bounds::default())
    }

    /// Lines on any writer, for which so much may wait.
    ///
    /// # Errors
    ///
    /// The operating system's, when no thread can be started.
    pub fn bounded(writer: impl Write + Send + 'static, bounds: Bounds) -> io::Result<Self> {
        let lines = Lines::new(writer);
        Ok(Self {
            worker: Worker::start("exchange log", bounds, lines)?,
            reopen: None,
        })
    }

    /// Lines appended to a file that is put aside when it is large or old: see [`RotatingFile`].
    ///
    /// # Errors
    ///
    /// The operating system's, when the file cannot be opened or no thread can be started.
    pub fn rotating(path: impl AsRef<Path>, rotation: Rotation) -> io::Result<Self> {
        let file = RotatingFile::open(path.as_ref(), rotation)?;
        let reopen = Some(file.reopen());
        Ok(Self {
            reopen,
            ..Self::new(file)?
        })
    }

    /// Asks for the path to be opened anew with the next line, since somebody has moved the file away. Only for what
    /// [`rotating`](Self::rotating) has made, with whatever [`Rotation`]; others go on as they were.
    pub fn reopen(&self) {
        if let Some(reopen) = &self.reopen {
            reopen.ask();
        }
    }

    /// How many events were written so far.
    #[must_use]
    pub fn kept(&self) -> u64 {
        self.worker.kept()
    }

    /// How many events were lost so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.worker.dropped()
    }

    /// Why lines cannot be written, when they cannot.
    #[must_use]
    pub fn failing(&self) -> Option<Box<str>> {
        self.worker.failing()
    }

    /// Waits until all events recorded before are written, or the time is over. `false` when it is.
    /// Blocks: for the end of a process, not for a request.
    #[must_use = "what is not flushed may be lost"]
    pub fn flush(&self, timeout: Duration) -> bool {
        self.worker.flush(timeout)
    }
}

impl Sink for JsonLines {
    fn record(&self, event: Arc<Event>) {
        self.worker.record(event);
    }
}
