//! The shape of every decision.

mod shared;

pub use self::shared::SharedGuard;

use std::{future::Future, ops::Range};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, request::Parts};

use crate::{Exchange, Refusal, exchange::Edit};

/// Decides whether a request may pass, from its head and from what is already known about it.
///
/// Plans, access rules, limits and origin checks are all guards; [`GuardLayer`](crate::GuardLayer)
/// is the only plumbing. What the body asks is on the exchange as a [`Call`](tollbar_mcp::Call) once
/// a [`Frame`](crate::frame::Frame) has read it, and so are its bytes
/// ([`Exchange::content`]). A guard that finds a fact missing must refuse, so that a stack in the wrong order fails closed.
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

/// Permission to pass, with what changes on the way: headers that go no further, headers and parts of
/// the body that the service inside sees, and headers for the response.
///
/// The first header that is taken off, and the first that is set, need no memory of their own: most
/// passes have no more.
#[derive(Clone, Debug, Default)]
pub struct Pass {
    taken: Option<HeaderName>,
    given: Option<(HeaderName, HeaderValue)>,
    more: Option<Box<More>>,
}

#[derive(Clone, Debug, Default)]
struct More {
    taken: Vec<HeaderName>,
    given: HeaderMap,
    response: HeaderMap,
    edits: Vec<Edit>,
}

impl Pass {
    /// Permission without any change.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            taken: None,
            given: None,
            more: None,
        }
    }

    /// Permission that also sets a header on the response, for example `RateLimit-Remaining`.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more().response.insert(name, value);
        self
    }

    /// Permission that takes all lines of a header off the request, for example a credential that
    /// was meant for this guard.
    #[must_use]
    pub fn without_request_header(mut self, name: HeaderName) -> Self {
        match &self.taken {
            None => self.taken = Some(name),
            Some(_) => self.more().taken.push(name),
        }
        self
    }

    /// Permission that sets a header of the request, instead of what the client sent.
    #[must_use]
    pub fn with_request_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        match &self.given {
            Some((given, _)) if *given != name => {
                self.more().given.insert(name, value);
            }
            _ => self.given = Some((name, value)),
        }
        self
    }

    /// Permission that puts other bytes in the place of a part of the body, which has to be a whole
    /// value of the JSON. The place is one in [`Exchange::content`]. Parts of several edits, whoever
    /// asks for them, must not overlap; where they do, and outside of a frame, the request is refused.
    #[must_use]
    pub fn with_edit(mut self, span: Range<usize>, with: impl Into<Bytes>) -> Self {
        self.more().edits.push((span, with.into()));
        self
    }

    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// This permission and another one. Where both set a header, the other one's stays.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if let Some(name) = other.taken {
            self = self.without_request_header(name);
        }
        if let Some((name, value)) = other.given {
            self = self.with_request_header(name, value);
        }
        let Some(more) = other.more else {
            return self;
        };
        for (name, value) in &more.given {
            self = self.with_request_header(name.clone(), value.clone());
        }
        let own = self.more();
        own.taken.extend(more.taken);
        own.response.extend(more.response);
        own.edits.extend(more.edits);
        self
    }

    /// Changes the headers of the request; what is left is for the response.
    pub(crate) fn enter(mut self, headers: &mut HeaderMap) -> Self {
        if let Some(name) = self.taken.take() {
            headers.remove(name);
        }
        if let Some(more) = &mut self.more {
            for name in std::mem::take(&mut more.taken) {
                headers.remove(name);
            }
            headers.extend(std::mem::take(&mut more.given));
        }
        if let Some((name, value)) = self.given.take() {
            headers.insert(name, value);
        }
        self
    }

    /// Takes what changes in the body.
    pub(crate) fn take_edits(&mut self) -> Vec<Edit> {
        let more = self.more.as_mut();
        more.map(|more| std::mem::take(&mut more.edits))
            .unwrap_or_default()
    }

    /// Sets the headers on a response.
    pub(crate) fn leave(self, headers: &mut HeaderMap) {
        if let Some(more) = self.more {
            headers.extend(more.response);
        }
    }
}
