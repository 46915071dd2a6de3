//! One connection.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use http_body::Body as _;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::{interval, sleep, timeout},
};
use tollbar_core::{AnyBody, Body, BoxError, ClientCertificate, Drain, Exchange, Revocation};
use tower::ServiceExt as _;
use tower_service::Service;

use super::{
    activity::Activity,
    failures::Failures,
    impatient::Impatient,
    tls::{Secured, Tls},
    unread::{Rest, Unread},
};

/// Streams that one HTTP/2 connection may have open.
const CONCURRENT_STREAMS: u32 = 100;

pub(super) struct Connection<S> {
    pub(super) service: S,
    pub(super) peer: SocketAddr,
    pub(super) drain: Drain,
    pub(super) tls: Option<Tls>,
    pub(super) failures: Failures,
    pub(super) header_timeout: Duration,
    pub(super) write_timeout: Duration,
}

/// The body of a request, and what may be left of it.
fn open_body(request: Request<Incoming>) -> (Request<Body>, Option<Rest>) {
    let (head, body) = request.into_parts();
    if body.is_end_stream() {
        return (Request::from_parts(head, Body::new(body)), None);
    }
    // Whoever waits to be asked for the body is not asked for one that nobody wants.
    let is_coming = !head.headers.contains_key(header::EXPECT);
    let (body, rest) = Unread::new(body, is_coming);
    (Request::from_parts(head, Body::new(body)), Some(rest))
}

/// What a client has shown of itself in the handshake.
#[derive(Default)]
struct Shown {
    certificate: Option<ClientCertificate>,
    /// Ends what the client was let in for.
    distrust: Revocation,
}

/// Asks for another connection (RFC 9110 section 15.5.20): what was shown on this one, or not shown,
/// is no longer enough.
fn misdirected() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MISDIRECTED_REQUEST;
    response
}

impl<S> Connection<S> {
    /// Shakes hands where there is TLS, and serves requests until the peer leaves, a bound is
    /// passed, or the server has drained.
    pub(super) async fn serve<B>(self, stream: TcpStream)
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: AnyBody,
    {
        let Some(tls) = &self.tls else {
            let stream = Impatient::new(stream, self.write_timeout);
            return self.requests(stream, Shown::default()).await;
        };
        let handshake = timeout(self.header_timeout, tls.accept(stream, self.write_timeout));
        let shaken = tokio::select! {
            shaken = handshake => shaken,
            // Nobody waits for a handshake when the server stops.
            () = self.drain.begun() => return,
        };
        let peer = self.peer;
        match shaken {
            Ok(Ok(Secured {
                stream,
                certificate,
                distrust,
            })) => {
                let shown = Shown {
                    certificate,
                    distrust,
                };
                self.requests(stream, shown).await;
            }
            Ok(Err(error)) if error.is_usual() => tracing::debug!(%peer, "{}", error.words()),
            Ok(Err(error)) => self.failures.tell(peer, &error.words()),
            Err(_) => self.failures.tell(peer, &"it was not done in time"),
        }
    }

    /// Serves the requests on a connection whose client has shown this.
    async fn requests<B, T>(self, stream: T, shown: Shown)
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: AnyBody,
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            service,
            peer,
            drain,
            header_timeout,
            write_timeout,
            ..
        } = self;
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(CONCURRENT_STREAMS)
            .keep_alive_interval(header_timeout)
            .keep_alive_timeout(header_timeout);
        let stopping = drain.clone();
        let mut known = tollbar_core::Connection::new().peer(peer).drain(drain);
        if let Some(certificate) = shown.certificate {
            known = known.certificate(certificate);
        }
        let distrust = shown.distrust;
        let distrusted = distrust.clone();
        let activity = Arc::new(Activity::default());
        let asked = Arc::clone(&activity);
        let service = service_fn(move |mut request: Request<Incoming>| {
            // A client that does not read that the connection closes could go on asking.
            let is_welcome = !distrusted.is_revoked();
            request.extensions_mut().insert(Exchange::on(&known));
            // hyper closes an idle HTTP/1.1 connection by itself.
            let open = (request.version() == Version::HTTP_2).then(|| asked.begin());
            asked.requests.fetch_add(1, Ordering::Relaxed);
            let (request, rest) = open_body(request);
            let is_http1 = request.version() < Version::HTTP_2;
            let answer = is_welcome.then(|| service.clone().oneshot(request));
            async move {
                let mut response = match answer {
                    Some(answer) => answer.await?.map(Body::new),
                    None => misdirected(),
                };
                if let Some(rest) = rest
                    && !rest.read().await
                    && is_http1
                {
                    // hyper closes the connection then, and would not say so.
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                Ok::<_, S::Error>(response.map(|body| match open {
                    Some(open) => Body::new(open.until_the_end_of(body)),
                    None => body,
                }))
            }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let mut idle = pin!(sleep(header_timeout));
        let mut held_up = interval(write_timeout);
        let mut seen = 0;
        let mut leaving = false;
        let served = loop {
            tokio::select! {
                served = connection.as_mut() => break served,
                () = stopping.begun() => {
                    connection.as_mut().graceful_shutdown();
                    break connection.await;
                }
                () = distrust.revoked(), if !leaving => {
                    leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
                _ = held_up.tick() => {
                    if activity.is_held_up(write_timeout) {
                        tracing::debug!(%peer, "a client does not read: its connection is closed");
                        return;
                    }
                }
                () = &mut idle => {
                    let requests = activity.requests.load(Ordering::Relaxed);
                    // hyper's own timeout starts when it knows the protocol, which takes some bytes.
                    if requests == 0 {
                        return;
                    }
                    // An HTTP/2 connection would stay for as long as its pings are answered.
                    if requests == seen && activity.is_idle_http2() {
                        connection.as_mut().graceful_shutdown();
                    }
                    seen = requests;
                    idle.as_mut().reset(tokio::time::Instant::now() + header_timeout);
                }
            }
        };
        if let Err(error) = served {
            tracing::debug!(%peer, %error, "a connection ended with an error");
        }
    }
}
