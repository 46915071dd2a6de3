//! Connections that only read.

use std::{
    path::PathBuf,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use super::{QueryError, QuerySettings};

/// So many steps of SQLite's machine lie between two looks at the clock.
const STEPS: i32 = 10_000;

/// Connections that only read, so many and no more.
#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    settings: QuerySettings,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Connection>,
    taken: usize,
}

impl Pool {
    pub(super) fn new(path: PathBuf, settings: QuerySettings) -> Self {
        Self {
            path,
            settings,
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    pub(super) const fn settings(&self) -> &QuerySettings {
        &self.settings
    }

    /// Reads one state of the file, within the time that a query has.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        let deadline = Instant::now() + self.settings.time;
        let mut lease = self.take(deadline)?;
        let Some(connection) = &mut lease.connection else {
            return Err(QueryError::Busy);
        };
        connection.progress_handler(STEPS, Some(move || Instant::now() >= deadline))?;
        let connection = &*connection;
        let transaction = connection.unchecked_transaction()?;
        let result = work(connection)?;
        transaction.finish()?;
        Ok(result)
    }

    fn take(&self, deadline: Instant) -> Result<Lease<'_>, QueryError> {
        let mut state = self.lock();
        while state.taken >= self.settings.readers.max(1) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return Err(QueryError::Busy);
            }
            let waited = self.freed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.taken += 1;
        let idle = state.idle.pop();
        drop(state);
        // From here on the lease gives the place back.
        let mut lease = Lease {
            pool: self,
            connection: idle,
        };
        if lease.connection.is_none() {
            lease.connection = Some(self.open()?);
        }
        Ok(lease)
    }

    pub(super) fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(self.settings.time)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        // Negative: in KiB and not in pages.
        let kibibytes = i64::try_from(self.settings.cache / 1_024).unwrap_or(i64::MAX);
        connection.pragma_update(None, "cache_size", -kibibytes.clamp(1, 1 << 30))?;
        Ok(connection)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that panics is done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back to the others.
struct Lease<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.taken -= 1;
        state.idle.extend(self.connection.take());
        drop(state);
        self.pool.freed.notify_one();
    }
}
