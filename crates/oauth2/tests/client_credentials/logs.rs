//! What the log says, and what it does not.

use std::time::Duration;

use http::Response;
use tollbar_test_log::Log;

use crate::endpoint::{Endpoint, TOKEN, answering, issuing, json, value};

/// All that is logged when a token is asked for in vain. The runtime of the tests has one thread.
async fn logged(endpoint: &Endpoint) -> String {
    let (log, guard) = Log::keep_all();
    let mut url = endpoint.url.clone();
    url.set_query(Some("key=query-s3cret"));
    let credentials = crate::endpoint::builder(&url).build().unwrap();
    assert!(value(&credentials).await.is_err());
    drop(guard);
    let lines = log.text();
    for secret in ["s3cret", "issued-token", "/oauth2/token"] {
        assert!(!lines.contains(secret), "{lines}");
    }
    let warnings = lines.lines().filter(|line| line.contains(" WARN "));
    let warnings: Vec<_> = warnings.collect();
    let [warning] = warnings.as_slice() else {
        panic!("not one warning: {lines}");
    };
    let origin = endpoint.url.origin().ascii_serialization();
    assert!(warning.contains(&origin), "{warning}");
    assert!(warning.contains("client_id=\"gateway\""), "{warning}");
    (*warning).to_owned()
}

#[tokio::test]
async fn an_error_of_the_endpoint_is_told_with_its_fix() {
    for (code, fix) in [
        ("invalid_client", "check the client's id, its secret"),
        ("unauthorized_client", "allow this client"),
        ("unsupported_grant_type", "does not know the client cred"),
        ("invalid_scope", "check the scopes"),
        ("invalid_target", "check the resource and the audience"),
        ("invalid_grant", "`invalid_grant`"),
        ("slow_down", "its error code is in no standard"),
    ] {
        let content = format!(r#"{{"error":"{code}","error_description":"as is"}}"#);
        for status in [400, 401, 429] {
            let warning = logged(&answering(json(status, &content)).await).await;
            assert!(warning.contains("the endpoint refuses: "), "{warning}");
            assert!(warning.contains(fix), "{warning}");
            assert!(!warning.contains("as is"), "{warning}");
        }
    }
}

/// An endpoint that repeats what it was sent, as it was sent: in a header, in a form, or as it is.
#[tokio::test]
async fn no_word_of_the_endpoint_is_shown() {
    let forms = [
        "Z2F0ZXdheTpzM2NyZXQ=",
        "s3%63ret",
        "s3cret",
        "word\\r\\n\\u001b[2J",
    ];
    for said in forms {
        let described = format!(r#"{{"error":"invalid_client","error_description":"{said}"}}"#);
        let linked = format!(r#"{{"error":"invalid_client","error_uri":"{said}"}}"#);
        let coded = format!(r#"{{"error":"{said}"}}"#);
        let typed = format!(r#"{{"access_token":"issued-token","token_type":"{said}"}}"#);
        let named = format!(r#"{{"{said}":"invalid_client","error":[]}}"#);
        let mut answers: Vec<_> = [described, linked, coded, named]
            .iter()
            .map(|content| json(401, content))
            .collect();
        answers.push(json(200, &typed));
        if !said.contains('\\') {
            let header = format!("text/{said}");
            let other = Response::builder().header("content-type", header);
            answers.push(other.body(TOKEN.to_owned()).unwrap());
        }
        for answer in answers {
            let warning = logged(&answering(answer).await).await;
            let said = said.split('\\').next().unwrap_or_default();
            assert!(!warning.contains(said), "{warning}");
            assert!(!warning.contains('\u{1b}'), "{warning}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_shown() {
    let page = |text: &str| {
        let page = Response::builder().status(502);
        page.body(text.to_owned()).unwrap()
    };
    let gone = logged(&answering(page("issued-token")).await).await;
    assert!(gone.contains("status 502"), "{gone}");
    for content in [
        r#"{"access_token":{"value":"issued-token"},"token_type":"Bearer"}"#,
        r#"{"access_token":"issued-token","token_type":"Bearer","expires_in":"issued-token"}"#,
        r#""issued-token""#,
        r#"{"issued-token"}"#,
        r#"{"access_token":"issued-token","#,
        r#"{"access_token":"issued-token","token_type":"DPoP"}"#,
        r#"{"access_token":"issued-token ","token_type":"Bearer"}"#,
    ] {
        logged(&issuing(content).await).await;
    }
    let error = answering(json(400, r#"{"error":["issued-token"]}"#)).await;
    logged(&error).await;
    let redirect = logged(&answering(json(302, TOKEN)).await).await;
    assert!(redirect.contains("redirect (302"), "{redirect}");
}

#[tokio::test]
async fn no_debug_shows_a_secret() {
    let endpoint = issuing(TOKEN).await;
    let mut url = endpoint.url.clone();
    url.set_query(Some("key=s3cret"));
    let builder = crate::endpoint::builder(&url).timeout(Duration::from_secs(5));
    let credentials = builder.clone().build().unwrap();
    value(&credentials).await.unwrap();
    let shown = format!("{builder:?} {credentials:?}");
    assert!(shown.contains("gateway") && shown.contains("127.0.0.1"));
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains("issued-token"), "{shown}");
}
