//! The tables.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{StoreError, histogram::columns};

/// `TLBR`: says whose file it is.
const APPLICATION: i32 = 0x544c_4252;

/// The newest form of the tables.
const VERSION: i32 = 1;

/// Why a file cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    Newer(i32),
    Other,
}

impl Foreign {
    pub(crate) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Newer(version) => StoreError::Newer {
                path: path.into(),
                version,
                known: VERSION,
            },
            Self::Other => StoreError::Foreign { path: path.into() },
        }
    }
}

/// Whether the tables are in a form that is known here. Of a file that somebody else keeps.
pub(crate) fn check(connection: &Connection) -> rusqlite::Result<Result<(), Foreign>> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    Ok(match (application, version) {
        (APPLICATION, 1..=VERSION) => Ok(()),
        (APPLICATION, newer) if newer > VERSION => Err(Foreign::Newer(newer)),
        _ => Err(Foreign::Other),
    })
}

/// Brings the tables to their newest form, or says why it cannot.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<Result<(), Foreign>> {
    let tables = "SELECT count(*) FROM sqlite_schema";
    let is_empty = connection.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0;
    let application: i32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let is_ours = application == APPLICATION || (is_empty && application == 0);
    if !is_ours {
        return Ok(Err(Foreign::Other));
    }
    if is_empty {
        // Only before there is any table, and before the log is switched on.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > VERSION {
        return Ok(Err(Foreign::Newer(version)));
    }
    if version < 1 {
        first(&transaction)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(Ok(()))
}

/// What is asked of a table that is only counted or filtered is kept apart from the lines, which are five times as
/// long. Columns that counts are grouped by have an empty text where nothing is known: the same in both tables. What
/// each `cube` of the counts knows: see [`Cube`](super::cube::Cube).
fn first(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute_batch(
        "CREATE TABLE exchanges (
            number INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, id BLOB NOT NULL,
            proxy TEXT NOT NULL, method TEXT NOT NULL, subject_kind TEXT NOT NULL, subject TEXT NOT NULL,
            plan TEXT NOT NULL, consumer TEXT NOT NULL, class INTEGER NOT NULL, outcome TEXT NOT NULL,
            reason TEXT NOT NULL, code NOT NULL, is_error INTEGER NOT NULL, bucket INTEGER NOT NULL,
            total_us INTEGER NOT NULL, own_us INTEGER, upstream_us INTEGER, head_us INTEGER,
            bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL, messages INTEGER NOT NULL,
            status INTEGER, http_method TEXT NOT NULL, ended TEXT NOT NULL, tool_error INTEGER NOT NULL,
            refusal TEXT, decision TEXT, rule TEXT, proxy_version TEXT, client_id TEXT, key_id TEXT, client TEXT,
            session INTEGER
        );
        CREATE TABLE lines (number INTEGER PRIMARY KEY, line TEXT NOT NULL);
        CREATE INDEX exchanges_at ON exchanges (at_us);
        CREATE INDEX exchanges_end ON exchanges (at_us + total_us);
        CREATE INDEX exchanges_id ON exchanges (id);
        CREATE INDEX exchanges_error ON exchanges (at_us) WHERE is_error = 1;
        CREATE INDEX exchanges_subject ON exchanges (subject, at_us) WHERE subject <> '';
        CREATE INDEX exchanges_consumer ON exchanges (consumer, at_us) WHERE consumer <> '';",
    )?;
    let buckets = columns(|bucket| format!("h{bucket} INTEGER NOT NULL"));
    transaction.execute_batch(&format!(
        "CREATE TABLE counts (
            cube INTEGER NOT NULL, minute INTEGER NOT NULL, proxy TEXT NOT NULL, method TEXT NOT NULL, subject_kind TEXT NOT NULL,
            subject TEXT NOT NULL, plan TEXT NOT NULL, consumer TEXT NOT NULL, class INTEGER NOT NULL,
            outcome TEXT NOT NULL, reason TEXT NOT NULL, code NOT NULL,
            count INTEGER NOT NULL, errors INTEGER NOT NULL, total_sum INTEGER NOT NULL,
            total_min INTEGER NOT NULL, total_max INTEGER NOT NULL, own_sum INTEGER NOT NULL,
            own_count INTEGER NOT NULL, bytes_in INTEGER NOT NULL, bytes_out INTEGER NOT NULL, {buckets},
            PRIMARY KEY (cube, minute, proxy, method, subject_kind, subject, plan, consumer, class, outcome, reason, code)
        ) WITHOUT ROWID;"
    ))
}
