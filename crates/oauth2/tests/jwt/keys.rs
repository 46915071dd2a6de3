//! The keys of the authorization server, as tokens meet them.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::{
    authority::{AUDIENCE, Authority, ISSUER, claims, claims_with, judge, reason},
    signer::{Signer, encode},
};

#[tokio::test]
async fn keys_are_fetched_once_for_all_plans() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let server = authority.server().build().unwrap();
    let plan = |name: &str| {
        let builder = tollbar_oauth2::Jwt::builder(server.clone()).audience(AUDIENCE);
        builder.name(name).build().unwrap()
    };
    let plans = [plan("one"), plan("two")];
    let judging = (0..1000).map(|number| {
        let (plan, token) = (plans[number % 2].clone(), signer.token(&claims()));
        tokio::spawn(async move { reason(&plan, &token).await })
    });
    for judged in judging.collect::<Vec<_>>() {
        assert_eq!(judged.await.unwrap(), "admitted");
    }
    assert_eq!(authority.asked(), 1);
}

#[tokio::test]
async fn a_flood_of_made_up_keys_asks_once() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = authority.plan();
    for number in 0..2000 {
        let header = json!({"typ": "at+jwt", "alg": "ES256", "kid": format!("k{number}")});
        let token = signer.token_of(header.to_string(), claims().to_string());
        assert_eq!(reason(&plan, &token).await, "token_unknown_key");
    }
    assert_eq!(authority.asked(), 1);
    assert_eq!(reason(&plan, &signer.token(&claims())).await, "admitted");
}

#[tokio::test]
async fn a_new_key_is_looked_for_and_found() {
    let (old, new) = (Signer::p256("a"), Signer::p256("b"));
    let authority = Authority::new(&[&old]).await;
    let server = authority
        .server()
        .unknown_key_pause(Duration::from_millis(300));
    let server = server.build().unwrap();
    let plan = tollbar_oauth2::Jwt::builder(server)
        .audience(AUDIENCE)
        .build()
        .unwrap();
    assert_eq!(reason(&plan, &old.token(&claims())).await, "admitted");
    authority.has(&[&old, &new]);
    // The server was asked a moment ago.
    assert_eq!(
        reason(&plan, &new.token(&claims())).await,
        "token_unknown_key"
    );
    sleep(Duration::from_millis(350)).await;
    let judging = (0..100).map(|_| {
        let (plan, token) = (plan.clone(), new.token(&claims()));
        tokio::spawn(async move { reason(&plan, &token).await })
    });
    for judged in judging.collect::<Vec<_>>() {
        assert_eq!(judged.await.unwrap(), "admitted");
    }
    assert_eq!(authority.asked(), 2);
    assert_eq!(reason(&plan, &old.token(&claims())).await, "admitted");
}

/// Some servers make new keys when they start, and call them what the old ones were called.
#[tokio::test]
async fn a_new_key_may_have_the_name_of_the_old_one() {
    let (old, new) = (Signer::p256("a"), Signer::p256("a"));
    let authority = Authority::new(&[&old]).await;
    let server = authority
        .server()
        .unknown_key_pause(Duration::from_millis(300));
    let server = server.build().unwrap();
    let plan = tollbar_oauth2::Jwt::builder(server)
        .audience(AUDIENCE)
        .build()
        .unwrap();
    let token = old.token(&claims());
    let admission = judge(&plan, &token).await.unwrap();
    authority.has(&[&new]);
    sleep(Duration::from_millis(350)).await;
    assert_eq!(reason(&plan, &new.token(&claims())).await, "admitted");
    // What the old one has let in has ended, and is forgotten.
    assert!(admission.grant.has_ended());
    assert_eq!(reason(&plan, &token).await, "token_bad_signature");
}

#[tokio::test]
async fn two_keys_of_one_name_verify_nothing() {
    let (one, other) = (Signer::p256("a"), Signer::p256("a"));
    let authority = Authority::new(&[&one, &other]).await;
    let plan = authority.plan();
    for signer in [&one, &other] {
        let token = signer.token(&claims());
        assert_eq!(reason(&plan, &token).await, "token_unknown_key");
    }
    // Of two kinds they can be told apart (RFC 7517 section 4.5).
    let other = Signer::ed25519("a");
    authority.has(&[&one, &other]);
    let plan = authority.plan();
    for signer in [&one, &other] {
        assert_eq!(reason(&plan, &signer.token(&claims())).await, "admitted");
    }
}

