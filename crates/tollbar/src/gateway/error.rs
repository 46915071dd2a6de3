//! Why a gateway cannot be arranged.

use thiserror::Error;
use tollbar_upstream::UpstreamError;

/// Why a gateway cannot be arranged.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// The upstream's address is not a URL.
    #[error("`{url}` is not a URL: {reason}")]
    NotAUrl {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The upstream cannot be set up.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}
