//! An MCP server that judges tokens itself, and says where they can be had.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// Where its metadata is, and what it calls itself.
const METADATA: &str = "/.well-known/oauth-protected-resource/mcp";

/// A server that lets in who shows the token `good`, in any scheme of its own.
pub(crate) struct Secured {
    pub(crate) url: String,
    /// How often its metadata was asked for.
    asked: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Secured {
    /// One whose tokens come from this authorization server.
    pub(crate) async fn of(issuer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (counts, issuer, own) = (Arc::clone(&asked), issuer.to_owned(), origin.clone());
        let serving = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(
                    socket,
                    own.clone(),
                    issuer.clone(),
                    Arc::clone(&counts),
                ));
            }
        });
        Self {
            url: format!("{origin}/mcp"),
            asked,
            serving,
        }
    }

    /// How often its metadata was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Secured {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers one request, and closes the connection.
async fn serve(mut socket: TcpStream, origin: String, issuer: String, asked: Arc<AtomicUsize>) {
    let mut request = String::new();
    let mut piece = [0; 8192];
    // Requests here are so small that each comes in one piece or two.
    while !request.contains("\r\n\r\n") || request.starts_with("POST") && !request.ends_with('}') {
        match socket.read(&mut piece).await {
            Ok(length @ 1..) => request.push_str(&String::from_utf8_lossy(&piece[..length])),
            _ => return,
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let lower = request.to_lowercase();
    let (head, body) = if path == METADATA {
        asked.fetch_add(1, Ordering::SeqCst);
        let body = format!(
            "{{\"resource\":\"{origin}/mcp\",\"authorization_servers\":[\"{issuer}\"],\
             \"scopes_supported\":[\"mcp\"],\"x-own\":1.50}}"
        );
        ("200 OK".to_owned(), body)
    } else if path.starts_with("/.well-known/") {
        ("404 Not Found".to_owned(), "{}".to_owned())
    } else if lower.contains("authorization: bearer good") {
        let result = "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"serverInfo\":\
                      {\"name\":\"secured\",\"version\":\"1\"}";
        let body = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{{{result}}}}}");
        ("200 OK".to_owned(), body)
    } else {
        let challenge = format!(
            "401 Unauthorized\r\nwww-authenticate: Bearer realm=\"example\", \
             resource_metadata=\"{origin}{METADATA}\""
        );
        (challenge, "{\"error\":\"who are you\"}".to_owned())
    };
    let answer = format!(
        "HTTP/1.1 {head}\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = socket.write_all(answer.as_bytes()).await;
}
