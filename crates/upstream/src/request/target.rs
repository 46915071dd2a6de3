//! Where a request goes.

use std::sync::Arc;

use bytes::Bytes;
use http::{
    Uri,
    uri::{Parts, PathAndQuery},
};
use url::{Url, form_urlencoded};

use crate::{UpstreamError, failure::Failure};

/// The configured URL, ready to be sent.
#[derive(Clone)]
pub(crate) struct Target {
    url: Url,
    uri: Uri,
    /// The names of the configured query's parameters, decoded and lower-case.
    fixed: Vec<String>,
    origin: Arc<str>,
}

impl Target {
    pub(crate) fn new(url: Url) -> Result<Self, UpstreamError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UpstreamError::Scheme(url.scheme().to_owned()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UpstreamError::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(UpstreamError::Fragment);
        }
        let uri = Uri::try_from(url.as_str())
            .map_err(|error| UpstreamError::Target(error.to_string()))?;
        let fixed = url.query().map(parameters).unwrap_or_default();
        let origin = url.origin().ascii_serialization().into();
        Ok(Self {
            url,
            uri,
            fixed,
            origin,
        })
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Scheme, host and port. For logs, where a path or a query might show a secret.
    pub(crate) const fn origin(&self) -> &Arc<str> {
        &self.origin
    }

    /// The configured URL, with the client's query behind its own. The client's path means nothing
    /// here: it is the gateway's.
    ///
    /// Servers disagree about which of two parameters of one name counts, so a client must not name
    /// one that the configured URL has.
    pub(crate) fn uri(&self, client: &Uri) -> Result<Uri, Failure> {
        let Some(query) = client.query().filter(|query| !query.is_empty()) else {
            return Ok(self.uri.clone());
        };
        if !self.fixed.is_empty()
            && parameters(query)
                .iter()
                .any(|name| self.fixed.contains(name))
        {
            return Err(Failure::FixedParameter);
        }
        let own = self.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let joint = match own.rsplit_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some(_) => "&",
        };
        let path_and_query = Bytes::from([own, joint, query].concat());
        let mut parts = Parts::default();
        parts.scheme = self.uri.scheme().cloned();
        parts.authority = self.uri.authority().cloned();
        parts.path_and_query = Some(
            PathAndQuery::from_maybe_shared(path_and_query).map_err(|_| Failure::QueryTooLong)?,
        );
        Uri::from_parts(parts).map_err(|_| Failure::QueryTooLong)
    }
}

/// The names of a query's parameters. Some servers also divide at `;`, some ignore case.
fn parameters(query: &str) -> Vec<String> {
    query
        .split(['&', ';'])
        .flat_map(|pair| form_urlencoded::parse(pair.as_bytes()))
        .map(|(name, _)| name.to_lowercase())
        .collect()
}
