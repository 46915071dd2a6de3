//! Why a store cannot be opened.

use std::{error::Error, path::PathBuf};

/// Why an [`ExchangeStore`](crate::ExchangeStore) or a [`Query`](crate::Query) cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be opened, read or written.
    #[error("cannot open `{}`: {source}", path.display())]
    Open {
        /// Of the file.
        path: PathBuf,
        /// What SQLite or the operating system says.
        source: Box<dyn Error + Send + Sync>,
    },
    /// It is the file of another program.
    #[error("`{}` is not a store of exchanges: name another file", path.display())]
    Foreign {
        /// Of the file.
        path: PathBuf,
    },
    /// A newer version has made it.
    #[error("`{}` has form {version}, and this version knows forms up to {known}: use a newer version, or another file", path.display())]
    Newer {
        /// Of the file.
        path: PathBuf,
        /// The form of its tables.
        version: i32,
        /// The newest form that is known here.
        known: i32,
    },
}
