//! What is open under a token when something becomes of it.

use std::time::Duration;

use serde_json::json;
use tollbar_core::Grant;

use crate::login::{
    ADMITTED, INACTIVE, Login, TOKEN, at, good, pass, reason, show, show_this, with,
};

/// A stream that goes on under [`TOKEN`].
async fn open(plan: &tollbar_oauth2::Introspection) -> Grant {
    show(plan).await.unwrap().grant
}

#[tokio::test]
async fn a_stream_goes_on_while_its_token_is_good() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = open(&plan).await;
    assert!(grant.can_end());
    pass(240).await;
    assert!(!grant.has_ended());
    // Once before each minute is over.
    let calls = login.calls();
    assert!((4..=6).contains(&calls), "{calls}");
    // So that requests find a verdict at any time.
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), calls);
}

#[tokio::test]
async fn a_stream_ends_within_the_bound_when_its_token_is_revoked() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = open(&plan).await;
    let late = {
        pass(45).await;
        // By a verdict that is old already.
        open(&plan).await
    };
    login.revoke(TOKEN);
    // Nobody asks for anything but the plan itself.
    pass(16).await;
    assert_eq!(login.calls(), 2);
    assert!(grant.has_ended());
    assert!(late.has_ended());
    assert_eq!(reason(show(&plan).await), INACTIVE);
}

#[tokio::test]
async fn a_stream_ends_at_once_when_a_request_learns_of_it() {
    let login = Login::of(&good()).await;
    let ttl = Duration::from_secs(600);
    let plan = login.builder().cache_ttl(ttl).build().unwrap();
    let grant = open(&plan).await;
    login.revoke(TOKEN);
    // The verdict has passed, and the stream is not due yet.
    pass(526).await;
    assert_eq!(reason(show(&plan).await), INACTIVE);
    assert!(grant.has_ended());
}

#[tokio::test]
async fn streams_outlive_a_server_that_is_away_for_a_while_only() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = open(&plan).await;
    login.answer(TOKEN, 503, "{}");
    pass(100).await;
    assert!(!grant.has_ended());
    assert!(login.calls() > 2);
    login.say(TOKEN, &good());
    pass(100).await;
    assert!(!grant.has_ended());
    assert_eq!(reason(show(&plan).await), ADMITTED);
}

#[tokio::test]
async fn streams_end_when_the_server_stays_away() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = open(&plan).await;
    login.close();
    pass(60).await;
    assert!(!grant.has_ended());
    pass(61).await;
    assert!(grant.has_ended());
}

#[tokio::test]
async fn a_stream_ends_when_its_token_becomes_another_ones() {
    for said in [
        with("sub", "bob"),
        with("scope", "mcp"),
        with("tenant", "t8"),
        with("roles", json!(["admin"])),
        with("level", 2),
    ] {
        let login = Login::of(&good()).await;
        let plan = login.plan();
        let grant = open(&plan).await;
        login.say(TOKEN, &said);
        pass(61).await;
        assert!(grant.has_ended(), "{said}");
        assert_eq!(reason(show(&plan).await), ADMITTED);
        assert_eq!(login.calls(), 2);
    }
}

#[tokio::test]
async fn a_stream_goes_on_when_only_times_move() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = open(&plan).await;
    let mut said = with("exp", at(7200));
    said["iat"] = at(0).into();
    said["jti"] = "another".into();
    said["scope"] = "tools:call mcp".into();
    login.say(TOKEN, &said);
    pass(61).await;
    assert_eq!(login.calls(), 2);
    assert!(!grant.has_ended());
}

/// The end of a token may come nearer while a stream is open.
#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let login = Login::of(&good()).await;
    let plan = login.builder().skew(Duration::ZERO).build().unwrap();
    let grant = open(&plan).await;
    login.say(TOKEN, &with("exp", at(2)));
    // In fewer seconds by the calendar.
    pass(61).await;
    assert_eq!(login.calls(), 2);
    tokio::time::timeout(Duration::from_secs(5), grant.ended())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_token_under_which_nothing_is_open_is_left_alone() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    drop(open(&plan).await);
    pass(300).await;
    assert_eq!(login.calls(), 1);
    // And is looked after again.
    let grant = open(&plan).await;
    login.revoke(TOKEN);
    pass(61).await;
    assert!(grant.has_ended());
    assert_eq!(login.calls(), 3);
}

#[tokio::test]
async fn a_plan_that_is_dropped_still_looks_after_its_streams() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let grant = open(&plan).await;
    drop(plan);
    pass(61).await;
    assert!(!grant.has_ended());
    login.revoke(TOKEN);
    pass(61).await;
    assert!(grant.has_ended());
    let calls = login.calls();
    pass(120).await;
    assert_eq!(login.calls(), calls);
}

/// Of two plans with one token each has its own right.
#[tokio::test]
async fn plans_do_not_end_each_others_streams() {
    let login = Login::of(&good()).await;
    let (plan, other) = (login.plan(), login.builder().name("other").build().unwrap());
    let (grant, others) = (open(&plan).await, open(&other).await);
    let both = json!([PROXY_AND_OTHER, "x"]);
    login.say(TOKEN, &with("aud", both));
    pass(61).await;
    assert!(grant.has_ended());
    assert!(others.has_ended());
    login.say(TOKEN, &good());
    pass(6).await;
    let (grant, others) = (open(&plan).await, open(&other).await);
    drop((grant, plan));
    pass(61).await;
    assert!(!others.has_ended());
}

const PROXY_AND_OTHER: &str = "https://gw.example/mcp https://gw.example/other";

#[tokio::test]
async fn beyond_the_bound_streams_end_with_their_verdicts() {
    let login = Login::open().await;
    let ttl = Duration::from_secs(3);
    let plan = login.builder().watched(2).cache_ttl(ttl).build().unwrap();
    let mut grants = Vec::new();
    for number in 0..4 {
        let token = format!("token-{number}");
        login.say(&token, &good());
        grants.push(show_this(&plan, &token).await.unwrap().grant);
    }
    assert!(!grants.iter().any(Grant::has_ended));
    // In real time, since such an end is one of the calendar.
    tokio::time::sleep(ttl).await;
    let ended: Vec<_> = grants.iter().map(Grant::has_ended).collect();
    assert_eq!(ended, [false, false, true, true]);
    // The token is as good as ever.
    assert_eq!(reason(show_this(&plan, "token-3").await), ADMITTED);
}
