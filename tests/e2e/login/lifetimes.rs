//! Tokens that end while they are used.

use std::time::{Duration, Instant};

use serde_json::json;
use tollbar_tests::authorization_server::{Fault, INTROSPECTION as ENDPOINT};

use super::{INTROSPECTION, SIGNATURE, Scene};
use crate::{
    reload::client::{Stream, ask},
    rights::{Legacy, rest},
};

/// How long a verdict is good, and how long asking for it may take.
const VERDICT: Duration = Duration::from_secs(1);
const ASKING: Duration = Duration::from_secs(2);

/// The stated bound: a token that was revoked opens nothing after that, and its streams have ended.
const BOUND: Duration = VERDICT.saturating_add(ASKING);

async fn scene(format: &str, plan: &str) -> Scene {
    let server = "timeout = \"2s\"\nretry = \"100ms\"\nfailures = 1000";
    Scene::start(&[], format, server, plan).await
}

/// Both kinds of streams that nobody has to write into.
struct Streams {
    modern: Stream,
    legacy: reqwest::Response,
}

impl Streams {
    async fn open(url: &str, token: &str) -> Self {
        let authorization = format!("Bearer {token}");
        let modern = Stream::open(url, &[("authorization", &authorization)]).await;
        let legacy = Legacy::begin(url, token).await.get().await;
        assert_eq!(legacy.status(), 200);
        Self { modern, legacy }
    }

    /// Reads both to their end, which has to be in order.
    async fn end(mut self) {
        self.modern.end().await;
        self.modern.assert_closed();
        rest(self.legacy).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_is_refused_and_its_streams_end_within_the_bound() {
    let plan = format!("{INTROSPECTION}\ncache_ttl = \"1s\"");
    let scene = scene("opaque", &plan).await;
    let (url, token) = (scene.url(), scene.token(json!({})).await);
    let other = scene.token(json!({"subject": "grace"})).await;
    let mut others = Streams::open(&url, &other).await;
    let streams = Streams::open(&url, &token).await;

    scene.server.revoke(&token).await;
    let revoked = Instant::now();
    let header = format!("Bearer {token}");
    while ask(&url, &[("authorization", &header)]).await != 401 {
        assert!(revoked.elapsed() < BOUND, "it is still taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let refused = revoked.elapsed();
    streams.end().await;
    let ended = revoked.elapsed();
    assert!(ended < BOUND, "streams ended after {ended:?}");
    println!("refused after {refused:?}, streams ended after {ended:?}");
    scene.gateway.hear("\"ended\":\"revoked\"");

    let header = format!("Bearer {other}");
    let headers = [("authorization", header.as_str())];
    assert!(others.modern.hears(&url, &headers).await, "not mine");
}

/// A server that cannot be asked holds nobody in for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_when_the_server_cannot_be_asked_for_long() {
    let plan = format!("{INTROSPECTION}\ncache_ttl = \"1s\"");
    let scene = scene("opaque", &plan).await;
    let (url, token) = (scene.url(), scene.token(json!({})).await);
    let streams = Streams::open(&url, &token).await;
    scene.server.fault(Fault::Down, &[ENDPOINT]).await;
    let down = Instant::now();
    streams.end().await;
    // The verdict was there before the server went down.
    assert!(
        down.elapsed() < 2 * VERDICT + ASKING,
        "{:?}",
        down.elapsed()
    );
    println!("streams ended {:?} after the server", down.elapsed());
    let header = format!("Bearer {token}");
    let headers = [("authorization", header.as_str())];
    assert_eq!(ask(&url, &headers).await, 503, "nor is it refused as bad");
    scene.server.fault(Fault::None, &[]).await;
    let back = Instant::now();
    while ask(&url, &headers).await != 200 {
        assert!(back.elapsed() < BOUND, "the server is back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_when_their_token_expires() {
    for (format, plan) in [("opaque", INTROSPECTION), ("jwt", SIGNATURE)] {
        let scene = scene(format, &format!("{plan}\nclock_skew = \"1ms\"")).await;
        // Whole seconds, of which the first may be all but over, and some time goes before the clock here.
        let token = scene.token(json!({"lifetime": 5})).await;
        let made = Instant::now();
        let streams = Streams::open(&scene.url(), &token).await;
        streams.end().await;
        let took = made.elapsed();
        let expected = Duration::from_millis(3_500)..Duration::from_secs(10);
        assert!(expected.contains(&took), "{format}: after {took:?}");
        let header = format!("Bearer {token}");
        let status = ask(&scene.url(), &[("authorization", &header)]).await;
        assert_eq!(status, 401, "{format}");
    }
}
