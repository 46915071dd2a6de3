//! The credential that an MCP server behind the gateway is shown.

use std::{future::Future, pin::Pin, sync::Arc};

use http::HeaderValue;

use crate::{Exchange, Refusal};

/// Finds the value of `Authorization` for a request to the MCP server: a token of the gateway's own,
/// or one that it gets in exchange for the consumer's (RFC 8693).
///
/// The client's own credential never goes that way: plans take it off. An implementation knows who
/// asks from [`Exchange::consumer`], and, when the plan layer was asked to keep it, the credential
/// itself from [`Exchange::credential`]. That is all a token exchange needs: the subject token is
/// there, and the answer is kept per consumer, until it expires.
///
/// ```
/// use std::{future::ready, pin::Pin};
/// use http::HeaderValue;
/// use tollbar_core::{Authorize, Consumer, Exchange, Kind, Refusal};
///
/// /// One token for each plan, and none for those whom no plan has admitted.
/// struct ByPlan;
///
/// impl Authorize for ByPlan {
///     fn authorize<'a>(
///         &'a self,
///         exchange: &'a Exchange,
///     ) -> Pin<Box<dyn Future<Output = Result<HeaderValue, Refusal>> + Send + 'a>> {
///         let token = match exchange.consumer().map(Consumer::plan) {
///             Some("certificate") => Ok(HeaderValue::from_static("Bearer internal")),
///             Some(_) => Ok(HeaderValue::from_static("Bearer public")),
///             None => Err(Refusal::new(Kind::Unavailable, "no_consumer", "who asks is not known")),
///         };
///         Box::pin(ready(token))
///     }
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let exchange = Exchange::new();
/// assert_eq!(ByPlan.authorize(&exchange).await.unwrap_err().reason(), "no_consumer");
/// exchange.set_consumer(Consumer::new("key")).unwrap();
/// assert_eq!(ByPlan.authorize(&exchange).await.unwrap(), "Bearer public");
/// # });
/// ```
///
/// # Beware
///
/// - It is asked for every request, so that what it finds must be kept, and bounded.
/// - Nothing else limits how long it takes: it needs a time limit of its own for whatever it calls.
/// - It is dropped when the client leaves. Work that others wait for too goes into a task.
/// - Whatever it finds is sent. An implementation that depends on the consumer must refuse when that
///   is not known, and must never answer with the token of another one.
pub trait Authorize: Send + Sync + 'static {
    /// The value for this exchange, scheme included. It is sent as it is and never logged.
    ///
    /// # Errors
    ///
    /// A [`Refusal`], mostly of kind [`Unavailable`](crate::Kind::Unavailable) or
    /// [`BadUpstream`](crate::Kind::BadUpstream), when there is none: the request is not sent. Not
    /// [`Unauthenticated`](crate::Kind::Unauthenticated) for what the client cannot mend: it would
    /// start a login.
    fn authorize<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderValue, Refusal>> + Send + 'a>>;

    /// The MCP server has refused this value with 401. Whether [`authorize`](Self::authorize) would
    /// now give another one, so that trying once more makes sense; it is then asked at most once more
    /// for this exchange. Default: it would not.
    ///
    /// Forget the value here, and only if it is still the current one: many requests that have
    /// carried it may be refused at once. Mind the server that refuses every value.
    fn refused(&self, exchange: &Exchange, value: &HeaderValue) -> bool {
        let _ = (exchange, value);
        false
    }
}

impl<T: Authorize + ?Sized> Authorize for Arc<T> {
    fn authorize<'a>(
        &'a self,
        exchange: &'a Exchange,
    ) -> Pin<Box<dyn Future<Output = Result<HeaderValue, Refusal>> + Send + 'a>> {
        (**self).authorize(exchange)
    }

    fn refused(&self, exchange: &Exchange, value: &HeaderValue) -> bool {
        (**self).refused(exchange, value)
    }
}
