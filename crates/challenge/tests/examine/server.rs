//! An MCP server that logs its users in itself, as well or as badly as a test wants.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

/// A server on a free port of 127.0.0.1. It ends when it is dropped.
pub(crate) struct Server {
    pub(crate) origin: String,
    manner: Arc<Mutex<Manner>>,
    requests: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

/// How the server answers. `ORIGIN` stands for its own origin, in all of it.
#[derive(Clone)]
pub(crate) struct Manner {
    /// To a POST without a token: a status and header lines.
    pub(crate) refusal: (u16, Vec<String>),
    /// To `server/discover`, where that is another answer.
    pub(crate) discover: Option<u16>,
    /// Documents by their path.
    pub(crate) documents: Vec<(&'static str, Document)>,
}

/// What is at a path.
#[derive(Clone)]
pub(crate) enum Document {
    /// An object.
    Json(Value),
    /// A whole answer, byte by byte.
    Raw(String),
    /// Nothing, for ever.
    Silence,
}

pub(crate) const INSERTED: &str = "/.well-known/oauth-protected-resource/mcp";
pub(crate) const BARE: &str = "/.well-known/oauth-protected-resource";
pub(crate) const LOGIN: &str = "/.well-known/oauth-authorization-server";

impl Manner {
    /// A server that does all as it should, and is its own authorization server.
    pub(crate) fn right() -> Self {
        let challenge = format!(
            "www-authenticate: Bearer resource_metadata=\"ORIGIN{INSERTED}\", scope=\"mcp\""
        );
        Self {
            refusal: (401, vec![challenge]),
            discover: None,
            documents: vec![
                (INSERTED, Document::Json(metadata())),
                (LOGIN, Document::Json(login())),
            ],
        }
    }

    /// Likewise, with this challenge, or none.
    pub(crate) fn challenge(mut self, challenge: Option<&str>) -> Self {
        let line = challenge.map(|it| format!("www-authenticate: {it}"));
        self.refusal.1 = line.into_iter().collect();
        self
    }

    /// Likewise, with this status instead of 401, and without a challenge.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.refusal = (status, Vec::new());
        self
    }

    /// Likewise, with another document at a path.
    pub(crate) fn document(mut self, path: &'static str, document: Document) -> Self {
        self.documents.retain(|(own, _)| *own != path);
        self.documents.push((path, document));
        self
    }

    /// Likewise, with a member of the metadata as this.
    pub(crate) fn member(self, name: &str, value: Value) -> Self {
        let mut metadata = metadata();
        metadata[name] = value;
        self.document(INSERTED, Document::Json(metadata))
    }

    /// Likewise, without anything at a path.
    pub(crate) fn without(mut self, path: &'static str) -> Self {
        self.documents.retain(|(own, _)| *own != path);
        self
    }
}

pub(crate) fn metadata() -> Value {
    json!({
        "resource": "ORIGIN/mcp",
        "authorization_servers": ["ORIGIN"],
        "scopes_supported": ["mcp"],
    })
}

pub(crate) fn login() -> Value {
    json!({
        "issuer": "ORIGIN",
        "authorization_endpoint": "ORIGIN/login",
        "token_endpoint": "ORIGIN/tokens",
        "registration_endpoint": "ORIGIN/clients",
        "code_challenge_methods_supported": ["S256"],
    })
}

impl Server {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let (own, its) = (origin.clone(), Arc::clone(&requests));
        let manner = Arc::new(Mutex::new(manner));
        let shared = Arc::clone(&manner);
        let serving = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let manner = shared.lock().unwrap().clone();
                tokio::spawn(serve(socket, own.clone(), manner, Arc::clone(&its)));
            }
        });
        Self {
            origin,
            manner,
            requests,
            serving,
        }
    }

    /// Its endpoint.
    pub(crate) fn url(&self) -> Url {
        format!("{}/mcp", self.origin).parse().unwrap()
    }

    /// From now on it answers like this.
    pub(crate) fn become_like(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The first lines of all requests.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(
    mut socket: TcpStream,
    origin: String,
    manner: Manner,
    requests: Arc<Mutex<Vec<String>>>,
) {
    let mut request = String::new();
    let mut piece = [0; 8192];
    while !is_whole(&request) {
        match socket.read(&mut piece).await {
            Ok(length @ 1..) => request.push_str(&String::from_utf8_lossy(&piece[..length])),
            _ => return,
        }
    }
    let line = request.lines().next().unwrap_or_default().to_owned();
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    requests.lock().unwrap().push(line.clone());
    let document = manner.documents.iter().find(|(own, _)| *own == path);
    let answer = match document {
        Some((_, Document::Silence)) => std::future::pending().await,
        Some((_, Document::Raw(answer))) => answer.clone(),
        Some((_, Document::Json(value))) if line.starts_with("GET ") => {
            let content = value.to_string().replace("ORIGIN", &origin);
            let length = content.len();
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
                 connection: close\r\n\r\n{content}"
            )
        }
        _ if path == "/mcp" && line.starts_with("POST ") => {
            let (status, lines) = &manner.refusal;
            let other = manner
                .discover
                .filter(|_| request.contains("server/discover"));
            let status = other.unwrap_or(*status);
            let mut answer = format!("HTTP/1.1 {status} x\r\n");
            for line in lines {
                answer.push_str(&format!("{line}\r\n"));
            }
            answer + "content-length: 0\r\nconnection: close\r\n\r\n"
        }
        _ => "HTTP/1.1 404 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
    };
    let answer = answer.replace("ORIGIN", &origin);
    let _ = socket.write_all(answer.as_bytes()).await;
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    body.len() >= length.unwrap_or_default()
}
