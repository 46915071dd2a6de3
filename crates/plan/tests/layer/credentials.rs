//! What counts as a credential, how it may look, and that it goes no further.

use http::{HeaderValue, Request};
use tollbar_core::{Body, Exchange};
use tollbar_plan::{Keyless, PlanLayer};

use crate::plans::{Word, send, with};

fn word() -> PlanLayer {
    PlanLayer::new().with(Word::new("word", "sesame"))
}

#[tokio::test]
async fn what_is_a_bearer_token_and_what_is_not() {
    for (line, status) in [
        ("Bearer sesame", 200),
        ("bearer sesame", 200),
        ("BEARER sesame", 200),
        ("Bearer    sesame", 200),
        ("Bearer sesame ", 200),
        ("Bearer sesam", 401),
        ("Bearer Sesame", 401),
        ("Bearer sesame=", 401),
        ("Basic sesame", 401),
        ("DPoP sesame", 401),
        ("Bearer", 400),
        ("Bearer ", 400),
        ("", 400),
        ("sesame", 400),
        ("Bearer=sesame", 400),
        ("Bearer,sesame", 400),
        ("Bearer\tsesame", 400),
        ("Bearer \tsesame", 400),
        ("Bearer sesame sesame", 400),
        ("Bearer sesame, Bearer sesame", 400),
        ("Bearer \"sesame\"", 400),
        ("Bearer sesame;", 400),
        ("Bearer token=sesame", 400),
        ("Bearer {your-key}", 400),
        ("Bearer ====", 400),
    ] {
        let outcome = send(&word(), with(&[("authorization", line)])).await;
        assert_eq!(outcome.status, status, "`{line}` {:?}", outcome.reason);
        assert_eq!(outcome.seen.is_some(), status == 200, "`{line}`");
    }
    let mut request = with(&[]);
    let bytes = HeaderValue::from_bytes(b"Bearer sesam\xC3\xA9").unwrap();
    request.headers_mut().insert("authorization", bytes);
    assert_eq!(send(&word(), request).await.status, 400);
}

#[tokio::test]
async fn a_header_of_its_own_needs_no_scheme() {
    let layer = PlanLayer::new().with(Word::new("word", "sesame").in_header("x-api-key"));
    for (line, status) in [
        ("sesame", 200),
        ("Bearer sesame", 200),
        ("bearer  sesame", 200),
        ("Basic sesame", 400),
        ("barley", 401),
        ("sesame sesame", 400),
        ("", 400),
    ] {
        let outcome = send(&layer, with(&[("X-API-Key", line)])).await;
        assert_eq!(outcome.status, status, "`{line}`");
    }
    let outcome = send(&layer, with(&[])).await;
    assert_eq!(outcome.challenges(), [r#"ApiKey header="x-api-key""#]);
    // Nobody reads it here, and it is not worth nothing.
    let open = layer.with(Keyless::new());
    let outcome = send(&open, with(&[("authorization", "Bearer sesame")])).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (401, Some("credential_missing"))
    );
    assert_eq!(send(&open, with(&[])).await.status, 200);
}

#[tokio::test]
async fn two_credentials_are_one_too_many() {
    let layer = PlanLayer::new()
        .with(Word::new("word", "sesame"))
        .with(Word::new("other", "sesame").in_header("x-api-key"))
        .with(Keyless::new());
    for headers in [
        &[
            ("authorization", "Bearer sesame"),
            ("authorization", "Bearer sesame"),
        ][..],
        &[
            ("authorization", "Bearer sesame"),
            ("Authorization", "Basic eDp5"),
        ],
        &[("x-api-key", "sesame"), ("X-Api-Key", "sesame")],
        &[("authorization", "Bearer sesame"), ("x-api-key", "sesame")],
        &[("authorization", "Bearer sesame"), ("x-api-key", "")],
    ] {
        let outcome = send(&layer, with(headers)).await;
        assert_eq!(outcome.status, 400, "{headers:?}");
        assert!(outcome.seen.is_none());
    }
}

#[tokio::test]
async fn a_token_in_the_query_is_refused() {
    for layer in [word(), PlanLayer::new().with(Keyless::new())] {
        for query in [
            "access_token=sesame",
            "a=b&access_token=sesame",
            "a=b;access_token=sesame",
            "access%5Ftoken=sesame",
            "%61ccess_token=sesame",
            "Access_Token=sesame",
            "access_token",
            "access_token=",
            "access_token%20=x",
            "access_token[]=x",
            "access_token%5B%5D=x",
            "+access_token=x",
        ] {
            let request = Request::post(format!("/mcp?{query}"));
            let request = request.header("authorization", "Bearer sesame");
            let outcome = send(&layer, request.body(Body::empty()).unwrap()).await;
            let expected = (400, Some("credential_in_query"));
            assert_eq!((outcome.status, outcome.reason), expected, "{query}");
        }
        for query in [
            "token=1",
            "x=access_token",
            "access_tokens=1",
            "a=%26access_token%3D1",
        ] {
            let request = Request::post(format!("/mcp?{query}"));
            let request = request.header("authorization", "Bearer sesame");
            let outcome = send(&layer, request.body(Body::empty()).unwrap()).await;
            assert_eq!(outcome.status, 200, "{query}");
        }
    }
}

#[tokio::test]
async fn a_credential_of_a_megabyte_is_not_looked_at() {
    let word = Word::new("word", "sesame");
    let layer = PlanLayer::new().with(word.clone());
    let line = format!("Bearer {}", "x".repeat(1 << 20));
    let outcome = send(&layer, with(&[("authorization", &line)])).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (400, Some("credential_too_long"))
    );
    assert_eq!(word.asked(), 0);
    let layer = layer.credential_limit(13);
    let outcome = send(&layer, with(&[("authorization", "Bearer sesame")])).await;
    assert_eq!(outcome.status, 200);
    let layer = layer.credential_limit(12);
    let outcome = send(&layer, with(&[("authorization", "Bearer sesame")])).await;
    assert_eq!(outcome.status, 400);
}

