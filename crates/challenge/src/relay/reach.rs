//! Where metadata may be fetched from.

use thiserror::Error;
use tollbar_fetch::is_loopback;
use url::{Origin, Url};

use super::shown::shown;

/// Which URLs may be asked for metadata. A challenge can name any, and whoever reads what the gateway
/// fetches may choose what is named.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    origins: Vec<Origin>,
    /// Whether the MCP server is on this machine.
    pub(super) is_local: bool,
    plain_http: bool,
}

/// Why a URL is not asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum OutOfReach {
    /// Not shown: it may be a path of the server, without its origin.
    #[error("it is not a whole URL of HTTP, or longer than any")]
    Scheme,
    #[error("{0} has a user name or a password")]
    Credentials(Box<str>),
    #[error("it is at {0}, which is not the server's own origin")]
    Origin(Box<str>),
    #[error("it is plain `http`, at {0}")]
    PlainHttp(Box<str>),
}

impl OutOfReach {
    /// What the operator can do.
    pub(crate) const fn fix(&self) -> &'static str {
        match self {
            Self::Origin(_) => {
                "add that origin to `metadata_origins`, if it is the server's; or set `identifier` to the \
                 URL by which the server calls itself"
            }
            Self::PlainHttp(_) => {
                "let the MCP server name an `https` URL; or set `allow_http`, if the way there is safe"
            }
            Self::Scheme | Self::Credentials(_) => "correct the challenge of the MCP server",
        }
    }
}

impl Reach {
    pub(super) fn new(
        upstream: &Url,
        others: impl IntoIterator<Item = Origin>,
        plain_http: bool,
    ) -> Self {
        let own = [upstream.origin()];
        Self {
            origins: own.into_iter().chain(others).collect(),
            is_local: is_loopback(upstream),
            plain_http,
        }
    }

    /// Whether this may be fetched over plain HTTP, if it is: not from other machines, and not from this
    /// one for a server on another.
    pub(super) fn allows_scheme_of(&self, url: &Url) -> bool {
        url.scheme() == "https" || self.plain_http || (self.is_local && is_loopback(url))
    }

    /// The URL, if it may be asked.
    pub(crate) fn check(&self, named: &str) -> Result<Url, OutOfReach> {
        const LONGEST: usize = 2048;
        let url = Url::parse(named).ok().filter(|_| named.len() <= LONGEST);
        let is_http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
        let Some(mut url) = url.filter(is_http) else {
            return Err(OutOfReach::Scheme);
        };
        let origin = url.origin();
        let shown_origin = || shown(&origin.ascii_serialization());
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutOfReach::Credentials(shown_origin()));
        }
        if !self.origins.contains(&origin) {
            return Err(OutOfReach::Origin(shown_origin()));
        }
        if !self.allows_scheme_of(&url) {
            return Err(OutOfReach::PlainHttp(shown_origin()));
        }
        url.set_fragment(None);
        Ok(url)
    }
}
