//! A frame around a server that answers what a test says.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, StreamBody, channel::Sender};
use tollbar_core::{Body, BoxError, Exchange, frame::Frame, frame::FrameLayer};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

/// What reached the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    pub(crate) received: Arc<Mutex<Vec<(http::request::Parts, Bytes)>>>,
}

impl Server {
    /// How many requests reached the server.
    pub(crate) fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// A service that notes the request, lets `hook` see the exchange, and answers.
    pub(crate) fn answering<H, A>(
        &self,
        hook: H,
        answer: A,
    ) -> impl Service<
        Request<Body>,
        Response = Response<Body>,
        Error = Infallible,
        Future = Ready<Result<Response<Body>, Infallible>>,
    > + Clone
    + use<H, A>
    where
        H: Fn(&Exchange) + Clone,
        A: Fn() -> Response<Body> + Clone,
    {
        let received = Arc::clone(&self.received);
        service_fn(move |request: Request<Body>| {
            let (head, body) = request.into_parts();
            let bytes = body.as_bytes().cloned().unwrap_or_default();
            hook(head.extensions.get::<Exchange>().unwrap());
            received.lock().unwrap().push((head, bytes));
            ready(Ok(answer()))
        })
    }
}

pub(crate) fn post(body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri("/mcp")
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

pub(crate) fn get() -> Request<Body> {
    Request::get("/mcp").body(Body::empty()).unwrap()
}

/// A frame of default limits around a server that answers `answer` to everything.
pub(crate) async fn ask(
    request: Request<Body>,
    hook: impl Fn(&Exchange) + Clone + Send + 'static,
    answer: impl Fn() -> Response<Body> + Clone + Send + 'static,
) -> (Response<Body>, Server) {
    let server = Server::default();
    let stack = FrameLayer::new().layer(server.answering(hook, answer));
    (send(stack, request).await, server)
}

pub(crate) async fn send<S>(stack: Frame<S>, request: Request<Body>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    stack.oneshot(request).await.unwrap()
}

pub(crate) fn json(text: &'static str) -> Response<Body> {
    typed("application/json", text)
}

pub(crate) fn typed(content_type: &'static str, text: &'static str) -> Response<Body> {
    Response::builder()
        .header("content-type", content_type)
        .body(Body::from(text))
        .unwrap()
}

/// An event stream whose chunks a test sends.
pub(crate) fn stream() -> (Sender<Bytes, BoxError>, Response<Body>) {
    let (sender, channel) = http_body_util::channel::Channel::<Bytes, BoxError>::new(16);
    let response = Response::builder()
        .header("content-type", "text/event-stream")
        .body(Body::new(channel))
        .unwrap();
    (sender, response)
}

/// A stream of these chunks, and then its end.
pub(crate) fn chunks(chunks: Vec<Bytes>) -> Response<Body> {
    let frames = chunks
        .into_iter()
        .map(|chunk| Ok::<_, BoxError>(http_body::Frame::data(chunk)));
    Response::builder()
        .header("content-type", "text/event-stream")
        .body(Body::new(StreamBody::new(futures_util::stream::iter(
            frames,
        ))))
        .unwrap()
}

pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
