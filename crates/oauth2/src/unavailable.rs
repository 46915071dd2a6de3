//! What a client is told when an authorization server cannot be asked.

use std::time::Duration;

use tollbar_core::{Kind, Refusal};

/// The authorization server cannot be asked, or gives no answer that means anything. Why, the log has
/// been told already.
///
/// Never "this token is bad": a client would throw its tokens away and begin a login that cannot end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable {
    /// When it makes sense to come again.
    pub(crate) retry_after: Duration,
}

impl From<Unavailable> for Refusal {
    fn from(unavailable: Unavailable) -> Self {
        Self::new(
            Kind::Unavailable,
            "authorization_server_unavailable",
            "the authorization server cannot be asked about this token now: try again later",
        )
        .with_retry_after(unavailable.retry_after)
    }
}
