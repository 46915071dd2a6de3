//! What the claims of a genuine token say.

use http::header::WWW_AUTHENTICATE;
use serde_json::{Value, json};
use tollbar_core::Exchange;

use crate::{
    authority::{
        AUDIENCE, Authority, ISSUER, claims, claims_with, judge, plan_of, reason, seconds,
    },
    signer::Signer,
};

/// Tries each value of one claim.
async fn try_all(name: &str, tries: impl IntoIterator<Item = (Value, &str)>) {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    for (value, expected) in tries {
        let token = signer.token(&claims_with(name, value.clone()));
        assert_eq!(reason(&plan, &token).await, expected, "{name}: {value}");
        // Nor is it another one the second time.
        assert_eq!(reason(&plan, &token).await, expected, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_good_token_says_who_asks() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    for _ in 0..2 {
        let admission = judge(&plan, &signer.token(&claims())).await.unwrap();
        let consumer = &admission.consumer;
        assert_eq!(consumer.plan(), "jwt");
        assert_eq!(consumer.subject(), Some("ann"));
        assert_eq!(consumer.client_id(), Some("inspector"));
        assert!(consumer.has_scope("mcp") && consumer.has_scope("tools"));
        assert!(!consumer.has_scope("mcp tools"));
        assert_eq!(consumer.claims().get("jti").unwrap(), "1");
        assert!(admission.grant.can_end() && !admission.grant.has_ended());
    }
}

#[tokio::test]
async fn the_issuer_is_this_one_byte_for_byte() {
    let others = [
        "https://login.example/",
        "https://login.example/realms/a",
        "https://login.example.evil",
        "https://login.exampl",
        "https://LOGIN.example",
        "http://login.example",
        "https://login.example:443",
        "https://evil@login.example",
        " https://login.example",
        "https://login.example\u{0}",
        "",
    ];
    let others = others.map(|it| (json!(it), "token_wrong_issuer"));
    try_all("iss", others).await;
    try_all(
        "iss",
        [
            (json!(ISSUER), "admitted"),
            (json!(null), "token_malformed"),
            (json!([ISSUER]), "token_malformed"),
            (json!({"iss": ISSUER}), "token_malformed"),
            (json!(1), "token_malformed"),
        ],
    )
    .await;
}

#[tokio::test]
async fn strangers_tokens_cost_no_look_at_the_keys() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let plan = authority.plan();
    for other in ["https://evil.example", "https://login.example/"] {
        let token = signer.token(&claims_with("iss", json!(other)));
        assert_eq!(reason(&plan, &token).await, "token_wrong_issuer");
    }
    assert_eq!(authority.asked(), 0);
}

#[tokio::test]
async fn the_audience_is_one_of_ours_byte_for_byte() {
    let wrong = "token_wrong_audience";
    try_all(
        "aud",
        [
            (json!(AUDIENCE), "admitted"),
            (json!([AUDIENCE]), "admitted"),
            (json!(["https://other.example", AUDIENCE]), "admitted"),
            (json!(null), wrong),
            (json!(""), wrong),
            (json!([]), wrong),
            (json!([""]), wrong),
            (json!("https://gw.example"), wrong),
            (json!("https://gw.example/"), wrong),
            (json!("https://gw.example/mcp/"), wrong),
            (json!("https://gw.example/mcp/admin"), wrong),
            (json!("https://gw.example/mcp2"), wrong),
            (json!("https://gw.example/mc"), wrong),
            (json!("https://gw.example/MCP"), wrong),
            (json!("https://GW.example/mcp"), wrong),
            (json!("https://gw.example/mcp?"), wrong),
            (json!("https://gw.example/mcp#"), wrong),
            (json!("https://gw.example/m%63p"), wrong),
            (json!("https://gw.example.evil/mcp"), wrong),
            (
                json!("https://gw.example/mcp https://gw.example/mcp"),
                wrong,
            ),
            (json!(" https://gw.example/mcp"), wrong),
            (json!("*"), wrong),
            // Not what the standard says.
            (json!({"aud": AUDIENCE}), "token_unreadable"),
            (json!([[AUDIENCE]]), "token_unreadable"),
            (json!([AUDIENCE, 1]), "token_unreadable"),
            (json!(true), "token_unreadable"),
        ],
    )
    .await;
    // The resource that a client has asked for is not whom the token is for.
    let mut other = claims_with("aud", json!("inspector"));
    other["resource"] = json!(AUDIENCE);
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    assert_eq!(reason(&plan, &signer.token(&other)).await, wrong);
}

#[tokio::test]
async fn several_audiences_may_be_ours() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let slash = format!("{AUDIENCE}/");
    let plan = authority.builder().audience(&slash).build().unwrap();
    for (audience, expected) in [
        (AUDIENCE, "admitted"),
        (&slash, "admitted"),
        ("https://gw.example/mcp//", "token_wrong_audience"),
    ] {
        let token = signer.token(&claims_with("aud", json!(audience)));
        assert_eq!(reason(&plan, &token).await, expected);
    }
}

