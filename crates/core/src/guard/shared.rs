//! A guard whose type nobody needs to know.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use http::request::Parts;

use super::{Guard, Pass};
use crate::{Exchange, Refusal};

type Judging<'a> = Pin<Box<dyn Future<Output = Result<Pass, Refusal>> + Send + 'a>>;

/// A guard of any type, so that a place for guards needs no parameter for it. Clones share the guard. Each check
/// costs one allocation more than the guard's own.
///
/// ```
/// use http::request::Parts;
/// use tollbar_core::{Exchange, Guard, Kind, Pass, Refusal, SharedGuard};
///
/// #[derive(Clone)]
/// struct Closed;
///
/// impl Guard for Closed {
///     async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
///         Err(Refusal::new(Kind::Unavailable, "closed", "we open at nine"))
///     }
/// }
///
/// let guard: SharedGuard = SharedGuard::new(Closed);
/// # let (head, _) = http::Request::new(()).into_parts();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// assert!(guard.check(&head, &Exchange::new()).await.is_err());
/// # });
/// ```
#[derive(Clone)]
pub struct SharedGuard(Arc<dyn Erased>);

/// What can be called without knowing the type.
trait Erased: Send + Sync {
    fn judge<'a>(&'a self, head: &'a Parts, exchange: &'a Exchange) -> Judging<'a>;
}

impl<G: Guard> Erased for G {
    fn judge<'a>(&'a self, head: &'a Parts, exchange: &'a Exchange) -> Judging<'a> {
        Box::pin(self.check(head, exchange))
    }
}

impl SharedGuard {
    /// This guard.
    pub fn new(guard: impl Guard) -> Self {
        Self(Arc::new(guard))
    }
}

impl Guard for SharedGuard {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        // Not through the pointer, which is a guard itself.
        (*self.0).judge(head, exchange).await
    }
}

impl fmt::Debug for SharedGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedGuard").finish_non_exhaustive()
    }
}
