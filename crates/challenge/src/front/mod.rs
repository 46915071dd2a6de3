//! Where clients find a proxy.

mod places;

pub(crate) use self::places::Places;

use url::Url;

use crate::{Challenge, InvalidResource, challenge::POINTER};

/// What RFC 9728 section 3.1 inserts between host and path.
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Where the metadata of an authorization server stands, whatever the path of the MCP server (MCP 2025-03-26,
/// `basic/authorization`, Server Metadata Discovery).
pub(crate) const AT_ROOT: &str = "/.well-known/oauth-authorization-server";

/// A proxy as clients see it from outside: its public URL, and what follows from that. Whoever tells
/// something of a proxy tells it by one of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Front {
    url: Url,
    mount_path: Option<String>,
    is_bare: bool,
}

impl Front {
    /// The proxy under this public URL.
    pub(crate) fn new(url: Url) -> Result<Self, InvalidResource> {
        let is_http = matches!(url.scheme(), "http" | "https");
        if !is_http || !url.has_host() {
            return Err(InvalidResource::Scheme);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidResource::Query);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidResource::Credentials);
        }
        Ok(Self {
            url,
            mount_path: None,
            is_bare: false,
        })
    }

    /// Sets the path at which this process serves the proxy.
    pub(crate) fn mount(&mut self, path: String) -> Result<(), InvalidResource> {
        let is_of_path = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#');
        if !path.starts_with('/') || !path.bytes().all(is_of_path) {
            return Err(InvalidResource::Path(path));
        }
        self.mount_path = Some(path);
        Ok(())
    }

    /// Sets whether it speaks for its host as a whole.
    pub(crate) const fn set_bare(&mut self, is_bare: bool) {
        self.is_bare = is_bare;
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    /// Where this process serves the metadata.
    pub(crate) fn places(&self) -> Places {
        Places::of(self)
    }

    /// Both identifiers that mean this proxy: the configured one first.
    pub(crate) fn identifiers(&self) -> [String; 2] {
        let own = self.url.as_str();
        let other = match own.strip_suffix('/') {
            Some(stem) => stem.to_owned(),
            None => format!("{own}/"),
        };
        [own.to_owned(), other]
    }

    /// The identifier in one of its forms. A resource at the root has the configured one alone.
    pub(crate) fn identifier(&self, slashed: bool) -> String {
        match self.public_path() {
            "" => self.url.as_str().to_owned(),
            _ => with_slash(trimmed(self.url.as_str()), slashed),
        }
    }

    /// The URL of the metadata that a challenge names: the inserted form, which is the standard's.
    /// Where something in front changes paths it is the path form, which goes the same way as the
    /// requests themselves.
    pub(crate) fn metadata_url(&self, slashed: bool) -> String {
        let public = self.public_path();
        let slashed = slashed && !public.is_empty();
        let url = if public == self.mounted_at() {
            let origin = self.url.origin().ascii_serialization();
            format!("{origin}{WELL_KNOWN}{public}")
        } else {
            format!("{}{WELL_KNOWN}", trimmed(self.url.as_str()))
        };
        with_slash(&url, slashed)
    }

    /// The challenge for a bearer token that leads to the metadata (RFC 9728 section 5.1).
    pub(crate) fn pointer(&self, slashed: bool) -> Challenge {
        let mut pointer = Challenge::bearer();
        pointer.put(POINTER, &self.metadata_url(slashed));
        pointer
    }

    /// The path of the public URL, without a trailing slash: empty for the root.
    fn public_path(&self) -> &str {
        trimmed(self.url.path())
    }

    /// The path at which this process serves the proxy, without a trailing slash.
    fn mounted_at(&self) -> &str {
        match &self.mount_path {
            Some(path) => trimmed(path),
            None => self.public_path(),
        }
    }
}

/// Without a trailing slash.
pub(crate) fn trimmed(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

fn with_slash(text: &str, slashed: bool) -> String {
    let slash = if slashed { "/" } else { "" };
    format!("{text}{slash}")
}
