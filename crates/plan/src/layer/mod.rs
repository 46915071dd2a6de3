//! The layer that lets plans judge.

mod challenge;
mod guard;
mod presented;

pub use self::guard::Plans;
pub(crate) use self::presented::bearer_token;

use std::sync::Arc;

use http::HeaderName;
use tollbar_core::{GuardLayer, Guarded, Revocation};
use tower_layer::Layer;

use crate::{FailedAttempts, Plan, Source};

/// Lets one of its plans judge each request, and takes the credential off.
///
/// Which plan is decided by the credential that is present, and by nothing else:
///
/// 1. A token in the query is refused: it would stand in logs (RFC 6750 section 2.3).
/// 2. Two credentials are refused, and so is one header twice: somebody behind might read the
///    other one.
/// 3. The one credential is judged by the plan whose form it has
///    ([`Fit::Certain`](crate::Fit::Certain)), else by the first plan that may judge it. What that
///    plan decides stands: no other plan is asked.
/// 4. Without a credential the plan that asks for [`Nothing`](crate::Source::Nothing) admits the
///    request ([`Keyless`](crate::Keyless)), where there is one. A proxy that has other plans beside
///    it does not take a credential that none of them reads for nothing.
/// 5. Where a plan [relays](crate::Relay), `Authorization` is the MCP server's: it goes on, whichever
///    plan judges, and counts as a credential only where there is no other one, or where the relay has it
///    verified. Whoever presents nothing comes through, too, as that plan's; a keyless plan beside it is
///    never asked. A plan that reads `Authorization` makes every request fail there. What another plan
///    knows for its own by its form ([`Fit::Certain`](crate::Fit::Certain)), such as a key of the gateway,
///    is refused there, and does not go on.
///
/// The consumer and its grant are set on the exchange. All methods are judged alike: POST, GET and
/// DELETE. Put it outside of the frame, so that no stranger's body is read, and inside of CORS, since
/// preflight requests carry no credential.
///
/// ```
/// use http::{Request, Response};
/// use tollbar_core::{Body, Exchange};
/// use tollbar_plan::{Keyless, PlanLayer};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// let server = service_fn(|mut request: Request<Body>| async move {
///     let exchange = Exchange::of(request.extensions_mut());
///     assert_eq!(exchange.consumer().unwrap().plan(), "keyless");
///     assert!(!request.headers().contains_key("authorization"));
///     Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
/// });
/// let open = PlanLayer::new().with(Keyless::new()).layer(server);
/// let shut = PlanLayer::new().layer(server);
/// let ask = || Request::post("/mcp").body(Body::empty()).unwrap();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// assert_eq!(open.oneshot(ask()).await.unwrap().status(), 200);
/// assert_eq!(shut.oneshot(ask()).await.unwrap().status(), 503);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct PlanLayer {
    plans: Plans,
}

impl PlanLayer {
    /// No plan yet: everybody is refused.
    #[must_use]
    pub fn new() -> Self {
        Self {
            plans: Plans::new(),
        }
    }

    /// Adds a plan behind those that are there.
    #[must_use]
    pub fn with(self, plan: impl Plan) -> Self {
        self.add(Arc::new(plan), None)
    }

    /// Adds a plan that can be removed while the gateway runs: what was let in by it ends when it
    /// is revoked.
    #[must_use]
    pub fn with_revocable(self, plan: impl Plan, revocation: Revocation) -> Self {
        self.add(Arc::new(plan), Some(revocation))
    }

    fn add(mut self, plan: Arc<dyn Plan>, revocation: Option<Revocation>) -> Self {
        self.plans.change(|rules| rules.add(plan, revocation));
        self
    }

    /// Limits failed authentication. Default: no limit.
    #[must_use]
    pub fn attempts(mut self, attempts: FailedAttempts) -> Self {
        self.plans.change(|rules| rules.attempts = Some(attempts));
        self
    }

    /// Leaves `Authorization` to the MCP server: it is neither judged nor taken off, and refused only
    /// where it stands there twice, or holds what belongs to a plan by its form. No plan may read it then: one that does makes every request fail.
    /// For a proxy whose MCP server asks for tokens of its own, [`Relay`](crate::Relay) is better.
    #[must_use]
    pub fn leave_authorization(mut self) -> Self {
        self.plans.change(|rules| rules.leaves_authorization = true);
        self
    }

    /// Keeps the credential on the exchange
    /// ([`Exchange::credential`](tollbar_core::Exchange::credential)), for an exchange against
    /// another token. Default: it is forgotten once it is judged.
    #[must_use]
    pub fn keep_credential(mut self) -> Self {
        self.plans.change(|rules| rules.keeps_credential = true);
        self
    }

    /// The longest credential that a plan looks at, in bytes. Default 16 KiB. A longer one is
    /// refused with 400.
    #[must_use]
    pub fn credential_limit(mut self, bytes: usize) -> Self {
        self.plans.change(|rules| rules.credential_limit = bytes);
        self
    }

    /// The headers that hold credentials of these plans. None of them reaches the service inside.
    pub fn headers(&self) -> impl Iterator<Item = &HeaderName> {
        self.plans.headers()
    }

    /// The decision alone, for a host that combines guards.
    #[must_use]
    pub fn guard(&self) -> Plans {
        self.plans.clone()
    }

    /// Whether both come through: consumers whom only the MCP server knows, by a [relay](crate::Relay), and
    /// others. Their sessions meet on the server then, and have to be sealed for all of them
    /// ([`SessionLayer::seal_unverified`](crate::SessionLayer::seal_unverified)).
    ///
    /// ```
    /// use tollbar_plan::{PlanLayer, Relay, SessionLayer, SessionSecret};
    ///
    /// let secret = SessionSecret::generate()?;
    /// let plans = PlanLayer::new().with(Relay::new(secret.clone()));
    /// assert!(!plans.is_mixed());
    /// let mut sessions = SessionLayer::new(secret);
    /// if plans.is_mixed() {
    ///     sessions = sessions.seal_unverified();
    /// }
    /// # Ok::<(), tollbar_plan::InvalidSecret>(())
    /// ```
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        self.plans.is_mixed()
    }

    /// Where the plans look, in their order.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        self.plans.sources()
    }
}

impl Default for PlanLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Layer<S> for PlanLayer {
    type Service = Guarded<S, Plans>;

    fn layer(&self, inner: S) -> Self::Service {
        GuardLayer::new(self.plans.clone()).layer(inner)
    }
}
