//! What an MCP server says besides when it asks for a token: no filter that cannot read it keeps its challenge
//! from being rewritten.

use std::{
    future::ready,
    sync::{Arc, Mutex},
};

use http::{Request, Response, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tollbar::{
    Gateway, GatewayService,
    challenge::RelayedResource,
    core::{Body, Consumer, Exchange, Kind, Refusal, origin::Origins},
    plan::{
        Admission, Credential, Fit, Identify, Plan, PlanLayer, Relay, SessionLayer, SessionSecret,
        Source,
    },
    upstream::Upstream,
};
use tower::ServiceExt as _;

const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}"#;
const POINTER: &str =
    "resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/mcp\"";
const CHALLENGE: &str = "DPoP algs=\"ES256\", Bearer error=\"insufficient_scope\", \
                         resource_metadata=\"https://mcp.example/x\"";

/// Verifies every token.
struct Tokens;

impl Plan for Tokens {
    fn name(&self) -> &str {
        "tokens"
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Token(_) => Fit::Possible,
            _ => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        let consumer = Consumer::new("tokens")
            .with_subject("ann")
            .with_client_id("app");
        Box::pin(ready(match credential {
            Credential::Token("good") => Ok(Admission::new(consumer)),
            _ => Err(Refusal::new(Kind::Unauthenticated, "token_inactive", "no")),
        }))
    }
}

/// An MCP server whose every answer is the one that stands there.
async fn server(answer: Arc<Mutex<String>>) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.lock().unwrap().clone();
            tokio::spawn(async move {
                let mut request = String::new();
                while !request.ends_with(INITIALIZE) {
                    let mut bytes = [0; 4096];
                    let read = stream.read(&mut bytes).await.unwrap_or(0);
                    if read == 0 {
                        return;
                    }
                    request.push_str(str::from_utf8(&bytes[..read]).unwrap());
                }
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    url.parse().unwrap()
}

fn gateway(url: &url::Url, is_verified: bool) -> GatewayService {
    let resource = RelayedResource::builder("https://gw.example/mcp".parse().unwrap(), url.clone());
    let secret = SessionSecret::generate().unwrap();
    let relay = Relay::new(secret.clone());
    let plans = PlanLayer::new().with(match is_verified {
        true => relay.verified_by(Tokens),
        false => relay,
    });
    let upstream = Upstream::builder(url.clone()).forward_authorization(true);
    Gateway::new(upstream.build().unwrap())
        .origins(Origins::new().allow_host("gw.example"))
        .plan(plans)
        .session(SessionLayer::new(secret))
        .relay(&resource.build().unwrap())
        .into_service()
}

async fn initialize(gateway: &GatewayService) -> Response<Body> {
    let request = Request::post("/mcp")
        .header("host", "gw.example")
        .header("authorization", "Bearer good")
        .header("accept", "application/json, text/event-stream")
        .header("content-type", "application/json");
    let request = request.body(Body::from(INITIALIZE)).unwrap();
    gateway.clone().oneshot(request).await.unwrap()
}

/// What a server says behind the status, by its type.
const BODIES: [(Option<&str>, &str); 7] = [
    (None, ""),
    (None, "no"),
    (Some("text/plain"), "no"),
    (Some("text/html; charset=utf-8"), "<h1>no</h1>"),
    (Some("application/json"), "{}"),
    (
        Some("application/json"),
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"no"}}"#,
    ),
    (Some("application/gzip"), "no"),
];

/// The answer with this challenge, whatever else is said.
fn refusal(status: u16, challenge: &str, kind: Option<&str>, encoding: &str, body: &str) -> String {
    let kind = kind.map_or_else(String::new, |kind| format!("content-type: {kind}\r\n"));
    format!(
        "HTTP/1.1 {status} No\r\nconnection: close\r\n{kind}{encoding}content-length: {}\r\n\
         www-authenticate: {challenge}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_challenge_is_rewritten_whatever_stands_behind_it() {
    let answer: Arc<Mutex<String>> = Arc::default();
    let url = server(Arc::clone(&answer)).await;
    for is_verified in [false, true] {
        let gateway = gateway(&url, is_verified);
        for status in [401, 403] {
            for (kind, body) in BODIES {
                for encoding in ["", "content-encoding: gzip\r\n"] {
                    let case = format!("{is_verified} {status} {kind:?} {encoding:?} `{body}`");
                    *answer.lock().unwrap() = refusal(status, CHALLENGE, kind, encoding, body);
                    let told = initialize(&gateway).await;
                    assert_eq!(told.status(), status, "{case}");
                    let lines = told.headers().get_all(header::WWW_AUTHENTICATE).iter();
                    let expected = format!(
                        "Bearer {POINTER}, error=\"insufficient_scope\", DPoP algs=\"ES256\""
                    );
                    assert_eq!(lines.collect::<Vec<_>>(), [expected.as_str()], "{case}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_challenge_that_cannot_be_read_never_passes() {
    let answer: Arc<Mutex<String>> = Arc::default();
    let url = server(Arc::clone(&answer)).await;
    for is_verified in [false, true] {
        let gateway = gateway(&url, is_verified);
        for status in [401, 403] {
            for (kind, body) in BODIES {
                let case = format!("{is_verified} {status} {kind:?} `{body}`");
                let challenge = "Bearer resource_metadata=\"https://evil.example";
                *answer.lock().unwrap() = refusal(status, challenge, kind, "", body);
                let told = initialize(&gateway).await;
                assert_eq!(told.status(), 502, "{case}");
                assert!(!told.headers().contains_key(header::WWW_AUTHENTICATE));
                let body = told.into_body().collect().await.unwrap().to_bytes();
                let body: Value = serde_json::from_slice(&body).unwrap();
                let message = body["error"]["message"].as_str().unwrap();
                assert!(
                    message.ends_with("what it asks for cannot be read"),
                    "{case}: {body}"
                );
            }
        }
    }
}
