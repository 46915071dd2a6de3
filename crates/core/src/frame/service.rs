//! The service: one request in, one answer out.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use http::{HeaderValue, Method, Request, Response, header, request::Parts};
use tollbar_mcp::{Call, Era, header as mcp_header};
use tower_service::Service;

use super::{answer::answer, ending, request::read, settings::Settings};
use crate::{AnyBody, Body, Exchange, Kind, Refusal, guarded::ResponseFuture};

/// A service behind a [`FrameLayer`](super::FrameLayer).
///
/// Always ready: a client may send its body slowly, and must not hold a place inside meanwhile, so
/// the inner service is made ready after the body is here.
#[derive(Clone, Debug)]
pub struct Frame<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> Frame<S> {
    pub(super) const fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }

    /// The service inside the frame.
    pub const fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside the frame.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, R, B> Service<Request<R>> for Frame<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    R: AnyBody,
    B: AnyBody,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let mut inner = self.inner.clone();
        let settings = Arc::clone(&self.settings);
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let exchange = Exchange::of(&mut head.extensions);
            let body = match open(&mut head, body, &exchange, &settings).await {
                Ok(body) => body,
                Err(refusal) => return Ok(refusal.into_response(&exchange)),
            };
            // A body may take its time, and the right may end meanwhile.
            if ending::has_ended(&exchange) {
                return Ok(ending::refusal(&exchange).into_response(&exchange));
            }
            poll_fn(|cx| inner.poll_ready(cx)).await?;
            let asked = exchange.started().elapsed();
            let response = inner.call(Request::from_parts(head, body)).await?;
            exchange.note_embedded(asked, response.status());
            exchange.release_content();
            Ok(answer(response.map(Body::new), &exchange, &settings).await)
        })
    }
}

/// Reads what is asked, and gives back the bytes that were judged.
async fn open<R: AnyBody>(
    head: &mut Parts,
    body: R,
    exchange: &Exchange,
    settings: &Settings,
) -> Result<Body, Refusal> {
    let (call, body) = match head.method {
        Method::POST => {
            Call::check_content(&head.headers)?;
            let bytes = read(body, settings).await?;
            exchange.note_bytes_in(bytes.len());
            let call = Call::post(&head.headers, &bytes, &settings.limits)?;
            declare_length(head, bytes.len());
            exchange.set_content(bytes.clone());
            (call, Body::from(bytes))
        }
        Method::GET => {
            drop_content(head);
            (
                Call::listen(&head.headers, &settings.limits)?,
                Body::empty(),
            )
        }
        Method::DELETE => {
            drop_content(head);
            (Call::end(&head.headers, &settings.limits)?, Body::empty())
        }
        _ => return Err(method_not_allowed()),
    };
    head.headers.remove(header::TRANSFER_ENCODING);
    if call.era() == Era::Modern {
        head.headers.remove(mcp_header::MCP_SESSION_ID);
        head.headers.remove(mcp_header::LAST_EVENT_ID);
    }
    if call.era() == Era::Legacy {
        // Nothing has been held against them there, so nobody behind may go by them.
        head.headers.remove(mcp_header::MCP_METHOD);
        head.headers.remove(mcp_header::MCP_NAME);
    }
    let asks_for_versions = call.messages().iter().any(super::version::concerns);
    exchange.set_call(call).map_err(|_| framed_twice())?;
    if asks_for_versions {
        exchange
            .filter(Arc::clone(&settings.known_versions))
            .map_err(|_| framed_twice())?;
    }
    Ok(body)
}

/// Declares the length of the body. Mostly the client has said the same.
fn declare_length(head: &mut Parts, length: usize) {
    let declared = head.headers.get_all(header::CONTENT_LENGTH);
    let mut declared = declared.iter().map(HeaderValue::to_str);
    let same = match (declared.next(), declared.next()) {
        (Some(Ok(text)), None) => text.parse() == Ok(length),
        _ => false,
    };
    if !same {
        let length = HeaderValue::from(length);
        head.headers.insert(header::CONTENT_LENGTH, length);
    }
}

/// A GET or DELETE has no content that anybody judged, so none goes on.
fn drop_content(head: &mut Parts) {
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.remove(header::CONTENT_TYPE);
    head.headers.remove(header::CONTENT_ENCODING);
}

fn method_not_allowed() -> Refusal {
    Refusal::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        "an MCP endpoint takes POST, GET and DELETE",
    )
    .with_header(header::ALLOW, HeaderValue::from_static("POST, GET, DELETE"))
}

fn framed_twice() -> Refusal {
    Refusal::new(
        Kind::Unavailable,
        "framed_twice",
        "the gateway is misconfigured: two frame layers in one stack",
    )
}
