//! The plan: which token lets in whom.

use std::{sync::Arc, time::SystemTime};

use tokio::time::Instant;
use tollbar_core::{Exchange, Grant, Refusal};
use tollbar_fetch::Seldom;
use tollbar_plan::{Admission, Credential, Fit, Identify, Plan, Source};

use super::{
    Algorithm, JwtBuilder, KeySource as _, fault::JwtFault, key::Key, keys::Keys, signed::Signed,
};
use crate::{
    AuthorizationServer,
    claims::{Rejected, TokenRules},
    compact,
    verdict::{Admitted, Finding, TokenDigests, Verdict, Verdicts},
};

/// Lets in whoever shows an access token that its authorization server has signed (RFC 9068). The server
/// is asked for its keys, and not about the token: a token that it has revoked is good here until it
/// expires. Use [`Introspection`](crate::Introspection) where that is too long.
///
/// It may be cloned; clones share what they know. The keys belong to the [`AuthorizationServer`], and are
/// shared by all plans that ask it.
///
/// What a token has to be, in the order in which it is looked at: in the compact form, and to be read in
/// one way only; signed by an [algorithm](JwtBuilder::algorithms) that is taken; an access token by its
/// [`typ`](JwtBuilder::any_type); by its own word of this server, so that strangers' tokens cost no look
/// at its keys; signed with a key that the server has now; for one of the
/// [audiences](JwtBuilder::audience), with `exp` and `sub`, valid now, and not bound to a key of its
/// holder (`cnf`), which is not checked here; with the [scopes](JwtBuilder::scopes) that are needed.
///
/// ```
/// use tollbar_oauth2::{AuthorizationServer, Jwt};
/// use tollbar_plan::{Credential, Fit, Plan};
///
/// let server = AuthorizationServer::builder("https://login.example").build()?;
/// let plan = Jwt::builder(server).audience("https://gw.example/mcp").build()?;
///
/// // {"typ":"at+jwt","alg":"ES256"} and {"iss":"https://login.example"}
/// let header = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9";
/// let claims = "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUifQ";
/// let token = format!("{header}.{claims}.c2lnbmF0dXJl");
/// assert_eq!(plan.fit(&Credential::Token(&token)), Fit::Certain);
/// assert_eq!(plan.fit(&Credential::Token("an opaque token")), Fit::No);
/// # Ok::<(), tollbar_oauth2::OAuth2Error>(())
/// ```
///
/// # Beware
///
/// - Who ends a key ends all that it has let in, open streams too: within the
///   [time](crate::AuthorizationServerBuilder::keys_refresh) in which keys are asked for again.
/// - A good token is verified once and known from then on. A bad one costs its signature each time: about
///   0.06 ms of a processor for RSA with 2048 bits, 0.1 ms for `ES256` and `EdDSA`, and 1.5 ms for `ES384`.
///   [`FailedAttempts`](tollbar_plan::FailedAttempts) bounds how often one address may try.
/// - A token under a key that the server did not have a moment ago is refused, for up to
///   [half a minute](crate::AuthorizationServerBuilder::unknown_key_pause). Servers that publish a key
///   before they sign with it, as they should, never come to that.
#[derive(Clone, Debug)]
pub struct Jwt(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) server: AuthorizationServer,
    pub(super) rules: TokenRules,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) any_type: bool,
    pub(super) token_limit: usize,
    pub(super) digests: TokenDigests,
    pub(super) verdicts: Verdicts,
    pub(super) mismatches: Seldom,
}

