//! Questions to the store, so many at a time.

use std::sync::Arc;

use http::Response;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tollbar_core::Body;

use super::{answer, problem::Problem};
use crate::{Query, QueryError};

/// So many of something, and no more.
pub(super) struct Permits(Arc<Semaphore>);

impl Permits {
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))))
    }

    /// One of them, or what is said when there is none.
    pub(super) fn take(&self, message: &str) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0)
            .try_acquire_owned()
            .map_err(|_| Problem::busy(message))
    }
}

/// Asks the store.
pub(super) struct Questions {
    pub(super) query: Query,
    pub(super) permits: Permits,
}

impl Questions {
    /// The answer as JSON.
    pub(super) async fn ask<T: Serialize + Send + 'static>(
        &self,
        question: impl FnOnce(&Query) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<Response<Body>, Problem> {
        self.run(question).await.map(|value| answer::json(&value))
    }

    /// Asks where blocking is allowed.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Query) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = self.permits.take("too many queries at a time: try again")?;
        let query = self.query.clone();
        let asked = tokio::task::spawn_blocking(move || {
            // Goes back when the work is done, even when the client has gone before.
            let _permit = permit;
            question(&query)
        });
        match asked.await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(Problem::busy("the server stops")),
        }
    }
}
