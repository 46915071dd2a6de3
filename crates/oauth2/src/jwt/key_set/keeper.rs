//! Asking for keys again in time.

use std::sync::{Arc, atomic::Ordering};

use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::{KeySet, Step, told};
use crate::jwt::key_source::KeySource;

/// Starts the task that asks for keys again before they are too old. It ends when nobody uses them any
/// more, and nobody is in by one of them. `None` outside a runtime.
pub(super) fn start<S: KeySource>(source: &S) -> Option<JoinHandle<()>> {
    let runtime = Handle::try_current().ok()?;
    Some(runtime.spawn(run(source.weak())))
}

async fn run<S: KeySource>(find: impl Fn() -> Option<S>) {
    while let Some(source) = find() {
        let now = Instant::now();
        match source.keys().due(&source, now) {
            None => return,
            Some(due) if due > now => {
                // Not held while asleep, so that it can be given up.
                drop(source);
                sleep_until(due).await;
            }
            Some(_) => source.keys().renew(&source).await,
        }
    }
}

impl KeySet {
    /// When to look again: to ask, or to give up. `None` when there is nothing to look after.
    fn due<S: KeySource>(&self, source: &S, now: Instant) -> Option<Instant> {
        let mut state = self.lock();
        let due = match self.current.load_full() {
            Some(keys) if now >= keys.asked + self.settings.stale => {
                self.current.store(None);
                keys.revoke();
                tracing::warn!(
                    authorization_server = source.name(),
                    "the authorization server's keys could not be had anew for too long: all that they \
                     have let in ends"
                );
                None
            }
            Some(keys) => {
                let old = keys.asked + self.settings.refresh;
                let is_used = self.used.load(Ordering::Relaxed) || keys.are_held();
                let wait = state.failures.left(now).unwrap_or_default();
                let next = old.max(now + wait).min(keys.asked + self.settings.stale);
                (old > now || is_used).then_some(next)
            }
            None => None,
        };
        if due.is_none() {
            // Under the lock, so that whoever fetches keys from now on starts another one.
            state.keeper = None;
        }
        due
    }

    /// Asks anew, and waits until that has come to an end.
    async fn renew<S: KeySource>(&self, source: &S) {
        let step = {
            let mut state = self.lock();
            match state.asking() {
                Some(waiting) => Step::Wait(waiting, None),
                None => Self::begin(source, &mut state),
            }
        };
        let _: Result<Arc<_>, _> = told(step).await;
    }
}
