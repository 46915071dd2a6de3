//! Whom a token is for.

use serde_json::{Value, json};

use crate::login::{
    ADMITTED, Login, PROXY, UNAVAILABLE, good, judged, reason, show, with, without,
};

const WRONG: (u16, &str) = (401, "token_wrong_audience");

#[tokio::test]
async fn the_audience_is_the_one_that_is_named() {
    for aud in [
        json!(PROXY),
        json!([PROXY]),
        json!(["https://other.example", PROXY]),
    ] {
        assert_eq!(judged(&with("aud", aud.clone())).await, ADMITTED, "{aud}");
    }
}

#[tokio::test]
async fn what_resembles_the_audience_is_another_one() {
    for aud in [
        "https://gw.example/mc",
        "https://gw.example/mcp/",
        "https://gw.example/mcp2",
        "https://gw.example/mcp/other",
        "https://gw.example/",
        "https://gw.example",
        "https://gw.example/MCP",
        "https://GW.example/mcp",
        "http://gw.example/mcp",
        "https://gw.example:443/mcp",
        "https://gw.example/%6dcp",
        "https://gw.example/mcp#",
        "https://gw.example/mcp?",
        "https://gw.example/mcp https://other.example",
        "https://gw.example/mcp,https://other.example",
        " https://gw.example/mcp",
        "https://gw.example/mcp\u{0}",
        "https://gw.example.evil.example/mcp",
        "https://gw.example@evil.example/mcp",
        "gw.example/mcp",
        "[\"https://gw.example/mcp\"]",
        "*",
        "",
    ] {
        assert_eq!(judged(&with("aud", aud)).await, WRONG, "{aud}");
        let listed = json!([aud, "x"]);
        assert_eq!(judged(&with("aud", listed)).await, WRONG, "[{aud}]");
    }
}

#[tokio::test]
async fn a_token_for_nobody_is_refused() {
    assert_eq!(judged(&without("aud")).await, WRONG);
    for aud in [Value::Null, json!([]), json!([""])] {
        assert_eq!(judged(&with("aud", aud.clone())).await, WRONG, "{aud}");
    }
    // Other members that might mean the same say nothing.
    let mut said = without("aud");
    said["resource"] = PROXY.into();
    said["AUD"] = PROXY.into();
    said["audience"] = PROXY.into();
    assert_eq!(judged(&said).await, WRONG);
}

#[tokio::test]
async fn an_audience_that_cannot_be_read_is_a_failure() {
    for aud in [
        json!({ "0": PROXY }),
        json!({ PROXY: true }),
        json!([PROXY, 1]),
        json!([PROXY, null]),
        json!([[PROXY]]),
        json!(1),
        json!(true),
    ] {
        let judged = judged(&with("aud", aud.clone())).await;
        assert_eq!(judged, UNAVAILABLE, "{aud}");
    }
}

#[tokio::test]
async fn a_proxy_may_have_several_names() {
    let login = Login::of(&with("aud", "https://gw.example/mcp/")).await;
    let builder = login.builder().audience("https://gw.example/mcp/");
    assert_eq!(reason(show(&builder.build().unwrap()).await), ADMITTED);
}

#[tokio::test]
async fn the_audience_can_be_left_to_the_server() {
    let mut odd = good();
    odd["aud"] = json!({ "any": 1 });
    for said in [without("aud"), with("aud", "https://other.example"), odd] {
        let login = Login::of(&said).await;
        let plan = login.bare().any_audience().build().unwrap();
        assert_eq!(reason(show(&plan).await), ADMITTED, "{said}");
    }
}
