//! A relay whose tokens are verified here as well.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::HeaderValue;
use tollbar_core::{Connection, Consumer, Exchange, Grant, Kind, Refusal, Revocation};
use tollbar_plan::{
    Admission, Credential, FailedAttempts, Fit, Identify, Keyless, Plan, PlanLayer, Source,
};

use crate::{
    plans::{Outcome, Word, send, with},
    relay::relay,
};

/// Stands in for a plan that asks an authorization server: the token says what comes of it.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    pub(crate) revocation: Revocation,
    asked: Arc<AtomicUsize>,
}

impl Tokens {
    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Plan for Tokens {
    fn name(&self) -> &str {
        "tokens"
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        match credential {
            Credential::Token(_) => Fit::Possible,
            _ => Fit::No,
        }
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let Credential::Token(token) = credential else {
            panic!("it was given another credential");
        };
        let refuse = |kind, reason| Err(Refusal::new(kind, reason, "not so"));
        let consumer = Consumer::new("tokens");
        let admit = |consumer| {
            let grant = Grant::new().until_revoked(&self.revocation);
            Ok(Admission::new(consumer).with_grant(grant))
        };
        Box::pin(ready(match token {
            "ann-1" | "ann-2" => admit(
                consumer
                    .with_subject("ann")
                    .with_client_id("app")
                    .with_scopes(["read"]),
            ),
            "bob-1" => admit(consumer.with_subject("bob").with_client_id("app")),
            "service" => admit(consumer.with_client_id("cron")),
            "nobody" => admit(consumer.with_scopes(["read"])),
            "forbidden" => refuse(Kind::Forbidden, "not_this_door"),
            "scope" => refuse(Kind::InsufficientScope, "token_scope"),
            "down" => refuse(Kind::Unavailable, "authorization_server_unavailable"),
            "old" => Err(
                Refusal::new(Kind::Unauthenticated, "token_expired", "it was good once")
                    .as_attempt(false),
            ),
            _ => refuse(Kind::Unauthenticated, "token_inactive"),
        }))
    }
}

fn verified() -> PlanLayer {
    PlanLayer::new().with(relay().verified_by(Tokens::default()))
}

async fn ask(layer: &PlanLayer, authorization: &str) -> (Outcome, Option<Consumer>) {
    let mut request = with(&[("authorization", authorization)]);
    let exchange = Exchange::of(request.extensions_mut());
    let outcome = send(layer, request).await;
    (outcome, exchange.consumer().cloned())
}

#[tokio::test]
async fn who_asks_is_known_and_the_token_goes_on() {
    for (line, subject, client) in [
        ("Bearer ann-1", Some("ann"), "app"),
        ("bearer   ann-2", Some("ann"), "app"),
        ("Bearer service", None, "cron"),
    ] {
        let (outcome, consumer) = ask(&verified(), line).await;
        assert_eq!((outcome.status, outcome.reason), (200, None), "`{line}`");
        assert_eq!(outcome.seen.unwrap()["authorization"], line);
        let consumer = consumer.unwrap();
        assert_eq!((consumer.plan(), consumer.is_verified()), ("relay", true));
        let found = (consumer.subject(), consumer.client_id());
        assert_eq!(found, (subject, Some(client)));
        assert_eq!(consumer.has_scope("read"), subject.is_some());
        let (_, unverified) = ask(&PlanLayer::new().with(relay()), line).await;
        assert_eq!(consumer.pseudonym(), unverified.unwrap().pseudonym());
    }
    // One person, two tokens.
    let (first, second) = (
        ask(&verified(), "Bearer ann-1").await.1.unwrap(),
        ask(&verified(), "Bearer ann-2").await.1.unwrap(),
    );
    assert_ne!(first.pseudonym(), second.pseudonym());
    let renamed = PlanLayer::new().with(relay().verified_by(Tokens::default()).name("theirs"));
    let (_, consumer) = ask(&renamed, "Bearer ann-1").await;
    assert_eq!(consumer.unwrap().plan(), "theirs");
}

#[tokio::test]
async fn what_it_refuses_goes_no_further() {
    let invalid = r#"Bearer error="invalid_token", error_description="not so""#;
    for (line, status, reason, challenge) in [
        ("Bearer guess", 401, "token_inactive", Some(invalid)),
        ("Bearer forbidden", 403, "not_this_door", None),
        ("Bearer scope", 403, "token_scope", None),
        ("Bearer down", 503, "authorization_server_unavailable", None),
        ("Bearer", 400, "credential_not_a_token", None),
        ("", 400, "credential_not_a_token", None),
        (
            "Bearer ann-1, Bearer x",
            400,
            "credential_not_a_token",
            None,
        ),
        ("Bearer ann-1 ann-1", 400, "credential_not_a_token", None),
    ] {
        let (outcome, consumer) = ask(&verified(), line).await;
        let expected = (status, Some(reason));
        assert_eq!((outcome.status, outcome.reason), expected, "`{line}`");
        assert_eq!(outcome.challenges(), Vec::from_iter(challenge), "`{line}`");
        assert!(outcome.seen.is_none() && consumer.is_none(), "`{line}`");
    }
    for line in ["Basic YW5uLTE6", "DPoP ann-1"] {
        let (outcome, _) = ask(&verified(), line).await;
        let expected = (401, Some("scheme_not_taken"));
        assert_eq!((outcome.status, outcome.reason), expected, "`{line}`");
        assert!(outcome.seen.is_none());
    }
    let mut request = with(&[]);
    let bytes = HeaderValue::from_bytes(b"Bearer ann-1\xFF").unwrap();
    request.headers_mut().insert("authorization", bytes);
    assert_eq!(send(&verified(), request).await.status, 400);
}

#[tokio::test]
async fn who_shows_no_token_comes_through_unverified_and_unasked() {
    let tokens = Tokens::default();
    let layer = PlanLayer::new().with(relay().verified_by(tokens.clone()));
    let mut request = with(&[]);
    let exchange = Exchange::of(request.extensions_mut());
    assert_eq!(send(&layer, request).await.status, 200);
    let consumer = exchange.consumer().unwrap();
    assert!(!consumer.is_verified() && consumer.pseudonym().is_none());
    assert_eq!(tokens.asked(), 0);
}

#[tokio::test]
async fn of_whom_nothing_is_said_is_not_verified() {
    let (outcome, consumer) = ask(&verified(), "Bearer nobody").await;
    assert_eq!(outcome.status, 200);
    assert!(!consumer.unwrap().is_verified());
}

#[tokio::test]
async fn of_two_the_form_of_the_token_decides_and_what_one_says_stands() {
    let opaque = Word::new("opaque", "anything");
    let keyed = Word::new("keyed", "key_1").with_prefix("key_");
    let both = relay()
        .verified_by(opaque.clone())
        .verified_by(keyed.clone());
    let layer = PlanLayer::new().with(both);
    for (line, status, asked) in [
        ("Bearer anything", 200, (1, 0)),
        ("Bearer key_1", 200, (1, 1)),
        // The other one is not asked about what one has refused.
        ("Bearer key_2", 401, (1, 2)),
        ("Bearer nothing", 401, (2, 2)),
    ] {
        assert_eq!(ask(&layer, line).await.0.status, status, "{line}");
        assert_eq!((opaque.asked(), keyed.asked()), asked, "{line}");
    }
    // A subject of one authorization server is nobody of the other one.
    let words = |name: &'static str, prefix| Named(Word::new(name, "-").with_prefix(prefix));
    let both = relay()
        .verified_by(words("here", "h"))
        .verified_by(words("there", "t"));
    let layer = PlanLayer::new().with(both);
    for (line, plan) in [("Bearer h-ann", "here"), ("Bearer t-ann", "there")] {
        let consumer = ask(&layer, line).await.1.unwrap();
        assert_eq!((consumer.plan(), consumer.subject()), (plan, Some("ann")));
    }
    // What judges no tokens verifies none.
    let none = PlanLayer::new().with(relay().verified_by(Keyless::new()));
    let (outcome, _) = ask(&none, "Bearer anything").await;
    let expected = (401, Some("credential_unknown"));
    assert_eq!((outcome.status, outcome.reason), expected);
    let none = PlanLayer::new().with(relay().verified_by(relay()));
    assert_eq!(ask(&none, "Bearer anything").await.0.status, 401);
}

/// Admits everybody as ann.
struct Named(Word);

impl Plan for Named {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn source(&self) -> Source {
        self.0.source()
    }

