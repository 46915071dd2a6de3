//! Answers that begin well, and cannot be passed on.

use std::sync::Arc;

use super::{
    book::{Book, Case},
    request::{INITIALIZE, Request},
    scene::{PATIENT, Scene},
};
use crate::hostile_relay::{
    scene::ok,
    server::{Reply, Server},
};

pub(super) async fn provoke(book: Arc<Book>) {
    let server = Server::start().await;
    let json = "content-type: application/json\r\n";
    let short = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let long = format!(
        r#"{{"jsonrpc":"2.0","id":1,"result":{{"a":"{}"}}}}"#,
        "a".repeat(2 << 10)
    );
    let version = r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2999-01-01"}}"#;
    let events = "content-type: text/event-stream\r\n";
    let replies = [
        ("stream_too_large", ok(events, &format!("data: {long}\n\n"))),
        ("stream_not_inspectable", ok(events, "data: <html>\n\n")),
        ("answer_broken", Reply::Bytes(short.as_bytes().to_vec())),
        ("answer_too_large", ok(json, &long)),
        ("answer_not_inspectable", ok(json, "<html>")),
        ("unsupported_version", ok(json, version)),
        (
            "old_transport",
            ok(events, "event: endpoint\ndata: /messages\n\n"),
        ),
    ];
    let proxies = replies.map(|(reason, reply)| {
        server.at(&format!("/{reason}"), reply);
        let origin = server.origin();
        format!(
            "[[proxy]]\nname = \"{reason}\"\npath = \"/{reason}\"\n\
             upstream.url = \"{origin}/{reason}\"\nlimits.event = \"1KiB\"\n"
        )
    });
    let listener = format!("{PATIENT}{}", proxies.concat());
    let scene = Scene::start(&book, listener, &[], &[]).await;
    let begin = |reason: &str| Request::post(&format!("/{reason}"), INITIALIZE);
    let bad = |reason| Case::new(reason, "bad_upstream");
    for reason in [
        "answer_broken",
        "answer_too_large",
        "answer_not_inspectable",
    ] {
        scene.refuses(bad(reason), begin(reason)).await;
    }
    // The head of a stream has left before anybody could know.
    for (reason, stream) in [
        ("answer_too_large", "stream_too_large"),
        ("answer_not_inspectable", "stream_not_inspectable"),
    ] {
        let late = bad(reason).told(200, -32603);
        scene.refuses(late, begin(stream)).await;
    }
    let version = Case::new("unsupported_version", "concealed").told(200, -32602);
    scene.refuses(version, begin("unsupported_version")).await;
    let old = Request::get("/old_transport");
    scene.refuses(bad("old_transport"), old).await;
}
