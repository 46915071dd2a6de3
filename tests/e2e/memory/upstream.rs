//! An MCP server with large answers, in the test's own process.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, time::sleep};

use super::document::Document;

/// Answers a call of the tool `large` with its result, other calls with a small one, and a GET with
/// an event stream on which nothing happens.
pub(super) struct Upstream {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    result: Document,
    expected: Document,
    sent: AtomicU64,
    open: AtomicU64,
    whole: AtomicU64,
}

impl Upstream {
    pub(super) async fn start(result: Document, expected: Document) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            result,
            expected,
            sent: AtomicU64::new(0),
            open: AtomicU64::new(0),
            whole: AtomicU64::new(0),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                let answer = service_fn(move |request| answer(request, Arc::clone(&state)));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        Self { address, state }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/mcp", self.address)
    }

    /// Bytes of answers that were handed to the connections.
    pub(super) fn sent(&self) -> u64 {
        self.state.sent.load(SeqCst)
    }

    /// Event streams that are open.
    pub(super) fn open(&self) -> u64 {
        self.state.open.load(SeqCst)
    }

    /// Requests that were, byte for byte, what was expected.
    pub(super) fn whole_requests(&self) -> u64 {
        self.state.whole.load(SeqCst)
    }

    /// Waits until no byte has been sent for some time, and says how many have been by then.
    pub(super) async fn stalls(&self, silence: Duration) -> u64 {
        loop {
            let sent = self.sent();
            sleep(silence).await;
            if self.sent() == sent {
                return sent;
            }
        }
    }

    /// Waits until no stream is open.
    pub(super) async fn is_released(&self, within: Duration) -> bool {
        let started = std::time::Instant::now();
        while self.open() > 0 && started.elapsed() < within {
            sleep(Duration::from_millis(10)).await;
        }
        self.open() == 0
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
) -> Result<Response<Answer>, hyper::Error> {
    if request.method() == Method::GET {
        state.open.fetch_add(1, SeqCst);
        let body = Answer::Silent(Open(state));
        return Ok(Response::builder()
            .header("content-type", "text/event-stream")
            .body(body)
            .unwrap());
    }
    let mut body = request.into_body();
    let mut expected = state.expected.expect();
    let (mut same, mut begin) = (true, Vec::new());
    while let Some(frame) = body.frame().await {
        let data = frame?.into_data().unwrap_or_default();
        same &= expected.takes(&data);
        begin.extend(data.iter().take(200 - begin.len().min(200)));
    }
    if same && expected.is_complete() && state.expected.length() > 1000 {
        state.whole.fetch_add(1, SeqCst);
    }
    let is_large = String::from_utf8_lossy(&begin).contains(r#""name":"large""#);
    let document = if is_large {
        state.result.clone()
    } else {
        Document::small_result()
    };
    Ok(Response::builder()
        .header("content-type", document.content_type)
        .body(Answer::Pieces(Box::new(document.pieces()), state))
        .unwrap())
}

/// What is answered.
enum Answer {
    Pieces(Box<dyn Iterator<Item = Bytes> + Send>, Arc<State>),
    Silent(#[expect(dead_code, reason = "counts until it is dropped")] Open),
}

/// An open event stream.
struct Open(Arc<State>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, SeqCst);
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut *self {
            Self::Pieces(pieces, state) => Poll::Ready(pieces.next().map(|piece| {
                state.sent.fetch_add(piece.len() as u64, SeqCst);
                Ok(Frame::data(piece))
            })),
            // Nobody wakes it: it ends when the connection does.
            Self::Silent(_) => Poll::Pending,
        }
    }
}
