//! Credentials of the gateway beside an `Authorization` that goes on to the MCP server, or in it.

use std::time::{Duration, SystemTime};

use http::Request;
use tollbar_core::{Body, ClientCertificate, Connection, Consumer, Exchange};
use tollbar_plan::{
    FailedAttempts, Keyless, PlanLayer, Relay,
    certificate::{CertificatePlan, CertificateRule},
    key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper},
};

use crate::{
    plans::{Outcome, Word, send, with},
    relay::relay,
    verified::Tokens,
};

fn key() -> Word {
    let key = Word::new("key", "key_1").with_prefix("key_");
    key.in_header("x-api-key")
}

/// Has tokens judged here, too.
fn verifying(tokens: &Tokens) -> Relay {
    relay().verified_by(tokens.clone())
}

async fn ask(
    layer: &PlanLayer,
    mut request: Request<Body>,
    connection: &Connection,
) -> (Outcome, Option<Consumer>) {
    request.extensions_mut().insert(Exchange::on(connection));
    let exchange = Exchange::of(request.extensions_mut());
    let outcome = send(layer, request).await;
    (outcome, exchange.consumer().cloned())
}

/// A connection whose client has shown a certificate.
fn certified() -> Connection {
    let (now, hour) = (SystemTime::now(), Duration::from_secs(3600));
    let certificate = ClientCertificate::new([0xab; 32], "CN=agent", now - hour, now + hour);
    Connection::new().certificate(certificate)
}

fn certificates() -> CertificatePlan {
    let rule = CertificateRule::thumbprint(&"ab".repeat(32)).unwrap();
    CertificatePlan::new().admit(rule)
}

#[tokio::test]
async fn a_good_credential_does_not_excuse_a_token_that_is_verified() {
    let tokens = Tokens::default();
    let of = |plans: PlanLayer| plans.with(key()).with(certificates());
    for layer in [
        of(PlanLayer::new().with(verifying(&tokens))),
        of(PlanLayer::new()).with(verifying(&tokens)),
        of(PlanLayer::new())
            .with(verifying(&tokens))
            .leave_authorization(),
        of(PlanLayer::new().with(relay())).with(verifying(&tokens)),
        of(PlanLayer::new().with(verifying(&tokens))).with(relay()),
    ] {
        for line in [
            "Bearer guess",
            "Bearer old",
            "Bearer forbidden",
            "Bearer ann-1",
            "Bearer nobody",
            "Bearer",
            "Basic YW5uLTE6",
            "",
        ] {
            for (connection, headers) in [
                (Connection::new(), &[("x-api-key", "key_1")][..]),
                (Connection::new(), &[("x-api-key", "key_2")]),
                (Connection::new(), &[("x-api-key", "")]),
                (certified(), &[]),
            ] {
                let request = with(&[headers, &[("authorization", line)]].concat());
                let (outcome, consumer) = ask(&layer, request, &connection).await;
                let expected = (400, Some("two_credentials"));
                assert_eq!((outcome.status, outcome.reason), expected, "`{line}`");
                assert!(outcome.seen.is_none() && consumer.is_none());
                // A client must not throw its token away.
                assert!(outcome.challenges().is_empty());
            }
        }
        assert_eq!(tokens.asked(), 0);
    }
}

#[tokio::test]
async fn one_credential_is_judged_as_before() {
    let tokens = Tokens::default();
    let layer = PlanLayer::new()
        .with(key())
        .with(certificates())
        .with(verifying(&tokens));
    let none = Connection::new();
    for (connection, headers, status, plan) in [
        (&none, &[("x-api-key", "key_1")][..], 200, Some("key")),
        (&none, &[("x-api-key", "key_2")], 401, None),
        (&certified(), &[], 200, Some("certificate")),
        (
            &none,
            &[("authorization", "Bearer ann-1")],
            200,
            Some("relay"),
        ),
        (&none, &[("authorization", "Bearer guess")], 401, None),
        (&none, &[], 200, Some("relay")),
    ] {
        let (outcome, consumer) = ask(&layer, with(headers), connection).await;
        assert_eq!(outcome.status, status, "{headers:?} {:?}", outcome.reason);
        let found = consumer.as_ref().map(Consumer::plan);
        assert_eq!(found, plan, "{headers:?}");
        assert_eq!(outcome.seen.is_some(), status == 200);
    }
    // Of two relays the one that verifies is asked.
    for layer in [
        PlanLayer::new().with(relay()).with(verifying(&tokens)),
        PlanLayer::new().with(verifying(&tokens)).with(relay()),
    ] {
        let request = with(&[("authorization", "Bearer guess")]);
        assert_eq!(ask(&layer, request, &none).await.0.status, 401);
    }
}

