//! The plan of a proxy whose MCP server judges tokens itself: it only looks.

use http::{HeaderName, HeaderValue, Request};
use tollbar_core::{Body, Connection, Consumer, Exchange, Revocation};
use tollbar_plan::{
    Credential, FailedAttempts, Fit, Keyless, Plan as _, PlanLayer, Relay, SessionSecret,
};

use crate::plans::{Outcome, Word, send, with};

pub(crate) fn relay() -> Relay {
    Relay::new(SessionSecret::new(&[7; 32]).unwrap())
}

fn beside_keys() -> PlanLayer {
    let key = Word::new("key", "sesame").in_header("x-api-key");
    PlanLayer::new().with(key).with(relay())
}

/// What came of it, and who it was.
async fn ask(layer: &PlanLayer, headers: &[(&str, &str)]) -> (Outcome, Option<Consumer>) {
    let mut request = with(headers);
    let exchange = Exchange::of(request.extensions_mut());
    let outcome = send(layer, request).await;
    (outcome, exchange.consumer().cloned())
}

/// The consumer of this `Authorization`.
async fn who(layer: &PlanLayer, authorization: &str) -> Consumer {
    let (outcome, consumer) = ask(layer, &[("authorization", authorization)]).await;
    assert_eq!(outcome.status, 200, "`{authorization}`");
    consumer.unwrap()
}

async fn pseudonym(layer: &PlanLayer, authorization: &str) -> String {
    let consumer = who(layer, authorization).await;
    consumer.pseudonym().unwrap().to_owned()
}

#[tokio::test]
async fn whatever_stands_in_authorization_goes_on_byte_for_byte() {
    for layer in [PlanLayer::new().with(relay()), beside_keys()] {
        for line in [
            "Bearer of-the-server",
            "bearer  of-the-server",
            "Bearer",
            "Basic eDp5",
            "DPoP of-the-server",
            "Digest username=\"x\", realm=\"y, z\"",
            "sesame",
            "Bearer a, Bearer b",
            "Bearer \"{your key}\"",
            "",
        ] {
            let (outcome, consumer) = ask(&layer, &[("authorization", line)]).await;
            assert_eq!(outcome.status, 200, "`{line}` {:?}", outcome.reason);
            assert_eq!(outcome.seen.unwrap()["authorization"], line);
            let consumer = consumer.unwrap();
            assert_eq!(consumer.plan(), "relay");
            assert!(!consumer.is_verified() && consumer.pseudonym().is_some());
            let facts = (
                consumer.subject(),
                consumer.client_id(),
                consumer.key_id(),
                consumer.key_name(),
            );
            assert_eq!(facts, (None, None, None, None));
            assert!(consumer.scopes().next().is_none() && consumer.claims().is_empty());
        }
        let bytes = HeaderValue::from_bytes(b"Bearer sesam\xC3\xA9\xFF").unwrap();
        let mut request = with(&[]);
        request.headers_mut().insert("authorization", bytes.clone());
        let seen = send(&layer, request).await.seen.unwrap();
        assert_eq!(seen["authorization"], bytes);
    }
}

#[tokio::test]
async fn who_shows_nothing_comes_through_for_the_servers_own_challenge() {
    let keyless = PlanLayer::new().with(Keyless::new()).with(relay());
    for layer in [PlanLayer::new().with(relay()), beside_keys(), keyless] {
        let (outcome, consumer) = ask(&layer, &[("x-team", "blue")]).await;
        assert_eq!((outcome.status, outcome.reason), (200, None));
        let consumer = consumer.unwrap();
        // Also where a keyless plan stands before it: that one's consumers are verified.
        assert_eq!(consumer.plan(), "relay");
        assert!(!consumer.is_verified());
        assert_eq!(consumer.pseudonym(), None);
        assert_eq!(outcome.seen.unwrap()["x-team"], "blue");
    }
}

#[tokio::test]
async fn two_lines_are_refused_beside_a_key_too() {
    let left = PlanLayer::new().with(Keyless::new()).leave_authorization();
    for layer in [PlanLayer::new().with(relay()), beside_keys(), left] {
        for headers in [
            &[("authorization", "Bearer a"), ("Authorization", "Bearer a")][..],
            &[
                ("authorization", "Bearer a"),
                ("authorization", "Bearer b"),
                ("x-api-key", "sesame"),
            ],
            &[("authorization", ""), ("authorization", "Bearer b")],
        ] {
            let (outcome, consumer) = ask(&layer, headers).await;
            let expected = (400, Some("credential_repeated"));
            assert_eq!((outcome.status, outcome.reason), expected, "{headers:?}");
            assert!(outcome.seen.is_none() && consumer.is_none());
        }
    }
}

