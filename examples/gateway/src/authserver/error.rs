//! Why an authorization server cannot be looked at.

use thiserror::Error;

use crate::{configuration::Unusable, keys::escaped};

/// Why an authorization server cannot be looked at.
#[derive(Debug, Error)]
pub(super) enum AuthserverError {
    #[error(transparent)]
    Configuration(#[from] Unusable),
    #[error(
        "the configuration has no `[[authorization_server]]`: docs/plans.md says what one is for"
    )]
    None,
    #[error(
        "the configuration has no authorization server `{}`: {hint}",
        escaped(name)
    )]
    Unknown { name: String, hint: String },
}
