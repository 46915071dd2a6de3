//! The plan of a proxy whose MCP server judges credentials by itself.

use std::{fmt, future::ready, sync::Arc};

use http::HeaderValue;
use tollbar_core::{Consumer, Exchange, Kind, Refusal};

use crate::{
    Admission, Credential, Fit, Identify, Plan, SessionSecret, Source, layer::bearer_token,
    seal::Seal,
};

/// Leaves it to the MCP server who is let in: `Authorization` is its own, and goes on untouched.
///
/// Nobody here knows who asks then. The consumer is [unverified](Consumer::unverified), and has a
/// [pseudonym](Consumer::pseudonym) when it shows anything: a keyed digest of the header, by which logs and
/// limits can tell credentials apart. It is another one for each token, so that it is no name for rules.
/// Sessions and tasks pass as the server gives them.
///
/// Rules about subjects, clients, scopes and claims need a plan that reads the server's tokens as well:
/// see [`verified_by`](Self::verified_by).
///
/// Whoever shows a credential of another plan of the proxy, such as a key in a header of its own, is that
/// plan's consumer; `Authorization` goes on all the same.
///
/// ```
/// use http::{Request, Response};
/// use tollbar_core::{Body, Exchange};
/// use tollbar_plan::{PlanLayer, Relay, SessionSecret};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// let server = service_fn(|mut request: Request<Body>| async move {
///     let exchange = Exchange::of(request.extensions_mut());
///     let consumer = exchange.consumer().unwrap();
///     assert!(!consumer.is_verified() && consumer.pseudonym().is_some());
///     assert_eq!(request.headers()["authorization"], "Bearer of-the-server");
///     Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
/// });
/// let secret = SessionSecret::generate()?;
/// let relayed = PlanLayer::new().with(Relay::new(secret)).layer(server);
/// let request = Request::post("/mcp").header("authorization", "Bearer of-the-server");
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(async {
/// relayed.oneshot(request.body(Body::empty())?).await?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Relay {
    name: Arc<str>,
    pseudonyms: Arc<Seal>,
    verifiers: Vec<Arc<dyn Plan>>,
}

impl Relay {
    /// Makes pseudonyms with this secret: gateways that share it have the same ones.
    #[must_use]
    pub fn new(secret: SessionSecret) -> Self {
        Self {
            name: "relay".into(),
            pseudonyms: Arc::new(Seal::new(secret, "tollbar pseudonym v1", "")),
            verifiers: Vec::new(),
        }
    }

    /// What the plan is called in logs and rules. Default: `relay`.
    #[must_use]
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// Has bearer tokens judged by this plan, too, before the MCP server judges them: who asks is known
    /// then. A token that it refuses goes no further, since of its bearer nothing would be known. Whoever
    /// shows no token still comes through, unverified, and gets the server's own challenge.
    ///
    /// Of several such plans the one judges whose form a token has, as in a
    /// [`PlanLayer`](crate::PlanLayer).
    #[must_use]
    pub fn verified_by(mut self, plan: impl Plan) -> Self {
        self.verifiers.push(Arc::new(plan));
        self
    }

    fn anonymous(&self) -> Admission {
        Admission::new(Consumer::new(Arc::clone(&self.name)).unverified())
    }

    /// Has the token judged by the plan that it is for.
    async fn verify(&self, value: &HeaderValue, exchange: &Exchange) -> Result<Admission, Refusal> {
        let credential = Credential::Token(bearer_token(value)?);
        let mut chosen: Option<(&Arc<dyn Plan>, Fit)> = None;
        for plan in &self.verifiers {
            let fit = plan.fit(&credential);
            if fit > chosen.map_or(Fit::No, |(_, best)| best) {
                chosen = Some((plan, fit));
            }
        }
        let Some((plan, _)) = chosen else {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "credential_unknown",
                "this is not a credential of a kind that is taken here",
            ));
        };
        let mut admission = plan.identify(credential, exchange).await?;
        admission.consumer = admission
            .consumer
            .with_plan(Arc::clone(&self.name))
            .with_pseudonym(self.pseudonym(value));
        Ok(admission)
    }

    fn pseudonym(&self, value: &HeaderValue) -> String {
        self.pseudonyms.pseudonym(value.as_bytes())
    }
}

impl Plan for Relay {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Source {
        Source::Relayed
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Relayed(_) | Credential::Nothing => Fit::Possible,
            _ => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a> {
        match credential {
            Credential::Relayed(value) if !self.verifiers.is_empty() => {
                Box::pin(self.verify(value, exchange))
            }
            Credential::Relayed(value) => {
                let mut admission = self.anonymous();
                admission.consumer = admission.consumer.with_pseudonym(self.pseudonym(value));
                Box::pin(ready(Ok(admission)))
            }
            _ => Box::pin(ready(Ok(self.anonymous()))),
        }
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verifiers = self.verifiers.iter().map(|plan| plan.name());
        f.debug_struct("Relay")
            .field("name", &self.name)
            .field("verifiers", &verifiers.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
