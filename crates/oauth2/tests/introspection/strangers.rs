//! Tokens that are not good here, and who has shown them.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use tollbar_core::{Connection, Exchange};
use tollbar_oauth2::Introspection;
use tollbar_plan::{Credential, Plan as _};

use crate::login::{
    ADMITTED, INACTIVE, Login, TOKEN, UNSAID, good, pass, reason, show, show_this, with, without,
};

/// Whether it counts as an attempt that this token is shown.
async fn counts(plan: &Introspection, token: &str) -> bool {
    show_this(plan, token).await.unwrap_err().is_attempt()
}

#[tokio::test]
async fn a_token_that_names_another_server_is_told_to_nobody() {
    let login = Login::open().await;
    let plan = login.plan();
    let jwt = |claims: &str| {
        let encode = |part: &str| BASE64_URL_SAFE_NO_PAD.encode(part);
        format!("{}.{}.c2ln", encode(r#"{"alg":"ES256"}"#), encode(claims))
    };
    let foreign = jwt(r#"{"iss":"https://other.example"}"#);
    let refusal = show_this(&plan, &foreign).await.unwrap_err();
    assert_eq!(refusal.reason(), "token_wrong_issuer");
    assert!(
        refusal
            .message()
            .contains(&format!("than `{}`", login.issuer))
    );
    assert!(refusal.is_attempt());
    assert_eq!(login.calls(), 0);
    for own in [
        jwt(&format!(r#"{{"iss":"{}"}}"#, login.issuer)),
        jwt("{}"),
        "opaque".to_owned(),
    ] {
        login.say(&own, &good());
        assert_eq!(reason(show_this(&plan, &own).await), ADMITTED);
    }
    assert_eq!(login.calls(), 3);
}

#[tokio::test]
async fn a_bad_token_counts_when_it_is_asked_about() {
    let login = Login::open().await;
    let plan = login.plan();
    assert!(counts(&plan, "made-up").await);
    assert!(!counts(&plan, "made-up").await);
    login.answer("odd", 400, "");
    assert!(counts(&plan, "odd").await);
    assert!(!counts(&plan, "odd").await);
    pass(6).await;
    assert!(counts(&plan, "made-up").await);
    assert_eq!(login.calls(), 4, "with one of the gateway's own");
    // Likewise for those who have shown it together.
    login.delay(Duration::from_millis(50));
    let (one, two) = tokio::join!(counts(&plan, "other"), counts(&plan, "other"));
    assert_ne!(one, two);
}

#[tokio::test]
async fn who_leaves_before_the_answer_guesses_for_a_count_too() {
    let login = Login::open().await;
    let plan = login.plan();
    login.delay(Duration::from_millis(50));
    {
        let leaving = show_this(&plan, "made-up");
        tokio::select! {
            _ = leaving => panic!("it was too late"),
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
    }
    while login.calls() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(counts(&plan, "made-up").await);
    assert!(!counts(&plan, "made-up").await);
    assert_eq!(login.calls(), 1);
}

#[tokio::test]
async fn a_token_that_was_good_is_nobodys_guess() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    assert_eq!(reason(show(&plan).await), ADMITTED);
    login.revoke(TOKEN);
    pass(61).await;
    for _ in 0..3 {
        let refusal = show(&plan).await.unwrap_err();
        assert_eq!(refusal.reason(), "token_inactive");
        assert!(!refusal.is_attempt());
        pass(6).await;
    }
}

/// Whoever is refused a good token by its failing server keeps what is open.
#[tokio::test]
async fn a_stream_outlives_an_answer_that_fails() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = show(&plan).await.unwrap().grant;
    login.answer(TOKEN, 400, "");
    pass(50).await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
    pass(18).await;
    let refusal = show(&plan).await.unwrap_err();
    assert!(!refusal.is_attempt());
    assert_eq!(reason(Err(refusal)), UNSAID);
    assert!(login.calls() > 2);
    assert!(!grant.has_ended());
    login.revoke(TOKEN);
    pass(16).await;
    assert!(grant.has_ended());
    assert_eq!(reason(show(&plan).await), INACTIVE);
}

#[tokio::test]
async fn the_log_learns_whose_genuine_token_is_refused() {
    for said in [
        with("aud", "https://other.example"),
        with("scope", "other"),
        with("exp", 1_000_000_000),
        with("cnf", "x"),
    ] {
        let login = Login::of(&said).await;
        let plan = login.builder().scopes(["mcp"]).build().unwrap();
        for _ in 0..2 {
            let exchange = Exchange::new();
            let judged = plan.identify(Credential::Token(TOKEN), &exchange).await;
            assert!(judged.is_err());
            let consumer = exchange.consumer().unwrap();
            assert_eq!(consumer.plan(), "oauth2");
            assert_eq!(consumer.subject(), Some("ann"), "{said}");
            assert_eq!(consumer.client_id(), Some("editor"));
            assert!(consumer.scopes().next().is_some());
        }
    }
    for said in [with("iss", "https://other.example"), without("active")] {
        let login = Login::of(&said).await;
        let (plan, exchange) = (login.plan(), Exchange::new());
        let judged = plan.identify(Credential::Token(TOKEN), &exchange).await;
        assert!(judged.is_err() && exchange.consumer().is_none());
    }
}

/// An address that shows many new tokens is in the way of nobody else.
#[tokio::test]
async fn one_address_does_not_fill_the_line() {
    let login = Login::of(&good()).await;
    login.delay(Duration::from_millis(300));
    let server = login.server().in_flight(4).build().unwrap();
    let plan = Introspection::builder(server)
        .any_audience()
        .build()
        .unwrap();
    let show_from = |address: &str, token: String| {
        let plan = plan.clone();
        let connection = Connection::new().peer(format!("{address}:4000").parse().unwrap());
        async move {
            let exchange = Exchange::on(&connection);
            reason(plan.identify(Credential::Token(&token), &exchange).await)
        }
    };
    let flood: Vec<_> = (0..100)
        .map(|number| tokio::spawn(show_from("192.0.2.7", format!("made-up-{number}"))))
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let honest = show_from("192.0.2.8", TOKEN.to_owned());
    let honest = tokio::time::timeout(Duration::from_millis(600), honest).await;
    assert_eq!(honest.unwrap(), ADMITTED);
    assert!(login.calls() <= 4, "{}", login.calls());
    for one in flood {
        one.abort();
    }
}
