//! What a host says of one proxy.

mod document;
mod invalid;

pub use self::invalid::InvalidResource;

use url::Url;

use crate::front::Front;

/// The scope that asks for refresh tokens: a matter between client and authorization server, which a
/// resource has no part in (MCP 2026-07-28, `basic/authorization`).
const OFFLINE: &str = "offline_access";

/// A proxy as a protected resource (RFC 9728): which tokens it takes, and where they can be had.
///
/// Make one for a proxy with an OAuth plan, and for no other: a client that finds metadata tries to log
/// in. It goes to a [`ChallengeLayer`](crate::ChallengeLayer), which serves it at [`paths`](Self::paths).
///
/// ```
/// use tollbar_challenge::ProtectedResource;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let resource = ProtectedResource::new("https://gw.example/mcp".parse()?, "https://login.example")?
///     .scopes(["mcp"])?
///     .name("Weather");
/// assert_eq!(resource.paths(), [
///     "/.well-known/oauth-protected-resource/mcp",
///     "/mcp/.well-known/oauth-protected-resource",
/// ]);
/// assert_eq!(resource.identifiers(), ["https://gw.example/mcp", "https://gw.example/mcp/"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedResource {
    front: Front,
    authorization_servers: Vec<String>,
    scopes: Vec<String>,
    more_scopes: Vec<String>,
    name: Option<String>,
    documentation: Option<Url>,
}

impl ProtectedResource {
    /// The proxy under this public URL, which takes tokens of this authorization server.
    ///
    /// The issuer is told byte for byte as it is given, since clients compare it with what the server
    /// says of itself (RFC 8414 section 3.3): leave out the slash where the server does.
    ///
    /// # Errors
    ///
    /// [`InvalidResource`] when the URL is not one of HTTP, or has a query, a fragment, a user name or
    /// a password.
    pub fn new(resource: Url, issuer: impl Into<String>) -> Result<Self, InvalidResource> {
        Ok(Self {
            front: Front::new(resource)?,
            authorization_servers: vec![issuer.into()],
            scopes: Vec::new(),
            more_scopes: Vec::new(),
            name: None,
            documentation: None,
        })
    }

    /// Also takes tokens of this authorization server. Clients may choose any one of them; most take
    /// the first. One that is named already is not named twice.
    #[must_use]
    pub fn authorization_server(mut self, issuer: impl Into<String>) -> Self {
        let issuer = issuer.into();
        if !self.authorization_servers.contains(&issuer) {
            self.authorization_servers.push(issuer);
        }
        self
    }

    /// The scopes that a token needs. Named in the challenge of a request without a token, so that
    /// clients ask for them, and in the metadata. Default: none. `offline_access` is not named. Called
    /// again, it adds to them.
    ///
    /// # Errors
    ///
    /// [`InvalidResource::Scope`] when one is no scope (RFC 6749 section 3.3).
    pub fn scopes<T: Into<String>>(
        mut self,
        scopes: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidResource> {
        add_scopes(&mut self.scopes, scopes)?;
        Ok(self)
    }

    /// More scopes that can be had, beside those that are needed: named in the metadata alone, where a
    /// client without a challenge asks for all of them. Default: none. Called again, it adds to them.
    ///
    /// # Errors
    ///
    /// [`InvalidResource::Scope`] when one is no scope.
    pub fn scopes_supported<T: Into<String>>(
        mut self,
        scopes: impl IntoIterator<Item = T>,
    ) -> Result<Self, InvalidResource> {
        add_scopes(&mut self.more_scopes, scopes)?;
        Ok(self)
    }

    /// A name for people. Default: none.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A page for developers. Default: none.
    #[must_use]
    pub fn documentation(mut self, page: Url) -> Self {
        self.documentation = Some(page);
        self
    }

    /// The path at which this process serves the proxy, where something in front changes it. Default:
    /// the path of the public URL.
    ///
    /// # Errors
    ///
    /// [`InvalidResource::Path`] when it does not begin with `/`, or holds what no request path holds.
    pub fn mount_path(mut self, path: impl Into<String>) -> Result<Self, InvalidResource> {
        self.front.mount(path.into())?;
        Ok(self)
    }

    /// Whether the metadata is also served for the host as a whole, where clients look last. Only for
    /// the one proxy of its host: it would speak for the others. Default: no.
    #[must_use]
    pub const fn bare(mut self, bare: bool) -> Self {
        self.front.set_bare(bare);
        self
    }

    /// The public URL of the proxy: its resource identifier.
    #[must_use]
    pub const fn resource(&self) -> &Url {
        self.front.url()
    }

    /// Both identifiers that mean this proxy, as they stand in `aud` of a token: the public URL, and
    /// the same with the other choice of a trailing slash. Clients use the URL that their user has
    /// typed.
    #[must_use]
    pub fn identifiers(&self) -> [String; 2] {
        self.front.identifiers()
    }

    /// All paths at which a host has to mount the layer beside the proxy's own, relative to the root
    /// of this process. Each answers with a trailing slash, too, so that a router that tells the two
    /// apart has to mount both.
    ///
    /// They are made of the path of the public URL, and of the [mount path](Self::mount_path) where
    /// that is another one. The last one is the bare form, where it is [allowed](Self::bare).
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.front.places().into_paths()
    }

    pub(crate) const fn front(&self) -> &Front {
        &self.front
    }

    /// The scopes that are told: needed, and then, where asked for, the others.
    pub(crate) fn told_scopes(&self, with_more: bool) -> Vec<&str> {
        let more = self.more_scopes.iter().filter(|_| with_more);
        let mut told: Vec<&str> = Vec::new();
        for scope in self.scopes.iter().chain(more) {
            if scope != OFFLINE && !told.contains(&scope.as_str()) {
                told.push(scope);
            }
        }
        told
    }
}

fn add_scopes<T: Into<String>>(
    to: &mut Vec<String>,
    scopes: impl IntoIterator<Item = T>,
) -> Result<(), InvalidResource> {
    for scope in scopes {
        let scope = scope.into();
        if !is_scope(&scope) {
            return Err(InvalidResource::Scope(scope));
        }
        to.push(scope);
    }
    Ok(())
}

/// `scope-token` of RFC 6749 section 3.3.
fn is_scope(text: &str) -> bool {
    let is_of_scope = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(is_of_scope)
}
