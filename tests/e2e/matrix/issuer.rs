//! An MCP server that sends clients to an authorization server, where they may register.
//!
//! It shows that a client would open a browser if it were offered one: without it, "nothing was
//! opened" could be said of a client that never opens anything.

use std::net::SocketAddr;

use http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::relay::{ENDPOINT, Passing, full, serve};

/// The server, which is its own authorization server.
#[derive(Debug)]
pub(crate) struct Issuer {
    address: SocketAddr,
}

impl Issuer {
    /// Starts it on a free port of 127.0.0.1.
    pub(crate) async fn start() -> Self {
        let address = serve(|request| async move { answer(&request) }).await;
        Self { address }
    }

    /// The MCP endpoint, which lets nobody in.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{ENDPOINT}", self.address)
    }

    /// Where users would log in.
    pub(crate) fn page(&self) -> String {
        format!("http://{}/authorize", self.address)
    }
}

fn answer(request: &Request<Incoming>) -> Response<Passing> {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or("none");
    let base = format!("http://{host}");
    match request.uri().path() {
        ENDPOINT => {
            let metadata = format!("{base}/.well-known/oauth-protected-resource{ENDPOINT}");
            let mut response = json_response(StatusCode::UNAUTHORIZED, &json!({}));
            let challenge = format!("Bearer resource_metadata=\"{metadata}\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge.parse().unwrap());
            response
        }
        "/.well-known/oauth-protected-resource/mcp" => json_response(
            StatusCode::OK,
            &json!({"resource": format!("{base}{ENDPOINT}"), "authorization_servers": [base]}),
        ),
        "/.well-known/oauth-authorization-server" => json_response(
            StatusCode::OK,
            &json!({
                "issuer": base,
                "authorization_endpoint": format!("{base}/authorize"),
                "token_endpoint": format!("{base}/token"),
                "registration_endpoint": format!("{base}/register"),
                "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"],
            }),
        ),
        "/register" => json_response(
            StatusCode::CREATED,
            &json!({"client_id": "tests", "redirect_uris": ["http://127.0.0.1/callback"]}),
        ),
        _ => json_response(StatusCode::NOT_FOUND, &json!({})),
    }
}

fn json_response(status: StatusCode, body: &Value) -> Response<Passing> {
    let response = Response::builder().status(status);
    response
        .header(header::CONTENT_TYPE, "application/json")
        .body(full(body.to_string()))
        .unwrap()
}
