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
/// Use it in front of a server that runs OAuth by itself. Nobody here knows who asks then. The consumer is
/// [unverified](Consumer::unverified), and has a [pseudonym](Consumer::pseudonym) when it shows anything: a
/// keyed digest of the header, by which logs and limits can tell credentials apart. It is another one for
/// each token, so that it is no name for rules. Sessions and tasks pass as the server gives them, where
/// nobody else's are sealed.
///
/// Rules about subjects, clients, scopes and claims need a plan that reads the server's tokens as well:
/// see [`verified_by`](Self::verified_by).
///
/// Whoever shows a credential of another plan of the proxy, such as a key in a header of its own, is that
/// plan's consumer; `Authorization` goes on all the same. A bad one is refused, whatever stands in
/// `Authorization`. With a verifier, such a credential *beside* an `Authorization` is refused: both are
/// credentials then, and a key must not save a bad token from being judged.
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
///
/// # Beware
///
/// - Nothing is judged here without a verifier: a server that does not ask for a token is open.
/// - The reverse proxy behind must forward `Authorization`, and sends no credential of its own.
/// - A session that was begun without a token is not taken from a verified consumer later: 404, and the
///   client begins anew.
/// - Where consumers of another plan, or verified ones, reach the same server, sessions need
///   [`SessionLayer::seal_unverified`](crate::SessionLayer::seal_unverified). `tollbar::Gateway` sees to it;
///   [`PlanLayer::is_mixed`](crate::PlanLayer::is_mixed) tells.
#[derive(Clone)]
pub struct Relay {
    name: Arc<str>,
    /// Of whom nothing is known.
    anybody: Consumer,
    pseudonyms: Arc<Seal>,
    verifiers: Vec<Arc<dyn Plan>>,
}

impl Relay {
    /// Makes pseudonyms with this secret: gateways that share it have the same ones, for all their proxies.
    #[must_use]
    pub fn new(secret: SessionSecret) -> Self {
        let name: Arc<str> = "relay".into();
        Self {
            anybody: Consumer::new(Arc::clone(&name)).unverified(),
            name,
            pseudonyms: Arc::new(Seal::new(secret, "tollbar pseudonym v1", "")),
            verifiers: Vec::new(),
        }
    }

    /// What the plan is called in logs and rules. Default: `relay`.
    #[must_use]
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self.anybody = self.anybody.with_plan(Arc::clone(&self.name));
        self
    }

    /// Has bearer tokens judged by this plan, too, before the MCP server judges them: who asks is known
    /// then. A token that it refuses goes no further, since of its bearer nothing would be known; so does
    /// an `Authorization` with another scheme. Whoever shows none still comes through, unverified, and
    /// gets the server's own challenge.
    ///
    /// The plan must ask for what the server asks for, the audience above all: it is the server's tokens
    /// that come. A consumer of whom it learns neither subject nor client nor key stays unverified.
    ///
    /// Of several such plans the one judges whose form a token has, as in a
    /// [`PlanLayer`](crate::PlanLayer). Consumers then carry the name of that plan, and not this one's: two
    /// authorization servers may give one subject to two people.
    #[must_use]
    pub fn verified_by(mut self, plan: impl Plan) -> Self {
        self.verifiers.push(Arc::new(plan));
        self
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
            return Err(unknown());
        };
        let Admission { consumer, grant } = plan.identify(credential, exchange).await?;
        let mut consumer = consumer.with_pseudonym(self.pseudonym(value));
        if self.verifiers.len() == 1 {
            consumer = consumer.with_plan(Arc::clone(&self.name));
        }
        // Sessions of people of whom nothing is known must not be sealed to one and the same nobody.
        let known = [consumer.subject(), consumer.client_id(), consumer.key_id()];
        if known.iter().all(Option::is_none) {
            consumer = consumer.unverified();
        }
        Ok(Admission { consumer, grant })
    }

    /// The same for all ways to write one credential (RFC 9110 section 11.4: the scheme without case, and
    /// space behind it), so that nobody is somebody else by an `Authorization: bearer`.
    fn pseudonym(&self, value: &HeaderValue) -> String {
        let value = value.as_bytes().trim_ascii();
        let end = value.iter().position(u8::is_ascii_whitespace);
        let (scheme, credentials) = value.split_at(end.unwrap_or_default());
        self.pseudonyms
            .pseudonym(scheme, credentials.trim_ascii_start())
    }
}

impl Plan for Relay {
    fn name(&self) -> &str {
        &self.name
    }

    fn source(&self) -> Source {
        Source::Relayed {
            verified: !self.verifiers.is_empty(),
        }
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Relayed(_) | Credential::Nothing => Fit::Possible,
            Credential::Token(_) | Credential::Certificate(_) => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a> {
        match credential {
            Credential::Relayed(value) if !self.verifiers.is_empty() => {
                Box::pin(self.verify(value, exchange))
            }
            Credential::Relayed(value) => {
                let consumer = self.anybody.clone().with_pseudonym(self.pseudonym(value));
                Box::pin(ready(Ok(Admission::new(consumer))))
            }
            Credential::Nothing => Box::pin(ready(Ok(Admission::new(self.anybody.clone())))),
            // What would be for another plan is not let in for nothing.
            Credential::Token(_) | Credential::Certificate(_) => Box::pin(ready(Err(unknown()))),
        }
    }
}

fn unknown() -> Refusal {
    Refusal::new(
        Kind::Unauthenticated,
        "credential_unknown",
        "this is not a credential of a kind that is taken here",
    )
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
