//! Why a question has no answer.

use std::error::Error;

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// It took longer than [`QuerySettings::time`](crate::QuerySettings::time).
    #[error("the query takes too long: ask for a shorter period or less detail")]
    TooSlow,
    /// All connections are in use.
    #[error("too many queries at a time: try again")]
    Busy,
    /// A cursor that was not made here.
    #[error("the cursor is not one of this API: begin without one")]
    Cursor,
    /// A series with more points than [`QuerySettings::points`](crate::QuerySettings::points), or none.
    #[error("a series has at most {most} points: ask for a longer step or a shorter period")]
    Points {
        /// How many there may be.
        most: usize,
    },
    /// The file cannot be read.
    #[error("the store cannot be read: {0}")]
    Store(Box<dyn Error + Send + Sync>),
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::TooSlow,
            _ => Self::Store(error.into()),
        }
    }
}
