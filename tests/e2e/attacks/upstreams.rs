//! Hostile answers for the browser, for memory and for the wire.

use std::time::Duration;

use http_body_util::BodyExt as _;
use tollbar::{Gateway, Server, core::frame::FrameLayer};
use tollbar_tests::{
    faulty::{Faulty, Step},
    local::Local,
};

use super::{INITIALIZE, PING, Recorder, before, post, raw, response, status};

/// All proxies of a gateway share its origin, so a page of one server could call all of them.
#[tokio::test]
async fn a_page_of_the_upstream_does_not_run_at_the_gateway_s_origin() {
    let page = "<script>fetch('/other', {method: 'POST'})</script>";
    for content_type in [
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/plain",
    ] {
        let upstream = Recorder::answering(response(content_type, page)).await;
        let gateway = before(&upstream.url());
        let get = "GET /mcp HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let answer = raw(gateway.address, get).await;
        let answer = String::from_utf8_lossy(&answer).to_ascii_lowercase();
        let harmless = answer.contains("x-content-type-options: nosniff")
            && answer.contains("content-security-policy: ")
            && answer.contains("sandbox");
        assert!(
            harmless || !answer.contains("<script>"),
            "{content_type}: {answer}"
        );
    }
}

/// Headers that a browser, or a proxy in front of the gateway, obeys.
async fn kept_here(names: &[&str]) {
    for name in names {
        let head = format!("application/json\r\n{name}: /obeyed");
        let upstream = Recorder::answering(response(&head, "{}")).await;
        let gateway = before(&upstream.url());
        let answer = raw(gateway.address, post("", PING)).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert_eq!(status(answer.as_bytes()), 200, "{answer}");
        assert!(!answer.contains("/obeyed"), "{name}: {answer}");
    }
}

#[tokio::test]
async fn an_upstream_does_not_speak_for_the_gateway_s_origin() {
    kept_here(&[
        "set-cookie",
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "strict-transport-security",
        "clear-site-data",
        "alt-svc",
        "proxy-authenticate",
    ])
    .await;
}

#[tokio::test]
async fn an_upstream_does_not_command_the_proxy_in_front() {
    kept_here(&[
        "x-accel-redirect",
        "x-sendfile",
        "x-lighttpd-send-file",
        "refresh",
    ])
    .await;
}

/// A comment of the gateway must not push a byte order mark from the front into the stream, where it
/// would spoil the first event.
#[tokio::test]
async fn a_keep_alive_before_the_first_byte_spoils_no_event() {
    let write = |text: &str| Step::Write(text.as_bytes().to_vec());
    let upstream = Faulty::start(vec![
        write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"),
        Step::Wait(Duration::from_millis(300)),
        write("\u{feff}data: 1\n\n"),
    ])
    .await;
    let gateway = Gateway::to(&upstream.url())
        .unwrap()
        .frame(FrameLayer::new().keep_alive(Some(Duration::from_millis(100))));
    let gateway = Local::serve(gateway.into_service(), Server::new());
    let body = gateway
        .post(PING)
        .await
        .into_body()
        .collect()
        .await
        .unwrap();
    let text = String::from_utf8(body.to_bytes().to_vec()).unwrap();
    assert!(
        text.contains(": keep-alive\n\n"),
        "the attack did not run: {text:?}"
    );
    assert!(text.contains("\ndata: 1\n\n"), "{text:?}");
}

/// Events of one byte, which each come with the framing of a chunk if they are sent one by one.
#[tokio::test]
async fn tiny_events_under_a_filter_do_not_grow_on_the_wire() {
    let events = "\n".repeat(100_000);
    let upstream = Recorder::answering(response("text/event-stream", &events)).await;
    let gateway = before(&upstream.url());
    let answer = raw(gateway.address, post("", INITIALIZE)).await;
    assert_eq!(status(&answer), 200);
    let (sent, received) = (events.len(), answer.len());
    assert!(received < 2 * sent, "{sent} bytes became {received}");
}

/// What one answer of an upstream is allowed to be is what a filter may hold, whatever the chunks.
#[tokio::test]
async fn an_endless_event_is_given_up_under_a_filter() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ";
    let upstream = Faulty::start(vec![
        Step::Write(head.as_bytes().to_vec()),
        Step::Forever(vec![b'x'; 64 << 10]),
    ])
    .await;
    let gateway = Gateway::to(&upstream.url())
        .unwrap()
        .frame(FrameLayer::new().event_limit(1 << 20));
    let gateway = Local::serve(gateway.into_service(), Server::new());
    let answer = gateway.post(INITIALIZE).await;
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body);
    assert!(
        text.starts_with("data: {") && text.contains("-32603"),
        "{text}"
    );
    assert!(upstream.released(Duration::from_secs(5)).await);
}