#[tokio::test]
async fn a_token_that_only_the_server_judges_is_no_second_credential() {
    let layer = PlanLayer::new()
        .with(key())
        .with(certificates())
        .with(relay());
    for (connection, headers, plan) in [
        (Connection::new(), &[("x-api-key", "key_1")][..], "key"),
        (certified(), &[], "certificate"),
    ] {
        let request = with(&[headers, &[("authorization", "Bearer guess")]].concat());
        let (outcome, consumer) = ask(&layer, request, &connection).await;
        assert_eq!((outcome.status, outcome.reason), (200, None));
        assert_eq!(outcome.seen.unwrap()["authorization"], "Bearer guess");
        assert_eq!(consumer.unwrap().plan(), plan);
    }
}

#[tokio::test]
async fn a_key_in_the_place_of_a_token_goes_nowhere() {
    let tokens = Tokens::default();
    let keyless = Keyless::new();
    for layer in [
        PlanLayer::new().with(key()).with(relay()),
        PlanLayer::new().with(relay()).with(keyless).with(key()),
        PlanLayer::new().with(key()).with(verifying(&tokens)),
        PlanLayer::new().with(key()).leave_authorization(),
    ] {
        let layer = layer.attempts(FailedAttempts::new().burst(1));
        let connection = Connection::new().peer("192.0.2.7:1".parse().unwrap());
        let before = tokens.asked();
        for line in [
            "Bearer key_1",
            "bearer   key_1 ",
            "Bearer Bearer key_1",
            "Bearer key_2",
            "key_1",
            "ApiKey key_1",
            "Bearer \"key_1\"",
            "Token token=\"key_1\"",
            "Bearer x, Bearer key_1",
            "Bearer\tkey_1",
            // What is no letter of ASCII, behind it and before.
            "Bearer key_1 \u{e4}",
            "\u{e4}key_1",
            // As a password, as a user name, and padded in another way.
            "Basic bWU6a2V5XzE=",
            "basic  a2V5XzE6",
            "BASIC a2V5XzE6eA",
            "Basic a2V5XzE=",
        ] {
            let request = with(&[("authorization", line)]);
            let (outcome, consumer) = ask(&layer, request, &connection).await;
            let expected = (400, Some("credential_misplaced"));
            assert_eq!((outcome.status, outcome.reason), expected, "`{line}`");
            assert!(outcome.seen.is_none() && consumer.is_none(), "`{line}`");
            // A login would not help.
            assert!(outcome.challenges().is_empty());
        }
        assert_eq!(tokens.asked(), before);
        for line in [
            "Bearer ann-1",
            "Bearer my-key_1",
            "Bearer",
            "Bearer ann-2",
            "Basic bWU6bXkta2V5XzE=",
            "Basic bWU6c2VjcmV0",
            "Basic =",
        ] {
            let request = with(&[("authorization", line)]);
            let (outcome, _) = ask(&layer, request, &connection).await;
            assert_ne!(outcome.reason, Some("credential_misplaced"), "`{line}`");
        }
    }
    // Nor where it stands in both.
    let layer = PlanLayer::new().with(key()).with(relay());
    let request = with(&[("x-api-key", "key_1"), ("authorization", "Bearer key_1")]);
    let (outcome, _) = ask(&layer, request, &Connection::new()).await;
    assert_eq!(outcome.reason, Some("credential_misplaced"));
    assert!(outcome.seen.is_none());
    // Without a key plan nobody knows what it is, and it is the server's to judge.
    let layer = PlanLayer::new().with(relay());
    let request = with(&[("authorization", "Bearer key_1")]);
    assert_eq!(ask(&layer, request, &Connection::new()).await.0.status, 200);
}

#[tokio::test]
async fn a_real_key_is_recognised_and_never_told() {
    let (store, pepper) = (MemoryStore::new(), Pepper::generate().unwrap());
    let keys = Keys::new(store.clone(), pepper.clone());
    let (key, _) = keys.create(NewKey::new("ci").proxy("mock")).await.unwrap();
    let plan = KeyPlan::new(store, pepper).proxy("mock");
    let plan = plan.header("x-api-key".parse().unwrap());
    let layer = PlanLayer::new().with(plan).with(relay());
    let ask = async |name, value: String| {
        let mut request = with(&[(name, value.as_str())]);
        let exchange = Exchange::of(request.extensions_mut());
        (send(&layer, request).await, exchange)
    };
    let (outcome, _) = ask("x-api-key", key.expose().to_owned()).await;
    assert_eq!(outcome.status, 200);
    let line = format!("Bearer {}", key.expose());
    let (outcome, exchange) = ask("authorization", line).await;
    let expected = (400, Some("credential_misplaced"));
    assert_eq!((outcome.status, outcome.reason), expected);
    let message = exchange.refusal().unwrap().message().to_owned();
    assert!(message.contains("`x-api-key`"), "{message}");
    assert!(!message.contains(key.expose()), "{message}");
}
