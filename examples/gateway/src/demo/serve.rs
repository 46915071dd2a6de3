//! Serving the demo on a listener, until told to stop.

use std::{future::Future, io, pin::pin, sync::Arc, time::Duration};

use http::{Request, Response, StatusCode};
use http_body_util::{Either, Empty};
use hyper::body::{Bytes, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{PATH, server::Demo, sessions::Sessions, world::World};

/// The origins that may ask, with any port. Requests without an origin come from no browser and
/// may ask anyway; the gateway judges origins itself and does not pass them on.
const ORIGINS: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// How long subscriptions have to say good-bye when the server stops.
const FAREWELL: Duration = Duration::from_millis(200);

/// How long everything else has to end after that.
const DEADLINE: Duration = Duration::from_secs(3);

/// After how long a legacy client whose connection broke is asked to come back.
const RETRY: Duration = Duration::from_millis(500);

/// How long to wait before the next connection when accepting one failed, for example because
/// there are too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

pub(super) type Endpoint = StreamableHttpService<Demo, Sessions>;

/// Serves the demo server at the path `/mcp` of the listener until `shutdown` completes.
///
/// Then no connection is accepted any more, subscriptions and streams end, requests in flight get 3
/// seconds to finish, and what is left is cut off.
///
/// # Errors
///
/// None at present: connections that cannot be accepted are skipped, because the reason may pass.
pub(crate) async fn serve(
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let closing = CancellationToken::new();
    let streams = CancellationToken::new();
    // When the future is dropped instead of told to stop, streams and sessions end all the same.
    let _end = (closing.clone().drop_guard(), streams.clone().drop_guard());
    let endpoint = endpoint(&closing, &streams);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut shutdown => break,
        };
        let Ok((socket, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Small events must not wait for each other; where that cannot be had, they do.
        let _ = socket.set_nodelay(true);
        let endpoint = endpoint.clone();
        let service = hyper::service::service_fn(move |request| answer(endpoint.clone(), request));
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT);
        let connection = builder
            .serve_connection(TokioIo::new(socket), service)
            .into_owned();
        connections.spawn(graceful.watch(connection));
    }
    drop(listener);
    closing.cancel();
    tokio::time::sleep(FAREWELL).await;
    streams.cancel();
    // Dropping the set afterwards cuts off what did not end in time.
    let _ = tokio::time::timeout(DEADLINE, graceful.shutdown()).await;
    Ok(())
}

/// The MCP endpoint: sessions for legacy clients, none for modern ones, and one JSON document
/// instead of a stream of one event where a modern client asks something simple.
pub(super) fn endpoint(closing: &CancellationToken, streams: &CancellationToken) -> Endpoint {
    let world = Arc::new(World::new(closing.clone()));
    let config = StreamableHttpServerConfig::default()
        .with_json_response(true)
        .with_allowed_origins(ORIGINS)
        .with_sse_retry(Some(RETRY))
        .with_cancellation_token(streams.clone());
    StreamableHttpService::new(
        move || Ok(Demo::new(Arc::clone(&world))),
        Arc::new(Sessions::new(RETRY)),
        config,
    )
}

type Body =
    Either<http_body_util::combinators::BoxBody<Bytes, std::convert::Infallible>, Empty<Bytes>>;

async fn answer(
    endpoint: Endpoint,
    request: Request<Incoming>,
) -> Result<Response<Body>, std::convert::Infallible> {
    if request.uri().path() == PATH {
        let response = endpoint.oneshot(request).await?;
        return Ok(response.map(Either::Left));
    }
    let mut response = Response::new(Either::Right(Empty::new()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    Ok(response)
}
