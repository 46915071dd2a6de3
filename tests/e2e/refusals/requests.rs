//! Requests that are refused for what they are, whoever sends them.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{
    book::{Book, Case},
    request::{CALL, Request, Told},
    scene::{PATIENT, Scene},
};
use crate::hostile_relay::server::Server;

const PROXIES: [&str; 4] = [
    "mcp",
    "small\n[proxy.limits]\nbody = \"1KiB\"",
    "hurried\n[proxy.limits]\nbody_timeout = \"200ms\"",
    "crowded\n[proxy.limits]\nbody = \"64KiB\"\nbody_budget = \"32KiB\"",
];

pub(super) async fn provoke(book: Arc<Book>) {
    let server = Server::start().await;
    // A parameter of the gateway's own, which makes the query longer, too.
    let fixed = format!(
        "{PATIENT}[[proxy]]\nname = \"fixed\"\npath = \"/fixed\"\nupstream.url = \
         \"{}/mcp?tenant={}\"\n",
        server.origin(),
        "a".repeat(1000)
    );
    let scene = Scene::start(&book, fixed, &[], &PROXIES).await;
    for (case, request) in heads().into_iter().chain(messages()) {
        scene.refuses(case, request).await;
    }
    bodies(&scene).await;
}

/// What is refused for its head.
fn heads() -> Vec<(Case, Request)> {
    let call = |target: &str| Request::post(target, CALL);
    let malformed = |reason| Case::new(reason, "malformed");
    let forbidden = |reason| Case::new(reason, "forbidden");
    let long = format!("/fixed?a={}", "a".repeat(65_000));
    vec![
        (Case::new("no_such_path", "not_found"), call("/nowhere")),
        (
            forbidden("host_not_allowed"),
            call("/mcp").set("host", "evil.example"),
        ),
        (
            forbidden("origin_not_allowed"),
            call("/mcp").with("origin", "https://evil.example"),
        ),
        (
            Case::new("method_not_allowed", "method_not_allowed"),
            call("/mcp").method("PUT"),
        ),
        (
            Case::new("unsupported_media_type", "unsupported_media_type"),
            call("/mcp").set("content-type", "text/plain"),
        ),
        (
            malformed("connection_header"),
            call("/mcp").with("connection", "mcp-param-tenant"),
        ),
        (malformed("fixed_parameter"), call("/fixed?tenant=b")),
        (malformed("query_too_long"), call(&long)),
    ]
}

/// What is refused for its message.
fn messages() -> Vec<(Case, Request)> {
    let body = |text: &str| Request::post("/mcp", text);
    let malformed = |reason| Case::new(reason, "malformed");
    let echo = || json!({"name": "echo"});
    let call = |params| Request::modern("/mcp", "tools/call", params);
    let future = "2999-01-01";
    let unknown = call(echo()).set("mcp-protocol-version", future);
    let unknown = unknown.replacing("2026-07-28", future);
    vec![
        (malformed("not_json"), body("{")),
        (malformed("invalid_request"), body("{}")),
        (
            Case::new("method_not_found", "not_found"),
            Request::modern("/mcp", "ping", json!({})),
        ),
        (malformed("invalid_params"), call(json!({}))),
        (
            malformed("header_mismatch"),
            call(echo()).set("mcp-name", "add"),
        ),
        (malformed("unsupported_version"), unknown),
    ]
}

/// What is refused for the way its body comes.
async fn bodies(scene: &Scene) {
    let long = |target: &str, length| Request::post(target, " ".repeat(length) + CALL);
    let large = Case::new("body_too_large", "too_large");
    scene.refuses(large, long("/small", 1 << 10)).await;
    let many = Case::new("bodies_too_many", "unavailable");
    scene.refuses(many, long("/crowded", 40 << 10)).await;

    // More is promised than ever comes.
    let slow = Request::post("/hurried", CALL).with("content-length", "1000");
    let told = send_in_parts(scene, &slow).await;
    let case = Case::new("body_too_slow", "malformed");
    scene.refused(case, &slow, &told).await;

    let broken = Request::post("/mcp", "no length of a chunk\r\n");
    let broken = broken.with("transfer-encoding", "chunked");
    let case = Case::new("body_broken", "malformed");
    scene.refuses(case, broken).await;
}

/// Sends the head, and the body when that was read.
async fn send_in_parts(scene: &Scene, request: &Request) -> Told {
    let mut stream = TcpStream::connect(scene.address()).await.unwrap();
    let bytes = request.bytes();
    let (head, body) = bytes.split_at(bytes.len() - request.body().len());
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    stream.write_all(body.as_bytes()).await.unwrap();
    Told::read(&mut stream).await
}
