//! Exchanges in a file of SQLite.

mod cube;
mod error;
mod file;
mod groups;
mod histogram;
mod log;
mod retention;
mod row;
mod schema;
mod settings;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    cube::Cube,
    file::look,
    histogram::{BUCKETS, Histogram, columns, rank},
    row::{MINUTE, Row, since_epoch},
    schema::check,
};
pub use self::{error::StoreError, row::OTHER, settings::StoreSettings};

use std::{error::Error, fmt, path::Path, sync::Arc};

use rusqlite::{Connection, OpenFlags};
use tollbar_analytics::{Event, PartlyKept, Store};

use self::{file::Place, groups::Groups, log::Log, retention::Crowd};

/// Keeps every exchange, and what the exchanges of a minute count to, in one file of SQLite.
///
/// Give it to a [`Worker`](tollbar_analytics::Worker). Each batch is one transaction, of the exchanges and the counts
/// alike. What is committed survives the end of the process, however that comes; when the machine loses its power,
/// the last transactions can be lost, but the file stays whole (`synchronous = NORMAL` with a write-ahead log).
///
/// Only one store may write a file. Leave the file where it is while it is open: as long as it does not stand under its
/// name (where files can be told apart, on Unix), nothing is kept, and the worker says why. The file is made readable for
/// its owner alone: it says who did what.
pub struct ExchangeStore {
    place: Place,
    connection: Connection,
    settings: StoreSettings,
    groups: Groups,
    crowd: Crowd,
    log: Log,
}

impl ExchangeStore {
    /// Opens the file, or makes it. The folder has to be there. A link to a file is followed.
    ///
    /// Where other users may read it, that is said in the log, with what to do.
    ///
    /// # Errors
    ///
    /// When it cannot be opened or written, is no file (but a pipe, say), is another program's, or was made by a newer
    /// version of this one.
    pub fn open(path: impl AsRef<Path>, settings: StoreSettings) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let failed = |source: Box<dyn Error + Send + Sync>| StoreError::Open {
            path: path.into(),
            source,
        };
        file::make(path).map_err(|error| failed(error.into()))?;
        let log = Log::of(path).map_err(|error| failed(error.into()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let mut connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(settings.busy)?;
            let migrated = schema::migrate(&mut connection)?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "trusted_schema", false)?;
            let limit = row::signed(settings.log_bytes);
            connection.pragma_update_and_check(None, "journal_size_limit", limit, |_| Ok(()))?;
            Ok::<_, rusqlite::Error>((connection, migrated))
        };
        let (connection, migrated) = open().map_err(|error| failed(error.into()))?;
        migrated.map_err(|foreign| foreign.at(path))?;
        let place = Place::of(path).map_err(|error| failed(error.into()))?;
        Ok(Self {
            place,
            connection,
            settings,
            groups: Groups::new(settings.groups),
            crowd: Crowd::default(),
            log,
        })
    }
}

impl Store for ExchangeStore {
    fn keep(&mut self, events: &[Arc<Event>]) -> Result<(), Box<dyn Error + Send + Sync>> {
        self.place.check()?;
        let transaction = self.connection.transaction()?;
        write::write(&transaction, &mut self.groups, events)?;
        transaction.commit()?;
        // More may come before the next tidying than there is room for.
        let fitted = retention::fit(&mut self.connection, &self.settings, || false);
        // They are kept, whatever became of the others.
        Ok(fitted.map_err(|error| PartlyKept::new(events.len(), error))?)
    }

    /// So that the file alone has all of it, once its process has ended.
    fn flush(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        log::flush(&self.connection, &self.settings);
        Ok(())
    }

    fn tidy(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Self {
            connection,
            settings,
            crowd,
            log,
            ..
        } = self;
        let tidied = retention::tidy(connection, settings, crowd);
        log.shorten(connection, settings);
        Ok(tidied?)
    }
}

impl fmt::Debug for ExchangeStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExchangeStore")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
