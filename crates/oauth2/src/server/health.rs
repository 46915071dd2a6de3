//! How asking a server for one kind of thing goes, and what the log is told of it.

use std::{
    future::Future,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;
use tollbar_fetch::Seldom;

use super::failure::ServerFailure;
use crate::{
    backoff::Pace,
    breaker::{Breaker, Failed, Permit},
    unavailable::Unavailable,
};

/// Watches over asking a server for one kind of thing: leaves the server alone when that fails, and
/// tells the log. The first failure is told, the opening of the breaker, and that all is well again; of
/// the rest one line in each while, so that a flood of requests is no flood of lines.
#[derive(Debug)]
pub(super) struct Health {
    /// What the server is called.
    server: Box<str>,
    what: &'static str,
    breaker: Breaker,
    pace: Pace,
    lines: Seldom,
    /// Whether the log knows of a failure, and not yet that it is over.
    told: AtomicBool,
}

impl Health {
    pub(super) fn new(server: &str, what: &'static str, failures: u32, pace: Pace) -> Self {
        Self {
            server: server.into(),
            what,
            breaker: Breaker::new(failures, pace),
            pace,
            lines: Seldom::new(pace.longest),
            told: AtomicBool::new(false),
        }
    }

    /// Whether the server may be asked now.
    pub(super) fn check(&self) -> Result<(), Unavailable> {
        match self.breaker.left(Instant::now()) {
            None => Ok(()),
            Some(retry_after) => Err(Unavailable { retry_after }),
        }
    }

    /// Asks, if the server may be asked now, and notes how it went.
    pub(super) async fn watch<T>(
        &self,
        asking: impl Future<Output = Result<T, ServerFailure>>,
    ) -> Result<T, Unavailable> {
        let permit = self.enter()?;
        match asking.await {
            Ok(answer) => {
                self.answered(permit);
                Ok(answer)
            }
            Err(failure) if failure.is_of_the_server() => Err(self.failed(permit, &failure)),
            Err(failure) => {
                drop(permit);
                Err(self.reject(&failure))
            }
        }
    }

    /// Leave to ask, if the server may be asked now.
    pub(super) fn enter(&self) -> Result<Permit<'_>, Unavailable> {
        let permit = self.breaker.enter(Instant::now());
        permit.map_err(|retry_after| Unavailable { retry_after })
    }

    /// Notes that the server has answered.
    pub(super) fn answered(&self, permit: Permit<'_>) {
        let failures = permit.succeed();
        if failures > 0 {
            self.recovered(failures);
        }
    }

    /// Notes that it has not.
    pub(super) fn failed(&self, permit: Permit<'_>, failure: &ServerFailure) -> Unavailable {
        let now = Instant::now();
        match permit.fail(now, failure.asked_wait()) {
            Failed::Opened(failures, retry_after) => {
                self.opened(failure, failures, retry_after);
                Unavailable { retry_after }
            }
            Failed::Counted(_) => {
                self.warn(now, failure);
                self.soon()
            }
            Failed::Late => match self.check() {
                Ok(()) => self.soon(),
                Err(unavailable) => unavailable,
            },
        }
    }

    /// Something that has nothing to do with how asking goes has failed.
    pub(super) fn reject(&self, failure: &ServerFailure) -> Unavailable {
        self.warn(Instant::now(), failure);
        self.soon()
    }

    /// Nothing is known that would take long.
    const fn soon(&self) -> Unavailable {
        Unavailable {
            retry_after: self.pace.first,
        }
    }

    fn warn(&self, now: Instant, failure: &ServerFailure) {
        if let Some(withheld) = self.lines.pass(now) {
            self.told.store(true, Ordering::Relaxed);
            tracing::warn!(
                authorization_server = %self.server,
                asked_for = self.what,
                error = %failure.explained(),
                like_lines_withheld = (withheld > 0).then_some(withheld),
                fix = %self.fix(),
                "the authorization server gives no answer that can be used"
            );
        }
    }

    fn opened(&self, failure: &ServerFailure, failures: u32, wait: Duration) {
        self.told.store(true, Ordering::Relaxed);
        tracing::warn!(
            authorization_server = %self.server,
            asked_for = self.what,
            error = %failure.explained(),
            failures,
            retry_after = ?wait,
            fix = %self.fix(),
            "the authorization server is left alone for a while: requests that need it get 503"
        );
    }

    /// What says more than a line of a log can.
    fn fix(&self) -> String {
        format!("run `tollbar-gateway authserver check {}`", self.server)
    }

    fn recovered(&self, failures: u32) {
        // Nobody who was not told of a failure wants to hear that it is over.
        if self.told.swap(false, Ordering::Relaxed) {
            tracing::info!(
                authorization_server = %self.server,
                asked_for = self.what,
                failures,
                "the authorization server answers again"
            );
        }
    }
}
