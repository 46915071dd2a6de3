//! What a token is, asked and judged.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use moka::sync::Cache;
use tokio::time::Instant;
use tollbar_fetch::Seldom;

use super::{
    open::{Open, Right, fingerprint},
    recheck::{self, Recheck},
};
use crate::{
    AuthorizationServer,
    claims::{Known, Rejected, TokenFault, TokenRules, Unreadable},
    compact::looks_like_a_jwt,
    secret::Secret,
    server::{Asker, Introspected, Unanswered},
    unavailable::Unavailable,
    verdict::{Finding, TokenDigest, TokenDigests, Verdict, Verdicts},
};

/// When a client may come again with a token that is left alone, at least and at most.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Judges tokens, and remembers.
pub(super) struct Judge {
    pub(super) server: AuthorizationServer,
    pub(super) rules: TokenRules,
    pub(super) digests: TokenDigests,
    pub(super) verdicts: Verdicts,
    pub(super) open: Open,
    pub(super) negative_ttl: Duration,
    /// Tokens that were good when they were shown: nobody has made them up.
    pub(super) seen: Cache<TokenDigest, ()>,
    pub(super) complaints: Seldom,
    pub(super) crowds: Seldom,
    pub(super) mismatches: Seldom,
    pub(super) unsaid: Seldom,
}

impl Judge {
    /// Judges a token, unless somebody else has done so meanwhile.
    pub(super) async fn judge_if_unknown(
        self: Arc<Self>,
        digest: TokenDigest,
        token: Secret,
        asker: Asker,
    ) -> Result<Verdict, Unavailable> {
        match self.verdicts.get(&digest) {
            Some(verdict) => Ok(verdict),
            None => self.judge(digest, token, asker).await,
        }
    }

    /// Judges a token, in a task of its own from when there is a place: a client that leaves while the
    /// server is being asked, and comes again, finds the verdict. One that leaves before that frees its
    /// place in the line.
    pub(super) async fn judge(
        self: Arc<Self>,
        digest: TokenDigest,
        token: Secret,
        asker: Asker,
    ) -> Result<Verdict, Unavailable> {
        let place = self.server.place(asker).await?;
        let judging = tokio::spawn(async move {
            let asked = Instant::now();
            let fault = match self.server.introspect(place, token.expose()).await {
                Ok(introspected) => match self.find(&digest, introspected) {
                    Ok(found) => return Ok(self.settle(digest, token, asked, found)),
                    Err(Unreadable(member)) => {
                        self.complain(member);
                        TokenFault::Senseless(self.pause())
                    }
                },
                Err(Unanswered::Token(how)) => {
                    self.complain_of_token(&how, token.expose());
                    TokenFault::Unsaid {
                        wait: self.pause(),
                        is_attempt: !self.seen.contains_key(&digest),
                    }
                }
                Err(Unanswered::Unavailable(unavailable)) => return Err(unavailable),
            };
            Ok(self.leave(digest, asked, fault))
        });
        // An error says that the runtime stops.
        judging.await.unwrap_or(Err(Unavailable {
            retry_after: Duration::from_secs(1),
        }))
    }

    /// What an answer makes of a token.
    fn find(
        &self,
        digest: &TokenDigest,
        introspected: Introspected,
    ) -> Result<Result<Right, Rejected>, Unreadable> {
        let Introspected::Active(claims) = introspected else {
            return Ok(Err(match self.seen.get(digest) {
                Some(()) => TokenFault::Ended.into(),
                None => TokenFault::Inactive.into(),
            }));
        };
        let fingerprint = fingerprint(&claims, self.rules.scopes.separator);
        let found = self.rules.judge(claims, SystemTime::now())?;
        if let Err(rejected) = &found
            && let Some(mismatch) = &rejected.mismatch
        {
            let reason = rejected.fault.reason();
            mismatch.tell(&self.rules.plan, reason, &self.mismatches);
        }
        Ok(found.map(|known| Right { known, fingerprint }))
    }

    /// Leaves a token alone of which the server has said nothing. That is never "inactive": what is open
    /// under it goes on, and what still lets in does.
    fn leave(&self, digest: TokenDigest, asked: Instant, fault: TokenFault) -> Verdict {
        let table = self.open.lock();
        let verdict = match self.verdicts.get(&digest) {
            Some(verdict) if matches!(verdict.finding, Finding::Admitted(_)) => verdict,
            _ => {
                let verdict = Verdict::refused(fault, self.negative_ttl);
                self.verdicts.keep(digest, verdict, asked)
            }
        };
        drop(table);
        verdict
    }

