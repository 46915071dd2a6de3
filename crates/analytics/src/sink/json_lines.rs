//! One JSON object per line.

use std::{
    fmt, fs,
    io::{self, BufWriter, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use super::Sink;
use crate::Event;

/// Lines that can wait before some are dropped, unless told otherwise.
const LINES: usize = 8192;

/// How many bytes these lines may have together, unless told otherwise.
const BYTES: usize = 16 << 20;

/// Writes each event as a line of JSON ([`Event::to_json`]), from a thread of its own.
///
/// The queue holds 8,192 lines of 16 MiB together, unless it is [bounded otherwise](Self::bounded).
/// When it is full, events are dropped and counted ([`dropped`](Self::dropped)); a request never
/// waits for the writer. What waits are lines and not events: making one is cheap, and only a line
/// has a length that no client decides. A writer that fails (a closed pipe, a full disk) loses what
/// it was writing and is tried again with the next event; the losses are counted too. Lines are
/// gathered for 5 ms and flushed whenever the queue is empty. Call [`flush`](Self::flush) before the
/// process ends.
///
/// Clones share the queue.
#[derive(Clone)]
pub struct JsonLines {
    queue: SyncSender<Entry>,
    most_bytes: usize,
    tally: Arc<Tally>,
}

enum Entry {
    /// With its line end.
    Line(String),
    Flush(SyncSender<()>),
}

/// What both ends of the queue count.
#[derive(Default)]
struct Tally {
    /// Of all lines between their making and their writing.
    waiting_bytes: AtomicUsize,
    dropped: AtomicU64,
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
        Self::bounded(writer, LINES, BYTES)
    }

    /// Lines on any writer, of which so many, with so many bytes together, may wait for it.
    ///
    /// A line has some 500 bytes, unless a client has sent long names. Room for the lines, without
    /// their bytes, is taken at once.
    ///
    /// # Errors
    ///
    /// The operating system's, when no thread can be started.
    pub fn bounded(
        writer: impl Write + Send + 'static,
        lines: usize,
        bytes: usize,
    ) -> io::Result<Self> {
        let (queue, entries) = sync_channel(lines.min(bytes));
        let tally = Arc::new(Tally::default());
        let shared = Arc::clone(&tally);
        thread::Builder::new()
            .name("tollbar-json-lines".to_owned())
            .spawn(move || write(&entries, BufWriter::new(writer), &shared))?;
        Ok(Self {
            queue,
            most_bytes: bytes,
            tally,
        })
    }

    /// How many events were lost so far.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.tally.dropped.load(Ordering::Relaxed)
    }

    /// Makes the line and puts it into the queue. `false` when that is full.
    fn enqueue(&self, event: &Event) -> bool {
        let waiting = &self.tally.waiting_bytes;
        // A line that will not fit is not worth making.
        if waiting.load(Ordering::Relaxed) >= self.most_bytes {
            return false;
        }
        let mut line = event.to_json();
        line.push('\n');
        let length = line.len();
        let before = waiting.fetch_add(length, Ordering::Relaxed);
        let fits = before.saturating_add(length) <= self.most_bytes;
        if fits && self.queue.try_send(Entry::Line(line)).is_ok() {
            return true;
        }
        waiting.fetch_sub(length, Ordering::Relaxed);
        false
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
        if !self.enqueue(&event) {
            self.tally.dropped.fetch_add(1, Ordering::Relaxed);
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

/// How long the writer gathers lines before it writes them.
const GATHERING: Duration = Duration::from_millis(5);

/// The writer's thread: ends when the last sender is gone.
fn write(entries: &Receiver<Entry>, mut writer: impl Write, tally: &Tally) {
    let lost = &tally.dropped;
    let mut failing = false;
    let mut unflushed = 0;
    loop {
        let entry = match entries.try_recv() {
            Ok(entry) => entry,
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => {
                report(writer.flush(), &mut unflushed, lost, &mut failing);
                let Ok(entry) = entries.recv() else {
                    return;
                };
                if matches!(entry, Entry::Line(_)) {
                    // Who records while nobody waits for it wakes nobody: that is most of the cost.
                    thread::sleep(GATHERING);
                }
                entry
            }
        };
        match entry {
            Entry::Line(line) => {
                unflushed += 1;
                let written = writer.write_all(line.as_bytes());
                tally.waiting_bytes.fetch_sub(line.len(), Ordering::Relaxed);
                if let Err(error) = written {
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
