//! What an MCP server says of itself, told under the gateway's URL.

mod challenges;
mod documents;
mod hostile;
mod memory;
mod mirror;
mod modes;
mod places;
mod pointers;
mod properties;
mod secrets;
mod server;
mod settings;
mod tokens;

use std::convert::Infallible;

use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header::WWW_AUTHENTICATE,
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tollbar_challenge::{ChallengeLayer, RelayBuilder, RelayedResource};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

use self::server::{Answer, Server};

const PUBLIC: &str = "https://gw.example/weather";
const INSERTED: &str = "/.well-known/oauth-protected-resource/mcp";
const BARE: &str = "/.well-known/oauth-protected-resource";
/// Where the gateway serves it.
const METADATA: &str = "/.well-known/oauth-protected-resource/weather";
const POINTER: &str =
    "resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/weather\"";

/// The relay in front of that server, whose MCP endpoint is at `/mcp`.
fn relay(server: &Server) -> RelayBuilder {
    tollbar_test_log::ready();
    RelayedResource::builder(PUBLIC.parse().unwrap(), server.url("/mcp")).name("weather")
}

/// The metadata that this server should have.
fn metadata(server: &Server) -> String {
    let resource = server.url("/mcp");
    format!(r#"{{"resource":"{resource}","authorization_servers":["https://login.example"]}}"#)
}

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Told {
    /// The reason of a refusal.
    fn reason(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        body["reason"].as_str().unwrap_or("none").to_owned()
    }

    fn challenges(&self) -> Vec<&str> {
        let lines = self.headers.get_all(WWW_AUTHENTICATE).iter();
        lines.map(|line| line.to_str().unwrap()).collect()
    }

    async fn of(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }
}

/// Asks the gateway for something that it answers itself.
async fn ask(resource: &RelayedResource, method: Method, path: &str) -> Told {
    let inner = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Body::from("of the server")))
    });
    let request = Request::builder().method(method).uri(path);
    let stack = ChallengeLayer::relayed(resource).layer(inner);
    let response = stack.oneshot(request.body(Body::empty()).unwrap()).await;
    Told::of(response.unwrap()).await
}

async fn get(resource: &RelayedResource, path: &str) -> Told {
    ask(resource, Method::GET, path).await
}

/// What a client is told when the server has answered so.
async fn refused(resource: &RelayedResource, status: u16, lines: &[&[u8]]) -> Told {
    refused_at(resource, status, lines, "/weather").await
}

async fn refused_at(resource: &RelayedResource, status: u16, lines: &[&[u8]], path: &str) -> Told {
    let inner = service_fn(|_: Request<Body>| async {
        let mut response = Response::new(Body::from("of the server"));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for line in lines {
            let line = HeaderValue::from_bytes(line).unwrap();
            response.headers_mut().append(WWW_AUTHENTICATE, line);
        }
        Ok::<_, Infallible>(response)
    });
    let stack = ChallengeLayer::relayed(resource).layer(inner);
    let request = Request::post(path).body(Body::empty()).unwrap();
    Told::of(stack.oneshot(request).await.unwrap()).await
}
