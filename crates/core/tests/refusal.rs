//! From a refusal to the response that tells it.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_core::{Exchange, Kind, Refusal};
use tollbar_mcp::Code;

async fn told(refusal: Refusal, exchange: &Exchange) -> (http::response::Parts, Value) {
    let (head, body) = refusal.into_response(exchange).into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (head, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn a_refusal_of_a_message_becomes_a_json_rpc_error() {
    let exchange = Exchange::new();
    let refusal = Refusal::new(Kind::Malformed, "x", "slow \"down\"\n")
        .with_code(Code(7))
        .with_data(r#"{"limit":3}"#)
        .with_retry_after(Duration::from_millis(1200))
        .with_header(header::WARNING, HeaderValue::from_static("x"));
    let (head, body) = told(refusal, &exchange).await;
    assert_eq!(head.status, StatusCode::BAD_REQUEST);
    assert_eq!(head.headers["content-type"], "application/json");
    assert_eq!(head.headers["retry-after"], "2");
    assert_eq!(head.headers["warning"], "x");
    assert_eq!(head.headers["cache-control"], "no-store");
    assert_eq!(
        body,
        json!({
            "jsonrpc": "2.0",
            "id": null,
            "error": {"code": 7, "message": "slow \"down\"\n", "data": {"limit": 3}},
        }),
    );
}

#[tokio::test]
async fn a_refusal_without_a_message_becomes_a_problem_document() {
    let refusal = Refusal::new(Kind::TooLarge, "body_too_large", "too \"long\"");
    let (head, body) = told(refusal, &Exchange::new()).await;
    assert_eq!(head.headers["content-type"], "application/problem+json");
    assert_eq!(
        body,
        json!({
            "type": "about:blank",
            "title": "Payload Too Large",
            "status": 413,
            "detail": "too \"long\"",
            "reason": "body_too_large",
        }),
    );
}

#[tokio::test]
async fn the_first_refusal_of_an_exchange_stays_on_record() {
    let exchange = Exchange::new();
    let _ = told(Refusal::new(Kind::Forbidden, "first", "no"), &exchange).await;
    let _ = told(Refusal::new(Kind::Limited, "second", "no"), &exchange).await;
    assert_eq!(exchange.refusal().unwrap().reason(), "first");
}

#[test]
fn own_codes_stay_out_of_the_reserved_band() {
    let kinds = [
        Kind::Unauthenticated,
        Kind::InsufficientScope,
        Kind::Forbidden,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::TooLarge,
        Kind::UnsupportedMediaType,
        Kind::Limited,
    ];
    for kind in kinds {
        let code = Refusal::new(kind, "x", "x").code().0;
        assert!(!(-32768..=-32000).contains(&code), "{kind:?}: {code}");
    }
}

#[tokio::test]
async fn who_is_not_known_is_told_in_a_form_that_every_client_shows() {
    let refusal = Refusal::new(
        Kind::Unauthenticated,
        "key_unknown",
        "this key is not known",
    );
    let response = refusal.into_response(&Exchange::new());
    assert_eq!(response.headers()["content-type"], "application/json");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(
        body,
        r#"{"jsonrpc":"2.0","id":null,"error":{"code":401,"message":"this key is not known","data":{"reason":"key_unknown"}}}"#
    );
}
