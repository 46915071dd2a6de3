//! A right that ends while streams are open: all kinds of streams, all ways to end it.

use std::time::{Duration, Instant};

use reqwest::{Client, Response, header::HeaderMap};
use serde_json::Value;
use tokio::time::timeout;

use crate::reload::{
    client::{Stream, ask},
    gateway::Gateway,
};

const KEY_PLAN: &str = "[[proxy.plan]]\ntype = \"key\"";
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;
const SLOW: &str = r#"{"jsonrpc":"2.0","id":"slow","method":"tools/call","params":{"name":"slow_task","arguments":{"steps":100,"milliseconds":5000},"_meta":{"progressToken":1}}}"#;

/// A key that is made now is asked for until it is known, which must not count as guessing.
const PATIENT: &str = "failed_attempts.burst = 10000";

/// How long after the command has ended a stream may go on.
const BOUND: Duration = Duration::from_secs(1);

/// A client of the legacy era with a session of its own.
pub(crate) struct Legacy {
    client: Client,
    url: String,
    headers: HeaderMap,
}

impl Legacy {
    pub(crate) async fn begin(url: &str, key: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
        let accept = "application/json, text/event-stream";
        headers.insert("accept", accept.parse().unwrap());
        let mut legacy = Self {
            client: Client::new(),
            url: url.to_owned(),
            headers,
        };
        let begun = legacy.post(INITIALIZE).await;
        assert_eq!(begun.status(), 200);
        let session = begun.headers()["mcp-session-id"].clone();
        legacy.headers.insert("mcp-session-id", session);
        legacy
            .headers
            .insert("mcp-protocol-version", "2025-11-25".parse().unwrap());
        // The answer belongs to it.
        begun.text().await.unwrap();
        let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        assert_eq!(legacy.post(initialized).await.status(), 202);
        legacy
    }

    async fn post(&self, body: &'static str) -> Response {
        let request = self.client.post(&self.url).headers(self.headers.clone());
        let request = request.header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    }

    pub(crate) async fn get(&self) -> Response {
        let request = self.client.get(&self.url).headers(self.headers.clone());
        request.send().await.unwrap()
    }
}

/// Reads to the end, within the bound, and gives what came.
pub(crate) async fn rest(mut response: Response) -> String {
    let mut read = Vec::new();
    let reading = async {
        while let Some(chunk) = response.chunk().await.expect("it ends in order") {
            read.extend_from_slice(&chunk);
        }
    };
    timeout(BOUND, reading).await.expect("the stream goes on");
    String::from_utf8(read).unwrap()
}

/// Begins again until it is let in: a change is taken within a second.
async fn begin(gateway: &Gateway, key: &str) -> Legacy {
    let (url, header) = (gateway.url("a"), format!("Bearer {key}"));
    let begun = Instant::now();
    while ask(&url, &[("authorization", &header)]).await != 200 {
        assert!(begun.elapsed() < BOUND, "the key is not taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Legacy::begin(&url, key).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_ends_takes_all_its_streams_along_and_no_other() {
    let gateway = Gateway::start(
        PATIENT,
        &[],
        &[&format!("a\n{KEY_PLAN}"), &format!("b\n{KEY_PLAN}")],
    );
    let url = gateway.url("a");
    let other = gateway.make_key("other", "a");
    let others = begin(&gateway, &other).await;
    let mut others_stream = others.get().await;
    assert_eq!(others_stream.status(), 200);

    for (index, end) in [
        &["suspend", "KEY"][..],
        &["revoke", "KEY"],
        &["rotate", "KEY", "--overlap", "0s"],
        &["update", "KEY", "--proxy", "b"],
        &["update", "KEY", "--expires", "1s"],
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("key-{index}");
        let key = gateway.make_key(&name, "a");
        let mine = begin(&gateway, &key).await;
        let authorization = format!("Bearer {key}");
        let mut subscription = Stream::open(&url, &[("authorization", &authorization)]).await;
        let listening = mine.get().await;
        assert_eq!(listening.status(), 200);
        let mut calling = mine.post(SLOW).await;
        assert_eq!(calling.status(), 200);
        assert!(calling.chunk().await.unwrap().is_some(), "it streams");

        let arguments: Vec<_> = end.iter().map(|word| word.replace("KEY", &name)).collect();
        gateway.keys(&arguments);
        if end.contains(&"1s") {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let ended = Instant::now();
        subscription.end().await;
        subscription.assert_closed();
        rest(listening).await;
        let told = rest(calling).await;
        assert!(ended.elapsed() < BOUND, "{end:?}: {:?}", ended.elapsed());
        // In the place of the result.
        let last = told
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("data: "));
        let last: Value = serde_json::from_str(last.unwrap_or_default()).unwrap_or_default();
        assert_eq!(
            (&last["id"], &last["error"]["code"]),
            (&"slow".into(), &401.into()),
            "{told}"
        );
        let status = ask(&url, &[("authorization", &authorization)]).await;
        assert!(status == 401 || status == 403, "{end:?}: {status}");
        assert_eq!(mine.get().await.status(), status, "{end:?}");
    }
    gateway.hear("\"ended\":\"revoked\"");

    // Nobody else has noticed anything: there is nothing to read but comments, and no end.
    while let Ok(read) = timeout(Duration::from_millis(100), others_stream.chunk()).await {
        assert!(
            read.unwrap().is_some(),
            "the stream of another key has ended"
        );
    }
    assert_eq!(
        others
            .post(r#"{"jsonrpc":"2.0","id":5,"method":"tools/list"}"#)
            .await
            .status(),
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_belongs_to_its_key() {
    let gateway = Gateway::start(PATIENT, &[], &[&format!("a\n{KEY_PLAN}")]);
    let ann = begin(&gateway, &gateway.make_key("ann", "a")).await;
    let mut bob = begin(&gateway, &gateway.make_key("bob", "a")).await;
    let own = bob
        .headers
        .insert("mcp-session-id", ann.headers["mcp-session-id"].clone());
    let list = r#"{"jsonrpc":"2.0","id":5,"method":"tools/list"}"#;
    bob.headers.insert("last-event-id", "0".parse().unwrap());
    assert_eq!(bob.post(list).await.status(), 404);
    assert_eq!(bob.get().await.status(), 404);
    let end = bob.client.delete(&bob.url).headers(bob.headers.clone());
    assert_eq!(end.send().await.unwrap().status(), 404);
    assert_eq!(
        ann.post(list).await.status(),
        200,
        "her session is still there"
    );

    bob.headers.remove("last-event-id");
    bob.headers.insert("mcp-session-id", own.unwrap());
    assert_eq!(bob.post(list).await.status(), 200);
    let end = bob.client.delete(&bob.url).headers(bob.headers.clone());
    assert!(end.send().await.unwrap().status().is_success());
    assert_eq!(
        bob.post(list).await.status(),
        404,
        "the server has ended it"
    );
}
