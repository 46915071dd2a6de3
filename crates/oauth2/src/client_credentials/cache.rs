//! One token for all, renewed before it expires.

#[cfg(test)]
mod tests;

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use http::HeaderValue;
use subtle::ConstantTimeEq as _;
use tokio::{runtime::Handle, sync::watch, time::Instant};
use tollbar_core::{Kind, Refusal};

use super::failure::TokenFailure;
use crate::backoff::{Backoff, Pace};

/// Longer lifetimes mean "for ever", and would overflow clocks.
const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Where tokens come from.
pub(super) trait Issue: Send + Sync + 'static {
    /// Asks for a new token. Ends within a time of its own.
    fn issue(&self) -> impl Future<Output = Result<Issued, TokenFailure>> + Send;

    /// Tells the log that there is none, and for how long nobody will ask.
    fn failed(&self, failure: &TokenFailure, wait: Duration, token_left: Duration);

    /// Tells the log that there is one again.
    fn recovered(&self, failures: u32);
}

/// A token as it was issued.
pub(super) struct Issued {
    /// The value of `Authorization`.
    pub(super) value: HeaderValue,
    /// How long it lasts from the moment it was asked for.
    pub(super) lifetime: Duration,
}

struct Token {
    value: HeaderValue,
    asked: Instant,
    refresh: Instant,
    expires: Instant,
}

/// What all who wait for a token will be told; `None` until it is known.
type Waiting = watch::Receiver<Option<Result<HeaderValue, Refusal>>>;

/// Holds the current token. Requests that find it fresh take no lock, and no request starts a task
/// of its own: there is one for each call of [`Issue::issue`], which goes on when the request that
/// started it is gone.
pub(super) struct Cache<I> {
    issuer: I,
    refresh_before: Duration,
    /// Written only under the lock.
    current: ArcSwapOption<Token>,
    state: Mutex<State>,
}

struct State {
    /// The call under way; closed when it has ended without a word.
    asking: Option<Waiting>,
    /// Calls that have failed.
    failures: Backoff,
    /// Tokens that the MCP server has refused.
    refusals: Backoff,
    longest: Duration,
}

/// What to do for a request.
enum Step {
    Done(Result<HeaderValue, Refusal>),
    Wait(Waiting),
}

impl<I: Issue> Cache<I> {
    pub(super) fn new(issuer: I, refresh_before: Duration, pace: Pace) -> Self {
        Self {
            issuer,
            refresh_before,
            current: ArcSwapOption::empty(),
            state: Mutex::new(State {
                asking: None,
                failures: Backoff::new(pace),
                refusals: Backoff::new(pace),
                longest: pace.longest,
            }),
        }
    }

    pub(super) const fn issuer(&self) -> &I {
        &self.issuer
    }

    /// The current token, or the next one when there is none.
    pub(super) async fn get(self: &Arc<Self>) -> Result<HeaderValue, Refusal> {
        let now = Instant::now();
        if let Some(token) = &*self.current.load()
            && now < token.refresh
        {
            return Ok(token.value.clone());
        }
        let mut waiting = match self.step(now) {
            Step::Done(done) => return done,
            Step::Wait(waiting) => waiting,
        };
        match waiting.wait_for(Option::is_some).await {
            Ok(told) => told.clone().unwrap_or_else(|| Err(unavailable(None))),
            // The task was ended: its runtime stops.
            Err(_) => Err(unavailable(None)),
        }
    }

    fn step(self: &Arc<Self>, now: Instant) -> Step {
        let mut state = self.lock();
        let asking = state.asking();
        let wait = state.failures.left(now);
        let token = self.current.load_full();
        if let Some(token) = token.filter(|token| now < token.expires) {
            if now >= token.refresh && asking.is_none() && wait.is_none() {
                self.ask(&mut state);
            }
            return Step::Done(Ok(token.value.clone()));
        }
        match (asking, wait) {
            (Some(waiting), _) => Step::Wait(waiting),
            (None, Some(wait)) => Step::Done(Err(unavailable(Some(wait)))),
            (None, None) => match self.ask(&mut state) {
                Some(waiting) => Step::Wait(waiting),
                None => Step::Done(Err(unavailable(None))),
            },
        }
    }

    /// Starts the one call, in a task of its own. `None` outside a runtime.
    fn ask(self: &Arc<Self>, state: &mut State) -> Option<Waiting> {
        let runtime = Handle::try_current().ok()?;
        let (tell, waiting) = watch::channel(None);
        let cache = Arc::clone(self);
        runtime.spawn(async move {
            let asked = Instant::now();
            let issued = cache.issuer.issue().await;
            let told = cache.keep(asked, issued);
            tell.send_replace(Some(told));
        });
        state.asking = Some(waiting.clone());
        Some(waiting)
    }

    /// Notes how a call has ended, and says what all who wait are told.
    fn keep(
        &self,
        asked: Instant,
        issued: Result<Issued, TokenFailure>,
    ) -> Result<HeaderValue, Refusal> {
        let mut state = self.lock();
        state.asking = None;
        match issued {
            Ok(issued) => {
                let failures = state.failures.failures();
                state.failures.clear();
                let value = issued.value.clone();
                let token = Token::new(issued, asked, self.refresh_before);
                self.current.store(Some(Arc::new(token)));
                drop(state);
                if failures > 0 {
                    self.issuer.recovered(failures);
                }
                Ok(value)
            }
            Err(failure) => {
                let now = Instant::now();
                let wait = state.failures.fail(now);
                drop(state);
                let token = self.current.load();
                let expires = token.as_ref().map_or(now, |token| token.expires);
                let left = expires.saturating_duration_since(now);
                self.issuer.failed(&failure, wait, left);
                Err(unavailable(Some(wait)))
            }
        }
    }

    /// The MCP server has refused this value. Drops it when it is the current token's, and says
    /// whether another one is to be had.
    pub(super) fn refused(&self, value: &HeaderValue) -> bool {
        let now = Instant::now();
        let mut state = self.lock();
        let Some(token) = self.current.load_full() else {
            // Somebody else has dropped it already.
            return state.asking().is_some() || state.failures.left(now).is_none();
        };
        if !bool::from(token.value.as_bytes().ct_eq(value.as_bytes())) {
            return true;
        }
        if state.refusals.left(now).is_some() {
            return false;
        }
        if now.saturating_duration_since(token.asked) > state.longest.saturating_mul(2) {
            // It was good for some time, so this is not the server that refuses whatever it gets.
            state.refusals.clear();
        }
        state.refusals.fail(now);
        self.current.store(None);
        true
    }

    /// Nothing that holds the lock can panic half-way, so what a panic elsewhere left is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The call under way, unless its task was ended.
    fn asking(&self) -> Option<Waiting> {
        let asking = self.asking.as_ref();
        asking.filter(|it| it.has_changed().is_ok()).cloned()
    }
}

impl Token {
    fn new(issued: Issued, asked: Instant, refresh_before: Duration) -> Self {
        let lifetime = issued.lifetime.min(FOR_EVER);
        Self {
            value: issued.value,
            asked,
            refresh: asked + (lifetime - refresh_before.min(lifetime / 2)),
            expires: asked + lifetime,
        }
    }
}

fn unavailable(wait: Option<Duration>) -> Refusal {
    let refusal = Refusal::new(
        Kind::Unavailable,
        "upstream_credential_unavailable",
        "the gateway has no credential for the MCP server now: try again later",
    );
    refusal.with_retry_after(wait.unwrap_or(Duration::from_secs(1)))
}
