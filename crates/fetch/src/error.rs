//! Why nothing can be fetched with these settings.

use thiserror::Error;

/// Why a [`Fetcher`](crate::Fetcher) cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// A time is zero, so that nothing would ever be in time.
    #[error("`{0}` is zero: give a time in which something can happen")]
    ZeroTime(&'static str),
    /// Nothing may be read.
    #[error("`{0}` is 0: it must be at least 1")]
    Zero(&'static str),
    /// The certificates are not PEM.
    #[error("the CA certificates cannot be read: {0}")]
    Pem(String),
    /// There is no certificate in the PEM.
    #[error("there is no certificate in the CA file: it needs a `BEGIN CERTIFICATE` block")]
    NoCertificate,
    /// A certificate cannot be used as a trust anchor.
    #[error("a CA certificate cannot be used: {0}")]
    Certificate(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl FetchError {
    /// Whether it is about the certificates that were given.
    #[must_use]
    pub const fn is_about_certificates(&self) -> bool {
        matches!(
            self,
            Self::Pem(_) | Self::NoCertificate | Self::Certificate(_)
        )
    }

    /// The name of the setting that it is about, where it is about one.
    #[must_use]
    pub const fn setting(&self) -> Option<&'static str> {
        match self {
            Self::ZeroTime(setting) | Self::Zero(setting) => Some(setting),
            _ => None,
        }
    }
}
