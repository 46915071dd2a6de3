//! Why settings do not make a gateway.

use thiserror::Error;
use tollbar::{
    RouteError,
    challenge::{InvalidRelay, InvalidResource},
    core::origin::InvalidOrigin,
    oauth2::OAuth2Error,
    plan::InvalidSecret,
};
use url::ParseError;

use super::key_store::OpenError;

/// Why settings do not make a gateway. Judging them has ruled out all but what stands in the key file.
#[derive(Debug, Error)]
pub(crate) enum ComposeError {
    #[error("the public URL of a proxy is no URL: {0}")]
    PublicUrl(#[from] ParseError),
    #[error(transparent)]
    Origin(#[from] InvalidOrigin),
    #[error(transparent)]
    Route(#[from] RouteError),
    #[error(transparent)]
    Secret(#[from] InvalidSecret),
    #[error("a plan for tokens cannot be set up: {0}")]
    Tokens(#[from] OAuth2Error),
    #[error("what clients are told of a proxy cannot be made: {0}")]
    Resource(#[from] InvalidResource),
    #[error("what the server of a proxy says of itself cannot be relayed: {0}")]
    Relay(#[from] InvalidRelay),
    #[error(transparent)]
    Keys(#[from] OpenError),
}
