//! A client that reads when it is told to.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    body::Incoming,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpSocket, task::JoinHandle};

use super::document::{Document, Expected};

type RequestBody = UnsyncBoxBody<Bytes, Infallible>;

/// One connection.
pub(super) struct Client {
    sender: SendRequest<RequestBody>,
    connection: JoinHandle<()>,
}

/// One answer. Its connection is closed when it is dropped.
pub(super) struct Answer {
    response: Response<Incoming>,
    _sender: SendRequest<RequestBody>,
    connection: JoinHandle<()>,
}

impl Client {
    /// With a small receive buffer: what the client does not read should not gather here.
    pub(super) async fn connect(url: &str) -> Self {
        let address = url.trim_start_matches("http://").split('/').next().unwrap();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(128 * 1024).unwrap();
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(async move {
            let _ = connection.await;
        });
        Self { sender, connection }
    }

    pub(super) async fn post(self, call: Document) -> Answer {
        let length = call.length();
        let frames = call.pieces().map(|piece| Ok(Frame::data(piece)));
        let body = StreamBody::new(stream::iter(frames));
        let request = head(Method::POST)
            .header("content-type", "application/json")
            .header("content-length", length)
            .body(RequestBody::new(body));
        self.send(request.unwrap()).await
    }

    /// Opens an event stream.
    pub(super) async fn listen(self) -> Answer {
        let request = head(Method::GET);
        self.send(request.body(RequestBody::default()).unwrap())
            .await
    }

    async fn send(mut self, request: Request<RequestBody>) -> Answer {
        Answer {
            response: self.sender.send_request(request).await.unwrap(),
            _sender: self.sender,
            connection: self.connection,
        }
    }
}

fn head(method: Method) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri("/mcp")
        .header("host", "127.0.0.1")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
}

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// Reads one piece and holds it against what was expected. `false` at the end.
    pub(super) async fn read_one(&mut self, expected: &mut Expected) -> bool {
        let Some(frame) = self.response.body_mut().frame().await else {
            return false;
        };
        let bytes = frame.unwrap().into_data().unwrap();
        assert!(expected.takes(&bytes), "the answer is not what was sent");
        true
    }

    /// Reads all of it, which must be this document.
    pub(super) async fn read_all(&mut self, document: &Document) {
        let mut expected = document.expect();
        while self.read_one(&mut expected).await {}
        assert!(expected.is_complete(), "the answer is too short");
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
