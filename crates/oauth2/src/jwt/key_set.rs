//! The keys of an authorization server: fetched once for all, and again in time.

#[cfg(test)]
mod tests;

mod keeper;
mod settings;

pub(crate) use self::settings::KeySetSettings;

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::{runtime::Handle, sync::watch, task::JoinHandle, time::Instant};

use super::{key_source::KeySource, keys::Keys};
use crate::{backoff::Backoff, unavailable::Unavailable};

type Told = Result<Arc<Keys>, Unavailable>;

/// What all who wait for the keys will be told; `None` until it is known.
type Waiting = watch::Receiver<Option<Told>>;

/// What is known of the keys of an authorization server; shared by all plans that ask it.
///
/// While the keys are fresh nobody takes a lock. While they are in use a task asks for them again when
/// they get old. Requests wait only when there are none, or when nobody has used them for long. When they
/// cannot be had anew, the known ones serve until they are too old; then all that they have let in ends.
pub(crate) struct KeySet {
    settings: KeySetSettings,
    /// Written only under the lock. Never without a key that can be used.
    current: ArcSwapOption<Keys>,
    /// Whether they were used since they were fetched.
    used: AtomicBool,
    state: Mutex<State>,
}

struct State {
    /// The call under way; closed when it has ended without a word.
    asking: Option<Waiting>,
    failures: Backoff,
    /// When the last call has begun.
    asked: Option<Instant>,
    /// The task that asks again in time.
    keeper: Option<JoinHandle<()>>,
}

/// What to do for a request.
enum Step {
    Done(Told),
    /// What to do when waiting was in vain.
    Wait(Waiting, Option<Arc<Keys>>),
}

impl KeySet {
    pub(crate) fn new(settings: KeySetSettings) -> Self {
        let settings = settings.bounded();
        Self {
            settings,
            current: ArcSwapOption::empty(),
            used: AtomicBool::new(false),
            state: Mutex::new(State {
                asking: None,
                failures: Backoff::new(settings.pace),
                asked: None,
                keeper: None,
            }),
        }
    }

    /// The keys, which are there and not too old.
    pub(super) async fn get<S: KeySource>(&self, source: &S) -> Told {
        let now = Instant::now();
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        if let Some(keys) = &*self.current.load()
            && keys.age(now) < self.settings.refresh
        {
            return Ok(Arc::clone(keys));
        }
        let step = self.step(source, now);
        told(step).await
    }

    /// Other keys than these, in which something is missing; `None` when there are no newer ones, and
    /// asking must wait.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] when asking has failed, so that nobody knows whether it is there by now.
    pub(super) async fn newer<S: KeySource>(
        &self,
        source: &S,
        known: &Arc<Keys>,
    ) -> Result<Option<Arc<Keys>>, Unavailable> {
        let step = {
            let now = Instant::now();
            let mut state = self.lock();
            let current = self.current.load_full();
            let wait = state.failures.left(now);
            let asked = state.asked.map(|it| now.saturating_duration_since(it));
            match (current, state.asking()) {
                (Some(keys), _) if !Arc::ptr_eq(&keys, known) => Step::Done(Ok(keys)),
                (_, Some(waiting)) => Step::Wait(waiting, None),
                (_, None) => match wait {
                    Some(wait) => Step::Done(Err(unavailable(wait))),
                    None if state.failures.failures() == 0
                        && asked.is_some_and(|it| it < self.settings.pause) =>
                    {
                        return Ok(None);
                    }
                    None => Self::begin(source, &mut state),
                },
            }
        };
        told(step).await.map(Some)
    }

