//! The decision: which plan judges, and what it says.

use std::{fmt, sync::Arc};

use http::{HeaderName, header, request::Parts};
use tollbar_core::{Exchange, Guard, Kind, Pass, Refusal, Revocation};

use super::{challenge, presented};
use crate::{Admission, Credential, FailedAttempts, Fit, Plan, Source};

/// The guard of a [`PlanLayer`](super::PlanLayer).
#[derive(Clone)]
pub struct Plans(Arc<Rules>);

#[derive(Clone)]
pub(super) struct Rules {
    plans: Vec<Entry>,
    /// Where a credential may stand, each place once.
    sources: Vec<Source>,
    pub(super) attempts: Option<FailedAttempts>,
    pub(super) leaves_authorization: bool,
    pub(super) keeps_credential: bool,
    pub(super) credential_limit: usize,
}

#[derive(Clone)]
struct Entry {
    plan: Arc<dyn Plan>,
    source: Source,
    revocation: Option<Revocation>,
}

impl Rules {
    pub(super) fn add(&mut self, plan: Arc<dyn Plan>, revocation: Option<Revocation>) {
        let source = plan.source();
        if !self.sources.contains(&source) {
            self.sources.push(source.clone());
        }
        self.plans.push(Entry {
            plan,
            source,
            revocation,
        });
    }

    /// Finds the plan that judges, and lets it.
    async fn judge(&self, head: &Parts, exchange: &Exchange) -> Result<Admission, Refusal> {
        if presented::stands_in_query(head) {
            return Err(Refusal::new(
                Kind::Malformed,
                "credential_in_query",
                "a token must not stand in the URL, where logs keep it: send it in a header",
            ));
        }
        if presented::is_disguised(&head.headers, &self.taken()) {
            return Err(Refusal::new(
                Kind::Malformed,
                "credential_disguised",
                "a header looks like that of a credential: write it with `-`",
            ));
        }
        let found = presented::find(&self.sources, self.leaves_authorization(), head, exchange);
        let found = found.map_err(|refusal| challenge::challenged(refusal, &self.sources, None))?;
        if let Some(refusal) = self.misplaced(head) {
            return Err(refusal);
        }
        let Some(presented) = found else {
            return self.judge_nothing(head, exchange).await;
        };
        let client = exchange.client();
        if let (Some(attempts), Some(client)) = (&self.attempts, client)
            && let Err(wait) = attempts.check(client)
        {
            return Err(Refusal::new(
                Kind::Limited,
                "too_many_failed_attempts",
                "too many bad credentials came from this address: wait",
            )
            .with_retry_after(wait));
        }
        let judged = match presented.credential(self.credential_limit) {
            Ok(credential) => self.ask(presented.source, credential, exchange).await,
            Err(refusal) => Err(refusal),
        };
        match judged {
            Ok(admission) => {
                if let (true, Some(value)) = (self.keeps_credential, presented.value()) {
                    let _ = exchange.set_credential(value.clone());
                }
                Ok(admission)
            }
            Err(refusal) => {
                match (&self.attempts, client) {
                    (Some(attempts), Some(client)) if refusal.is_attempt() => attempts.fail(client),
                    (Some(attempts), None) if refusal.is_attempt() => attempts.warn(),
                    _ => {}
                }
                let place = Some(presented.source);
                Err(challenge::challenged(refusal, &self.sources, place))
            }
        }
    }

    /// Whether a credential of this gateway stands in the place of the MCP server's, which would get it.
    /// Nor must it go to the authorization server that judges what stands there.
    fn misplaced(&self, head: &Parts) -> Option<Refusal> {
        let has_others = self.plans.iter().any(|entry| !entry.source.is_relayed());
        if !has_others || !self.leaves_authorization() {
            return None;
        }
        let value = head.headers.get(header::AUTHORIZATION)?;
        let token = |plan: &dyn Plan| {
            presented::holds_token(value, |token| {
                plan.fit(&Credential::Token(token)) == Fit::Certain
            })
        };
        let mut others = self.plans.iter().filter(|it| !it.source.is_relayed());
        let owner = others.find(|entry| token(&*entry.plan))?;
        Some(presented::misplaced(&owner.source))
    }