impl Jwt {
    /// Takes tokens of this server.
    pub fn builder(server: AuthorizationServer) -> JwtBuilder {
        JwtBuilder::new(server)
    }

    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Inner {
    async fn judge(&self, token: &str, exchange: &Exchange) -> Result<Admission, JwtFault> {
        if token.len() > self.token_limit {
            return Err(JwtFault::Malformed("the access token is too long"));
        }
        let now = SystemTime::now();
        let digest = self.digests.of(token);
        if let Some(verdict) = self.verdicts.get(&digest)
            && let Finding::Admitted(admitted) = verdict.finding
        {
            // What is known of a token stands on keys that are known well enough.
            self.keys().await?;
            if !admitted.revocation.is_revoked() {
                return admission(&admitted, exchange, now);
            }
        }
        let asked = Instant::now();
        let signed = self.read(token)?;
        let key = self.verify(&signed).await?;
        let judged = self.rules.judge(signed.claims()?, now);
        let known = judged.map_err(JwtFault::Unreadable)?;
        let known = known.map_err(|rejected| self.reject(rejected, exchange))?;
        let left = known.left(now).unwrap_or_default();
        let verdict = Verdict::admitted(known, Arc::clone(&key.revocation), left);
        self.verdicts.keep(digest, verdict.clone(), asked);
        match verdict.finding {
            Finding::Admitted(admitted) => admission(&admitted, exchange, now),
            Finding::Refused(rejected) => Err(JwtFault::Claims(rejected.fault.clone())),
        }
    }

    /// Tells the logs of a genuine token that does not open this door.
    fn reject(&self, rejected: Rejected, exchange: &Exchange) -> JwtFault {
        rejected.tell(exchange);
        if let Some(mismatch) = &rejected.mismatch {
            let reason = rejected.fault.reason();
            mismatch.tell(&self.rules.plan, reason, &self.mismatches);
        }
        JwtFault::Claims(rejected.fault)
    }

    /// All that can be said of a token without a key.
    fn read<'a>(&self, token: &'a str) -> Result<Signed<'a>, JwtFault> {
        let signed = Signed::read(token)?;
        if !self.algorithms.contains(&signed.header.algorithm) {
            return Err(JwtFault::Algorithm);
        }
        if !signed.header.is_access_token(self.any_type) {
            return Err(JwtFault::Type);
        }
        match *signed.issuer == *self.rules.issuer {
            true => Ok(signed),
            false => Err(JwtFault::Issuer(self.rules.issuer.clone())),
        }
    }

    /// The key by which it is signed.
    async fn verify(&self, signed: &Signed<'_>) -> Result<Arc<Key>, JwtFault> {
        let keys = self.keys().await?;
        let fault = match signed.verify(&keys) {
            Ok(key) => return Ok(key),
            Err(fault) => fault,
        };
        // The server may have changed its keys, and some give the new one the name of the old one.
        match self.server.keys().newer(&self.server, &keys).await {
            Ok(Some(keys)) => signed.verify(&keys),
            Ok(None) => Err(fault),
            Err(unavailable) => match fault {
                // Nobody knows whether there is such a key by now.
                JwtFault::UnknownKey => Err(JwtFault::Unavailable(unavailable)),
                fault => Err(fault),
            },
        }
    }

    async fn keys(&self) -> Result<Arc<Keys>, JwtFault> {
        let keys = self.server.keys().get(&self.server).await;
        keys.map_err(JwtFault::Unavailable)
    }
}

fn admission(
    admitted: &Admitted,
    exchange: &Exchange,
    now: SystemTime,
) -> Result<Admission, JwtFault> {
    let known = &admitted.known;
    known.check(now).map_err(|fault| {
        // For the log, as with other genuine tokens that are refused.
        let _ = exchange.set_consumer(known.consumer.clone());
        JwtFault::Claims(fault)
    })?;
    let grant = Grant::new().until_revoked(&admitted.revocation);
    let grant = match known.ends() {
        Some(end) => grant.until(end),
        None => grant,
    };
    Ok(Admission::new(known.consumer.clone()).with_grant(grant))
}

impl Plan for Jwt {
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
        if !compact::looks_like_a_jwt(token) {
            return Fit::No;
        }
        match compact::unverified_issuer(token) {
            Some(issuer) if *issuer == *self.0.rules.issuer => Fit::Certain,
            _ => Fit::Possible,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, exchange: &'a Exchange) -> Identify<'a> {
        Box::pin(async move {
            let judged = match credential {
                Credential::Token(token) => self.0.judge(token, exchange).await,
                _ => Err(JwtFault::Malformed("there is no access token")),
            };
            judged.map_err(Refusal::from)
        })
    }
}
