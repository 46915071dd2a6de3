//! The bounds of what is remembered.

use std::sync::Arc;

use futures_util::StreamExt;
use rmcp::{
    model::{RequestId, ServerJsonRpcMessage, ServerResult},
    transport::streamable_http_server::session::{EventStore, ServerSseMessage},
};

use crate::demo::events::{Events, common_stream};

fn answer() -> ServerSseMessage {
    let result = ServerResult::empty(());
    ServerSseMessage::from_message(ServerJsonRpcMessage::response(result, RequestId::Number(1)))
}

#[tokio::test]
async fn a_stream_of_a_call_ends_with_the_answer() {
    let events = Arc::new(Events::default());
    let retry = ServerSseMessage::retry(std::time::Duration::from_secs(1));
    assert_eq!(events.store_event("call", &retry).await.unwrap(), "call.1");
    assert_eq!(
        events.store_event("call", &answer()).await.unwrap(),
        "call.2"
    );
    let all: Vec<_> = events.follow("call", Some(0)).unwrap().collect().await;
    let ids: Vec<_> = all
        .iter()
        .map(|event| event.event_id.as_deref().unwrap())
        .collect();
    assert_eq!(ids, ["call.1", "call.2"]);
    let rest: Vec<_> = events.follow("call", Some(1)).unwrap().collect().await;
    assert_eq!(rest.len(), 1);
    let beyond: Vec<_> = events
        .follow("call", Some(u64::MAX))
        .unwrap()
        .collect()
        .await;
    assert!(beyond.is_empty());
    assert!(events.follow("other", Some(0)).is_none());
}

#[tokio::test]
async fn a_common_stream_outlives_answers_and_ends_when_forgotten() {
    let events = Arc::new(Events::default());
    let name = common_stream("session");
    events.begin(&name);
    let mut stream = events.follow(&name, None).unwrap();
    for number in 1..=3 {
        let id = events.store_event(&name, &answer()).await.unwrap();
        assert_eq!(id, format!("common.{number}"));
        assert_eq!(stream.next().await.unwrap().event_id, Some(id));
    }
    events.forget(&name);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn the_oldest_events_of_a_stream_are_forgotten_first() {
    let events = Arc::new(Events::default());
    let name = common_stream("session");
    for _ in 0..3000 {
        events.store_event(&name, &answer()).await.unwrap();
    }
    let mut stream = events.follow(&name, Some(0)).unwrap();
    let first = stream.next().await.unwrap();
    assert_eq!(first.event_id.as_deref(), Some("common.953"));
}

#[tokio::test]
async fn the_oldest_streams_are_forgotten_when_there_are_too_many() {
    let events = Arc::new(Events::default());
    let name = common_stream("session");
    events.store_event(&name, &answer()).await.unwrap();
    // An event costs more than 1 KiB, so the bound of 32 MiB is passed well before the end.
    for number in 0..40_000 {
        events
            .store_event(&number.to_string(), &answer())
            .await
            .unwrap();
    }
    assert!(events.follow("0", Some(0)).is_none());
    assert!(events.follow("39999", Some(0)).is_some());
    let mut stream = events.follow(&name, Some(0)).unwrap();
    let id = events.store_event(&name, &answer()).await.unwrap();
    assert_eq!(id, "common.2", "a common stream goes on counting");
    assert_eq!(stream.next().await.unwrap().event_id, Some(id));
}