    fn step<S: KeySource>(&self, source: &S, now: Instant) -> Step {
        let mut state = self.lock();
        let current = self.current.load_full();
        let usable = current.filter(|keys| keys.age(now) < self.settings.stale);
        let step = match (state.asking(), state.failures.left(now)) {
            (Some(waiting), _) => Step::Wait(waiting, None),
            (None, Some(wait)) => Step::Done(Err(unavailable(wait))),
            (None, None) => Self::begin(source, &mut state),
        };
        let Some(keys) = usable else {
            return step;
        };
        // Somebody asks for them in time while they are in use, so that they get so old only when nobody
        // has used them. They may have been withdrawn long since.
        let is_kept = keys.age(now) < self.settings.refresh.saturating_mul(2);
        match step {
            Step::Wait(waiting, _) if !is_kept && state.failures.failures() == 0 => {
                Step::Wait(waiting, Some(keys))
            }
            _ => Step::Done(Ok(keys)),
        }
    }

    /// Starts the one call, in a task of its own.
    fn begin<S: KeySource>(source: &S, state: &mut State) -> Step {
        let Ok(runtime) = Handle::try_current() else {
            return Step::Done(Err(unavailable(Duration::ZERO)));
        };
        let (tell, waiting) = watch::channel(None);
        let asked = Instant::now();
        let source = source.clone();
        runtime.spawn(async move {
            let fetched = source.fetch().await;
            let told = source.keys().keep(&source, asked, fetched);
            tell.send_replace(Some(told));
        });
        state.asked = Some(asked);
        state.asking = Some(waiting.clone());
        Step::Wait(waiting, None)
    }

    /// Notes how a call has ended, and says what all who wait are told.
    fn keep<S: KeySource>(
        &self,
        source: &S,
        asked: Instant,
        fetched: Result<Vec<u8>, Unavailable>,
    ) -> Told {
        let read = match fetched {
            Ok(document) => Keys::read(&document, asked).map_err(|error| {
                tracing::warn!(authorization_server = source.name(), %error, "the authorization server's keys cannot be read");
                Duration::ZERO
            }),
            Err(unavailable) => Err(unavailable.retry_after),
        };
        let mut state = self.lock();
        state.asking = None;
        let (now, before) = (Instant::now(), self.current.load_full());
        if state.keeper.as_ref().is_none_or(JoinHandle::is_finished) {
            state.keeper = keeper::start(source);
        }
        let mut keys = match read {
            Ok(keys) => keys,
            Err(least) => {
                let wait = state.failures.fail_for(now, least);
                return Err(unavailable(wait));
            }
        };
        let (new, gone) = match &before {
            Some(before) => keys.succeed(before),
            None => (keys.len(), 0),
        };
        if new > 0 || gone > 0 {
            let (usable, unusable) = (keys.len(), keys.unusable());
            tracing::info!(
                authorization_server = source.name(),
                usable,
                new,
                gone,
                ?unusable,
                "the authorization server's keys"
            );
        }
        if keys.len() == 0 {
            // That is what the server says, so that nothing stands on the old ones any longer. But no
            // token is to blame for it.
            self.current.store(None);
            let wait = state.failures.fail_for(now, Duration::ZERO);
            drop(state);
            tracing::warn!(
                authorization_server = source.name(),
                unusable = ?keys.unusable(),
                "the authorization server has no key that tokens can be verified with"
            );
            return Err(unavailable(wait));
        }
        let keys = Arc::new(keys);
        state.failures.clear();
        self.used.store(false, Ordering::Relaxed);
        self.current.store(Some(Arc::clone(&keys)));
        Ok(keys)
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

async fn told(step: Step) -> Told {
    let (mut waiting, instead) = match step {
        Step::Done(told) => return told,
        Step::Wait(waiting, instead) => (waiting, instead),
    };
    let told = match waiting.wait_for(Option::is_some).await {
        Ok(told) => told.clone(),
        // The task was ended: its runtime stops.
        Err(_) => None,
    };
    let told = told.unwrap_or_else(|| Err(unavailable(Duration::ZERO)));
    told.or_else(|unavailable| instead.ok_or(unavailable))
}

fn unavailable(wait: Duration) -> Unavailable {
    Unavailable {
        retry_after: wait.max(Duration::from_secs(1)),
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("settings", &self.settings)
            .field("keys", &self.current.load().as_ref().map(|keys| keys.len()))
            .finish_non_exhaustive()
    }
}
