//! What can go wrong, and what clients are told of it.

use std::{error::Error, fmt, time::Duration};

use http::{HeaderValue, StatusCode, header};
use tollbar_core::{Kind, Refusal};
use url::Url;

use crate::{
    connect::{ConnectFailure, causes},
    redirect::Redirect,
};

/// Why an exchange with the upstream failed before its answer began.
///
/// The message of the refusal is for clients, who may be strangers: it names no address. The log
/// has the whole chain of causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A `Connection` line names a header that is for the other end.
    ConnectionHeader,
    /// The client's query names a parameter that the configured URL has.
    FixedParameter,
    /// The joined query does not fit into a URL.
    QueryTooLong,
    /// A method that would open a tunnel or reflect the request.
    Method,
    /// The client's body broke off.
    RequestBroken,
    /// No place was free within this time.
    Busy(Duration),
    /// The host name has no address.
    Name,
    /// Connections are refused, or there is no route.
    Unreachable,
    /// No connection in time.
    ConnectTimeout,
    /// The TLS handshake failed.
    Tls,
    /// The certificate is not valid for this name, or not trusted.
    Certificate,
    /// The other end does not speak TLS.
    NotTls,
    /// No head of an answer within this time.
    HeadTimeout(Duration),
    /// The connection ended before the head of an answer.
    Broken,
    /// The answer is not HTTP, or its head contradicts itself.
    Malformed,
    /// The head of the answer is over a bound.
    HeadTooLarge,
    /// The answer is 401, to the gateway's own credential.
    Credential,
    /// The answer is 401, and neither the gateway nor the client can show a credential.
    NoCredential,
    /// The answer switches protocols.
    Upgrade,
    /// The answer is a redirect, to this URL.
    Redirect(Redirect, Option<Url>),
}

impl Failure {
    /// Finds out what an error of the HTTP client means.
    pub(crate) fn of(error: &(dyn Error + 'static)) -> Self {
        for cause in causes(error) {
            if let Some(failure) = cause.downcast_ref::<ConnectFailure>() {
                return match failure {
                    ConnectFailure::Name(_) => Self::Name,
                    ConnectFailure::Tcp(_) => Self::Unreachable,
                    ConnectFailure::Tls(_) => Self::Tls,
                    ConnectFailure::Certificate(_) => Self::Certificate,
                    ConnectFailure::NotTls(_) => Self::NotTls,
                    ConnectFailure::TcpTimeout(_) | ConnectFailure::Timeout(_) => {
                        Self::ConnectTimeout
                    }
                };
            }
            match cause.downcast_ref::<hyper::Error>() {
                Some(error) if error.is_parse_too_large() => return Self::HeadTooLarge,
                Some(error) if error.is_parse() => return Self::Malformed,
                _ => {}
            }
        }
        Self::Broken
    }

    /// The rows of the table in the crate's documentation.
    pub(crate) const fn kind(&self) -> (Kind, &'static str) {
        match self {
            Self::ConnectionHeader => (Kind::Malformed, "connection_header"),
            Self::FixedParameter => (Kind::Malformed, "fixed_parameter"),
            Self::QueryTooLong => (Kind::Malformed, "query_too_long"),
            Self::Method => (Kind::MethodNotAllowed, "method_not_allowed"),
            Self::RequestBroken => (Kind::Malformed, "body_broken"),
            Self::Busy(_) => (Kind::Unavailable, "upstream_busy"),
            Self::Name => (Kind::BadUpstream, "upstream_unresolved"),
            Self::Unreachable => (Kind::BadUpstream, "upstream_unreachable"),
            Self::ConnectTimeout => (Kind::Timeout, "upstream_connect_timeout"),
            Self::Tls | Self::Certificate | Self::NotTls => (Kind::BadUpstream, "upstream_tls"),
            Self::HeadTimeout(_) => (Kind::Timeout, "upstream_timeout"),
            Self::Broken => (Kind::BadUpstream, "upstream_broken"),
            Self::Malformed => (Kind::BadUpstream, "upstream_malformed"),
            Self::HeadTooLarge => (Kind::BadUpstream, "upstream_head_too_large"),
            Self::Credential => (Kind::BadUpstream, "upstream_refused_credential"),
            Self::NoCredential => (Kind::BadUpstream, "upstream_wants_credential"),
            Self::Upgrade => (Kind::BadUpstream, "upstream_upgrade"),
            Self::Redirect(..) => (Kind::BadUpstream, "upstream_redirect"),
        }
    }

    fn message(&self) -> std::borrow::Cow<'static, str> {
        match self {
            Self::ConnectionHeader => {
                "a `Connection` header names a header that is not of the connection: remove it"
            }
            Self::FixedParameter => {
                "the query names a parameter that the gateway sets itself: leave it out"
            }
            Self::QueryTooLong => "the query is too long",
            Self::Method => "an MCP endpoint takes POST, GET and DELETE",
            Self::RequestBroken => "the body could not be read to its end",
            Self::Busy(_) => "all places at the MCP server are taken: try again later",
            Self::Name => "the name of the MCP server cannot be resolved",
            Self::Unreachable => "the MCP server does not accept connections",
            Self::ConnectTimeout => "the MCP server cannot be reached in time",
            Self::Tls => "no secure connection to the MCP server: the TLS handshake failed",
            Self::Certificate => {
                "no secure connection to the MCP server: its certificate is not valid here"
            }
            Self::NotTls => {
                "no secure connection to the MCP server: it does not speak TLS on that port"
            }
            Self::HeadTimeout(limit) => {
                return format!("the MCP server did not begin to answer within {limit:?}").into();
            }
            Self::Broken => "the MCP server closed the connection before it answered",
            Self::Malformed => "the MCP server's answer is not valid HTTP",
            Self::HeadTooLarge => "the headers of the MCP server's answer are too large",
            Self::Credential => "the MCP server refuses the credential of the gateway",
            Self::NoCredential => {
                "the MCP server asks for a credential, and the gateway is configured to show it none"
            }
            Self::Upgrade => "the MCP server switches to another protocol, which MCP does not use",
            Self::Redirect(redirect, _) => redirect.message(),
        }
        .into()
    }
}

impl From<Failure> for Refusal {
    /// The refusal that tells it.
    fn from(failure: Failure) -> Self {
        let (kind, reason) = failure.kind();
        let refusal = Self::new(kind, reason, failure.message());
        match failure {
            Failure::Busy(wait) => refusal.with_retry_after(wait.max(Duration::from_secs(1))),
            Failure::QueryTooLong => refusal.with_status(StatusCode::URI_TOO_LONG),
            Failure::Method => {
                let allowed = HeaderValue::from_static("POST, GET, DELETE");
                refusal.with_header(header::ALLOW, allowed)
            }
            _ => refusal,
        }
    }
}

/// An error with all its causes, for one line of a log.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut last = String::new();
        for cause in causes(self.0) {
            let text = cause.to_string();
            // Some errors repeat their cause, and `io::Error` shows what it is made of.
            if text == last {
                continue;
            }
            if !last.is_empty() {
                f.write_str(": ")?;
            }
            f.write_str(&text)?;
            last = text;
        }
        Ok(())
    }
}
