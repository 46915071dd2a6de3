//! Exactly one plan judges.

use http::{HeaderName, Request};
use tollbar_core::{Body, Forwarding, Revocation};
use tollbar_plan::{
    Keyless, PlanLayer,
    certificate::{CertificatePlan, ForwardedCertificate},
};

use crate::plans::{Word, send, with};

#[tokio::test]
async fn without_a_credential_only_keyless_admits() {
    let open = PlanLayer::new()
        .with(Word::new("word", "sesame"))
        .with(Keyless::new().name("public"));
    let outcome = send(&open, with(&[])).await;
    assert_eq!(
        (outcome.status, outcome.plan.as_deref()),
        (200, Some("public"))
    );

    let shut = PlanLayer::new().with(Word::new("word", "sesame"));
    let outcome = send(&shut, with(&[])).await;
    assert_eq!(outcome.status, 401);
    assert_eq!(outcome.reason, Some("credential_missing"));
    // Nothing is wrong yet, so there is no error code in it.
    assert_eq!(outcome.challenges(), ["Bearer"]);
    assert!(outcome.seen.is_none());
}

#[tokio::test]
async fn a_bad_credential_is_not_rescued() {
    let word = Word::new("word", "sesame");
    let second = Word::new("second", "barley");
    let layer = PlanLayer::new()
        .with(word.clone())
        .with(second.clone())
        .with(Keyless::new());
    // The second plan would take it, and keyless takes everybody.
    let outcome = send(&layer, with(&[("authorization", "Bearer barley")])).await;
    assert_eq!((outcome.status, outcome.reason), (401, Some("wrong_word")));
    assert_eq!((word.asked(), second.asked()), (1, 0));
    assert_eq!(
        outcome.challenges(),
        [r#"Bearer error="invalid_token", error_description="that is not the word""#]
    );
    assert!(outcome.seen.is_none() && outcome.plan.is_none());

    let outcome = send(&layer, with(&[("authorization", "Basic c2VzYW1l")])).await;
    assert_eq!(
        (outcome.status, outcome.reason),
        (401, Some("scheme_not_taken"))
    );
}

#[tokio::test]
async fn the_form_of_a_credential_decides_between_plans_of_one_header() {
    let opaque = Word::new("opaque", "anything");
    let key = Word::new("key", "key_1").with_prefix("key_");
    let layer = PlanLayer::new().with(opaque.clone()).with(key.clone());
    let outcome = send(&layer, with(&[("authorization", "Bearer key_1")])).await;
    assert_eq!(outcome.plan.as_deref(), Some("key"));
    let outcome = send(&layer, with(&[("authorization", "Bearer key_2")])).await;
    assert_eq!(outcome.status, 401);
    assert_eq!((opaque.asked(), key.asked()), (0, 2));
    let outcome = send(&layer, with(&[("authorization", "Bearer anything")])).await;
    assert_eq!(outcome.plan.as_deref(), Some("opaque"));
    assert_eq!((opaque.asked(), key.asked()), (1, 2));
}

#[tokio::test]
async fn every_method_is_judged() {
    let layer = PlanLayer::new().with(Word::new("word", "sesame"));
    for method in ["POST", "GET", "DELETE", "PUT", "OPTIONS", "HEAD"] {
        let request = |token: &str| {
            let request = Request::builder().method(method).uri("/mcp");
            let request = request.header("authorization", format!("Bearer {token}"));
            request.body(Body::empty()).unwrap()
        };
        assert_eq!(
            send(&layer, request("sesame")).await.status,
            200,
            "{method}"
        );
        assert_eq!(
            send(&layer, request("barley")).await.status,
            401,
            "{method}"
        );
    }
}

#[tokio::test]
async fn no_plan_means_nobody() {
    let outcome = send(&PlanLayer::new(), with(&[])).await;
    assert_eq!((outcome.status, outcome.reason), (503, Some("no_plan")));
    let outcome = send(&PlanLayer::new(), with(&[("authorization", "Bearer x")])).await;
    assert_eq!((outcome.status, outcome.reason), (503, Some("no_plan")));
}

#[tokio::test]
async fn a_plan_that_was_removed_admits_nobody() {
    let revocation = Revocation::new();
    let layer = PlanLayer::new().with_revocable(Keyless::new(), revocation.clone());
    assert_eq!(send(&layer, with(&[])).await.status, 200);
    revocation.revoke();
    let outcome = send(&layer, with(&[])).await;
    assert_eq!((outcome.status, outcome.reason), (401, Some("grant_ended")));
}

#[tokio::test]
async fn authorization_can_be_left_to_the_server() {
    let layer = PlanLayer::new()
        .with(Word::new("word", "sesame").in_header("x-api-key"))
        .leave_authorization();
    let both = [("authorization", "Bearer theirs"), ("x-api-key", "sesame")];
    let outcome = send(&layer, with(&both)).await;
    assert_eq!(outcome.status, 200);
    let seen = outcome.seen.unwrap();
    assert_eq!(seen["authorization"], "Bearer theirs");
    assert!(!seen.contains_key("x-api-key"));

    let claimed = PlanLayer::new()
        .with(Word::new("word", "sesame"))
        .leave_authorization();
    let outcome = send(&claimed, with(&[("authorization", "Bearer sesame")])).await;
    assert_eq!(outcome.reason, Some("authorization_claimed_twice"));
}

/// RFC 9110 section 15.5.2: a 401 has a challenge, also when the credential could not even be taken.
#[tokio::test]
async fn a_certificate_that_a_stranger_passes_is_challenged() {
    let header = HeaderName::from_static("client-cert");
    let forwarded = ForwardedCertificate::new(header, Forwarding::default());
    let layer = PlanLayer::new()
        .with(CertificatePlan::new().forwarded(forwarded))
        .with(Keyless::new());
    let outcome = send(&layer, with(&[("client-cert", ":AAAA:")])).await;
    let expected = (401, Some("certificate_header_untrusted"));
    assert_eq!((outcome.status, outcome.reason), expected);
    assert_eq!(outcome.challenges(), ["ClientCertificate"]);
    assert!(outcome.seen.is_none());
}
