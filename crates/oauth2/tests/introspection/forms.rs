//! What a token has to be besides for this proxy.

use serde_json::{Value, json};

use crate::login::{
    ADMITTED, Login, TOKEN, UNAVAILABLE, at, good, judged, reason, show, with, without,
};

#[tokio::test]
async fn the_issuer_counts_when_it_is_named() {
    let login = Login::open().await;
    let says = |issuer: &str| with("iss", issuer);
    let slash = format!("{}/", login.issuer);
    let (good_one, upper) = (login.issuer.clone(), login.issuer.to_uppercase());
    for (issuer, expected) in [
        (good_one.as_str(), ADMITTED),
        (&slash, (401, "token_wrong_issuer")),
        (&upper, (401, "token_wrong_issuer")),
        ("https://other.example", (401, "token_wrong_issuer")),
        ("", (401, "token_wrong_issuer")),
    ] {
        login.say(TOKEN, &says(issuer));
        assert_eq!(reason(show(&login.plan()).await), expected, "{issuer}");
    }
    login.say(TOKEN, &with("iss", json!([login.issuer])));
    assert_eq!(reason(show(&login.plan()).await), UNAVAILABLE);
}

#[tokio::test]
async fn only_bearer_access_tokens_come_in() {
    let wrong = (401, "token_wrong_type");
    for (name, value, expected) in [
        ("token_type", "Bearer", ADMITTED),
        ("token_type", "bearer", ADMITTED),
        ("token_type", "BEARER", ADMITTED),
        ("token_type", "DPoP", wrong),
        ("token_type", "mac", wrong),
        ("token_type", "refresh_token", wrong),
        ("token_type", "Bearer DPoP", wrong),
        ("token_type", "", wrong),
        ("token_use", "access_token", ADMITTED),
        ("token_use", "access", ADMITTED),
        ("token_use", "refresh_token", wrong),
        ("token_use", "id", wrong),
        ("typ", "Bearer", ADMITTED),
        ("typ", "at+jwt", ADMITTED),
        ("typ", "Refresh", wrong),
        ("typ", "Offline", wrong),
        ("typ", "ID", wrong),
    ] {
        let judged = judged(&with(name, value)).await;
        assert_eq!(judged, expected, "{name} {value}");
    }
    assert_eq!(judged(&without("token_type")).await, ADMITTED);
    assert_eq!(judged(&with("token_type", Value::Null)).await, ADMITTED);
    assert_eq!(
        judged(&with("token_type", json!(["Bearer"]))).await,
        UNAVAILABLE
    );
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_refused() {
    for cnf in [
        json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        json!({ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" }),
        json!({}),
        json!("odd"),
        json!(false),
    ] {
        let judged = judged(&with("cnf", cnf.clone())).await;
        assert_eq!(judged, (401, "token_bound"), "{cnf}");
    }
    assert_eq!(judged(&with("cnf", Value::Null)).await, ADMITTED);
}

#[tokio::test]
async fn a_token_says_whose_it_is() {
    let nobodys = || {
        let mut said = without("sub");
        said.as_object_mut().unwrap().remove("client_id");
        said
    };
    assert_eq!(judged(&nobodys()).await, (401, "token_anonymous"));
    let mut empty = nobodys();
    (empty["sub"], empty["client_id"]) = ("".into(), "".into());
    assert_eq!(judged(&empty).await, (401, "token_anonymous"));
    for (name, subject, client) in [
        ("sub", Some("ann"), None),
        ("client_id", None, Some("ann")),
        ("azp", None, Some("ann")),
    ] {
        let mut said = nobodys();
        said[name] = "ann".into();
        let login = Login::of(&said).await;
        let consumer = show(&login.plan()).await.unwrap().consumer;
        assert_eq!(consumer.subject(), subject, "{name}");
        assert_eq!(consumer.client_id(), client, "{name}");
    }
    let both = with("username", "Ann Example");
    let consumer = show(&Login::of(&both).await.plan()).await.unwrap().consumer;
    assert_eq!(consumer.subject(), Some("ann"));
}

#[tokio::test]
async fn a_token_has_its_time() {
    for (name, seconds, expected) in [
        ("exp", 60, ADMITTED),
        // Clocks differ.
        ("exp", -20, ADMITTED),
        ("exp", -40, (401, "token_expired")),
        ("nbf", -60, ADMITTED),
        ("nbf", 20, ADMITTED),
        ("nbf", 60, (401, "token_not_yet_valid")),
        ("iat", 20, ADMITTED),
        ("iat", 60, (401, "token_not_yet_valid")),
    ] {
        let judged = judged(&with(name, at(seconds))).await;
        assert_eq!(judged, expected, "{name} {seconds}");
    }
    assert_eq!(judged(&without("exp")).await, ADMITTED);
    assert_eq!(judged(&with("exp", 0)).await, (401, "token_expired"));
}

#[tokio::test]
async fn odd_times_do_no_harm() {
    #[expect(clippy::cast_precision_loss, reason = "some seconds more or less")]
    let soon = at(60) as f64 + 0.5;
    for (value, expected) in [
        (json!(soon), ADMITTED),
        (json!(253_402_300_799_u64), ADMITTED),
        (json!(i64::MAX), ADMITTED),
        (json!(u64::MAX), UNAVAILABLE),
        (json!(1e300), UNAVAILABLE),
        (json!(-1), UNAVAILABLE),
        (json!(-1e300), UNAVAILABLE),
        (json!("3600"), UNAVAILABLE),
        (json!([at(60)]), UNAVAILABLE),
        (json!(true), UNAVAILABLE),
    ] {
        let judged = judged(&with("exp", value.clone())).await;
        assert_eq!(judged, expected, "{value}");
    }
    for name in ["nbf", "iat"] {
        let far = judged(&with(name, i64::MAX)).await;
        assert_eq!(far, (401, "token_not_yet_valid"), "{name}");
        assert_eq!(judged(&with(name, "now")).await, UNAVAILABLE, "{name}");
    }
}

/// One that is valid in a moment is let in then, without another call.
#[tokio::test]
async fn a_token_that_is_early_is_looked_at_again() {
    let login = Login::of(&with("nbf", at(2))).await;
    let skew = std::time::Duration::ZERO;
    let plan = login.builder().skew(skew).build().unwrap();
    assert_eq!(reason(show(&plan).await), (401, "token_not_yet_valid"));
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(reason(show(&plan).await), ADMITTED);
    assert_eq!(login.calls(), 1);
}

#[tokio::test]
async fn inactive_says_it_all() {
    let mut said = good();
    said["active"] = false.into();
    assert_eq!(judged(&said).await, (401, "token_inactive"));
}
