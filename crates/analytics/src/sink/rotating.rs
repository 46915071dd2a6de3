//! A file that makes room for itself.

use std::{
    ffi::OsString,
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Fsync, Rotation,
    file::{Identity, LogFile},
};

/// After how long a change of files that has failed is tried again.
const PAUSE: Duration = Duration::from_secs(10);

/// How often it is looked whether the file is still where it was, while lines come.
const LOOK: Duration = Duration::from_secs(1);

/// A file of lines that is put aside when it is large or old.
///
/// `exchanges.jsonl` becomes `exchanges.jsonl.1` by a rename, what was `.1` becomes `.2` and so on, and the oldest
/// one goes. It only happens between two lines, so that every file has whole lines; when a process was killed within
/// one, the next one to open the file ends that line first. When a rename fails, lines go on into the old file, and
/// it is tried again after 10 s. Only files are put aside: a pipe or a device is written and left alone. Behind a
/// symbolic link, what it leads to is put aside.
///
/// Who moves the file away, as `logrotate` does, sets both bounds to `None`. That it was moved is noticed a second later
/// (on Unix), and at once by whoever asks with [`Reopen`]. Two processes that write to one file find each other's
/// new files in the same way, as when one takes over from another; that is not for ever, since both put files aside, and
/// may do so in the same moment.
#[derive(Debug)]
pub struct RotatingFile {
    path: PathBuf,
    /// Where the path leads.
    target: PathBuf,
    rotation: Rotation,
    log: LogFile,
    /// When the file is too old.
    until: Option<Instant>,
    /// Until when a change of files that failed is left alone.
    paused: Option<Instant>,
    looked: Instant,
    is_within_line: bool,
    reopen: Reopen,
}

/// Asks a [`RotatingFile`] to open its path anew. Clones ask the same file.
#[derive(Clone, Debug, Default)]
pub struct Reopen(Arc<AtomicBool>);

impl Reopen {
    /// The next line goes to a file that is opened then, and created when it is not there.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl RotatingFile {
    /// Opens the file to append to it, and creates it when it is not there: on Unix with mode 640, less what the process
    /// masks.
    ///
    /// # Errors
    ///
    /// The operating system's.
    pub fn open(path: impl Into<PathBuf>, rotation: Rotation) -> io::Result<Self> {
        let path = path.into();
        let log = LogFile::open(&path)?;
        Ok(Self {
            target: target(&path),
            path,
            until: until(&log, rotation),
            rotation,
            log,
            paused: None,
            looked: Instant::now(),
            is_within_line: false,
            reopen: Reopen::default(),
        })
    }

    /// With which it can be asked to open its path anew.
    #[must_use]
    pub fn reopen(&self) -> Reopen {
        self.reopen.clone()
    }

    /// Changes files where that is due. Called between two lines.
    fn change(&mut self, next: u64) {
        let now = Instant::now();
        if self.paused.is_some_and(|paused| now < paused) {
            return;
        }
        self.paused = None;
        let is_asked = self.reopen.0.swap(false, Ordering::Relaxed);
        let is_look = now.saturating_duration_since(self.looked) >= LOOK;
        let is_gone = (is_look || self.is_due(now, next)) && self.is_gone(now);
        let result = if is_asked || is_gone {
            self.begin()
        } else if self.is_due(now, next) {
            self.rotate()
        } else {
            return;
        };
        if let Err(error) = result {
            self.paused = Some(now + PAUSE);
            self.reopen.0.fetch_or(is_asked, Ordering::Relaxed);
            let path = self.path.display();
            tracing::warn!(%error, "`{path}` cannot be changed for a new file: lines go on into the old one");
        }
    }

    /// Whether the file is to be put aside before so many bytes more.
    fn is_due(&self, now: Instant, next: u64) -> bool {
        let length = self.log.length;
        let is_large = |most: u64| length.saturating_add(next) > most;
        let is_old = self.until.is_some_and(|until| now >= until);
        self.log.is_file && length > 0 && (is_old || self.rotation.bytes.is_some_and(is_large))
    }

    /// Whether there is another file at the path now, or none. Learns how long it is, if others write to it too.
    fn is_gone(&mut self, now: Instant) -> bool {
        self.looked = now;
        if !self.log.is_file || self.log.identity.is_none() {
            return false;
        }
        match fs::metadata(&self.path) {
            Ok(there) if Identity::of(&there) == self.log.identity => {
                self.log.length = there.len();
                false
            }
            Ok(_) => true,
            Err(error) => error.kind() == ErrorKind::NotFound,
        }
    }

    fn rotate(&mut self) -> io::Result<()> {
        if self.rotation.fsync != Fsync::Never {
            self.log.file.sync_data()?;
        }
        let keep = self.rotation.keep;
        // Up to the first number that is free, the oldest one first: when this is cut short, and is tried again, no
        // file is lost but the one that has to go.
        let free = (1..keep).find(|number| !numbered(&self.target, *number).exists());
        for number in (1..free.unwrap_or(keep)).rev() {
            let aside = numbered(&self.target, number);
            exists(fs::rename(aside, numbered(&self.target, number + 1)))?;
        }
        exists(fs::rename(&self.target, numbered(&self.target, 1)))?;
        self.begin()?;
        // Also the one that was just put aside, where none is kept: not before there is a new one.
        let surplus = keep.saturating_add(1)..;
        for number in surplus {
            if fs::remove_file(numbered(&self.target, number)).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Goes on in the file that is at the path now.
    fn begin(&mut self) -> io::Result<()> {
        self.log = LogFile::open(&self.path)?;
        self.target = target(&self.path);
        self.until = until(&self.log, self.rotation);
        Ok(())
    }

    /// The part of these bytes that goes into one file: as many whole lines as there is room for, and at least one.
    fn fitting<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        let most = self.rotation.bytes.filter(|_| self.log.is_file);
        let room = most.map_or(u64::MAX, |most| most.saturating_sub(self.log.length));
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        let Some((within, _)) = bytes.split_at_checked(room) else {
            return bytes;
        };
        let last = within.iter().rposition(|byte| *byte == b'\n');
        let end = last.or_else(|| bytes.iter().position(|byte| *byte == b'\n'));
        end.and_then(|end| bytes.get(..=end)).unwrap_or(bytes)
    }
}

impl Write for RotatingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_within_line {
            let first = bytes.iter().position(|byte| *byte == b'\n');
            self.change(first.map_or(bytes.len(), |end| end + 1) as u64);
        }
        let written = self.log.file.write(self.fitting(bytes))?;
        self.log.length += written as u64;
        if let Some((_, last)) = bytes.get(..written).and_then(<[u8]>::split_last_chunk::<1>) {
            self.is_within_line = *last != [b'\n'];
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.rotation.fsync {
            Fsync::OnFlush if self.log.is_file => self.log.file.sync_data(),
            _ => Ok(()),
        }
    }
}

/// Where a path leads, through symbolic links.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// When a file is too old.
fn until(log: &LogFile, rotation: Rotation) -> Option<Instant> {
    let left = rotation.age?.saturating_sub(log.age);
    Instant::now().checked_add(left)
}

/// A file that is not there needs no change.
fn exists(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    name.into()
}
