//! What the header of a token says.

use serde_json::{Value, json};
use tollbar_oauth2::Algorithm;

use crate::{
    authority::{Authority, claims, plan_of, reason},
    signer::{Signer, encode},
};

/// A good header but for one member; `null` takes it off.
fn header(signer: &Signer, name: &str, value: Value) -> String {
    let mut header = signer.header();
    header[name] = value;
    if header[name].is_null() {
        header.as_object_mut().unwrap().remove(name);
    }
    header.to_string()
}

#[tokio::test]
async fn an_access_token_says_that_it_is_one() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let (plan, any) = (
        authority.plan(),
        authority.builder().any_type().build().unwrap(),
    );
    for (kind, expected) in [
        (json!("at+jwt"), "admitted"),
        (json!("AT+JWT"), "admitted"),
        (json!("application/at+jwt"), "admitted"),
        (json!("Application/At+Jwt"), "admitted"),
        // An ID token, mostly.
        (json!("JWT"), "token_wrong_type"),
        (json!(null), "token_wrong_type"),
        (json!(""), "token_wrong_type"),
        (json!("logout+jwt"), "token_wrong_type"),
        (json!("dpop+jwt"), "token_wrong_type"),
        (json!("token-introspection+jwt"), "token_wrong_type"),
        (json!("text/at+jwt"), "token_wrong_type"),
        (json!("application/application/at+jwt"), "token_wrong_type"),
        (json!(" at+jwt"), "token_wrong_type"),
        (json!("at+jwt; v=1"), "token_wrong_type"),
    ] {
        let token = signer.token_of(header(&signer, "typ", kind.clone()), claims().to_string());
        assert_eq!(reason(&plan, &token).await, expected, "{kind}");
        // What many servers sign access tokens as, and nothing that says to be something else.
        let expected = match kind.as_str() {
            Some("JWT") | None => "admitted",
            Some(_) => expected,
        };
        assert_eq!(reason(&any, &token).await, expected, "{kind}");
    }
    for kind in [json!(1), json!(["at+jwt"]), json!({}), json!(true)] {
        let token = signer.token_of(header(&signer, "typ", kind), claims().to_string());
        assert_eq!(reason(&any, &token).await, "token_malformed");
    }
    let null = r#"{"alg":"ES256","kid":"a","typ":null}"#;
    let token = signer.token_of(null, claims().to_string());
    assert_eq!(reason(&any, &token).await, "token_malformed");
}

#[tokio::test]
async fn what_must_be_understood_and_is_not_is_refused() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!("b64")),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("alg", json!(null)),
        ("alg", json!(256)),
        ("alg", json!(["ES256"])),
        ("kid", json!(1)),
        ("kid", json!(["a"])),
    ] {
        let token = signer.token_of(header(&signer, name, value.clone()), claims().to_string());
        assert_eq!(
            reason(&plan, &token).await,
            "token_malformed",
            "{name} {value}"
        );
    }
    for header in [
        r#"{"typ":"at+jwt","alg":"ES256","kid":"a","crit":null}"#,
        r#"{"typ":"at+jwt","alg":"ES256","kid":null}"#,
    ] {
        let token = signer.token_of(header, claims().to_string());
        assert_eq!(reason(&plan, &token).await, "token_malformed", "{header}");
    }
}

/// Whoever makes up a token may put a key of his own into it, or say where it is.
#[tokio::test]
async fn keys_in_a_token_are_not_looked_at() {
    let (signer, attacker) = (Signer::p256("a"), Signer::p256("a"));
    let authority = Authority::new(&[&signer]).await;
    let plan = authority.plan();
    let elsewhere = Authority::new(&[&attacker]).await;
    let url = "http://127.0.0.1/keys";
    for (name, value) in [
        ("jwk", attacker.public()),
        ("jku", json!(url)),
        ("x5u", json!(url)),
        ("x5c", json!([encode("certificate")])),
        ("x5t", json!(encode([0; 20]))),
    ] {
        let header = header(&attacker, name, value);
        let forged = attacker.token_of(&header, claims().to_string());
        assert_eq!(
            reason(&plan, &forged).await,
            "token_bad_signature",
            "{name}"
        );
        let good = signer.token_of(&header, claims().to_string());
        assert_eq!(reason(&plan, &good).await, "admitted", "{name}");
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[tokio::test]
async fn the_name_of_a_key_is_a_name_and_nothing_else() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    for id in [
        "",
        "A",
        "a ",
        "a\0",
        "../a",
        "../../../../dev/null",
        "a' or '1'='1",
        "| /usr/bin/id",
        "http://127.0.0.1/a",
        "🔑",
    ] {
        let token = signer.token_of(header(&signer, "kid", json!(id)), claims().to_string());
        assert_eq!(reason(&plan, &token).await, "token_unknown_key", "{id}");
    }
    let long = header(&signer, "kid", json!("a".repeat(8000)));
    let token = signer.token_of(long, claims().to_string());
    assert_eq!(reason(&plan, &token).await, "token_unknown_key");
}

#[tokio::test]
async fn without_a_name_the_only_key_that_fits_is_meant() {
    let (signer, other) = (Signer::p256("a"), Signer::p256("b"));
    let authority = Authority::new(&[&signer, &Signer::rsa("r")]).await;
    let token = signer.token_of(header(&signer, "kid", json!(null)), claims().to_string());
    assert_eq!(reason(&authority.plan(), &token).await, "admitted");
    authority.has(&[&signer, &other]);
    assert_eq!(reason(&authority.plan(), &token).await, "token_unknown_key");
}

#[tokio::test]
async fn a_name_that_stands_twice_is_refused() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    for header in [
        r#"{"typ":"at+jwt","alg":"none","alg":"ES256","kid":"a"}"#,
        r#"{"typ":"at+jwt","alg":"ES256","kid":"a","alg":"ES256"}"#,
        r#"{"typ":"at+jwt","alg":"ES256","\u0061lg":"ES256","kid":"a"}"#,
        r#"{"typ":"JWT","typ":"at+jwt","alg":"ES256","kid":"a"}"#,
        r#"{"typ":"at+jwt","alg":"ES256","kid":"b","kid":"a"}"#,
        r#"{"typ":"at+jwt","alg":"ES256","kid":"a","x":{"y":1,"y":2}}"#,
    ] {
        let token = signer.signed(
            Algorithm::Es256,
            &encode(header),
            &encode(claims().to_string()),
        );
        assert_eq!(reason(&plan, &token).await, "token_malformed", "{header}");
    }
}