#[tokio::test]
async fn the_credential_goes_no_further() {
    let layer = PlanLayer::new()
        .with(Word::new("word", "sesame"))
        .with(Word::new("other", "sesame").in_header("x-api-key"));
    let headers = [("authorization", "Bearer sesame"), ("x-team", "blue")];
    let seen = send(&layer, with(&headers)).await.seen.unwrap();
    assert!(!seen.contains_key("authorization"));
    assert_eq!(seen["x-team"], "blue");
    let seen = send(&layer, with(&[("x-api-key", "sesame")]))
        .await
        .seen
        .unwrap();
    assert!(!seen.contains_key("x-api-key"));
    // Where nobody asks for one, it goes no further either.
    let open = PlanLayer::new().with(Keyless::new());
    let seen = send(&open, with(&headers)).await.seen.unwrap();
    assert!(!seen.contains_key("authorization"));
}

#[tokio::test]
async fn it_is_kept_only_when_asked_for_and_never_shown() {
    for (layer, kept) in [(word(), false), (word().keep_credential(), true)] {
        let mut request = with(&[("authorization", "Bearer sesame")]);
        let exchange = Exchange::of(request.extensions_mut());
        assert_eq!(send(&layer, request).await.status, 200);
        assert_eq!(exchange.credential().is_some(), kept);
        assert!(!format!("{exchange:?} {:?}", exchange.credential()).contains("sesame"));
    }
}

#[tokio::test]
async fn a_header_that_looks_like_the_credentials_is_refused() {
    let layer = PlanLayer::new()
        .with(Word::new("word", "sesame").in_header("x-api-key"))
        .with(Keyless::new());
    for name in [
        "x_api_key",
        "X_Api-Key",
        "x.api.key",
        "x-api_key",
        "authorization_",
    ] {
        let outcome = send(&layer, with(&[(name, "sesame")])).await;
        let refused = (400, Some("credential_disguised"));
        let expected = if name == "authorization_" {
            (200, None)
        } else {
            refused
        };
        assert_eq!((outcome.status, outcome.reason), expected, "{name}");
    }
    // Other odd names are nobody's business here.
    assert_eq!(send(&layer, with(&[("x_team", "blue")])).await.status, 200);
}