    /// Judges a request without a credential.
    async fn judge_nothing(&self, head: &Parts, exchange: &Exchange) -> Result<Admission, Refusal> {
        if self.plans.is_empty() {
            return Err(Refusal::new(
                Kind::Unavailable,
                "no_plan",
                "the gateway is misconfigured: no plan says who may come in",
            ));
        }
        // A credential that no plan reads is a bad one, except where nobody is asked for any.
        let asks = self.sources.iter().any(|source| *source != Source::Nothing);
        let unread = asks
            && !self.leaves_authorization()
            && head.headers.contains_key(header::AUTHORIZATION);
        // The MCP server says to whoever shows it nothing how to be let in. Nobody passes it by.
        let mut sources = self.sources.iter();
        let relayed = sources.clone().find(|source| source.is_relayed());
        let open = relayed.or_else(|| sources.find(|source| **source == Source::Nothing));
        if let (false, Some(source)) = (unread, open) {
            return self.ask(source, Credential::Nothing, exchange).await;
        }
        Err(challenge::missing(&self.sources))
    }

    /// Lets the one plan judge that this credential is for.
    async fn ask(
        &self,
        source: &Source,
        credential: Credential<'_>,
        exchange: &Exchange,
    ) -> Result<Admission, Refusal> {
        let mut chosen: Option<(&Entry, Fit)> = None;
        for entry in self.plans.iter().filter(|entry| entry.source == *source) {
            let fit = entry.plan.fit(&credential);
            // The first one of the best fit.
            if chosen.is_none_or(|(_, best)| fit > best) {
                chosen = Some((entry, fit));
            }
        }
        let Some((entry, Fit::Possible | Fit::Certain)) = chosen else {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "credential_unknown",
                "this is not a credential of a kind that is taken here",
            ));
        };
        let mut admission = entry.plan.identify(credential, exchange).await?;
        if let Some(revocation) = &entry.revocation {
            admission.grant = admission.grant.until_revoked(revocation);
        }
        if admission.grant.has_ended() {
            return Err(Refusal::new(
                Kind::Unauthenticated,
                "grant_ended",
                "the right to be here has ended",
            ));
        }
        Ok(admission)
    }

    /// Whether `Authorization` is the MCP server's, and a plan's as well.
    fn is_claimed_twice(&self) -> bool {
        self.leaves_authorization()
            && (self.sources.contains(&Source::Authorization)
                || self.taken().any(|name| *name == header::AUTHORIZATION))
    }

    /// Whether `Authorization` is the MCP server's.
    fn leaves_authorization(&self) -> bool {
        self.leaves_authorization || self.sources.iter().any(Source::is_relayed)
    }

    /// The headers that go no further.
    fn taken(&self) -> impl Iterator<Item = &HeaderName> + Clone {
        let authorization = (!self.leaves_authorization()).then_some(&header::AUTHORIZATION);
        let own = self.sources.iter().filter_map(|source| match source {
            Source::Header(name) => Some(name),
            Source::Certificate(forwarded) => forwarded.as_ref().map(|it| it.header()),
            Source::Nothing | Source::Authorization | Source::Relayed { .. } => None,
        });
        authorization.into_iter().chain(own)
    }
}

impl Plans {
    pub(super) fn new() -> Self {
        Self(Arc::new(Rules {
            plans: Vec::new(),
            sources: Vec::new(),
            attempts: None,
            leaves_authorization: false,
            keeps_credential: false,
            credential_limit: 16 << 10,
        }))
    }

    pub(super) fn change(&mut self, change: impl FnOnce(&mut Rules)) {
        change(Arc::make_mut(&mut self.0));
    }

    pub(super) fn headers(&self) -> impl Iterator<Item = &HeaderName> {
        self.0.taken()
    }

    pub(super) fn is_mixed(&self) -> bool {
        let sources = &self.0.sources;
        sources.contains(&Source::Relayed { verified: true })
            || (sources.len() > 1 && sources.iter().any(Source::is_relayed))
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = Source> {
        self.0.plans.iter().map(|entry| entry.source.clone())
    }
}

impl Guard for Plans {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let rules = &*self.0;
        if rules.is_claimed_twice() {
            return Err(Refusal::new(
                Kind::Unavailable,
                "authorization_claimed_twice",
                "the gateway is misconfigured: a plan and the MCP server both claim `Authorization`",
            ));
        }
        let admission = rules.judge(head, exchange).await?;
        exchange
            .set_consumer(admission.consumer)
            .map_err(|_| judged_twice())?;
        if admission.grant.can_end() {
            exchange
                .set_grant(admission.grant)
                .map_err(|_| judged_twice())?;
        }
        let present = rules
            .taken()
            .filter(|name| head.headers.contains_key(*name));
        Ok(present.fold(Pass::new(), |pass, name| {
            pass.without_request_header(name.clone())
        }))
    }
}

fn judged_twice() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "judged_twice",
        "the gateway is misconfigured: two plan layers in one stack",
    )
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.plans.iter().map(|entry| entry.plan.name());
        f.debug_struct("Plans")
            .field("plans", &names.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
