//! What is kept of an answer, and for how long.

use std::time::Duration;

use serde_json::json;

use crate::login::{
    ADMITTED, INACTIVE, Login, TOKEN, UNAVAILABLE, at, good, pass, reason, show, show_this, with,
};

#[tokio::test]
async fn a_good_token_is_asked_about_once_in_a_while() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    for _ in 0..5 {
        assert_eq!(reason(show(&plan).await), ADMITTED);
    }
    pass(50).await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), 1);
    pass(10).await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn a_revoked_token_is_refused_within_the_bound() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    assert_eq!(reason(show(&plan).await), ADMITTED);
    login.revoke(TOKEN);
    pass(60).await;
    assert_eq!(reason(show(&plan).await), INACTIVE);
}

#[tokio::test]
async fn the_bound_is_a_setting() {
    let login = Login::of(&good()).await;
    let ttl = Duration::from_secs(10);
    let plan = login.builder().cache_ttl(ttl).build().unwrap();
    assert_eq!(reason(show(&plan).await), ADMITTED);
    login.revoke(TOKEN);
    pass(10).await;
    assert_eq!(reason(show(&plan).await), INACTIVE);
}

#[tokio::test]
async fn a_bad_token_is_remembered_for_a_short_while() {
    let login = Login::open().await;
    let plan = login.plan();
    for _ in 0..5 {
        assert_eq!(reason(show(&plan).await), INACTIVE);
    }
    assert_eq!(login.calls(), 1);
    // It may have been issued only now.
    login.say(TOKEN, &good());
    assert_eq!(reason(show(&plan).await), INACTIVE);
    pass(5).await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn a_fault_is_remembered_as_well() {
    let login = Login::of(&with("aud", "https://other.example")).await;
    let plan = login.plan();
    for _ in 0..5 {
        let refused = reason(show(&plan).await);
        assert_eq!(refused, (401, "token_wrong_audience"));
    }
    assert_eq!(login.calls(), 1);
    pass(5).await;
    login.say(TOKEN, &good());
    assert_eq!(reason(show(&plan).await), ADMITTED);
}

#[tokio::test]
async fn bad_tokens_need_not_be_remembered() {
    let login = Login::open().await;
    let plan = login
        .builder()
        .negative_ttl(Duration::ZERO)
        .build()
        .unwrap();
    assert_eq!(reason(show(&plan).await), INACTIVE);
    login.say(TOKEN, &good());
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn a_failure_is_not_remembered() {
    let login = Login::open().await;
    login.answer(TOKEN, 500, "{}");
    let plan = login.plan();
    assert_eq!(reason(show(&plan).await), UNAVAILABLE);
    login.say(TOKEN, &good());
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn a_token_that_expires_soon_is_not_kept_longer() {
    // In real time: the calendar cannot be moved.
    let login = Login::of(&with("exp", at(2))).await;
    let plan = login.builder().skew(Duration::ZERO).build().unwrap();
    let admission = show(&plan).await.unwrap();
    assert!(!admission.grant.has_ended());
    tokio::time::timeout(Duration::from_secs(4), admission.grant.ended())
        .await
        .unwrap();
    // The server still says `active`: its word does not count against its own `exp`.
    assert_eq!(reason(show(&plan).await), (401, "token_expired"));
    assert_eq!(login.calls(), 2);
    // A token whose lifetime grows with its use.
    login.say(TOKEN, &with("exp", at(3600)));
    pass(5).await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
}

#[tokio::test]
async fn what_is_known_of_tokens_is_not_shared_by_plans() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let other = login
        .bare()
        .audience("https://gw.example/other")
        .build()
        .unwrap();
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(reason(show(&other).await), (401, "token_wrong_audience"));
    assert_eq!(login.calls(), 2);
    let clone = plan.clone();
    assert_eq!(reason(show(&clone).await), ADMITTED);
    assert_eq!(login.calls(), 2);
}

#[tokio::test]
async fn tokens_that_differ_in_one_letter_are_others() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    assert_eq!(reason(show(&plan).await), ADMITTED);
    for other in [&TOKEN[1..], &format!("{TOKEN}A"), &TOKEN.to_lowercase()] {
        assert_eq!(reason(show_this(&plan, other).await), INACTIVE);
    }
    assert_eq!(login.calls(), 4);
}

#[tokio::test]
async fn claims_reach_the_consumer() {
    let mut said = with("realm_access", json!({ "roles": ["admin"] }));
    said["scp"] = "other".into();
    let login = Login::of(&said).await;
    let plan = login.builder().name("login").build().unwrap();
    let consumer = show(&plan).await.unwrap().consumer;
    assert_eq!(consumer.plan(), "login");
    assert_eq!(consumer.subject(), Some("ann"));
    assert_eq!(consumer.client_id(), Some("editor"));
    assert_eq!(consumer.key_id(), None);
    let scopes: Vec<_> = consumer.scopes().collect();
    assert_eq!(scopes, ["mcp", "tools:call"]);
    assert_eq!(consumer.claims().get("tenant").unwrap(), "t7");
    assert_eq!(
        consumer.claims().get("/realm_access/roles/0").unwrap(),
        "admin"
    );
    // What comes out of the cache is the same.
    let again = show(&plan).await.unwrap().consumer;
    assert_eq!(again.claims(), consumer.claims());
    assert_eq!(again.subject(), consumer.subject());
}
