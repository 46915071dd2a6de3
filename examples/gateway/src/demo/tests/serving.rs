//! The server on a real socket, from the first connection to the last.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use super::client::{Client, server};
use crate::demo::serve;

#[tokio::test]
async fn only_loopback_hosts_are_served() {
    let client = Client::modern(&server(), json!({}));
    for (host, status) in [
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("127.0.0.1:8000", 202),
        ("localhost", 202),
        ("[::1]:8000", 202),
    ] {
        let message = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let headers = [("host", host), ("mcp-method", "notifications/initialized")];
        let answer = client.post(&message, &headers).await;
        assert_eq!(answer.status, status, "{host}");
    }
}

#[tokio::test]
async fn only_loopback_origins_are_served() {
    let client = Client::modern(&server(), json!({}));
    for (origin, status) in [
        ("https://evil.example", 403),
        ("http://localhost.evil.example", 403),
        ("null", 403),
        ("http://localhost:3000", 202),
        ("http://127.0.0.1", 202),
        ("http://[::1]:8080", 202),
    ] {
        let message = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let headers = [
            ("origin", origin),
            ("mcp-method", "notifications/initialized"),
        ];
        let answer = client.post(&message, &headers).await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, std::future::pending()));
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    server.abort();
}

#[tokio::test]
async fn subscriptions_are_told_good_bye() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, async move {
        let _ = stopped.await;
    }));
    let body = json!({
        "jsonrpc": "2.0",
        "id": "listening",
        "method": "subscriptions/listen",
        "params": {
            "notifications": { "resourcesListChanged": true },
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        },
    })
    .to_string();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         accept: application/json, text/event-stream\r\ncontent-length: {}\r\n\
         mcp-protocol-version: 2026-07-28\r\nmcp-method: subscriptions/listen\r\n\r\n",
        body.len()
    );
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all((head + &body).as_bytes()).await.unwrap();
    let mut answer = String::new();
    let mut buffer = [0; 4096];
    while !answer.contains("notifications/subscriptions/acknowledged") {
        let length = socket.read(&mut buffer).await.unwrap();
        assert_ne!(length, 0, "{answer}");
        answer.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    stop.send(()).unwrap();
    let mut rest = String::new();
    socket.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains(r#""id":"listening","result":"#), "{rest}");
    assert!(
        rest.ends_with("0\r\n\r\n"),
        "the stream ends in order: {rest}"
    );
    let ended = tokio::time::timeout(Duration::from_secs(2), server).await;
    ended.expect("it ends soon").unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
