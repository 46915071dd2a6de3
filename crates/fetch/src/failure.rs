//! Why nothing was fetched.

use std::{error::Error, fmt, io, iter, time::Duration};

use http::StatusCode;
use thiserror::Error;

type BoxError = Box<dyn Error + Send + Sync>;

/// Why nothing was fetched. For logs: no message shows a URL or content.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchFailure {
    /// No connection, or none that lasted until the answer began.
    #[error("no answer")]
    Exchange(#[source] BoxError),
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

impl FetchFailure {
    /// Whether nothing answers there at all, so that asking once more, elsewhere on that server, is of no
    /// use.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Exchange(_) | Self::Timeout(_))
    }

    /// With all its causes, in one line.
    #[must_use]
    pub fn explained(&self) -> String {
        match self.is_plain() {
            true => "no TLS on that port: is it `http`?".to_owned(),
            false => Chain(self).to_string(),
        }
    }

    /// In a few words, for a table.
    #[must_use]
    pub fn brief(&self) -> String {
        let is_refused = |error: &(dyn Error + 'static)| {
            let error = error.downcast_ref::<io::Error>();
            error.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        };
        let words = match self {
            _ if self.is_plain() => "no TLS on that port",
            Self::Exchange(_) if self.causes().any(is_refused) => "connection refused",
            Self::Exchange(_) => "no answer",
            Self::Broken(_) => "the answer broke off",
            Self::Timeout(_) => "no answer in time",
            Self::TooLarge(_) => "the answer is too large",
            Self::Redirect(status) => return format!("a redirect ({})", status.as_u16()),
        };
        words.to_owned()
    }

    /// Whether TLS was begun with a server that speaks none there.
    fn is_plain(&self) -> bool {
        self.causes().any(|error| {
            matches!(
                error.downcast_ref(),
                Some(rustls::Error::InvalidMessage(
                    rustls::InvalidMessage::InvalidContentType
                ))
            )
        })
    }

    /// It and all its causes. What an [`io::Error`] wraps is not its source, but what that has.
    fn causes(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        let first: &(dyn Error + 'static) = self;
        iter::successors(Some(first), |&error| {
            let wrapped = error.downcast_ref::<io::Error>();
            match wrapped.and_then(io::Error::get_ref) {
                Some(inner) => Some(inner as &(dyn Error + 'static)),
                None => error.source(),
            }
        })
    }
}

/// An error with all its causes, for one line of a log.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'static));

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
