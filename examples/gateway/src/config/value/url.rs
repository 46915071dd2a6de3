//! Where an MCP server is, how it calls itself, and where clients find its proxy.

use std::{fmt, net::SocketAddr};

use url::Url;

use super::{Complaint, Leaf};

/// The whole URL of an MCP server's Streamable HTTP endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UpstreamUrl(pub(crate) Url);

/// The URL of an authorization server's token endpoint (RFC 6749 section 3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenUrl(pub(crate) Url);

/// The URL under which clients reach a listener or a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicUrl(pub(crate) Url);

/// The URL by which an MCP server calls itself (RFC 9728 section 1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResourceUrl(pub(crate) Url);

/// The base URL of a receiver of telemetry (OTLP over HTTP).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceiverUrl(pub(crate) Url);

impl UpstreamUrl {
    /// The endpoint of a server that listens here.
    pub(crate) fn local(address: SocketAddr) -> Result<Self, url::ParseError> {
        Url::parse(&format!("http://{address}/mcp")).map(Self)
    }

    /// Whether what is sent there stays on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

/// Whether this is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Leaf for UpstreamUrl {
    const FORMAT: &'static str = "upstream-url";
    const EXAMPLE: &'static str = "http://127.0.0.1:8000/mcp";

    fn read(text: &str) -> Result<Self, Complaint> {
        read(text, Self::EXAMPLE).map(Self)
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}

impl Leaf for TokenUrl {
    const FORMAT: &'static str = "token-url";
    const EXAMPLE: &'static str = "https://login.example/token";

    fn read(text: &str) -> Result<Self, Complaint> {
        let url = UpstreamUrl(read(text, Self::EXAMPLE)?);
        if url.0.scheme() != "https" && !url.is_loopback() {
            let complaint = Complaint::new(
                "a token endpoint on another machine is talked to over TLS only",
                "write a URL that begins with `https://`",
            );
            return Err(complaint.conceal());
        }
        Ok(Self(url.0))
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}

impl Leaf for PublicUrl {
    const FORMAT: &'static str = "public-url";
    const EXAMPLE: &'static str = "https://gateway.example/mcp";

    fn read(text: &str) -> Result<Self, Complaint> {
        let url = read(text, Self::EXAMPLE)?;
        if url.query().is_some() {
            let complaint = Complaint::new(
                "a public URL has no query",
                "leave out the `?` and what follows",
            );
            return Err(complaint.conceal());
        }
        Ok(Self(url))
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}

impl Leaf for ResourceUrl {
    const FORMAT: &'static str = "resource-url";
    const EXAMPLE: &'static str = "https://mcp.example/mcp";

    fn read(text: &str) -> Result<Self, Complaint> {
        read(text, Self::EXAMPLE).map(Self)
    }

    fn write(&self) -> String {
        self.0.to_string()
    }
}

impl Leaf for ReceiverUrl {
    const FORMAT: &'static str = "receiver-url";
    const EXAMPLE: &'static str = "http://127.0.0.1:4318";

    fn read(text: &str) -> Result<Self, Complaint> {
        let url = read(text, Self::EXAMPLE)?;
        if url.query().is_some() {
            let complaint = Complaint::new(
                "the URL of a receiver has no query",
                "leave out the `?` and what follows; a credential is a header",
            );
            return Err(complaint.conceal());
        }
        if url.path().ends_with("/v1/traces") {
            return Err(Complaint::new(
                "this is where traces go, and metrics go elsewhere",
                "leave out `/v1/traces`, which is added",
            ));
        }
        Ok(Self(url))
    }

    fn write(&self) -> String {
        self.0.as_str().trim_end_matches('/').to_owned()
    }
}

/// An absolute HTTP URL that carries no credentials.
pub(super) fn read(text: &str, example: &str) -> Result<Url, Complaint> {
    // What is wrong may be just where a secret ends.
    parse(text, example).map_err(Complaint::conceal)
}

fn parse(text: &str, example: &str) -> Result<Url, Complaint> {
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            return Err(Complaint::new(
                format!("this is not a URL: {error}"),
                format!("write the whole URL, such as `{example}`"),
            ));
        }
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        let message = match url.scheme() {
            // Without the slashes it may be the user name of a URL without a scheme.
            scheme if text.contains("://") || !text.contains('@') => {
                format!("`{scheme}` is not a scheme that can be proxied")
            }
            _ => "this is neither an `http` nor an `https` URL".to_owned(),
        };
        return Err(Complaint::new(
            message,
            format!("write a URL that begins with `http://` or `https://`, such as `{example}`"),
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Complaint::new(
            "a URL must not carry a user name or a password",
            "send it as a header: `headers.authorization = { env = \"NAME\" }`",
        ));
    }
    if url.fragment().is_some() {
        return Err(Complaint::new(
            "a fragment never reaches a server",
            "leave out the `#` and what follows",
        ));
    }
    Ok(url)
}
