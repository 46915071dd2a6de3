//! What the handles of one store share.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    KeyFileError, MOST_BYTES, document::Document, lock::FileLock, place::Place, stamp::Stamp,
};
use crate::key::{KeyError, KeyTable, Pepper, StoreError, ledger::Ledger};

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) place: Place,
    pub(super) table: KeyTable,
    /// Of the pepper.
    fingerprint: String,
    /// Held while the file is read or replaced and the table follows: an older content must not
    /// take the place of a newer one.
    seen: Mutex<Seen>,
}

/// What was read last.
#[derive(Debug, Default)]
struct Seen {
    ledger: Ledger,
    stamp: Option<Stamp>,
    has_settled: bool,
    /// Why the ledger is not what stands in the file.
    trouble: Option<Arc<KeyFileError>>,
    warned_of_readers: bool,
}

impl Shared {
    /// Reads the file. A file that is not there is one without keys. Blocks.
    pub(super) fn open(place: Place, pepper: &Pepper) -> Result<Self, KeyFileError> {
        let shared = Self {
            place,
            table: KeyTable::new(),
            fingerprint: pepper.fingerprint(),
            seen: Mutex::default(),
        };
        let mut seen = shared.seen();
        let (ledger, stamp) = shared.read(&mut seen)?;
        shared.adopt(&mut seen, ledger, stamp);
        drop(seen);
        Ok(shared)
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
        let (mut ledger, mut stamp) = self.read(&mut seen)?;
        let (outcome, changed) = change(&mut ledger)?;
        if changed {
            let pepper = self.fingerprint.clone();
            let document = Document { pepper, ledger };
            stamp = Some(self.place.replace(document.write().as_bytes())?);
            ledger = document.ledger;
        }
        self.adopt(&mut seen, ledger, stamp);
        Ok(outcome)
    }

    /// Takes over what stands in the file. What cannot be read changes nothing, and what is not
    /// there opens nothing.
    fn reread(&self, seen: &mut Seen) {
        let had_file = seen.stamp.is_some();
        let error = match self.read(seen) {
            Ok((ledger, None)) if had_file || seen.has_vanished() => {
                self.table.replace([]);
                *seen = Seen {
                    trouble: seen.trouble.take(),
                    has_settled: true,
                    ledger,
                    ..Seen::default()
                };
                KeyFileError::Vanished(self.place.path().to_path_buf())
            }
            Ok((ledger, stamp)) => {
                if seen.trouble.is_some() {
                    let path = self.place.path().display();
                    tracing::info!("the key file `{path}` is good again");
                }
                return self.adopt(seen, ledger, stamp);
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

    fn read(&self, seen: &mut Seen) -> Result<(Ledger, Option<Stamp>), KeyFileError> {
        let Some(content) = self.place.read(MOST_BYTES)? else {
            return Ok((Ledger::default(), None));
        };
        if content.is_readable && !seen.warned_of_readers {
            seen.warned_of_readers = true;
            let path = self.place.path().display();
            tracing::warn!("other users may read the key file `{path}`: run `chmod go-rwx {path}`");
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
        Ok((document.ledger, Some(content.stamp)))
    }

    fn adopt(&self, seen: &mut Seen, ledger: Ledger, stamp: Option<Stamp>) {
        self.table.replace(ledger.records().cloned());
        seen.ledger = ledger;
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
    fn has_vanished(&self) -> bool {
        let trouble = self.trouble.as_deref();
        matches!(trouble, Some(KeyFileError::Vanished(_)))
    }
}
