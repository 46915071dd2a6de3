//! An upstream that misbehaves: the client learns it, the upstream is released, nothing grows.

use std::time::Duration;

use http_body_util::BodyExt as _;
use serde_json::Value;
use tollbar::{Gateway, Server, upstream::Upstream};
use tollbar_tests::{
    faulty::{Faulty, Step},
    local::Local,
};

const CALL: &str =
    r#"{"jsonrpc":"2.0","id":"call-1","method":"tools/call","params":{"name":"x","arguments":{}}}"#;

fn write(text: &str) -> Step {
    Step::Write(text.as_bytes().to_vec())
}

fn before(url: &str) -> Local {
    let upstream = Upstream::builder(url.parse().unwrap())
        .connect_timeout(Duration::from_millis(500))
        .head_timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    Local::serve(Gateway::new(upstream).into_service(), Server::new())
}

/// What the client gets: the status, and the body or how it broke.
async fn ask(gateway: &Local) -> (u16, Result<String, String>) {
    let response = gateway.post(CALL).await;
    let status = response.status().as_u16();
    let body = tokio::time::timeout(Duration::from_secs(20), response.into_body().collect());
    let body = match body.await.expect("the answer does not end") {
        Ok(body) => Ok(String::from_utf8_lossy(&body.to_bytes()).into_owned()),
        Err(error) => Err(error.to_string()),
    };
    (status, body)
}

async fn refused(steps: Vec<Step>, status: u16) {
    let upstream = Faulty::start(steps.clone()).await;
    let (told, body) = ask(&before(&upstream.url())).await;
    assert_eq!(told, status, "{steps:?}: {body:?}");
    let error: Value = serde_json::from_str(&body.unwrap()).unwrap();
    assert_eq!(error["id"], "call-1", "{steps:?}");
    assert_eq!(error["error"]["code"], -32603, "{steps:?}");
    assert!(
        upstream.requests() <= 1,
        "{steps:?}: the call was sent twice"
    );
    assert!(upstream.released(Duration::from_secs(5)).await, "{steps:?}");
}

#[tokio::test]
async fn an_upstream_that_is_down_is_a_502() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    drop(listener);
    let (status, body) = ask(&before(&url)).await;
    assert_eq!(status, 502);
    let error: Value = serde_json::from_str(&body.unwrap()).unwrap();
    assert_eq!(error["id"], "call-1");
}

#[tokio::test]
async fn an_upstream_that_does_not_answer_is_a_504() {
    refused(vec![Step::Hang], 504).await;
    refused(vec![write("HTTP/1.1 200 OK\r\ncontent-"), Step::Hang], 504).await;
}

#[tokio::test]
async fn an_upstream_that_breaks_before_its_head_is_a_502() {
    refused(vec![Step::Reset], 502).await;
    refused(vec![], 502).await;
    refused(vec![write("HTTP/1.1 200 OK\r\ncontent-"), Step::Reset], 502).await;
    refused(vec![write("SSH-2.0-OpenSSH_9.2\r\n")], 502).await;
    refused(
        vec![write(
            "HTTP/1.1 307 x\r\nlocation: /mcp/\r\ncontent-length: 0\r\n\r\n",
        )],
        502,
    )
    .await;
    let fat = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(2 << 20));
    refused(vec![write(&fat)], 502).await;
}

#[tokio::test]
async fn an_answer_that_breaks_in_the_middle_breaks_for_the_client() {
    let heads = [
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
    ];
    for head in heads {
        for end in [vec![Step::Reset], vec![]] {
            let part = if head.contains("chunked") {
                "8\r\ndata: 1\n\r\n"
            } else {
                "{\"json"
            };
            let mut steps = vec![
                write(head),
                write(part),
                Step::Wait(Duration::from_millis(100)),
            ];
            steps.extend(end);
            let upstream = Faulty::start(steps.clone()).await;
            let (status, body) = ask(&before(&upstream.url())).await;
            assert_eq!(status, 200);
            assert!(
                body.is_err(),
                "a broken answer looks complete: {steps:?}: {body:?}"
            );
            assert!(upstream.released(Duration::from_secs(5)).await);
        }
    }
}

#[tokio::test]
async fn garbage_passes_where_nobody_has_to_judge_it() {
    for (content_type, garbage) in [
        ("application/json", "{\"jsonrpc\": nonsense"),
        ("text/event-stream", "data: {\n\nevent\x00:::\r\rdata"),
    ] {
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n{garbage}",
            garbage.len(),
        );
        let upstream = Faulty::start(vec![write(&response)]).await;
        let (status, body) = ask(&before(&upstream.url())).await;
        assert_eq!((status, body.as_deref()), (200, Ok(garbage)));
    }
}

#[tokio::test]
async fn a_client_that_leaves_releases_the_upstream() {
    // Before the head.
    let upstream = Faulty::start(vec![Step::Hang]).await;
    let slow = Upstream::builder(upstream.url().parse().unwrap())
        .build()
        .unwrap();
    let gateway = Local::serve(Gateway::new(slow).into_service(), Server::new());
    let gone = tokio::time::timeout(Duration::from_millis(300), gateway.post(CALL)).await;
    assert!(gone.is_err());
    assert_eq!(upstream.requests(), 1);
    assert!(
        upstream.released(Duration::from_secs(2)).await,
        "held before the head"
    );

    // In the middle of a stream, silent or talking.
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let event = Step::Forever(b"c\r\ndata: 12345\n\r\n".to_vec());
    for rest in [Step::Hang, event] {
        let upstream = Faulty::start(vec![write(head), write("8\r\ndata: 1\n\r\n"), rest]).await;
        let gateway = before(&upstream.url());
        let mut body = gateway.post(CALL).await.into_body();
        assert!(body.frame().await.unwrap().is_ok());
        drop(body);
        assert!(
            upstream.released(Duration::from_secs(2)).await,
            "held in the middle of a stream"
        );
    }
}

#[tokio::test]
async fn what_is_refused_never_reaches_the_upstream() {
    let upstream = Faulty::start(vec![Step::Hang]).await;
    let gateway = before(&upstream.url());
    for bad in [
        "",
        "{",
        "[]",
        r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#,
    ] {
        assert_eq!(gateway.post(bad).await.status(), 400, "{bad}");
    }
    let foreign = http::Request::post(format!("http://{}/mcp", gateway.address))
        .header("content-type", "application/json")
        .header("origin", "https://evil.example")
        .body(bytes::Bytes::from_static(CALL.as_bytes()).into())
        .unwrap();
    assert_eq!(gateway.send(foreign).await.status(), 403);
    assert_eq!(upstream.requests(), 0);
}
