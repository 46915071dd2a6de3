//! What goes on under a token, and what ends it.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};
use tollbar_core::Exchange;
use tollbar_oauth2::Jwt;
use tollbar_plan::{Credential, Plan as _};

use crate::{
    authority::{AUDIENCE, Authority, claims, claims_with, judge, reason, seconds},
    signer::Signer,
};

fn plan(authority: &Authority) -> Jwt {
    let server = authority.server().keys_refresh(Duration::from_millis(200));
    let server = server.build().unwrap();
    Jwt::builder(server).audience(AUDIENCE).build().unwrap()
}

/// As an open stream does it: nobody asks anything meanwhile.
#[tokio::test]
async fn streams_end_when_the_key_is_withdrawn() {
    let (old, new) = (Signer::p256("a"), Signer::p256("b"));
    let authority = Authority::new(&[&old, &new]).await;
    let plan = plan(&authority);
    let by_old = judge(&plan, &old.token(&claims())).await.unwrap().grant;
    let by_new = judge(&plan, &new.token(&claims())).await.unwrap().grant;
    let kept = old.token(&claims_with("jti", json!("2")));
    assert_eq!(reason(&plan, &kept).await, "admitted");
    sleep(Duration::from_millis(500)).await;
    assert!(!by_old.has_ended());
    authority.has(&[&new]);
    timeout(Duration::from_secs(5), by_old.ended())
        .await
        .unwrap();
    assert!(!by_new.has_ended());
    // What is known of other tokens goes too.
    assert_eq!(reason(&plan, &kept).await, "token_unknown_key");
}

#[tokio::test]
async fn streams_end_with_the_token() {
    let signer = Signer::ed25519("a");
    let authority = Authority::new(&[&signer]).await;
    let builder = authority.builder().skew(Duration::from_secs(1));
    let plan = builder.build().unwrap();
    let token = signer.token(&claims_with("exp", json!(seconds(1))));
    for _ in 0..2 {
        let grant = judge(&plan, &token).await.unwrap().grant;
        assert!(!grant.has_ended());
        let ended = timeout(Duration::from_secs(5), grant.clone().ended());
        if reason(&plan, &token).await == "admitted" {
            ended.await.unwrap();
            break;
        }
    }
    assert_eq!(reason(&plan, &token).await, "token_expired");
}

#[tokio::test]
async fn streams_outlast_rotation() {
    let (old, new) = (Signer::p256("a"), Signer::p256("b"));
    let authority = Authority::new(&[&old]).await;
    let plan = plan(&authority);
    let grant = judge(&plan, &old.token(&claims())).await.unwrap().grant;
    for signers in [vec![&old, &new], vec![&new, &old], vec![&old]] {
        authority.has(&signers);
        sleep(Duration::from_millis(500)).await;
    }
    assert!(authority.asked() > 3);
    assert!(!grant.has_ended());
}

/// The keys are asked for as long as somebody is in by one of them, and no longer.
#[tokio::test]
async fn nobody_asks_for_the_keys_of_those_who_have_left() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = plan(&authority);
    let admission = judge(&plan, &signer.token(&claims())).await.unwrap();
    sleep(Duration::from_millis(900)).await;
    let asked = authority.asked();
    assert!(asked >= 3, "{asked}");
    drop(admission);
    sleep(Duration::from_millis(500)).await;
    let asked = authority.asked();
    sleep(Duration::from_millis(900)).await;
    assert_eq!(authority.asked(), asked);
    // And again when somebody comes.
    assert_eq!(reason(&plan, &signer.token(&claims())).await, "admitted");
    assert_eq!(authority.asked(), asked + 1);
}

#[tokio::test]
async fn nothing_asks_for_keys_when_the_plan_is_gone() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = plan(&authority);
    let admission = judge(&plan, &signer.token(&claims())).await.unwrap();
    drop(plan);
    sleep(Duration::from_millis(300)).await;
    let asked = authority.asked();
    sleep(Duration::from_millis(900)).await;
    assert_eq!(authority.asked(), asked);
    drop(admission);
}

#[tokio::test]
async fn the_log_learns_whose_genuine_token_is_refused() {
    let (signer, stranger) = (Signer::p256("a"), Signer::p256("a"));
    let authority = Authority::new(&[&signer]).await;
    let builder = authority.builder().scopes(["rare"]);
    let plan = builder.audiences(["https://more.example"]).build().unwrap();
    let shown = |token: String| {
        let plan = plan.clone();
        async move {
            let exchange = Exchange::new();
            let judged = plan.identify(Credential::Token(&token), &exchange).await;
            let refusal = judged.unwrap_err();
            let subject = exchange
                .consumer()
                .and_then(|it| it.subject().map(str::to_owned));
            (refusal.reason(), refusal.message().to_owned(), subject)
        }
    };
    let subject = claims()["sub"].as_str().map(str::to_owned);
    for (name, value, expected) in [
        ("scope", json!("other"), "token_scope"),
        (
            "aud",
            json!("https://other.example"),
            "token_wrong_audience",
        ),
        ("exp", json!(1_000_000_000), "token_expired"),
    ] {
        let mut said = claims_with("scope", json!("rare"));
        said[name] = value;
        let (reason, message, who) = shown(signer.token(&said)).await;
        assert_eq!((reason, &who), (expected, &subject), "{name}");
        let names_audience = message.ends_with(&format!("it has to be for `{AUDIENCE}`"));
        assert_eq!(names_audience, name == "aud", "{message}");
        // Who has signed it himself is nobody.
        assert_eq!(shown(stranger.token(&said)).await.2, None);
    }
    let more = claims_with("aud", json!("https://more.example"));
    assert_eq!(shown(signer.token(&more)).await.0, "token_scope");
    let foreign = claims_with("iss", json!("https://other.example"));
    let (reason, message, who) = shown(signer.token(&foreign)).await;
    assert_eq!((reason, who), ("token_wrong_issuer", None));
    assert!(
        message.contains("than `https://login.example`"),
        "{message}"
    );
}