#[tokio::test]
async fn without_keys_nobody_is_to_blame() {
    let signer = Signer::p256("a");
    for (status, body) in [
        (500, "oops"),
        (404, r#"{"error":"not_found"}"#),
        (302, ""),
        (200, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, r#"{"keys":[]}"#),
        (200, r#"{"keys":[{"kty":"oct","k":"AQAB","kid":"a"}]}"#),
    ] {
        let authority = Authority::new(&[&signer]).await;
        authority.says(status, body);
        let plan = authority.plan();
        let token = signer.token(&claims());
        for _ in 0..20 {
            let judged = reason(&plan, &token).await;
            assert_eq!(
                judged, "authorization_server_unavailable",
                "{status} {body}"
            );
        }
        let asked = authority.asked();
        assert!((1..=2).contains(&asked), "{status} {body}: {asked}");
        // What can be told without keys is told.
        assert_eq!(reason(&plan, "opaque").await, "token_malformed");
        authority.has(&[&signer]);
        sleep(Duration::from_millis(1100)).await;
        assert_eq!(reason(&plan, &token).await, "admitted", "{status} {body}");
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_no_bad_token() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    drop(listener);
    let server = tollbar_oauth2::AuthorizationServer::builder(ISSUER);
    let server = server.jwks_uri(url.parse().unwrap()).build().unwrap();
    let plan = tollbar_oauth2::Jwt::builder(server)
        .audience(AUDIENCE)
        .build()
        .unwrap();
    let token = Signer::p256("a").token(&claims());
    let refusal = judge(&plan, &token).await.unwrap_err();
    let response = refusal.into_response(&tollbar_core::Exchange::new());
    assert_eq!(response.status(), 503);
    assert!(response.headers().contains_key("retry-after"));
}

#[tokio::test]
async fn known_keys_serve_on_while_the_server_is_down() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let server = authority.server().keys_refresh(Duration::from_millis(200));
    let server = server
        .keys_lifetime(Duration::from_secs(3))
        .build()
        .unwrap();
    let plan = tollbar_oauth2::Jwt::builder(server)
        .audience(AUDIENCE)
        .build()
        .unwrap();
    let known = signer.token(&claims());
    let admission = judge(&plan, &known).await.unwrap();
    authority.says(500, "");
    sleep(Duration::from_millis(600)).await;
    assert_eq!(reason(&plan, &known).await, "admitted");
    let fresh = signer.token(&claims_with("jti", json!("2")));
    assert_eq!(reason(&plan, &fresh).await, "admitted");
    let header = json!({"typ": "at+jwt", "alg": "ES256", "kid": "b"}).to_string();
    let unknown = signer.token_of(header, claims().to_string());
    assert_eq!(
        reason(&plan, &unknown).await,
        "authorization_server_unavailable"
    );
    assert!(!admission.grant.has_ended());
    sleep(Duration::from_secs(3)).await;
    assert!(admission.grant.has_ended());
    for token in [&known, &fresh, &unknown] {
        assert_eq!(
            reason(&plan, token).await,
            "authorization_server_unavailable"
        );
    }
    authority.has(&[&signer]);
    let mut waited = 0;
    while reason(&plan, &known).await != "admitted" {
        sleep(Duration::from_millis(200)).await;
        waited += 1;
        assert!(waited < 100);
    }
}

#[tokio::test]
async fn a_hundred_thousand_keys_do_no_harm() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[]).await;
    let junk = json!({"kty": "oct", "k": encode("secret")});
    let mut keys = vec![junk; 2000];
    keys.insert(0, signer.public());
    authority.has_keys(&keys);
    assert_eq!(
        reason(&authority.plan(), &signer.token(&claims())).await,
        "admitted"
    );
    // Behind a hundred others it is not looked for.
    keys.rotate_left(1);
    authority.has_keys(&keys);
    let judged = reason(&authority.plan(), &signer.token(&claims())).await;
    assert_eq!(judged, "authorization_server_unavailable");
}
