//! The layer.

use std::{fmt, sync::Arc};

use tollbar_core::{GuardLayer, Guarded};
use tower_layer::Layer;

use crate::{
    Policy,
    access::{Access, Shared, Terms},
};

/// Lets a consumer list and use what a policy allows, and nothing else.
///
/// One policy is asked about each request on its way in, and about each entry of a list, each
/// capability and each notification on its way out. So what is listed is what can be called.
///
/// What is denied is said as if it did not exist, with the error that MCP servers give for what they do
/// not know; [`honest`](Self::honest) says that it is denied. What only lacks a scope is listed, and is
/// answered with 403 and the scopes (RFC 6750 section 3.1), since only who knows of it can ask for them.
///
/// Put it inside of the plan layer and the frame: it needs the consumer and the call, and refuses when
/// one of them is missing. Where sessions and tasks are sealed, it stands inside of those layers, too, so
/// that whose session and whose task it is was judged before. Nothing that answers by itself, such as a
/// cache, may stand between it and the frame.
///
/// # Beware
///
/// - The content of what may be read is not rewritten: a result, a log message or the values of a
///   completion may name what is hidden. [`scrub_links`](Self::scrub_links) takes resources out of
///   results, where they stand at the places that MCP has for them.
/// - Concealing hides names from lists and errors. It cannot hide that there is a gateway: MCP servers
///   word their own errors in many ways.
/// - What a server says of a tool's nature ([`Annotations`](crate::Annotations)) is known when a list
///   with the tool has passed, and not before. It is a claim of the server, and the last page with the
///   tool counts, whoever has asked for it.
/// - A task, a session or a cursor is not a thing with a name here: who may use which is not asked.
#[derive(Clone)]
pub struct AclLayer {
    access: Access,
}

impl AclLayer {
    /// Asks this policy.
    #[must_use]
    pub fn new(policy: impl Policy) -> Self {
        Self::with(Terms::new(Arc::new(policy)), Self::ANNOTATIONS)
    }

    /// How many tools' annotations are remembered where nothing else is said.
    pub const ANNOTATIONS: usize = 10_000;

    fn with(terms: Terms, annotations: usize) -> Self {
        Self {
            access: Access::new(Shared::new(terms, annotations)),
        }
    }

    fn changed(self, change: impl FnOnce(&mut Terms)) -> Self {
        let shared = self.access.shared();
        let mut terms = Terms::clone(&shared.terms());
        change(&mut terms);
        Self::with(terms, shared.annotations_limit())
    }

    /// Only writes down what the policy says, and changes and refuses nothing: to try a policy on real
    /// traffic. The verdicts of the exchange say so, and its count of hidden parts counts what would
    /// have been hidden.
    #[must_use]
    pub fn shadow(self) -> Self {
        self.changed(|terms| terms.shadow = true)
    }

    /// Says that something is denied, why, and by which rule, instead of concealing it. Lists are
    /// filtered all the same.
    #[must_use]
    pub fn honest(self) -> Self {
        self.changed(|terms| terms.honest = true)
    }

    /// Also takes links to resources, and resources that are part of something else, out of the results
    /// of tools, prompts and reads, where the policy denies their use.
    #[must_use]
    pub fn scrub_links(self) -> Self {
        self.changed(|terms| terms.scrub_links = true)
    }

    /// Of how many tools the annotations are remembered. Default
    /// [`ANNOTATIONS`](Self::ANNOTATIONS). The oldest are forgotten beyond that, and the annotations of
    /// a tool are unknown then.
    #[must_use]
    pub fn annotations_limit(self, tools: usize) -> Self {
        Self::with(Terms::clone(&self.access.shared().terms()), tools)
    }

    /// The decision alone, for a host that combines guards.
    #[must_use]
    pub fn guard(&self) -> Access {
        self.access.clone()
    }

    /// Takes over the policy and the modes of another layer: for this layer, its clones, and all guards
    /// and services that were made of them, from the next question on. Open streams ask it, too. What
    /// was learnt of tools stays.
    ///
    /// An answer that began in [shadow mode](Self::shadow) ends in it, since nothing that stands in the
    /// way of it can be put there later. On an answer that has begun, a policy that looks at other headers
    /// than the one before lets nothing pass: they were not kept.
    ///
    /// # Beware
    ///
    /// The modes are those of the other layer, whatever this one had: a new layer without
    /// [`honest`](Self::honest) conceals from now on, and one in shadow mode refuses nothing any more. Only the
    /// [limit of annotations](Self::annotations_limit) stays.
    pub fn replace(&self, with: &Self) {
        let terms = with.access.shared().terms();
        self.access.shared().set_terms(Arc::clone(&terms));
    }
}

impl<S> Layer<S> for AclLayer {
    type Service = Guarded<S, Access>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardLayer::new(self.guard()).layer(inner)
    }
}

impl fmt::Debug for AclLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AclLayer").field(&self.access).finish()
    }
}