#[tokio::test]
async fn who_shows_a_key_is_the_key_plans_and_a_bad_one_is_not_excused() {
    let (outcome, consumer) = ask(
        &beside_keys(),
        &[("authorization", "Bearer a"), ("x-api-key", "sesame")],
    )
    .await;
    assert_eq!(outcome.status, 200);
    let (seen, consumer) = (outcome.seen.unwrap(), consumer.unwrap());
    assert_eq!(seen["authorization"], "Bearer a");
    assert!(!seen.contains_key("x-api-key"));
    assert_eq!((consumer.plan(), consumer.is_verified()), ("key", true));
    assert_eq!(consumer.pseudonym(), None);

    for (key, status) in [("barley", 401), ("", 400), ("a b", 400)] {
        for headers in [
            &[("x-api-key", key), ("authorization", "Bearer a")][..],
            &[("x-api-key", key)],
        ] {
            let (outcome, consumer) = ask(&beside_keys(), headers).await;
            assert_eq!(outcome.status, status, "`{key}`");
            assert!(outcome.seen.is_none() && consumer.is_none(), "`{key}`");
            // The token is not what was bad: no client must throw it away.
            let expected: &[_] = if status == 401 { &["ApiKey"] } else { &[] };
            assert_eq!(outcome.challenges(), expected, "`{key}`");
        }
    }
    let twice = [("x-api-key", "sesame"), ("x-api-key", "sesame")];
    assert_eq!(ask(&beside_keys(), &twice).await.0.status, 400);
    let disguised = [("x_api_key", "sesame"), ("authorization", "Bearer a")];
    let (outcome, _) = ask(&beside_keys(), &disguised).await;
    assert_eq!(outcome.reason, Some("credential_disguised"));
}

#[tokio::test]
async fn a_token_in_the_query_and_one_without_end_are_refused() {
    let layer = PlanLayer::new().with(relay());
    for query in ["access_token=x", "a=b;%61ccess_token=x"] {
        let request = Request::post(format!("/mcp?{query}"));
        let request = request.header("authorization", "Bearer x");
        let outcome = send(&layer, request.body(Body::empty()).unwrap()).await;
        let expected = (400, Some("credential_in_query"));
        assert_eq!((outcome.status, outcome.reason), expected);
    }
    let longest = format!("Bearer {}", "x".repeat((16 << 10) - 7));
    let (outcome, _) = ask(&layer, &[("authorization", &longest)]).await;
    assert_eq!(outcome.status, 200);
    let (outcome, _) = ask(&layer, &[("authorization", &format!("{longest}x"))]).await;
    let expected = (400, Some("credential_too_long"));
    assert_eq!((outcome.status, outcome.reason), expected);
    assert!(outcome.seen.is_none());
    // A name that no server takes for `Authorization` is nobody's business here.
    let (outcome, consumer) = ask(&layer, &[("authorization_", "Bearer x")]).await;
    assert_eq!(outcome.status, 200);
    assert_eq!(consumer.unwrap().pseudonym(), None);
}

#[tokio::test]
async fn a_pseudonym_is_one_for_each_credential_and_secret() {
    let layer = PlanLayer::new().with(relay());
    let first = pseudonym(&layer, "Bearer one").await;
    // 128 bits.
    assert_eq!(first.len(), 22);
    for same in ["Bearer one", "bearer one", "BEARER    one", "Bearer one "] {
        assert_eq!(pseudonym(&layer, same).await, first, "`{same}`");
    }
    for other in [
        "Bearer two",
        "Bearer One",
        "Bearer one one",
        "Basic one",
        "one",
        "ONE",
        "Bearerone",
        "bearerone",
        "Bearer",
        "",
    ] {
        assert_ne!(pseudonym(&layer, other).await, first, "`{other}`");
    }
    assert_ne!(
        pseudonym(&layer, "one").await,
        pseudonym(&layer, "ONE").await
    );
    // Another gateway with the same secret has the same ones, whatever its plan is called.
    let again = PlanLayer::new().with(relay().name("theirs"));
    assert_eq!(pseudonym(&again, "Bearer one").await, first);
    let other = Relay::new(SessionSecret::new(&[8; 32]).unwrap());
    let other = PlanLayer::new().with(other);
    assert_ne!(pseudonym(&other, "Bearer one").await, first);
}

#[tokio::test]
async fn a_pseudonym_is_no_digest_that_could_be_tried_against() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use sha2::{Digest as _, Sha256};

    let layer = PlanLayer::new().with(relay());
    let named = pseudonym(&layer, "Bearer of-the-server").await;
    for text in [
        "Bearer of-the-server",
        "bearer of-the-server",
        "of-the-server",
    ] {
        let digest = Sha256::digest(text);
        assert!(!URL_SAFE_NO_PAD.encode(digest).starts_with(&named));
        let keyed = Sha256::new().chain_update([7; 32]).chain_update(text);
        assert!(!URL_SAFE_NO_PAD.encode(keyed.finalize()).starts_with(&named));
    }
}