    fn fit(&self, credential: &Credential<'_>) -> Fit {
        self.0.fit(credential)
    }

    fn identify<'a>(&'a self, _: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        let consumer = Consumer::new(self.0.name).with_subject("ann");
        Box::pin(ready(Ok(Admission::new(consumer))))
    }
}

#[tokio::test(start_paused = true)]
async fn guesses_count_and_what_was_good_once_does_not() {
    let tokens = Tokens::default();
    let layer = PlanLayer::new()
        .with(relay().verified_by(tokens.clone()))
        .attempts(FailedAttempts::new().burst(2));
    let from = async |line: &str| {
        let mut request = with(&[("authorization", line)]);
        let connection = Connection::new().peer("192.0.2.7:1".parse().unwrap());
        request.extensions_mut().insert(Exchange::on(&connection));
        send(&layer, request).await.status
    };
    for (line, status) in [
        ("Bearer old", 401),
        ("Bearer down", 503),
        ("Bearer forbidden", 403),
        ("Bearer ann-1", 200),
        ("Bearer guess", 401),
        ("Bearer {guess}", 400),
        ("Bearer ann-1", 429),
    ] {
        assert_eq!(from(line).await, status, "{line}");
    }
    let asked = tokens.asked();
    assert_eq!(from("Bearer guess").await, 429);
    assert_eq!(tokens.asked(), asked);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(from("Bearer ann-1").await, 200);
}

#[tokio::test]
async fn the_right_of_the_token_is_the_right_of_the_exchange() {
    let (tokens, removed) = (Tokens::default(), Revocation::new());
    let plan = relay().verified_by(tokens.clone());
    let layer = PlanLayer::new().with_revocable(plan, removed.clone());
    let begin = async || {
        let mut request = with(&[("authorization", "Bearer ann-1")]);
        let exchange = Exchange::of(request.extensions_mut());
        (send(&layer, request).await.reason, exchange)
    };
    let (_, first) = begin().await;
    assert!(!first.grant().unwrap().has_ended());
    tokens.revocation.revoke();
    assert!(first.grant().unwrap().has_ended());
    // The verifier still says yes, as one whose verdict is kept would.
    assert_eq!(begin().await.0, Some("grant_ended"));
    assert!(!removed.is_revoked());
}