    /// When a client may come again with a token that is left alone.
    fn pause(&self) -> Duration {
        self.negative_ttl.clamp(SHORTEST, LONGEST)
    }

    /// Keeps what was found, and ends what goes on under a token that is not good any more.
    fn settle(
        self: &Arc<Self>,
        digest: TokenDigest,
        token: Secret,
        asked: Instant,
        found: Result<Right, Rejected>,
    ) -> Verdict {
        // One at a time, so that what is kept and what is open do not contradict each other.
        let mut table = self.open.lock();
        if let Some(newer) = self.verdicts.newer(&digest, asked) {
            return newer;
        }
        let verdict = match found {
            Ok(right) => {
                // From now on, so that nothing ends at once because a server was slow.
                let now = Instant::now();
                let admitted = self.open.admit(&mut table, digest, token, now, &right);
                let (revocation, is_watched) = admitted;
                if !is_watched {
                    self.complain_of_crowd();
                }
                self.seen.insert(digest, ());
                let lifetime = self.lifetime(&right.known, asked);
                let verdict = Verdict::admitted(right.known, revocation, lifetime);
                self.verdicts.keep(digest, verdict, asked)
            }
            Err(rejected) => {
                let verdict = Verdict::refused(rejected, self.negative_ttl);
                // First, so that nobody comes in by the old one.
                let verdict = self.verdicts.keep(digest, verdict, asked);
                table.end(&digest);
                verdict
            }
        };
        if table.is_unwatched() {
            let watching = tokio::spawn(recheck::go_on(Arc::clone(self)));
            table.watcher = Some(watching.abort_handle());
        }
        verdict
    }

    /// How long a good token is not asked about again, from now.
    fn lifetime(&self, known: &Known, asked: Instant) -> Duration {
        let kept = self.open.pace().kept();
        let kept = kept.saturating_sub(asked.elapsed());
        known
            .left(SystemTime::now())
            .map_or(kept, |left| left.min(kept))
    }

    fn complain(&self, member: &'static str) {
        if let Some(withheld) = self.complaints.pass(Instant::now()) {
            tracing::warn!(
                plan = &*self.rules.plan,
                authorization_server = self.server.name(),
                member,
                like_lines_withheld = (withheld > 0).then_some(withheld),
                "the authorization server says of a token what the standards do not allow: requests \
                 with it get 503"
            );
        }
    }

    fn complain_of_token(&self, how: &str, token: &str) {
        if let Some(withheld) = self.unsaid.pass(Instant::now()) {
            let fix = looks_like_a_jwt(token).then_some(
                "it has the form of a JWT: where the server's tokens are JWTs, use `type = \"jwt\"`",
            );
            tracing::warn!(
                plan = &*self.rules.plan,
                authorization_server = self.server.name(),
                error = how,
                fix,
                like_lines_withheld = (withheld > 0).then_some(withheld),
                "the authorization server fails on a token, and answers about others: requests with it \
                 get 503"
            );
        }
    }

    fn complain_of_crowd(&self) {
        if let Some(withheld) = self.crowds.pass(Instant::now()) {
            tracing::warn!(
                plan = &*self.rules.plan,
                like_lines_withheld = (withheld > 0).then_some(withheld),
                "more tokens are in use than are looked after: what is open under the others ends with \
                 their verdicts, until `watched` is raised"
            );
        }
    }
}

impl Recheck for Judge {
    fn open(&self) -> &Open {
        &self.open
    }

    fn at_once(&self) -> usize {
        self.server.recheck_places()
    }

    fn lost(&self, tokens: usize) {
        tracing::warn!(
            plan = &*self.rules.plan,
            authorization_server = self.server.name(),
            tokens,
            "the authorization server could not be asked about tokens in time: what was open under \
             them has ended"
        );
    }

    async fn ask(self: Arc<Self>, digest: TokenDigest, token: Secret) {
        let judging = self.verdicts.once(digest, || {
            Arc::clone(&self).judge(digest, token, Asker::Recheck)
        });
        let _ = judging.await;
    }
}