#[tokio::test]
async fn no_token_is_shown() {
    let layer = PlanLayer::new().with(relay()).keep_credential();
    let mut request = with(&[("authorization", "Bearer of-the-server")]);
    let exchange = Exchange::of(request.extensions_mut());
    assert_eq!(send(&layer, request).await.status, 200);
    let kept = exchange.credential().unwrap();
    assert_eq!(kept, "Bearer of-the-server");
    let value = HeaderValue::from_static("Bearer of-the-server");
    let shown = format!(
        "{layer:?} {:?} {:?} {:?} {exchange:?} {kept:?}",
        relay().verified_by(Word::new("word", "of-the-server")),
        Credential::Relayed(&value),
        Credential::Token("of-the-server"),
    );
    assert!(!shown.contains("of-the-server"), "{shown}");
    // The secret stands in neither, written as numbers or not.
    assert!(!shown.contains("7, 7"), "{shown}");

    let forgets = PlanLayer::new().with(relay());
    let mut request = with(&[("authorization", "Bearer of-the-server")]);
    let exchange = Exchange::of(request.extensions_mut());
    assert_eq!(send(&forgets, request).await.status, 200);
    assert!(exchange.credential().is_none());
}

#[tokio::test]
async fn a_stack_that_claims_authorization_twice_refuses_everything() {
    let of_its_own = Word::new("word", "sesame").in_header("authorization");
    for claimed in [
        PlanLayer::new()
            .with(Word::new("word", "sesame"))
            .with(relay()),
        PlanLayer::new()
            .with(relay())
            .with(Word::new("word", "sesame")),
        PlanLayer::new().with(of_its_own).with(relay()),
    ] {
        for headers in [&[][..], &[("authorization", "Bearer sesame")]] {
            let (outcome, consumer) = ask(&claimed, headers).await;
            let expected = (503, Some("authorization_claimed_twice"));
            assert_eq!((outcome.status, outcome.reason), expected);
            assert!(outcome.seen.is_none() && consumer.is_none());
        }
    }
}

#[tokio::test]
async fn a_relay_that_was_removed_lets_nobody_in() {
    let revocation = Revocation::new();
    let layer = PlanLayer::new().with_revocable(relay(), revocation.clone());
    let mut request = with(&[("authorization", "Bearer a")]);
    let exchange = Exchange::of(request.extensions_mut());
    assert_eq!(send(&layer, request).await.status, 200);
    assert!(!exchange.grant().unwrap().has_ended());
    revocation.revoke();
    // What is under way ends, too.
    assert!(exchange.grant().unwrap().has_ended());
    for headers in [&[][..], &[("authorization", "Bearer a")]] {
        let (outcome, _) = ask(&layer, headers).await;
        assert_eq!((outcome.status, outcome.reason), (401, Some("grant_ended")));
    }
}

#[tokio::test]
async fn bad_keys_count_and_what_the_server_judges_does_not() {
    let layer = beside_keys().attempts(FailedAttempts::new().burst(1));
    let from = |headers: &[(&str, &str)]| {
        let mut request = with(headers);
        let connection = Connection::new().peer("192.0.2.7:1".parse().unwrap());
        request.extensions_mut().insert(Exchange::on(&connection));
        request
    };
    for _ in 0..100 {
        let outcome = send(&layer, from(&[("authorization", "Bearer barley")])).await;
        assert_eq!(outcome.status, 200);
    }
    let guess = [("x-api-key", "barley"), ("authorization", "Bearer a")];
    assert_eq!(send(&layer, from(&guess)).await.status, 401);
    assert_eq!(send(&layer, from(&guess)).await.status, 429);
    // Asking for the challenge is how every login begins.
    assert_eq!(send(&layer, from(&[])).await.status, 200);
}

#[tokio::test]
async fn it_judges_what_the_layer_gives_it_and_nothing_else() {
    let (plan, exchange) = (relay(), Exchange::new());
    let value = HeaderValue::from_static("Bearer a");
    assert_eq!(plan.fit(&Credential::Nothing), Fit::Possible);
    assert_eq!(plan.fit(&Credential::Relayed(&value)), Fit::Possible);
    assert_eq!(plan.fit(&Credential::Token("a")), Fit::No);
    let judged = plan.identify(Credential::Token("a"), &exchange).await;
    assert_eq!(judged.unwrap_err().reason(), "credential_unknown");
    let headers: Vec<HeaderName> = beside_keys().headers().cloned().collect();
    assert_eq!(headers, ["x-api-key"]);
}
