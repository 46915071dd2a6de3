//! One JSON object per line.

use std::{
    fmt, fs,
    io::{self, BufWriter, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use super::Sink;
use crate::Event;

/// Events that can wait before some are dropped.
const QUEUE: usize = 8192;

/// Writes each event as a line of JSON, from a thread of its own.
///
/// The queue holds 8,192 events. When it is full, events are dropped and counted
/// ([`dropped`](Self::dropped)); a request never waits for the writer. A writer that fails (a closed
/// pipe, a full disk) loses what it was writing and is tried again with the next event; the losses
/// are counted too. Lines are flushed whenever the queue is empty. Call [`flush`](Self::flush)
/// before the process ends.
///
/// Clones share the queue.
#[derive(Clone)]
pub struct JsonLines {
    queue: SyncSender<Entry>,
    dropped: Arc<AtomicU64>,
}

enum Entry {
    Event(Box<Event>),
    Flush(SyncSender<()>),
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

    /// Lines appended to a file, which is created when it is not there.
    ///
    /// # Errors
    ///
    /// The operating system's, when the file cannot be opened or no thread can be started.
    pub fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::new(
            fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)?,
        )
    }

    /// Lines on any writer. It is buffered here.
    ///
    /// # Errors
    ///
    /// The operating system's, when no thread can be started.
    pub fn new(writer: impl Write + Send + 'static) -> io::Result<Self> {
        let (queue, entries) = sync_channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        let lost = Arc::clone(&dropped);
        thread::Builder::new()
            .name("tollbar-json-lines".to_owned())
            .spawn(move || write(&entries, BufWriter::new(writer), &lost))?;
        Ok(Self { queue, dropped })
    }

    /// How many events were lost so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until all events recorded before are written, or the time is over. `false` when it is.
    /// Blocks: for the end of a process, not for a request.
    #[must_use = "what is not flushed may be lost"]
    pub fn flush(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let (done, wait) = sync_channel(1);
        let mut flush = Entry::Flush(done);
        // A full queue is waited for, but not for ever: the writer may hang.
        while let Err(error) = self.queue.try_send(flush) {
            let TrySendError::Full(entry) = error else {
                return false;
            };
            if Instant::now() >= deadline {
                return false;
            }
            flush = entry;
            thread::sleep(Duration::from_millis(1));
        }
        wait.recv_timeout(deadline.saturating_duration_since(Instant::now()))
            .is_ok()
    }
}

impl Sink for JsonLines {
    fn record(&self, event: Event) {
        if self.queue.try_send(Entry::Event(Box::new(event))).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines")
            .field("dropped", &self.dropped())
            .finish_non_exhaustive()
    }
}

/// The writer's thread: ends when the last sender is gone.
fn write(entries: &Receiver<Entry>, mut writer: impl Write, lost: &AtomicU64) {
    let mut failing = false;
    let mut unflushed = 0;
    loop {
        let entry = match entries.try_recv() {
            Ok(entry) => entry,
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => {
                report(writer.flush(), &mut unflushed, lost, &mut failing);
                match entries.recv() {
                    Ok(entry) => entry,
                    Err(_) => return,
                }
            }
        };
        match entry {
            Entry::Event(event) => {
                unflushed += 1;
                let mut line = event.to_json();
                line.push('\n');
                if let Err(error) = writer.write_all(line.as_bytes()) {
                    report(Err(error), &mut unflushed, lost, &mut failing);
                }
            }
            Entry::Flush(done) => {
                report(writer.flush(), &mut unflushed, lost, &mut failing);
                let _ = done.try_send(());
            }
        }
    }
}

/// Says once that the writer fails, and once that it works again.
fn report(result: io::Result<()>, unflushed: &mut u64, lost: &AtomicU64, failing: &mut bool) {
    match result {
        Ok(()) if *failing => {
            *failing = false;
            tracing::info!("the exchange log can be written again");
        }
        Ok(()) => {}
        Err(error) => {
            lost.fetch_add(*unflushed, Ordering::Relaxed);
            if !*failing {
                *failing = true;
                tracing::error!(%error, "the exchange log cannot be written: exchanges are lost");
            }
        }
    }
    *unflushed = 0;
}
