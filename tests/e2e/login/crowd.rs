//! Many requests with one token.

use futures_util::future::join_all;
use tollbar_tests::authorization_server::INTROSPECTION;

use super::Scene;
use crate::reload::client::ask;

/// So many at once.
const CROWD: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_with_a_cold_token_make_one_call() {
    rlimit::increase_nofile_limit(4096).unwrap();
    let scene = Scene::start(&[], "opaque", "", super::INTROSPECTION).await;
    // The gateway has asked about a token of its own when it started.
    scene.introspected(1).await;
    let (url, token) = (scene.url(), scene.token(serde_json::json!({})).await);
    let header = format!("Bearer {token}");
    let headers = [("authorization", header.as_str())];
    let answers = join_all((0..CROWD).map(|_| ask(&url, &headers))).await;
    let refused: Vec<_> = answers.iter().filter(|status| **status != 200).collect();
    assert!(refused.is_empty(), "{} refused: {refused:?}", refused.len());
    assert_eq!(scene.server.count(INTROSPECTION).await, 2);
}
