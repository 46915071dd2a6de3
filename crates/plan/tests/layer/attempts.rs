//! Credentials cannot be guessed at speed.

use std::time::Duration;

use http::Request;
use tollbar_core::{Body, Connection, Exchange, Kind, Refusal};
use tollbar_plan::{Credential, FailedAttempts, Fit, Identify, Keyless, Plan, PlanLayer, Source};

use crate::plans::{Word, send, with};

fn from(address: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = with(headers);
    let connection = Connection::new().peer(address.parse().unwrap());
    request.extensions_mut().insert(Exchange::on(&connection));
    request
}

const BAD: &[(&str, &str)] = &[("authorization", "Bearer barley")];
const GOOD: &[(&str, &str)] = &[("authorization", "Bearer sesame")];

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_guesses_are_thirty() {
    let word = Word::new("word", "sesame");
    let layer = PlanLayer::new()
        .with(word.clone())
        .with(Keyless::new())
        .attempts(FailedAttempts::new());
    for _ in 0..100_000 {
        let outcome = send(&layer, from("192.0.2.7:1", BAD)).await;
        assert!(matches!(outcome.status, 401 | 429));
    }
    assert_eq!(word.asked(), 30);

    let outcome = send(&layer, from("192.0.2.7:2", GOOD)).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (429, Some("too_many_failed_attempts"))
    );
    assert_eq!(outcome.headers["retry-after"], "2");
    assert!(outcome.challenges().is_empty());
    // Others are not held to it, and neither is who presents nothing.
    assert_eq!(send(&layer, from("192.0.2.8:1", GOOD)).await.status, 200);
    assert_eq!(send(&layer, from("192.0.2.7:1", &[])).await.status, 200);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(send(&layer, from("192.0.2.7:1", GOOD)).await.status, 200);
}

#[tokio::test]
async fn only_bad_credentials_count() {
    let attempts = FailedAttempts::new().burst(1);
    let layer = PlanLayer::new()
        .with(Word::new("word", "sesame"))
        .attempts(attempts);
    for _ in 0..100 {
        assert_eq!(send(&layer, from("192.0.2.7:1", &[])).await.status, 401);
        assert_eq!(send(&layer, from("192.0.2.7:1", GOOD)).await.status, 200);
    }
    // What cannot be read counts as much as what is wrong.
    let bad = from("192.0.2.7:1", &[("authorization", "Bearer \"")]);
    assert_eq!(send(&layer, bad).await.status, 400);
    assert_eq!(send(&layer, from("192.0.2.7:1", GOOD)).await.status, 429);
}

/// Admits nobody: everything it is shown was good once.
struct Expired;

impl Plan for Expired {
    fn name(&self) -> &str {
        "expired"
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, _: &Credential<'_>) -> Fit {
        Fit::Possible
    }

    fn identify<'a>(&'a self, _: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        let refusal = Refusal::new(Kind::Unauthenticated, "token_expired", "it was good once");
        Box::pin(std::future::ready(Err(refusal.as_attempt(false))))
    }
}

#[tokio::test]
async fn what_was_good_once_does_not_count() {
    let attempts = FailedAttempts::new().burst(1);
    let layer = PlanLayer::new().with(Expired).attempts(attempts);
    for _ in 0..100 {
        let outcome = send(&layer, from("192.0.2.7:1", BAD)).await;
        assert_eq!(
            (outcome.status, outcome.reason),
            (401, Some("token_expired"))
        );
    }
    // The layer's own findings are its own.
    let bad = from("192.0.2.7:1", &[("authorization", "Bearer \"")]);
    assert_eq!(send(&layer, bad).await.status, 400);
    assert_eq!(send(&layer, from("192.0.2.7:1", BAD)).await.status, 429);
}
