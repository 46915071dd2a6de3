//! The shape of every decision.

use std::future::Future;

use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};

use crate::{Exchange, Refusal};

/// Decides whether a request may pass, from its head and from what is already known about it.
///
/// Plans, access rules, limits and origin checks are all guards; [`GuardLayer`](crate::GuardLayer)
/// is the only plumbing. A guard never sees the body: what the body asks is on the exchange as a
/// [`Call`](tollbar_mcp::Call) once a [`Frame`](crate::frame::Frame) has read it. A guard that
/// finds a fact missing must refuse, so that a stack in the wrong order fails closed.
///
/// Keep a guard to one `Arc`: cloning a stack clones all its guards, once per request.
///
/// ```
/// use http::request::Parts;
/// use tollbar_core::{Exchange, Guard, Kind, Pass, Refusal};
///
/// #[derive(Clone)]
/// struct OfficeHours(bool);
///
/// impl Guard for OfficeHours {
///     async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
///         match self.0 {
///             true => Ok(Pass::new()),
///             false => Err(Refusal::new(Kind::Unavailable, "closed", "we open at nine")),
///         }
///     }
/// }
/// # let (head, _) = http::Request::new(()).into_parts();
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// assert!(OfficeHours(false).check(&head, &Exchange::new()).await.is_err());
/// # });
/// ```
pub trait Guard: Clone + Send + Sync + 'static {
    /// Judges one request. Implementors write `async fn check`.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] when the request may not pass; it becomes the response.
    fn check(
        &self,
        head: &Parts,
        exchange: &Exchange,
    ) -> impl Future<Output = Result<Pass, Refusal>> + Send;
}

/// One guard and then the other, as one: cheaper than two layers. Both see the request as it came,
/// without what the first one changes.
impl<A: Guard, B: Guard> Guard for (A, B) {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let first = self.0.check(head, exchange).await?;
        Ok(first.and(self.1.check(head, exchange).await?))
    }
}

/// A guard, or none: then everything passes.
impl<G: Guard> Guard for Option<G> {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        match self {
            Some(guard) => guard.check(head, exchange).await,
            None => Ok(Pass::new()),
        }
    }
}

/// Permission to pass, with what changes on the way: headers that go no further, headers that the
/// service inside sees, and headers for the response.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    changes: Option<Box<Changes>>,
}

#[derive(Clone, Debug, Default)]
struct Changes {
    taken: Vec<HeaderName>,
    given: HeaderMap,
    response: HeaderMap,
}

impl Pass {
    /// Permission without any change.
    #[must_use]
    pub const fn new() -> Self {
        Self { changes: None }
    }

    /// Permission that also sets a header on the response, for example `RateLimit-Remaining`.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.changes().response.insert(name, value);
        self
    }

    /// Permission that takes all lines of a header off the request, for example a credential that
    /// was meant for this guard.
    #[must_use]
    pub fn without_request_header(mut self, name: HeaderName) -> Self {
        self.changes().taken.push(name);
        self
    }

    /// Permission that sets a header of the request, instead of what the client sent.
    #[must_use]
    pub fn with_request_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.changes().given.insert(name, value);
        self
    }

    fn changes(&mut self) -> &mut Changes {
        self.changes.get_or_insert_default()
    }

    /// This permission and another one. Where both set a header, the other one's stays.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let Some(changes) = other.changes else {
            return self;
        };
        match &mut self.changes {
            None => self.changes = Some(changes),
            Some(own) => {
                own.taken.extend(changes.taken);
                own.given.extend(changes.given);
                own.response.extend(changes.response);
            }
        }
        self
    }

    /// Changes the headers of the request; what is left is for the response.
    pub(crate) fn enter(mut self, headers: &mut HeaderMap) -> Self {
        if let Some(changes) = &mut self.changes {
            for name in std::mem::take(&mut changes.taken) {
                headers.remove(name);
            }
            headers.extend(std::mem::take(&mut changes.given));
        }
        self
    }

    /// Sets the headers on a response.
    pub(crate) fn leave(self, headers: &mut HeaderMap) {
        if let Some(changes) = self.changes {
            headers.extend(changes.response);
        }
    }
}
