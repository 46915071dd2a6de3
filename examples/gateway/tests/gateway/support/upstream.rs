//! A server that hears, and answers in bytes that the test has chosen.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

/// A server that answers each connection with the same bytes, or not at all.
pub(crate) struct Upstream {
    pub(crate) url: String,
    heard: Arc<Mutex<String>>,
    serving: JoinHandle<()>,
}

impl Upstream {
    /// Answers with this JSON-RPC message.
    pub(crate) async fn answering(message: &'static str) -> Self {
        Self::start(Some(message)).await
    }

    /// Never answers.
    pub(crate) async fn silent() -> Self {
        Self::start(None).await
    }

    async fn start(message: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(String::new()));
        let hears = Arc::clone(&heard);
        let serving = tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let hears = Arc::clone(&hears);
                tokio::spawn(async move {
                    let mut piece = [0; 8192];
                    while let Ok(length @ 1..) = socket.read(&mut piece).await {
                        let text = String::from_utf8_lossy(&piece[..length]).into_owned();
                        hears.lock().unwrap().push_str(&text);
                        // Requests here are so small that each comes in one piece, body included.
                        if let Some(message) = message.filter(|_| text.ends_with('}')) {
                            let answer = format!(
                                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                                 content-length: {}\r\n\r\n{message}",
                                message.len()
                            );
                            socket.write_all(answer.as_bytes()).await.unwrap();
                        }
                    }
                });
            }
        });
        Self {
            url,
            heard,
            serving,
        }
    }

    /// Everything that it was sent.
    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The URL of a server that is not there.
pub(crate) fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/mcp", listener.local_addr().unwrap())
}
