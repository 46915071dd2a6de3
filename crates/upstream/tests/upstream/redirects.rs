//! Redirects become refusals.

use tollbar_core::Exchange;
use tollbar_upstream::Upstream;

use crate::{
    client::{ask, call, refusal},
    server::fixed,
};

async fn redirected(status: &str, location: &str) -> (u16, String, String) {
    let answer = format!("HTTP/1.1 {status}\r\n{location}content-length: 0\r\n\r\n");
    let (url, seen) = fixed(answer).await;
    let upstream = Upstream::new(url).unwrap();
    let refused = refusal(&upstream, call()).await;
    assert_eq!(seen.requests().len(), 1, "it was followed");
    refused
}

#[tokio::test]
async fn none_is_followed_and_none_is_passed() {
    for status in [
        "300 A", "301 A", "302 A", "303 A", "304 A", "307 A", "308 A",
    ] {
        let (code, reason, _) = redirected(status, "location: /mcp/\r\n").await;
        assert_eq!(
            (code, reason.as_str()),
            (502, "upstream_redirect"),
            "{status}"
        );
    }
}

#[tokio::test]
async fn the_message_says_what_to_configure_but_no_address() {
    let message = |location: &'static str| async move {
        let (_, _, message) = redirected("307 Temporary Redirect", location).await;
        message
    };
    let slash = message("location: /mcp/?x=1\r\n").await;
    assert!(slash.contains("with a slash at the end"), "{slash}");
    let elsewhere = message("location: http://10.0.0.1:99/secret\r\n").await;
    assert!(elsewhere.contains("another URL"), "{elsewhere}");
    assert!(
        !elsewhere.contains("10.0.0.1") && !elsewhere.contains("secret"),
        "{elsewhere}"
    );
    let nowhere = message("").await;
    assert!(nowhere.contains("without saying where to"), "{nowhere}");
}

#[tokio::test]
async fn the_upstreams_own_status_is_on_record() {
    let (url, _) = fixed("HTTP/1.1 308 A\r\nlocation: /\r\ncontent-length: 0\r\n\r\n").await;
    let mut request = call();
    let exchange = Exchange::of(request.extensions_mut());
    let response = ask(&Upstream::new(url).unwrap(), request).await;
    assert_eq!(response.status(), 502);
    assert!(!response.headers().contains_key("location"));
    assert_eq!(exchange.answered().unwrap().status, 308);
}
