//! What the handles of one store share.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use super::{
    KeyFileError, MOST_BYTES, document::Document, lock::FileLock, place::Place, stamp::Stamp,
};
use crate::key::{KeyCounts, KeyError, KeyTable, Pepper, StoreError, ledger::Ledger};

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) place: Place,
    pub(super) table: KeyTable,
    /// Of the pepper.
    fingerprint: String,
    /// Held while the file is read or replaced and the table follows: an older content must not
    /// take the place of a newer one.
    seen: Mutex<Seen>,
    /// When a key that was not known last made somebody look, in milliseconds since `start`.
    asked: AtomicU64,
    start: Instant,
}

/// How long nobody looks again because of keys that are not known: they may be guesses.
const PAUSE: u64 = 50;

/// What was read last.
#[derive(Debug, Default)]
struct Seen {
    ledger: Ledger,
    /// What the ledger was read from, if there was a file. Most that are read again are the same.
    text: Option<Vec<u8>>,
    stamp: Option<Stamp>,
    has_settled: bool,
    /// Why the ledger is not what stands in the file.
    trouble: Option<Arc<KeyFileError>>,
    warned_of_readers: bool,
    /// Whether this is not the first time that the file is read.
    is_open: bool,
}

/// What stands in the file.
enum Standing {
    /// What the ledger was read from.
    Same,
    New {
        ledger: Ledger,
        text: Vec<u8>,
    },
    /// No file.
    Nothing,
}

impl Shared {
    /// Reads the file. A file that is not there is one without keys. Blocks.
    pub(super) fn open(place: Place, pepper: &Pepper) -> Result<Self, KeyFileError> {
        let shared = Self {
            place,
            table: KeyTable::new(),
            fingerprint: pepper.fingerprint(),
            seen: Mutex::default(),
            asked: AtomicU64::new(0),
            start: Instant::now(),
        };
        let mut seen = shared.seen();
        let (standing, stamp) = shared.read(&mut seen)?;
        shared.adopt(&mut seen, standing, stamp);
        seen.is_open = true;
        drop(seen);
        Ok(shared)
    }

    /// Whether somebody may look again because of a key that is not known; then that was that.
    pub(super) fn may_ask_again(&self) -> bool {
        // The first one need not wait.
        let now = self.start.elapsed() + Duration::from_millis(PAUSE);
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let last = self.asked.load(Ordering::Relaxed);
        let is_due = now.saturating_sub(last) >= PAUSE;
        let claim = || {
            self.asked
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
        };
        is_due && claim().is_ok()
    }

    /// Reads the file again if it has changed, and says why it cannot be used. Blocks.
    pub(super) fn refresh(&self) -> Result<(), StoreError> {
        self.with_fresh(|_| ())
    }

    /// Looks at the records, the present ones. Blocks.
    pub(super) fn with_fresh<T>(&self, look: impl FnOnce(&Ledger) -> T) -> Result<T, StoreError> {
        let mut seen = self.seen();
        let stamp = self.place.stamp();
        let same = matches!(&stamp, Ok(stamp) if *stamp == seen.stamp);
        if !(same && seen.has_settled) {
            self.reread(&mut seen);
        }
        match &seen.trouble {
            Some(trouble) => Err(StoreError::new(Arc::clone(trouble))),
            None => Ok(look(&seen.ledger)),
        }
    }

    /// Changes the records under the lock of the file. The closure says whether it has changed
    /// anything; when it fails, nothing has. Blocks.
    pub(super) fn change<T>(
        &self,
        patience: Duration,
        change: impl FnOnce(&mut Ledger) -> Result<(T, bool), KeyError>,
    ) -> Result<T, KeyError> {
        let _lock = FileLock::take(&self.place, patience)?;
        let mut seen = self.seen();
        let (standing, stamp) = self.read(&mut seen)?;
        let mut ledger = match &standing {
            Standing::New { ledger, .. } => ledger.clone(),
            Standing::Same => seen.ledger.clone(),
            Standing::Nothing => Ledger::default(),
        };
        let outcome = change(&mut ledger);
        if !matches!(outcome, Ok((_, true))) {
            self.adopt(&mut seen, standing, stamp);
            return outcome.map(|(outcome, _)| outcome);
        }
        let pepper = self.fingerprint.clone();
        let document = Document { pepper, ledger };
        let text = document.write().into_bytes();
        let stamp = self.place.replace(&text)?;
        let ledger = document.ledger;
        self.adopt(&mut seen, Standing::New { ledger, text }, Some(stamp));
        outcome.map(|(outcome, _)| outcome)
    }

