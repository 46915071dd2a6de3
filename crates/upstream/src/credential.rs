//! The gateway's own credential for the MCP server.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, header};
use tollbar_core::{Authorize, Exchange, Refusal};

use crate::UpstreamError;

/// What the MCP server is shown as `Authorization`.
#[derive(Clone, Default)]
pub(crate) enum Credential {
    /// Nothing of the gateway's: none, or the client's own.
    #[default]
    None,
    /// One value, which is among the fixed headers.
    Fixed,
    /// What this finds for each request.
    Found(Arc<dyn Authorize>),
}

impl Credential {
    /// Whether a refusal of the MCP server is about the gateway and not about the client.
    pub(crate) const fn is_own(&self) -> bool {
        !matches!(self, Self::None)
    }

    /// Finds the value for this exchange and sets it; gives back what can tell whether another one
    /// makes sense.
    pub(crate) async fn set(
        &self,
        headers: &mut HeaderMap,
        exchange: &Exchange,
    ) -> Result<Option<Shown<'_>>, Refusal> {
        let Self::Found(authorize) = self else {
            return Ok(None);
        };
        let mut value = authorize.authorize(exchange).await?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value.clone());
        Ok(Some(Shown { authorize, value }))
    }
}

/// A value that the MCP server was shown.
pub(crate) struct Shown<'a> {
    authorize: &'a Arc<dyn Authorize>,
    value: HeaderValue,
}

impl Shown<'_> {
    /// The MCP server has refused it. Whether another one may help.
    pub(crate) fn refused(&self, exchange: &Exchange) -> bool {
        self.authorize.refused(exchange, &self.value)
    }
}

/// The value for a bearer token (RFC 6750 section 2.1).
pub(crate) fn bearer(token: &str) -> Result<HeaderValue, UpstreamError> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(UpstreamError::BearerToken);
    }
    HeaderValue::try_from(["Bearer ", token].concat()).map_err(|_| UpstreamError::BearerToken)
}

/// The value for a user and a password, in UTF-8 (RFC 7617 section 2).
pub(crate) fn basic(user: &str, password: &str) -> Result<HeaderValue, UpstreamError> {
    if user.contains(':') {
        return Err(UpstreamError::BasicUser);
    }
    if user.chars().chain(password.chars()).any(char::is_control) {
        return Err(UpstreamError::BasicControl);
    }
    let encoded = STANDARD.encode([user, ":", password].concat());
    HeaderValue::try_from(["Basic ", &encoded].concat()).map_err(|_| UpstreamError::BasicControl)
}
