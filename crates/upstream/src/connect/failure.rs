//! Why a connection could not be opened.

use std::{error::Error, io, time::Duration};

use hyper_util::client::legacy::connect::HttpConnector;
use thiserror::Error;
use tollbar_core::BoxError;
use tower_service::Service;

use super::resolver::{Resolver, Unresolved};

/// What the TCP connector fails with; its own name is not public.
type TcpError = <HttpConnector<Resolver> as Service<http::Uri>>::Error;

/// Why a connection could not be opened.
#[derive(Debug, Error)]
pub(crate) enum ConnectFailure {
    /// The host name has no address.
    #[error("the host name cannot be resolved")]
    Name(#[source] TcpError),
    /// No connection: refused, no route, reset.
    #[error("the connection was not accepted")]
    Tcp(#[source] TcpError),
    /// The TLS handshake failed.
    #[error("the TLS handshake failed")]
    Tls(#[source] BoxError),
    /// The server's certificate is not trusted, has expired, or is for another name.
    #[error("the certificate is not valid")]
    Certificate(#[source] BoxError),
    /// The other end does not speak TLS.
    #[error("the other end does not speak TLS")]
    NotTls(#[source] BoxError),
    /// The operating system gave up, or each address had its part of the time.
    #[error("the connection timed out")]
    TcpTimeout(#[source] TcpError),
    /// It took too long.
    #[error("no connection within {0:?}")]
    Timeout(Duration),
}

impl ConnectFailure {
    pub(super) fn from_tcp(error: TcpError) -> Self {
        let timed_out = causes(&error).any(|cause| {
            let io = cause.downcast_ref::<io::Error>();
            io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
        });
        if causes(&error).any(|cause| cause.is::<Unresolved>()) {
            Self::Name(error)
        } else if timed_out {
            Self::TcpTimeout(error)
        } else {
            Self::Tcp(error)
        }
    }

    pub(super) fn from_tls(error: BoxError) -> Self {
        let error = match error.downcast::<TcpError>() {
            Ok(error) => return Self::from_tcp(*error),
            Err(error) => error,
        };
        let reason = causes(error.as_ref()).find_map(|cause| cause.downcast_ref());
        match reason {
            Some(rustls::Error::InvalidCertificate(_)) => Self::Certificate(error),
            Some(rustls::Error::InvalidMessage(_)) => Self::NotTls(error),
            _ => Self::Tls(error),
        }
    }
}

/// An error and what lies under it.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| beneath(*error))
}

/// What an error was caused by, or made of: [`io::Error`] hides the latter from `source`.
fn beneath<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(inside) => Some(inside),
        None => error.source(),
    }
}
