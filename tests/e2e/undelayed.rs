//! A filter on a stream delays no event: each has reached the client before the next one is sent.

use std::{convert::Infallible, fs, process::Command, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc},
    time::timeout,
};
use tollbar_tests::{process::Running, programs::built};

/// How many events pass.
const EVENTS: usize = 10_000;

/// Long beyond what one event takes, and short beside what a timer would.
const SOON: Duration = Duration::from_secs(30);

type Queue = mpsc::Receiver<Bytes>;

/// An MCP server that answers the first GET with a stream of what the test puts into the queue, and
/// nothing else.
async fn upstream(queue: Queue) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let queue = Arc::new(Mutex::new(Some(queue)));
        while let Ok((stream, _)) = listener.accept().await {
            let queue = Arc::clone(&queue);
            let answer = service_fn(move |request: Request<Incoming>| {
                let queue = Arc::clone(&queue);
                async move {
                    let queue = match request.method() {
                        &Method::GET => queue.lock().await.take(),
                        _ => None,
                    };
                    // A channel that has ended at once.
                    let queue = queue.unwrap_or_else(|| mpsc::channel(1).1);
                    let frames = futures_util::stream::unfold(queue, async |mut queue| {
                        let event = queue.recv().await?;
                        Some((Ok::<_, Infallible>(Frame::data(event)), queue))
                    });
                    let response = Response::builder().header("content-type", "text/event-stream");
                    Ok::<_, Infallible>(response.body(StreamBody::new(frames)).unwrap())
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
        }
    });
    format!("http://{address}/mcp")
}

fn gateway(upstream: &str, folder: &tempfile::TempDir) -> (Running, String) {
    let path = folder.path().join("gateway.toml");
    let configuration = format!(
        r#"
        [listener]
        address = "127.0.0.1:0"
        [[proxy]]
        name = "stream"
        path = "/mcp"
        upstream.url = "{upstream}"
        [[proxy.acl.rule]]
        resources = ["demo://open/*"]
        "#
    );
    fs::write(&path, configuration).unwrap();
    let mut command = Command::new(built("tollbar-gateway"));
    command.arg("--config").arg(&path);
    Running::start(&mut command, |line| {
        let mut words = line.split_whitespace();
        let url = words.find(|word| word.starts_with("http://127"))?;
        Some(url.trim_start_matches("http://").to_owned())
    })
}

fn updated(uri: &str) -> Bytes {
    let data = format!(
        r#"{{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{{"uri":"{uri}"}}}}"#
    );
    format!("data: {data}\n\n").into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_events_pass_one_by_one() {
    let (sender, queue) = mpsc::channel(1);
    let upstream = upstream(queue).await;
    let folder = tempfile::tempdir().unwrap();
    let (_gateway, url) = gateway(&upstream, &folder);
    let address = url.split('/').next().unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut client, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = Request::get("/mcp")
        .header("host", address)
        .header("accept", "text/event-stream")
        .body(http_body_util::Empty::<Bytes>::new());
    // The head of an answer may wait for its first bytes.
    sender
        .send(Bytes::from_static(b": begin\n\n"))
        .await
        .unwrap();
    let response = client.send_request(request.unwrap()).await.unwrap();
    let mut body = response.into_body();
    let mut received = Vec::new();
    for number in 0..EVENTS {
        // Every tenth is one that the client must not see.
        if number % 10 == 0 {
            sender.send(updated("demo://secret/1")).await.unwrap();
        }
        let event = updated(&format!("demo://open/{number}"));
        sender.send(event.clone()).await.unwrap();
        while !received.ends_with(&event) {
            let frame = timeout(SOON, body.frame()).await;
            let frame = frame.unwrap_or_else(|_| panic!("event {number} waits for the next one"));
            received.extend_from_slice(&frame.unwrap().unwrap().into_data().unwrap());
        }
        let text = String::from_utf8(std::mem::take(&mut received)).unwrap();
        assert!(!text.contains("secret"), "{text}");
    }
}
