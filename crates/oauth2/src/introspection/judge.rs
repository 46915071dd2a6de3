//! What a token is, asked and judged.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::time::Instant;

use super::{
    open::{Open, Right, fingerprint},
    recheck,
};
use crate::{
    AuthorizationServer,
    claims::{Known, TokenFault, TokenRules, Unreadable},
    secret::Secret,
    server::{Introspected, Seldom},
    unavailable::Unavailable,
    verdict::{TokenDigest, TokenDigests, Verdict, Verdicts},
};

/// When a client may come again after an answer that made no sense.
const SENSELESS: Duration = Duration::from_secs(5);

/// Judges tokens, and remembers.
pub(super) struct Judge {
    pub(super) server: AuthorizationServer,
    pub(super) rules: TokenRules,
    pub(super) digests: TokenDigests,
    pub(super) verdicts: Verdicts,
    pub(super) open: Open,
    pub(super) negative_ttl: Duration,
    pub(super) complaints: Seldom,
    pub(super) crowds: Seldom,
}

impl Judge {
    /// Judges a token, unless somebody else has done so meanwhile.
    pub(super) async fn judge_if_unknown(
        self: Arc<Self>,
        digest: TokenDigest,
        token: Secret,
    ) -> Result<Verdict, Unavailable> {
        match self.verdicts.get(&digest) {
            Some(verdict) => Ok(verdict),
            None => self.judge(digest, token).await,
        }
    }

    /// Judges a token, in a task of its own from when there is a place: a client that leaves while the
    /// server is being asked, and comes again, finds the verdict. One that leaves before that frees its
    /// place in the line.
    pub(super) async fn judge(
        self: Arc<Self>,
        digest: TokenDigest,
        token: Secret,
    ) -> Result<Verdict, Unavailable> {
        let place = self.server.place().await?;
        let judging = tokio::spawn(async move {
            let asked = Instant::now();
            let introspected = self.server.introspect(place, token.expose()).await?;
            let found = self.find(introspected)?;
            Ok(self.settle(digest, token, asked, found))
        });
        // An error says that the runtime stops.
        judging.await.unwrap_or(Err(Unavailable {
            retry_after: Duration::from_secs(1),
        }))
    }

    /// What an answer makes of a token.
    fn find(&self, introspected: Introspected) -> Result<Result<Right, TokenFault>, Unavailable> {
        let Introspected::Active(claims) = introspected else {
            return Ok(Err(TokenFault::Inactive));
        };
        let fingerprint = fingerprint(&claims);
        match self.rules.judge(claims, SystemTime::now()) {
            Ok(found) => Ok(found.map(|known| Right { known, fingerprint })),
            Err(Unreadable(member)) => {
                self.complain(member);
                Err(Unavailable {
                    retry_after: SENSELESS,
                })
            }
        }
    }

    /// Keeps what was found, and ends what goes on under a token that is not good any more.
    fn settle(
        self: &Arc<Self>,
        digest: TokenDigest,
        token: Secret,
        asked: Instant,
        found: Result<Right, TokenFault>,
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
                let lifetime = self.lifetime(&right.known, asked);
                let verdict = Verdict::admitted(right.known, revocation, lifetime);
                self.verdicts.keep(digest, verdict, asked)
            }
            Err(fault) => {
                let verdict = Verdict::refused(fault, self.negative_ttl);
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
                issuer = self.server.issuer(),
                member,
                like_lines_withheld = withheld,
                "the authorization server says of a token what the standards do not allow: requests \
                 with it get 503"
            );
        }
    }

    fn complain_of_crowd(&self) {
        if let Some(withheld) = self.crowds.pass(Instant::now()) {
            tracing::warn!(
                plan = &*self.rules.plan,
                like_lines_withheld = withheld,
                "more tokens are in use than are looked after: what is open under the others ends with \
                 their verdicts, until `watched` is raised"
            );
        }
    }
}
