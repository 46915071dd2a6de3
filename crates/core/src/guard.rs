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

/// Permission to pass, with headers for the response.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    headers: Option<Box<HeaderMap>>,
}

impl Pass {
    /// Permission without anything to say to the client.
    #[must_use]
    pub const fn new() -> Self {
        Self { headers: None }
    }

    /// Permission that also sets a header on the response, for example `RateLimit-Remaining`.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.get_or_insert_default().insert(name, value);
        self
    }

    /// Sets the headers on a response.
    pub(crate) fn apply(self, headers: &mut HeaderMap) {
        if let Some(own) = self.headers {
            headers.extend(*own);
        }
    }
}
