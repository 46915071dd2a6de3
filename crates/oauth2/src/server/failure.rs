//! Why an authorization server has given no answer that can be used.

use std::{error::Error, time::Duration};

use thiserror::Error;
use tollbar_fetch::{Chain, FetchFailure};

use super::json::JsonFault;
use crate::endpoint::NamedEndpointError;

/// Why an authorization server has given no answer that can be used. For logs and for whoever examines
/// the server: no message shows a secret, a token, or any words of an answer that was given to one.
#[derive(Debug, Error)]
pub(super) enum ServerFailure {
    #[error("nothing could be fetched")]
    Fetch(#[source] FetchFailure),
    #[error("it answers with status {status}")]
    Status {
        status: u16,
        /// After which time it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The gateway itself is not let in (RFC 7662 section 2.3).
    #[error(
        "it refuses the gateway's own credentials (status {0}): check the client's id and secret, how \
         they are sent (`method = \"basic\"` or `method = \"post\"`), and whether this client may introspect"
    )]
    Client(u16),
    /// Something is wrong with this one token, which should have been said with `active` false.
    #[error("it refuses one token with status {0}, instead of answering that it is not active")]
    Token(u16),
    /// No `Accept-Encoding` was sent, so nobody may encode (RFC 9110 section 12.5.3).
    #[error("the answer is encoded, although nothing asked for that: see what stands in between")]
    Encoded,
    #[error("the answer's `content-type` is not `application/json`")]
    ContentType,
    /// RFC 9701.
    #[error("the answer is signed, which is not read: have the server answer with plain JSON")]
    Signed,
    #[error("the answer is not what it should be: {0}")]
    Json(JsonFault),
    /// Some words on each place where the metadata could be.
    #[error("there is no metadata of this issuer: {told}")]
    NoMetadata {
        told: String,
        /// After which time one of them wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// What it calls itself, if that can be shown (RFC 8414 section 3.3).
    #[error("{}", another(.0.as_deref()))]
    Issuer(Option<Box<str>>),
    #[error("its metadata has no `{0}`: configure it, or see whether the server can do that")]
    NoEndpoint(&'static str),
    #[error("the `{name}` in its metadata is not used: configure it where it is right")]
    Endpoint {
        name: &'static str,
        source: NamedEndpointError,
    },
    #[error("no client id and secret are configured")]
    NoClient,
    #[error("the document is larger than {0} bytes")]
    Large(usize),
    #[error("the URL cannot be sent in a request")]
    Target,
    #[error(
        "it has to be asked {0} times at once, which is the limit: raise `in_flight`, or find out why it is slow"
    )]
    Crowded(usize),
    #[error(
        "one address shows more new tokens than can be asked about: {0} of them are in line already"
    )]
    CrowdOfOne(usize),
}

impl ServerFailure {
    /// Whether it says something of the server, and not only of one token. A single client whose tokens
    /// are odd must not be able to cut off all others.
    pub(super) const fn is_of_the_server(&self) -> bool {
        !matches!(
            self,
            Self::Token(_)
                | Self::Crowded(_)
                | Self::CrowdOfOne(_)
                | Self::Fetch(FetchFailure::TooLarge(_))
        )
    }

    /// The wait that the server has asked for.
    pub(super) const fn asked_wait(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } | Self::NoMetadata { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the server cannot be reached at all, so that asking it elsewhere is of no use.
    pub(super) const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Fetch(failure) if failure.is_unreachable())
    }

    /// Nothing came within this time.
    pub(super) const fn late(limit: Duration) -> Self {
        Self::Fetch(FetchFailure::Timeout(limit))
    }

    /// With all its causes.
    pub(super) fn explained(&self) -> String {
        match self {
            Self::Fetch(failure) => format!("{self}: {}", failure.explained()),
            _ => Chain(self as &(dyn Error + 'static)).to_string(),
        }
    }

    /// In a few words, for a table.
    pub(super) fn brief(&self) -> String {
        let words = match self {
            Self::Fetch(failure) => return failure.brief(),
            Self::Status { status, .. } | Self::Token(status) => {
                return format!("status {status}");
            }
            Self::Client(status) => return format!("id and secret are refused ({status})"),
            Self::NoEndpoint(name) => return format!("no `{name}`"),
            Self::Endpoint { name, .. } => return format!("the `{name}` is not used"),
            Self::Encoded => "the answer is encoded",
            Self::ContentType => "the answer is no JSON",
            Self::Signed => "the answer is signed",
            Self::Json(JsonFault::Syntax { .. }) => "the answer is no JSON object",
            Self::Json(JsonFault::Duplicate) => "the answer has a member twice",
            Self::Json(JsonFault::NoActive) => "the answer has no `active`",
            Self::NoMetadata { .. } => "no metadata",
            Self::Issuer(Some(_)) => "another issuer",
            Self::Issuer(None) => "no `issuer`",
            Self::NoClient => "no client id and secret",
            Self::Large(_) => "the document is too large",
            Self::Target => "a URL that cannot be sent",
            Self::Crowded(_) | Self::CrowdOfOne(_) => "too many questions at once",
        };
        words.to_owned()
    }
}

impl From<JsonFault> for ServerFailure {
    fn from(fault: JsonFault) -> Self {
        Self::Json(fault)
    }
}

/// How metadata of somebody else is told.
fn another(issuer: Option<&str>) -> String {
    match issuer {
        Some(issuer) => format!(
            "it is the metadata of another issuer, `{issuer}`: configure this one, byte for byte, where \
             it is the server that is meant"
        ),
        None => "it has no `issuer`".to_owned(),
    }
}
