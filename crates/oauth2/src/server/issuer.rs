//! The identifier of an authorization server.

use std::fmt;

use url::Url;

use crate::{OAuth2Error, endpoint::Endpoint};

/// An issuer identifier (RFC 8414 section 2): a URL that is compared as text, byte for byte.
pub(super) struct Issuer {
    text: Box<str>,
    endpoint: Endpoint,
}

impl Issuer {
    pub(super) fn new(text: String, plain_http: bool) -> Result<Self, OAuth2Error> {
        if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(OAuth2Error::Issuer("has spaces or control characters"));
        }
        let url = Url::parse(&text);
        let url = url.map_err(|_| OAuth2Error::Issuer("is no absolute URL"))?;
        if url.query().is_some() {
            return Err(OAuth2Error::Issuer("has a query, which none has"));
        }
        let endpoint = Endpoint::new(url, plain_http)?;
        let text = text.into_boxed_str();
        Ok(Self { text, endpoint })
    }

    pub(super) const fn text(&self) -> &str {
        &self.text
    }

    /// Where it is.
    pub(super) const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Where its metadata may be: the well-known path of OAuth between host and path (RFC 8414 section
    /// 3.1), that of OpenID behind the path (OpenID Connect Discovery 1.0 section 4), or in between
    /// (RFC 8414 section 5). MCP clients look in the same places.
    pub(super) fn well_known(&self) -> Vec<Url> {
        const OAUTH: &str = "/.well-known/oauth-authorization-server";
        const OPENID: &str = "/.well-known/openid-configuration";
        let path = self.endpoint.url().path().trim_end_matches('/');
        let mut paths = vec![
            format!("{OAUTH}{path}"),
            format!("{path}{OPENID}"),
            format!("{OPENID}{path}"),
        ];
        // Without a path the last two are one.
        paths.dedup();
        let at = |path: &String| {
            let mut url = self.endpoint.url().clone();
            url.set_path(path);
            url
        };
        paths.iter().map(at).collect()
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
