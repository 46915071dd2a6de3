//! Event streams: passing, filtered, watched, silent, ended.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use tollbar_core::{Body, Connection, Drain, Exchange, Message, frame::FrameLayer};
use tower::Layer as _;

use crate::support::{Server, ask, chunks, get, post, send, stream, text};

const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{}}}"#;

/// Withholds log messages and renames results.
fn hush(exchange: &Exchange) {
    let filter = |_: &Exchange, message: &mut Message<'_>| {
        if message.parsed().method() == Some("notifications/message") {
            message.withhold();
        }
        if let Some(result) = message.result() {
            message.replace(result.span(), "{}");
        }
        Ok(())
    };
    exchange.filter(Arc::new(filter)).unwrap();
}

const EVENTS: &str = ": hello\r\n\r\nid: 1\nretry: 10\ndata:\n\nevent: message\nid: 2\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\r\rid: 3\ndata: {\"jsonrpc\":\"2.0\",\ndata: \"id\":1,\"result\":{\"secret\":1}}\n\n";
const HUSHED: &str = ":\n\nid: 1\nretry: 10\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\nid: 3\ndata: {\"jsonrpc\":\"2.0\",\ndata: \"id\":1,\"result\":{}}\n\n";

#[tokio::test]
async fn events_pass_untouched_withheld_or_changed_under_any_chunking() {
    for size in [1, 2, 3, 7, 16, 64, 1024] {
        let pieces = move || {
            let pieces = EVENTS.as_bytes().chunks(size);
            chunks(pieces.map(Bytes::from_static).collect())
        };
        let (response, _) = ask(post(CALL), |_| {}, pieces).await;
        assert_eq!(text(response).await, EVENTS, "chunks of {size}");
        let (response, _) = ask(post(CALL), hush, pieces).await;
        let hushed = text(response).await;
        let same = hushed == HUSHED || hushed.replace("\n\n\n", "\n\n") == HUSHED;
        assert!(same, "chunks of {size}: {hushed:?}");
    }
}

#[tokio::test]
async fn an_event_leaves_as_soon_as_it_is_whole() {
    let (mut sender, response) = stream();
    let slot = Arc::new(Mutex::new(Some(response)));
    let (response, _) = ask(post(CALL), hush, move || {
        slot.lock().unwrap().take().unwrap()
    })
    .await;
    let mut body = response.into_body();
    let progress = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n";
    for _ in 0..3 {
        sender.send_data(progress.into()).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), progress);
    }
}

#[tokio::test]
async fn a_stream_head_says_do_not_buffer_and_declares_no_length() {
    let (response, _) = ask(
        post(CALL),
        |_| {},
        || {
            let mut response = chunks(vec![EVENTS.into()]);
            response
                .headers_mut()
                .insert("content-length", "999".parse().unwrap());
            response
        },
    )
    .await;
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert!(
        response.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("no-transform")
    );
    assert!(!response.headers().contains_key("content-length"));
}

#[tokio::test]
async fn what_a_filter_cannot_read_becomes_an_error_for_the_caller() {
    for hostile in [
        "data: {broken\n\n",
        "event: odd\ndata: [1,2\n\n",
        "data: {\"a\":1,\"a\":2}\n\n",
    ] {
        let (response, _) = ask(post(CALL), hush, || chunks(vec![hostile.into()])).await;
        let told = text(response).await;
        let data = told.strip_prefix("data: ").unwrap().trim_end();
        let error: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(
            (&error["id"], &error["error"]["code"]),
            (&1.into(), &(-32603).into())
        );
    }
    // On a GET stream nobody waits for an answer: it breaks.
    let (response, _) = ask(get(), hush, || chunks(vec!["data: {broken\n\n".into()])).await;
    assert!(response.into_body().collect().await.is_err());
}

#[tokio::test]
async fn only_requests_are_told_that_there_is_no_answer() {
    let batch = r#"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/initialized"},{"jsonrpc":"2.0","id":"b","method":"tools/list"}]"#;
    let broken = || chunks(vec!["data: {broken\n\n".into()]);
    let (response, _) = ask(post(batch), hush, broken).await;
    let told = text(response).await;
    let ids: Vec<serde_json::Value> = told
        .split("\n\n")
        .filter_map(|event| event.strip_prefix("data: "))
        .map(|data| serde_json::from_str::<serde_json::Value>(data).unwrap()["id"].take())
        .collect();
    assert_eq!(ids, [serde_json::json!(1), serde_json::json!("b")]);
}

#[tokio::test]
async fn an_endless_event_ends_at_the_limit_under_a_filter_and_passes_without() {
    let server = Server::default();
    let endless = || chunks(vec![Bytes::from_static(b"data: xxxxxxxxxxxxxxxx"); 8]);
    let filtered = FrameLayer::new()
        .event_limit(64)
        .layer(server.answering(hush, endless));
    let told = text(send(filtered, post(CALL)).await).await;
    assert!(told.contains("64 bytes"), "{told}");
    let passing = FrameLayer::new()
        .event_limit(64)
        .layer(server.answering(|_| {}, endless));
    assert_eq!(text(send(passing, post(CALL)).await).await.len(), 8 * 22);
}

