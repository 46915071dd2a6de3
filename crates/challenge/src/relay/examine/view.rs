//! What a client sees of a server.

use http::StatusCode;
use url::Url;

/// What a client sees of a server on its way to a login, whose users have given it a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientView {
    pub(super) url: Url,
    pub(super) status: Option<StatusCode>,
    pub(super) challenge: Option<String>,
    pub(super) metadata_url: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) authorization_servers: Vec<String>,
    pub(super) acceptance: Acceptance,
}

/// Whether the MCP clients of today take what they see.
///
/// They read the first scheme of the first challenge, look for metadata where it says, or else at the
/// well-known places, and compare `resource` with the URL that they were given (RFC 9728 section 3.3): all
/// of them take one that is that URL, or a parent of it; some take no other than that URL itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// All of them do.
    Accepted,
    /// Some of them do not; says which, or why.
    Partly(&'static str),
    /// None of them does; says why.
    Rejected(&'static str),
}

impl ClientView {
    /// The URL that the client was given.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// The status that it gets without a token. `None` without an answer.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The challenge, as far as it is text. `None` where there is none.
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        self.challenge.as_deref()
    }

    /// Where it finds metadata.
    #[must_use]
    pub fn metadata_url(&self) -> Option<&str> {
        self.metadata_url.as_deref()
    }

    /// The `resource` in it, for which it asks for a token.
    #[must_use]
    pub fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// Where it can log in. Most clients take the first.
    #[must_use]
    pub fn authorization_servers(&self) -> &[String] {
        &self.authorization_servers
    }

    /// Whether it goes on to the login.
    #[must_use]
    pub const fn acceptance(&self) -> &Acceptance {
        &self.acceptance
    }

    /// What clients do with what they see.
    ///
    /// `is_old` is whether the authorization server is found at the root of the server (MCP 2025-03-26).
    pub(super) fn judge(&self, is_old: bool) -> Acceptance {
        if self.status.is_some_and(|status| status.is_success()) {
            return match &self.resource {
                Some(_) => Acceptance::Partly("those that are asked for a token later"),
                None => Acceptance::Rejected("nobody asks them for a token"),
            };
        }
        if self.status != Some(StatusCode::UNAUTHORIZED) {
            return Acceptance::Rejected("they log in after a 401 only");
        }
        if let Some(challenge) = &self.challenge
            && !is_bearer(challenge)
        {
            return Acceptance::Rejected("the first challenge is not `Bearer`");
        }
        let Some(resource) = &self.resource else {
            return match is_old {
                true => Acceptance::Partly("those that still know MCP 2025-03-26"),
                false if self.names_elsewhere() => {
                    Acceptance::Partly("perhaps: the metadata elsewhere was not looked at")
                }
                false => Acceptance::Rejected("there is no metadata"),
            };
        };
        if !is_for(resource, &self.url) {
            return Acceptance::Rejected("`resource` is another URL than theirs");
        }
        if self.authorization_servers.is_empty() {
            return Acceptance::Rejected("no authorization server is named");
        }
        if self.names_elsewhere() {
            return Acceptance::Partly(
                "not older versions of rmcp: the metadata is at another origin",
            );
        }
        if Url::parse(resource).ok().as_ref() != Some(&self.url) {
            return Acceptance::Partly("not VS Code: `resource` has to be the very URL");
        }
        Acceptance::Accepted
    }

    /// Whether the metadata stands at another origin than the server itself.
    fn names_elsewhere(&self) -> bool {
        let url = self.metadata_url.as_deref().map(Url::parse);
        matches!(url, Some(Ok(url)) if url.origin() != self.url.origin())
    }
}

fn is_bearer(challenge: &str) -> bool {
    let scheme = challenge.split([' ', ',']).next();
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
}

/// Whether clients take metadata of this resource for that URL: same origin, and its path, or one above it.
fn is_for(resource: &str, url: &Url) -> bool {
    let Ok(resource) = Url::parse(resource) else {
        return false;
    };
    let (above, path) = (resource.path().trim_end_matches('/'), url.path());
    let rest = path.strip_prefix(above);
    resource.origin() == url.origin()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
