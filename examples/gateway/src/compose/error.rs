//! Why settings do not make a gateway.

use thiserror::Error;
use tollbar::{RouteError, core::origin::InvalidOrigin, plan::InvalidSecret};
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
    #[error(transparent)]
    Keys(#[from] OpenError),
}