#[tokio::test]
async fn a_watch_sees_each_message_and_stops_at_an_endless_event() {
    let seen = Arc::new(Mutex::new(0));
    let exchange_seen = Arc::new(Mutex::new(None));
    let (count, slot) = (Arc::clone(&seen), Arc::clone(&exchange_seen));
    let hook = move |exchange: &Exchange| {
        *slot.lock().unwrap() = Some(exchange.clone());
        let count = Arc::clone(&count);
        exchange.watch(Arc::new(move |_: &Exchange, _: &Message<'_>| {
            *count.lock().unwrap() += 1;
        }));
    };
    let (response, _) = ask(post(CALL), hook.clone(), || chunks(vec![EVENTS.into()])).await;
    assert_eq!(text(response).await, EVENTS);
    assert_eq!(*seen.lock().unwrap(), 3);

    let server = Server::default();
    let endless = || chunks(vec![Bytes::from_static(b"data: xxxxxxxxxxxxxxxx"); 8]);
    let watched = FrameLayer::new()
        .event_limit(64)
        .layer(server.answering(hook, endless));
    assert_eq!(text(send(watched, post(CALL)).await).await.len(), 8 * 22);
    assert!(
        exchange_seen
            .lock()
            .unwrap()
            .take()
            .unwrap()
            .was_uninspected()
    );
}

#[tokio::test]
async fn a_stream_that_breaks_breaks() {
    for filtered in [false, true] {
        let (mut sender, response) = stream();
        let slot = Arc::new(Mutex::new(Some(response)));
        let hook = move |exchange: &Exchange| {
            if filtered {
                hush(exchange);
            }
        };
        let (response, _) = ask(post(CALL), hook, move || {
            slot.lock().unwrap().take().unwrap()
        })
        .await;
        let mut body = response.into_body();
        sender.send_data(": here\n\n".into()).await.unwrap();
        assert!(body.frame().await.unwrap().is_ok());
        sender.abort("reset by peer".into());
        assert!(body.frame().await.unwrap().is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_gets_a_comment_but_not_inside_an_event() {
    let (mut sender, response) = stream();
    let slot = Arc::new(Mutex::new(Some(response)));
    let (response, _) = ask(get(), |_| {}, move || slot.lock().unwrap().take().unwrap()).await;
    let mut body = response.into_body();
    let started = tokio::time::Instant::now();
    for _ in 0..2 {
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), ": keep-alive\n\n");
    }
    assert_eq!(started.elapsed().as_secs(), 30);

    sender.send_data("data: half".into()).await.unwrap();
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "data: half"
    );
    let silent = tokio::time::timeout(Duration::from_secs(100), body.frame()).await;
    assert!(silent.is_err(), "a comment would break the event in two");
    sender.send_data("\n\n".into()).await.unwrap();
    assert_eq!(
        body.frame().await.unwrap().unwrap().into_data().unwrap(),
        "\n\n"
    );
    let frame = body.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_data().unwrap(), ": keep-alive\n\n");
}

fn draining(request: &mut Request<Body>) -> Drain {
    let drain = Drain::new();
    request
        .extensions_mut()
        .insert(Exchange::on(&Connection::new().drain(drain.clone())));
    drain
}

async fn open(request: Request<Body>, response: Response<Body>) -> Body {
    let slot = Arc::new(Mutex::new(Some(response)));
    ask(
        request,
        |_| {},
        move || slot.lock().unwrap().take().unwrap(),
    )
    .await
    .0
    .into_body()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_ends_streams_as_their_revision_asks() {
    // A GET stream ends between two events.
    let mut request = get();
    let drain = draining(&mut request);
    let (mut sender, response) = stream();
    let mut body = open(request, response).await;
    sender.send_data("data: {}".into()).await.unwrap();
    assert!(body.frame().await.unwrap().is_ok());
    drain.begin();
    assert!(
        tokio::time::timeout(Duration::from_secs(5), body.frame())
            .await
            .is_err()
    );
    sender.send_data("\n\n".into()).await.unwrap();
    assert!(body.frame().await.unwrap().is_ok());
    assert!(body.frame().await.is_none());

    // A subscription gets its result.
    let mut request = post(
        r#"{"jsonrpc":"2.0","id":"sub-1","method":"subscriptions/listen","params":{"notifications":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
    );
    request
        .headers_mut()
        .insert("mcp-protocol-version", "2026-07-28".parse().unwrap());
    request
        .headers_mut()
        .insert("mcp-method", "subscriptions/listen".parse().unwrap());
    let drain = draining(&mut request);
    let (_sender, response) = stream();
    let body = open(request, response).await;
    drain.begin();
    let told = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    let data = told.strip_prefix("data: ").unwrap();
    let result: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!(result["id"], "sub-1");
    let meta = &result["result"]["_meta"];
    assert_eq!(meta["io.modelcontextprotocol/subscriptionId"], "sub-1");

    // A call goes on.
    let mut request = post(CALL);
    let drain = draining(&mut request);
    let (mut sender, response) = stream();
    let mut body = open(request, response).await;
    drain.begin();
    let more = tokio::time::timeout(Duration::from_secs(5), body.frame()).await;
    assert!(more.is_err());
    sender.send_data("data: {}\n\n".into()).await.unwrap();
    assert!(body.frame().await.unwrap().is_ok());
}

#[tokio::test]
async fn the_old_transport_is_refused() {
    let old = || chunks(vec!["event: endpoint\ndata: /messages?id=1\n\n".into()]);
    let (response, _) = ask(get(), |_| {}, old).await;
    let error = response.into_body().collect().await.unwrap_err();
    assert!(error.to_string().contains("2024-11-05"), "{error}");
}