#[tokio::test]
async fn a_token_expires() {
    try_all(
        "exp",
        [
            (json!(seconds(600)), "admitted"),
            (json!(seconds(600) as f64 + 0.5), "admitted"),
            // Clocks differ.
            (json!(seconds(-20)), "admitted"),
            (json!(seconds(-31)), "token_expired"),
            (json!(0), "token_expired"),
            (json!(1), "token_expired"),
            (json!(1.5), "token_expired"),
            (json!(i64::MAX), "admitted"),
            (json!(null), "token_unreadable"),
            (json!(seconds(600).to_string()), "token_unreadable"),
            (json!("2099-01-01T00:00:00Z"), "token_unreadable"),
            (json!(-1), "token_unreadable"),
            (json!(-1.0), "token_unreadable"),
            (json!(i64::MIN), "token_unreadable"),
            (json!(1e300), "token_unreadable"),
            (json!(true), "token_unreadable"),
            (json!([seconds(600)]), "token_unreadable"),
        ],
    )
    .await;
}

/// `json!` cannot write what does not fit into a number.
#[tokio::test]
async fn numbers_beyond_all_clocks_do_no_harm() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let good = claims().to_string();
    for (number, expected) in [
        ("18446744073709551615", "token_unreadable"),
        ("18446744073709551616", "token_unreadable"),
        ("99999999999999999999999999", "token_unreadable"),
        ("1e400", "token_malformed"),
        ("-0", "token_expired"),
        ("1E9", "token_expired"),
        ("4e9", "admitted"),
        ("0x7fffffff", "token_malformed"),
        ("04000000000", "token_malformed"),
        ("4000000000", "admitted"),
    ] {
        let old = claims()["exp"].to_string();
        let claims = good.replace(&format!("\"exp\":{old}"), &format!("\"exp\":{number}"));
        assert!(claims.contains(number));
        let token = signer.token_of(signer.header().to_string(), claims);
        assert_eq!(reason(&plan, &token).await, expected, "{number}");
    }
}

#[tokio::test]
async fn a_token_is_not_valid_yet() {
    for name in ["nbf", "iat"] {
        try_all(
            name,
            [
                (json!(null), "admitted"),
                (json!(0), "admitted"),
                (json!(seconds(20)), "admitted"),
                (json!(seconds(120)), "token_not_yet_valid"),
                (json!(i64::MAX), "token_not_yet_valid"),
                (json!("0"), "token_unreadable"),
                (json!(-5), "token_unreadable"),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn time_passes_for_known_tokens_too() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let builder = authority.builder().skew(std::time::Duration::ZERO);
    let plan = builder.build().unwrap();
    let token = signer.token(&claims_with("exp", json!(seconds(2))));
    assert_eq!(reason(&plan, &token).await, "admitted");
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(reason(&plan, &token).await, "token_expired");
    let token = signer.token(&claims_with("nbf", json!(seconds(2))));
    assert_eq!(reason(&plan, &token).await, "token_not_yet_valid");
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(reason(&plan, &token).await, "admitted");
}

#[tokio::test]
async fn somebody_has_to_ask() {
    try_all(
        "sub",
        [
            (json!("bob"), "admitted"),
            (json!(null), "token_anonymous"),
            (json!(""), "token_anonymous"),
            (json!(7), "token_unreadable"),
            (json!(["ann"]), "token_unreadable"),
        ],
    )
    .await;
}

#[tokio::test]
async fn tokens_of_other_kinds_are_refused() {
    let jkt = json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"});
    try_all("cnf", [(jkt, "token_bound"), (json!({}), "token_bound")]).await;
    try_all(
        "token_type",
        [
            (json!("Bearer"), "admitted"),
            (json!("bearer"), "admitted"),
            (json!("DPoP"), "token_wrong_type"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_type_is_no_guess_when_the_server_has_signed_it() {
    let signer = Signer::p256("a");
    let plan = plan_of(&signer).await;
    let genuine = signer.token(&claims_with("token_type", json!("DPoP")));
    let header = json!({"typ": "JWT", "alg": "ES256", "kid": "a"}).to_string();
    let unverified = signer.token_of(header, claims().to_string());
    for (token, is_attempt) in [(genuine, false), (unverified, true)] {
        let refusal = judge(&plan, &token).await.unwrap_err();
        assert_eq!(refusal.reason(), "token_wrong_type");
        assert_eq!(refusal.is_attempt(), is_attempt);
    }
}

#[tokio::test]
async fn every_scope_that_is_needed_is_named() {
    let signer = Signer::p256("a");
    let authority = Authority::new(&[&signer]).await;
    let needs = || authority.builder().scopes(["mcp", "admin"]);
    let (all, any) = (
        needs().build().unwrap(),
        needs().any_scope().build().unwrap(),
    );
    let token = signer.token(&claims());
    let refusal = judge(&all, &token).await.unwrap_err();
    let response = refusal.into_response(&Exchange::new());
    assert_eq!(response.status(), 403);
    let challenge = r#"Bearer error="insufficient_scope", scope="mcp admin""#;
    assert_eq!(response.headers()[WWW_AUTHENTICATE], challenge);
    assert_eq!(reason(&any, &token).await, "admitted");
    for (scope, expected) in [
        (json!("admin mcp"), "admitted"),
        (json!(["mcp", "admin"]), "admitted"),
        (json!("mcp"), "token_scope"),
        (json!("mcp admin2"), "token_scope"),
        (json!(null), "token_scope"),
        (json!({"mcp": true}), "token_unreadable"),
    ] {
        let token = signer.token(&claims_with("scope", scope.clone()));
        assert_eq!(reason(&all, &token).await, expected, "{scope}");
    }
}
