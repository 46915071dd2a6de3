//! What holds now.

use std::{fmt, sync::Arc};

use crate::{Headers, Policy};

/// The policy, and how it is enforced. Replaced as a whole.
#[derive(Clone)]
pub(crate) struct Terms {
    policy: Arc<dyn Policy>,
    headers: Headers,
    pub(crate) shadow: bool,
    pub(crate) honest: bool,
    pub(crate) scrub_links: bool,
}

impl Terms {
    pub(crate) fn new(policy: Arc<dyn Policy>) -> Self {
        Self {
            headers: policy.headers(),
            policy,
            shadow: false,
            honest: false,
            scrub_links: false,
        }
    }

    pub(crate) fn policy(&self) -> &dyn Policy {
        &*self.policy
    }

    /// The headers that the policy looks at.
    pub(crate) const fn headers(&self) -> &Headers {
        &self.headers
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms")
            .field("headers", &self.headers)
            .field("shadow", &self.shadow)
            .field("honest", &self.honest)
            .field("scrub_links", &self.scrub_links)
            .finish_non_exhaustive()
    }
}
