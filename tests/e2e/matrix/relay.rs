//! A relay before the gateway that writes down every exchange.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use http::{
    Method, Request, Response, StatusCode, Uri,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use serde_json::Value;
use tokio::net::TcpListener;

/// The path of the MCP endpoint.
pub(crate) const ENDPOINT: &str = "/mcp";

/// A body that is passed on as it comes.
pub(super) type Passing = BoxBody<Bytes, hyper::Error>;

/// One request, and the head of its answer.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) challenge: Option<String>,
    /// Whether the answer says when to come again.
    pub(crate) retry_after: bool,
    /// The body of a refusal; of everything else, nothing.
    pub(crate) body: String,
    pub(crate) took: Duration,
}

impl Exchange {
    /// What the body of a refusal says to people.
    pub(crate) fn detail(&self) -> Option<String> {
        let problem: Value = serde_json::from_str(&self.body).ok()?;
        let detail = problem.get("detail");
        let detail = detail.or_else(|| problem.pointer("/error/message"));
        detail.and_then(Value::as_str).map(str::to_owned)
    }
}

/// The relay, on a free port of 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl Relay {
    /// Starts it before a gateway, of which only scheme, host and port count.
    pub(crate) async fn start(gateway: &str) -> Self {
        let gateway: Uri = gateway.parse().unwrap();
        let exchanges = Arc::<Mutex<Vec<Exchange>>>::default();
        let written = Arc::clone(&exchanges);
        let client = Client::builder(TokioExecutor::new()).build_http();
        let address = serve(move |request| {
            let (client, gateway, written) =
                (client.clone(), gateway.clone(), Arc::clone(&written));
            async move { pass(request, &client, &gateway, &written).await }
        })
        .await;
        Self { address, exchanges }
    }

    /// The MCP endpoint behind the relay.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{ENDPOINT}", self.address)
    }

    /// The exchanges since the last call.
    pub(crate) fn take(&self) -> Vec<Exchange> {
        std::mem::take(&mut *unpoisoned(&self.exchanges))
    }
}

/// Answers requests on a free port, for as long as the runtime lives.
pub(super) async fn serve<F>(
    answer: impl Fn(Request<Incoming>) -> F + Clone + Send + 'static,
) -> SocketAddr
where
    F: Future<Output = Response<Passing>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = answer.clone();
            let service = service_fn(move |request| {
                let answered = answer(request);
                async move { Ok::<_, Infallible>(answered.await) }
            });
            // A client that leaves early is an error here, and none of the tests' business.
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    address
}

async fn pass(
    request: Request<Incoming>,
    client: &Client<HttpConnector, Incoming>,
    gateway: &Uri,
    written: &Mutex<Vec<Exchange>>,
) -> Response<Passing> {
    let started = Instant::now();
    let (mut head, body) = request.into_parts();
    let (method, path) = (head.method.clone(), head.uri.path().to_owned());
    let mut parts = gateway.clone().into_parts();
    parts.path_and_query = head.uri.path_and_query().cloned();
    head.uri = Uri::from_parts(parts).unwrap();
    let Ok(response) = client.request(Request::from_parts(head, body)).await else {
        let mut response = Response::new(full(Bytes::new()));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        return response;
    };
    let took = started.elapsed();
    let (head, body) = response.into_parts();
    let challenges = head.headers.get_all(WWW_AUTHENTICATE).into_iter();
    let challenges: Vec<_> = challenges
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    let retry_after = head.headers.contains_key(RETRY_AFTER);
    // Only refusals are small for certain, and end at once.
    let refused = head.status.is_client_error() || head.status.is_server_error();
    let (read, body) = match refused {
        true => {
            let read = body.collect().await.unwrap().to_bytes();
            (String::from_utf8_lossy(&read).into_owned(), full(read))
        }
        false => (String::new(), body.boxed()),
    };
    unpoisoned(written).push(Exchange {
        method,
        path,
        status: head.status,
        challenge: (!challenges.is_empty()).then(|| challenges.join(", ")),
        retry_after,
        body: read,
        took,
    });
    Response::from_parts(head, body)
}

/// A body that is there already.
pub(super) fn full(bytes: impl Into<Bytes>) -> Passing {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed()
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
