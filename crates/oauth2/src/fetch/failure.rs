//! Why nothing was fetched.

use std::{error::Error, fmt, time::Duration};

use http::StatusCode;
use thiserror::Error;
use tollbar_core::BoxError;

/// Why nothing was fetched. For logs: no message shows a URL or content.
#[derive(Debug, Error)]
pub(crate) enum FetchFailure {
    /// No connection, or none that lasted until the answer began.
    #[error("no answer")]
    Exchange(#[source] hyper_util::client::legacy::Error),
    /// The answer broke off.
    #[error("the answer broke off")]
    Broken(#[source] BoxError),
    /// It took too long.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The answer has more bytes than it may.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The answer leads elsewhere.
    #[error("the answer is a redirect ({0}), which is not followed: configure the URL it leads to")]
    Redirect(StatusCode),
}

/// An error with all its causes, for one line of a log.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = self.0.to_string();
        f.write_str(&last)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors repeat their cause.
            if text != last {
                write!(f, ": {text}")?;
            }
            last = text;
            cause = error.source();
        }
        Ok(())
    }
}
