//! An authorization server that knows the tokens that the test has given it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// As whom a gateway is registered.
pub(crate) const CLIENT: &str = "tollbar";
pub(crate) const SECRET: &str = "horse-battery-staple";

/// An authorization server.
pub(crate) struct AuthorizationServer {
    pub(crate) issuer: String,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    tokens: HashMap<String, Value>,
    introspections: usize,
}

impl AuthorizationServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let (its, own) = (Arc::clone(&state), issuer.clone());
        let serving = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(socket, own.clone(), Arc::clone(&its)));
            }
        });
        Self {
            issuer,
            state,
            serving,
        }
    }

    /// Gives out a token with these claims.
    pub(crate) fn issue(&self, token: &str, claims: Value) {
        let mut state = self.state.lock().unwrap();
        state.tokens.insert(token.to_owned(), claims);
    }

    /// How often it was asked about a token of a test.
    pub(crate) fn introspections(&self) -> usize {
        self.state.lock().unwrap().introspections
    }
}

impl Drop for AuthorizationServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers one request, and closes the connection.
async fn serve(mut socket: TcpStream, issuer: String, state: Arc<Mutex<State>>) {
    let mut request = String::new();
    let mut piece = [0; 8192];
    while !is_whole(&request) {
        match socket.read(&mut piece).await {
            Ok(length @ 1..) => request.push_str(&String::from_utf8_lossy(&piece[..length])),
            _ => return,
        }
    }
    let (status, answer) = answer(&request, &issuer, &state);
    let text = answer.to_string();
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        text.len()
    );
    let _ = socket.write_all(format!("{head}{text}").as_bytes()).await;
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

fn answer(request: &str, issuer: &str, state: &Mutex<State>) -> (u16, Value) {
    let path = request.split(' ').nth(1).unwrap_or_default();
    match path {
        "/.well-known/oauth-authorization-server" => (
            200,
            json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "registration_endpoint": format!("{issuer}/register"),
                "introspection_endpoint": format!("{issuer}/introspect"),
                "jwks_uri": format!("{issuer}/jwks"),
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": true,
            }),
        ),
        "/jwks" => (200, json!({ "keys": [] })),
        "/introspect" => {
            let basic = BASE64_STANDARD.encode(format!("{CLIENT}:{SECRET}"));
            if !request.contains(&format!("Basic {basic}")) {
                return (401, json!({ "error": "invalid_client" }));
            }
            let mut state = state.lock().unwrap();
            let (_, body) = request.split_once("\r\n\r\n").unwrap_or_default();
            let token = body.split('&').find_map(|pair| pair.strip_prefix("token="));
            // Longer ones are made up by examinations.
            if token.is_some_and(|token| token.len() < 40) {
                state.introspections += 1;
            }
            let known = token.and_then(|token| state.tokens.get(token));
            let answer = known.cloned();
            (200, answer.unwrap_or_else(|| json!({ "active": false })))
        }
        _ => (404, json!({})),
    }
}
