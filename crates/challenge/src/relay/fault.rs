//! Why metadata cannot be told.

use std::{borrow::Cow, time::Duration};

use http::StatusCode;
use thiserror::Error;
use tollbar_core::{Kind, Refusal};
use tollbar_fetch::FetchFailure;

use super::shown::Shown;

/// Why metadata of an MCP server cannot be told. For logs and for whoever examines the server: whatever the
/// server has said stands there escaped and cut. Without paths of the configured URL, which may be secret, but
/// [in full](Self::in_full).
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum RelayFault {
    /// With all causes.
    #[error("nothing could be fetched: {0}")]
    Unreachable(Box<str>),
    #[error("no complete answer within {0:?}")]
    Late(Duration),
    #[error("it answers with status {0}")]
    Status(u16),
    /// Some words on each place where the metadata could be.
    #[error("the server has no metadata: {0}")]
    Missing(Shown),
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// No `Accept-Encoding` was sent, so nobody may encode (RFC 9110 section 12.5.3).
    #[error("the answer is encoded, although nothing asked for that")]
    Encoded,
    #[error("the answer is a redirect that is not followed, to {0}")]
    Redirect(Shown),
    #[error("the answer is no JSON object, or cannot be read: {0}")]
    NotJson(Box<str>),
    #[error("the answer has the member {0} twice, or in a spelling that some take for it")]
    Repeated(Box<str>),
    #[error("the answer has no `{member}` that is {expected}")]
    Member {
        member: &'static str,
        expected: &'static str,
    },
    /// RFC 9728 section 3.3.
    #[error(
        "the metadata is about another resource: `resource` is {found}, and should be {expected}"
    )]
    Mismatch { found: Shown, expected: Shown },
    #[error("it names an authorization server that is no plain `https` URL: {0}")]
    Unsafe(Box<str>),
    #[error("it names an authorization server at an address inside of a network: {0}")]
    Inside(Box<str>),
    #[error("its tokens are bound to the client: `{0}` is true")]
    Bound(&'static str),
    /// At the root of the server, where MCP 2025-03-26 has it.
    #[error(
        "the authorization server metadata at its root is of another server: `issuer` is {found}, and \
         should be at {expected}"
    )]
    Foreign { found: Box<str>, expected: Box<str> },
    /// The runtime stops.
    #[error("the gateway is about to stop")]
    Stopping,
}

impl RelayFault {
    /// Why nothing was fetched.
    pub(super) fn of(failure: &FetchFailure) -> Self {
        match failure {
            FetchFailure::Timeout(limit) => Self::Late(*limit),
            FetchFailure::TooLarge(limit) => Self::TooLarge(*limit),
            failure => Self::Unreachable(failure.explained().into()),
        }
    }

    /// With all paths, for the person who has set the server up, and asks.
    pub(crate) fn in_full(&self) -> Self {
        let whole = |shown: &Shown| Shown::from(shown.in_full());
        match self {
            Self::Missing(places) => Self::Missing(whole(places)),
            Self::Redirect(to) => Self::Redirect(whole(to)),
            Self::Mismatch { found, expected } => Self::Mismatch {
                found: whole(found),
                expected: whole(expected),
            },
            other => other.clone(),
        }
    }

    /// Whether it says that nothing is here, so that the metadata may be elsewhere on this server.
    pub(super) const fn leads_on(&self) -> bool {
        matches!(self, Self::Status(400..=499)) && !self.is_passing()
    }

    /// Whether it may be over in a moment, and says nothing of the metadata: what is known meanwhile
    /// serves on.
    pub(super) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_)
                | Self::Late(_)
                | Self::Status(408 | 425 | 429 | 500..=599)
                | Self::Stopping
        )
    }

    /// A stable word.
    pub(crate) const fn reason(&self) -> &'static str {
        self.told().1
    }

    /// What a client is told. Names nothing of where the server is.
    pub(crate) fn refusal(&self) -> Refusal {
        let (kind, reason, message) = self.told();
        Refusal::new(kind, reason, message)
    }

    const fn told(&self) -> (Kind, &'static str, &'static str) {
        match self {
            Self::Unreachable(_) | Self::Stopping => (
                Kind::BadUpstream,
                "upstream_metadata_unreachable",
                "the MCP server cannot be asked how to log in",
            ),
            Self::Late(_) => (
                Kind::Timeout,
                "upstream_metadata_timeout",
                "the MCP server did not say in time how to log in",
            ),
            Self::Missing(_) => (
                Kind::NotFound,
                "upstream_metadata_missing",
                "the MCP server does not say how to log in: it has no metadata",
            ),
            Self::Status(_)
            | Self::TooLarge(_)
            | Self::Encoded
            | Self::Redirect(_)
            | Self::NotJson(_)
            | Self::Repeated(_)
            | Self::Member { .. } => (
                Kind::BadUpstream,
                "upstream_metadata_malformed",
                "what the MCP server says of how to log in cannot be read",
            ),
            Self::Mismatch { .. } => (
                Kind::BadUpstream,
                "upstream_metadata_mismatch",
                "what the MCP server says of how to log in is about another server",
            ),
            Self::Unsafe(_) | Self::Inside(_) | Self::Foreign { .. } => (
                Kind::BadUpstream,
                "upstream_metadata_unsafe",
                "the MCP server names an authorization server that nobody should log in at",
            ),
            Self::Bound(_) => (
                Kind::BadUpstream,
                "upstream_tokens_bound",
                "tokens of the MCP server are bound to their client and cannot pass through a gateway",
            ),
        }
    }

    /// What the operator can do.
    pub(crate) fn fix(&self) -> Cow<'static, str> {
        let fix = match self {
            Self::Unreachable(_) => {
                "see whether the MCP server runs, and whether its metadata can be reached from here"
            }
            Self::Late(_) => "see why the MCP server is slow, or raise `timeout`",
            Self::Status(_) => {
                "see the MCP server's log: metadata is answered with status 200, for everybody"
            }
            Self::Missing(_) => {
                "let the MCP server publish protected resource metadata (RFC 9728); for one of MCP \
                 2025-03-26 use mode `synthesised`, with `authorization_servers` where there is no \
                 authorization server metadata at its root either"
            }
            Self::TooLarge(_) => "raise `document_limit`, if that is its metadata",
            Self::Encoded => {
                "see what stands between gateway and server: it encodes what nobody asked it to"
            }
            Self::Redirect(_) => {
                "let the MCP server answer at this place itself, or on its own origin"
            }
            Self::NotJson(_) | Self::Repeated(_) | Self::Member { .. } => {
                "correct the metadata of the MCP server (RFC 9728 section 2)"
            }
            Self::Mismatch { found, .. } => {
                return format!(
                    "set `identifier` to the URL by which the server calls itself, if {found} is this \
                     server; else correct its metadata"
                )
                .into();
            }
            Self::Unsafe(_) => "let the MCP server name its authorization server by an `https` URL",
            Self::Inside(_) => {
                "let the MCP server name its authorization server by a host name that its users can reach"
            }
            Self::Bound(_) => {
                "let the MCP server take bearer tokens: a proof or a certificate is made for the gateway's \
                 address, and is worth nothing behind it; or be its front door in mode `verbatim`"
            }
            Self::Foreign { .. } => {
                "name the authorization server in `authorization_servers`, if it is the one of this server"
            }
            Self::Stopping => "ask again",
        };
        fix.into()
    }
}

impl From<StatusCode> for RelayFault {
    fn from(status: StatusCode) -> Self {
        Self::Status(status.as_u16())
    }
}
