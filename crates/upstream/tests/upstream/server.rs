//! The upstream's side of a test.

use std::{
    convert::Infallible,
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Request, Response};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tollbar_core::Body;
use url::Url;

/// A listener on a free port, and the URL of an MCP endpoint there.
pub(crate) async fn bind() -> (TcpListener, Url) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, format!("http://{address}/mcp").parse().unwrap())
}

/// A server that hands each connection to a script.
pub(crate) async fn raw<F>(script: impl Fn(TcpStream) -> F + Send + 'static) -> Url
where
    F: Future<Output = ()> + Send + 'static,
{
    let (listener, url) = bind().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(script(stream));
        }
    });
    url
}

/// What a server with fixed answers has seen.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Seen {
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A server that answers each request with these bytes, and closes the connection when they do not
/// say how long they are.
pub(crate) async fn fixed(answer: impl Into<Vec<u8>>) -> (Url, Seen) {
    let answer: Arc<[u8]> = answer.into().into();
    let seen = Seen::default();
    let by_server = seen.clone();
    let url = raw(move |mut stream| {
        let (answer, seen) = (Arc::clone(&answer), by_server.clone());
        async move {
            seen.connections.fetch_add(1, Ordering::SeqCst);
            while let Some(request) = read_request(&mut stream).await {
                seen.requests.lock().unwrap().push(request);
                stream.write_all(&answer).await.unwrap();
                let text = String::from_utf8_lossy(&answer).to_lowercase();
                if !text.contains("content-length: ") && !text.contains("chunked") {
                    return;
                }
            }
        }
    })
    .await;
    (url, seen)
}

/// One request with its body, as it stood on the wire; `None` at the end of the connection.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(request.clone()).unwrap().to_lowercase();
    if head.contains("transfer-encoding: chunked") {
        while !request.ends_with(b"\r\n0\r\n\r\n") {
            request.push(stream.read_u8().await.ok()?);
        }
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    request.extend(body);
    Some(String::from_utf8(request).unwrap())
}

/// Waits until the other end has closed; whatever it still sends is dropped.
pub(crate) async fn until_closed(stream: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0; 4096];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

/// A real HTTP server, 1.1 or 2 as the client begins.
pub(crate) async fn http<F>(
    handler: impl Fn(Request<Incoming>) -> F + Clone + Send + 'static,
) -> Url
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    raw(move |stream| {
        let handler = handler.clone();
        async move {
            let service = service_fn(move |request| {
                let answer = handler(request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that leaves is an error of the connection, and what is tested.
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        }
    })
    .await
}