    /// Takes over what stands in the file. What cannot be read changes nothing, and what is not
    /// there opens nothing.
    fn reread(&self, seen: &mut Seen) {
        let had_file = seen.stamp.is_some();
        let error = match self.read(seen) {
            Ok((_, None)) if had_file || seen.has_vanished() => {
                self.table.replace([]);
                *seen = Seen {
                    trouble: seen.trouble.take(),
                    has_settled: true,
                    is_open: true,
                    ..Seen::default()
                };
                KeyFileError::Vanished(self.place.path().to_path_buf())
            }
            Ok((standing, stamp)) => {
                if seen.trouble.is_some() {
                    let path = self.place.path().display();
                    tracing::info!("the key file `{path}` is good again");
                }
                return self.adopt(seen, standing, stamp);
            }
            Err(error) => error,
        };
        let known = seen.trouble.as_ref().map(|trouble| trouble.to_string());
        let message = error.to_string();
        if known.as_ref() != Some(&message) {
            match &error {
                KeyFileError::Vanished(_) => tracing::error!("{message}"),
                _ => tracing::error!("{message}; the keys that were read before stay"),
            }
            seen.trouble = Some(Arc::new(error));
        }
    }

    fn read(&self, seen: &mut Seen) -> Result<(Standing, Option<Stamp>), KeyFileError> {
        let Some(content) = self.place.read(MOST_BYTES)? else {
            return Ok((Standing::Nothing, None));
        };
        if content.is_readable && !seen.warned_of_readers {
            seen.warned_of_readers = true;
            let path = self.place.path().display();
            tracing::warn!("other users may read the key file `{path}`: run `chmod go-rwx {path}`");
        }
        if seen.text.as_ref() == Some(&content.bytes) {
            return Ok((Standing::Same, Some(content.stamp)));
        }
        let document = Document::parse(&content.bytes, self.place.path())?;
        // Without keys it does not matter.
        if document.pepper != self.fingerprint && !document.ledger.is_empty() {
            return Err(KeyFileError::OtherPepper {
                path: self.place.path().to_path_buf(),
                written: document.pepper,
                given: self.fingerprint.clone(),
            });
        }
        let standing = Standing::New {
            ledger: document.ledger,
            text: content.bytes,
        };
        Ok((standing, Some(content.stamp)))
    }

    fn adopt(&self, seen: &mut Seen, standing: Standing, stamp: Option<Stamp>) {
        let (ledger, text) = match standing {
            Standing::New { ledger, text } => (Some(ledger), Some(text)),
            Standing::Nothing => (Some(Ledger::default()), None),
            Standing::Same => (None, seen.text.take()),
        };
        if let Some(ledger) = ledger {
            self.table.replace(ledger.records().cloned());
            seen.tell(&ledger);
            seen.ledger = ledger;
        }
        seen.text = text;
        seen.stamp = stamp;
        seen.has_settled = stamp.is_none_or(|stamp| stamp.has_settled());
        seen.trouble = None;
    }

    /// Nothing is left between when a thread panics: each step ends in [`adopt`](Self::adopt).
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Says how many keys there are now, when they are not as many of each kind as before. Uses and
    /// time change nothing here, and the first reading is no change.
    fn tell(&self, new: &Ledger) {
        let now = SystemTime::now();
        let count = |ledger: &Ledger| KeyCounts::of(ledger.records().map(AsRef::as_ref), now);
        let counts = count(new);
        if self.is_open && counts != count(&self.ledger) {
            tracing::info!("keys: {counts}");
        }
    }

    fn has_vanished(&self) -> bool {
        let trouble = self.trouble.as_deref();
        matches!(trouble, Some(KeyFileError::Vanished(_)))
    }
}
