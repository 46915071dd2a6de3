//! Who may ask the admin listener.

use reqwest::{Client, StatusCode};
use tollbar_tests::programs::demo;

use super::folder::Folder;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn with_a_token_it_tells_others_no_more_than_whether_it_is_ready() {
    let (_demo, upstream) = demo();
    let folder = Folder::new(&upstream, "token = { file = \"token\" }", "[store]\n");
    std::fs::write(folder.path("token"), TOKEN).unwrap();
    let gateway = folder.start();
    assert_eq!(gateway.echo("a").await, 200);
    assert_eq!(
        gateway.ask("/readyz").await.to_string(),
        r#"{"draining":false,"ready":true}"#
    );
    let client = Client::new();
    for path in [
        "/readyz",
        "/metrics",
        "/api/v1/totals",
        "/api/v1/openapi.json",
    ] {
        let url = format!("{}{path}", gateway.admin);
        if path != "/readyz" {
            let none = client.get(&url).send().await.unwrap();
            let wrong = client.get(&url).bearer_auth("0123456789abcdef").send();
            for refused in [none, wrong.await.unwrap()] {
                assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{path}");
                assert_eq!(
                    refused.headers()["www-authenticate"],
                    "Bearer realm=\"tollbar\""
                );
            }
        }
        let right = client.get(&url).bearer_auth(TOKEN).send().await.unwrap();
        assert_eq!(right.status(), StatusCode::OK, "{path}");
        let told = right.text().await.unwrap();
        if path == "/readyz" {
            assert!(told.contains(r#""records":["#), "{told}");
        }
    }
    let post = client.post(format!("{}/metrics", gateway.admin)).send();
    assert_eq!(post.await.unwrap().status(), 405);
    let said = gateway.running.said();
    assert!(!said.contains(TOKEN), "{said}");
}

#[tokio::test]
async fn without_a_store_it_says_what_is_missing() {
    let (_demo, upstream) = demo();
    let folder = Folder::new(&upstream, "", "");
    let gateway = folder.start();
    let answer = gateway.ask("/api/v1/totals").await;
    assert_eq!(answer["error"], "there is no `[store]` to ask");
    // A page of a stranger whose name leads here.
    let request = Client::new().get(format!("{}/metrics", gateway.admin));
    let rebound = request.header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), 403);
}
