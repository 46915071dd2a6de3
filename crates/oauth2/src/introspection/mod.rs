//! The plan for tokens that only their authorization server can read.

mod builder;
mod judge;
mod open;
mod recheck;
#[cfg(test)]
mod tests;

pub use self::builder::IntrospectionBuilder;

use std::{
    fmt,
    future::ready,
    sync::Arc,
    time::{Duration, SystemTime},
};

use tollbar_core::{Exchange, Grant, Kind, Refusal};
use tollbar_plan::{Admission, Credential, Fit, Identify, Plan, Source};

use self::judge::Judge;
use crate::{
    AuthorizationServer,
    claims::TokenFault,
    compact::{looks_like_a_jwt, unverified_issuer},
    secret::Secret,
    server::Asker,
    unavailable::Unavailable,
    verdict::{Finding, TokenDigest, Verdict},
};

/// How often a verdict that is taken back before it was used is asked for anew.
const LOOKS: usize = 2;

/// Lets in whoever shows an access token that its authorization server says is good (RFC 7662).
///
/// What the server says is kept for [a while](IntrospectionBuilder::cache_ttl), and a token is asked
/// about once however many requests come with it. That it is active is not all: it has to be
/// [for this proxy](IntrospectionBuilder::audience), from this server, within its time, of the type
/// `Bearer`, and with the [scopes](IntrospectionBuilder::scopes) that are needed.
///
/// As long as an exchange goes on under a token, such as an event stream, the token is asked about again
/// in time, and the exchange ends when it was revoked, has expired, or is said to be another one's. A plan
/// that is dropped goes on with that until the last such exchange has ended.
///
/// Cheap to clone; clones share what is kept.
#[derive(Clone)]
pub struct Introspection(Arc<Judge>);

impl Introspection {
    /// Asks this server. It needs a client id and secret.
    pub fn builder(server: AuthorizationServer) -> IntrospectionBuilder {
        IntrospectionBuilder::new(server)
    }

    /// What the verdict that is kept says, when there is one.
    fn look(&self, token: &TokenDigest, exchange: &Exchange) -> Option<Result<Admission, Refusal>> {
        admission(&self.0.verdicts.get(token)?, exchange)
    }

    async fn ask(
        &self,
        digest: TokenDigest,
        token: &str,
        exchange: &Exchange,
    ) -> Result<Admission, Refusal> {
        if self.is_of_another(token) {
            let fault = TokenFault::WrongIssuer(self.0.rules.issuer.clone());
            // Nothing says that it is genuine.
            return Err(Refusal::from(&fault).as_attempt(true));
        }
        for _ in 0..LOOKS {
            let judging = self.0.verdicts.once(digest, || {
                let token = Secret::new(token.to_owned());
                let asker = Asker::Client(exchange.client());
                Arc::clone(&self.0).judge_if_unknown(digest, token, asker)
            });
            if let Some(judged) = admission(&judging.await?, exchange) {
                return judged;
            }
        }
        Err(Unavailable {
            retry_after: Duration::from_secs(1),
        }
        .into())
    }

    /// Whether a token says itself that another server has issued it: that is nothing to tell this one.
    fn is_of_another(&self, token: &str) -> bool {
        looks_like_a_jwt(token)
            && unverified_issuer(token).is_some_and(|it| it != *self.0.rules.issuer)
    }
}

/// What a verdict means now. `None` when it has been taken back.
fn admission(verdict: &Verdict, exchange: &Exchange) -> Option<Result<Admission, Refusal>> {
    let admitted = match &verdict.finding {
        Finding::Admitted(admitted) => admitted,
        Finding::Refused(rejected) => return Some(Err(rejected.refuse(exchange))),
    };
    let consumer = admitted.known.consumer.clone();
    if let Err(fault) = admitted.known.check(SystemTime::now()) {
        // For the log, as with other genuine tokens that are refused.
        let _ = exchange.set_consumer(consumer);
        return Some(Err((&fault).into()));
    }
    // It knows of the token's end too, which may be moved while an exchange is open.
    let grant = Grant::new().until_revoked(&admitted.revocation);
    if grant.has_ended() {
        return None;
    }
    Some(Ok(Admission::new(consumer).with_grant(grant)))
}

impl Plan for Introspection {
    fn name(&self) -> &str {
        &self.0.rules.plan
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        let Credential::Token(token) = credential else {
            return Fit::No;
        };
        let is_own = looks_like_a_jwt(token)
            && unverified_issuer(token).is_some_and(|it| it == *self.0.rules.issuer);
        if is_own { Fit::Certain } else { Fit::Possible }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a> {
        let Credential::Token(token) = credential else {
            return Box::pin(ready(Err(Refusal::new(
                Kind::Unauthenticated,
                "token_malformed",
                "this is no access token",
            ))));
        };
        let digest = self.0.digests.of(token);
        match self.look(&digest, exchange) {
            Some(judged) => Box::pin(ready(judged)),
            None => Box::pin(self.ask(digest, token, exchange)),
        }
    }
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("server", &self.0.server)
            .field("rules", &self.0.rules)
            .field("verdicts", &self.0.verdicts)
            .finish_non_exhaustive()
    }
}
