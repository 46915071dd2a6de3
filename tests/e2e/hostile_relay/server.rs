//! An MCP server that answers whatever it likes, byte by byte.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What is sent when a path is asked for. The connection is closed after it.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, and then a chunk so many times.
    Long(Vec<u8>, Vec<u8>, usize),
    /// These bytes, and then a space every tenth of a second for 30 seconds.
    Slow(Vec<u8>),
}

/// The server, on a free port of 127.0.0.1.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    replies: Mutex<HashMap<String, Reply>>,
    asked: Mutex<Vec<String>>,
}

impl Server {
    /// Starts it. It answers 404 until it is told something else.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    // Who is refused hangs up in the middle.
                    let _ = state.serve(stream).await;
                });
            }
        });
        Self { address, state }
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Says what is sent at a path. `ORIGIN` in the text is the server's own.
    pub(crate) fn at(&self, path: &str, reply: Reply) {
        let localised = |bytes: Vec<u8>| match String::from_utf8(bytes) {
            Ok(text) => text.replace("ORIGIN", &self.origin()).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let reply = match reply {
            Reply::Bytes(bytes) => Reply::Bytes(localised(bytes)),
            Reply::Long(first, chunk, times) => Reply::Long(localised(first), chunk, times),
            Reply::Slow(bytes) => Reply::Slow(localised(bytes)),
        };
        self.state
            .replies
            .lock()
            .unwrap()
            .insert(path.to_owned(), reply);
    }

    /// The paths that were asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }
}

impl State {
    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Some(path) = read_request(&mut stream).await? else {
            return Ok(());
        };
        let reply = self.replies.lock().unwrap().get(&path).cloned();
        self.asked.lock().unwrap().push(path);
        let nothing = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        match reply.unwrap_or_else(|| Reply::Bytes(nothing.to_vec())) {
            Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
            Reply::Long(first, chunk, times) => {
                stream.write_all(&first).await?;
                for _ in 0..times {
                    stream.write_all(&chunk).await?;
                }
            }
            Reply::Slow(first) => {
                stream.write_all(&first).await?;
                for _ in 0..300 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    stream.write_all(b" ").await?;
                }
            }
        }
        stream.shutdown().await
    }
}

/// Reads a request and gives its path. None when the other side left before.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 {
            return Ok(None);
        }
        read.extend_from_slice(&chunk[..count]);
        let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&read[..end]).into_owned();
        let length = head.lines().find_map(|line| {
            let line = line.to_ascii_lowercase();
            line.strip_prefix("content-length:")?.trim().parse().ok()
        });
        if read.len() >= end + 4 + length.unwrap_or(0) {
            return Ok(head.split(' ').nth(1).map(str::to_owned));
        }
    }
}
