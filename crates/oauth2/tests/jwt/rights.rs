//! What goes on under a token, and what ends it.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};
use tollbar_oauth2::Jwt;

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
