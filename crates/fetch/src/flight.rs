//! One call for all who want its result.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
};

use tokio::{runtime::Handle, sync::watch};

/// What all who wait for a call will be told; `None` until it is known.
type Waiting<T> = watch::Receiver<Option<T>>;

/// At most one call under way, in a task of its own: it goes on when whoever has begun it leaves.
#[derive(Debug)]
pub struct Flight<T>(Mutex<Option<Waiting<T>>>);

impl<T: Clone + Send + Sync + 'static> Flight<T> {
    /// No call yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Joins the call under way, or begins it. `None` outside of a runtime.
    pub fn begin<F>(&self, call: impl FnOnce() -> F) -> Option<Waiting<T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Closed when the call has ended, with or without a word.
        if let Some(waiting) = under_way.as_ref().filter(|it| it.has_changed().is_ok()) {
            return Some(waiting.clone());
        }
        let runtime = Handle::try_current().ok()?;
        let (tell, waiting) = watch::channel(None);
        let call = call();
        runtime.spawn(async move {
            tell.send_replace(Some(call.await));
        });
        *under_way = Some(waiting.clone());
        Some(waiting)
    }

    /// The result of the call under way, or of a new one. `None` when the runtime stops.
    pub async fn join<F>(&self, call: impl FnOnce() -> F) -> Option<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut waiting = self.begin(call)?;
        let told = waiting.wait_for(Option::is_some).await.ok()?;
        told.clone()
    }
}

impl<T: Clone + Send + Sync + 'static> Default for Flight<T> {
    fn default() -> Self {
        Self::new()
    }
}
