//! Redirects, which are never followed and never passed.

use http::{HeaderMap, header};
use url::Url;

/// Where an upstream wants its clients to go instead.
///
/// Following would send the request, with its secrets, to a server that nobody has configured;
/// passing it on would lead the client past the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    /// To the configured URL with a slash behind its path.
    WithSlash,
    /// To the configured URL without the slash behind its path.
    WithoutSlash,
    /// To the configured URL, by `https`.
    ToHttps,
    /// Anywhere else.
    Elsewhere,
    /// No `Location`, or one that is no URL.
    Nowhere,
}

impl Redirect {
    /// Reads `Location`. The URL is for the log, and comes without its query: that may hold a secret,
    /// and is the client's in part.
    pub(crate) fn of(headers: &HeaderMap, configured: &Url) -> (Self, Option<Url>) {
        let location = headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok());
        let Some(mut wanted) = location.and_then(|location| configured.join(location).ok()) else {
            return (Self::Nowhere, None);
        };
        strip(&mut wanted);
        (Self::between(configured, &wanted), Some(wanted))
    }

    fn between(configured: &Url, wanted: &Url) -> Self {
        let mut own = configured.clone();
        strip(&mut own);
        if own.scheme() == "http" && wanted.scheme() == "https" {
            let same = own.host() == wanted.host() && own.path() == wanted.path();
            return if same { Self::ToHttps } else { Self::Elsewhere };
        }
        if own.origin() != wanted.origin() {
            Self::Elsewhere
        } else if wanted.path().strip_suffix('/') == Some(own.path()) {
            Self::WithSlash
        } else if own.path().strip_suffix('/') == Some(wanted.path()) {
            Self::WithoutSlash
        } else {
            Self::Elsewhere
        }
    }

    /// What a client is told: the fix where it is plain, and no address.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::WithSlash => {
                "the MCP server redirects to its URL with a slash at the end: configure that URL"
            }
            Self::WithoutSlash => {
                "the MCP server redirects to its URL without the slash at the end: configure that URL"
            }
            Self::ToHttps => "the MCP server redirects to `https`: configure that URL",
            Self::Elsewhere => {
                "the MCP server redirects to another URL: the log of the gateway says which one to \
                 configure"
            }
            Self::Nowhere => "the MCP server redirects without saying where to",
        }
    }
}

/// Leaves scheme, host, port and path.
fn strip(url: &mut Url) {
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for a URL without a host, which has neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}
