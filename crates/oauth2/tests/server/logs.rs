//! What the log says, and what it does not.

use std::time::Duration;

use serde_json::{Value, json};
use tollbar_test_log::Log;

use crate::{
    asking::{Asking, UNAVAILABLE, ann},
    scripted::{Asked, OAUTH, Reply, Scripted, active, document, metadata, reply, status, usual},
};

/// The lines of this level; in all of them there is no secret.
fn lines(log: &Log, level: &str) -> Vec<String> {
    let text = log.text();
    for secret in ["s3cret", "t0ken", "czNjcmV0", "z2F0ZXdheTpzM2NyZXQ="] {
        assert!(!text.contains(secret), "{text}");
    }
    log.lines_of(level)
}

/// What is logged when this is answered about a token.
async fn warning(answer: Reply) -> String {
    let server = Scripted::answering(answer).await;
    let (log, _guard) = Log::keep_all();
    let asking = Asking::new(server.builder().build().unwrap());
    assert_eq!(asking.ask().await, UNAVAILABLE);
    let warnings = lines(&log, "WARN");
    let [warning] = warnings.as_slice() else {
        panic!("not one warning: {warnings:?}");
    };
    assert!(warning.contains(&server.issuer()), "{warning}");
    assert!(warning.contains("asked_for=\"introspection\""), "{warning}");
    assert!(
        warning.contains(&format!(
            "tollbar-gateway authserver check {}",
            server.issuer()
        )),
        "{warning}"
    );
    // Nothing was withheld before the first line.
    assert!(!warning.contains("like_lines_withheld"), "{warning}");
    warning.clone()
}

#[tokio::test]
async fn a_failure_is_told_with_its_fix() {
    for (answer, fix) in [
        (
            status(401),
            "(status 401): check the client's id and secret",
        ),
        (
            status(403),
            "(status 403): check the client's id and secret",
        ),
        (
            reply(400, r#"{"error":"unauthorized_client"}"#),
            "(status 400): check the client's id and secret",
        ),
        (status(400), "it refuses one token with status 400"),
        (status(404), "it answers with status 404"),
        (status(302), "configure the URL it leads to"),
        (
            active().with_header("content-encoding", "gzip"),
            "the answer is encoded",
        ),
        (
            active().with_header("content-type", "text/html"),
            "is not `application/json`",
        ),
        (
            active().with_header("content-type", "application/token-introspection+jwt"),
            "have the server answer with plain JSON",
        ),
        (
            reply(200, r#"{"active":"true"}"#),
            "no `active` that is true or false",
        ),
        (
            reply(200, r#"{"active":true,"active":true}"#),
            "it has a member twice",
        ),
        (
            reply(200, "[true]"),
            "no JSON object, or cannot be read, at line 1",
        ),
        (reply(200, "\n{"), "cannot be read, at line 2"),
    ] {
        let warning = warning(answer).await;
        assert!(warning.contains(fix), "{warning}");
    }
}

#[tokio::test]
async fn no_word_of_an_answer_is_shown() {
    for said in [
        "opaque-t0ken-1",
        "s3cret",
        "Z2F0ZXdheTpzM2NyZXQ=",
        "\\u001b[2J",
    ] {
        for (code, content) in [
            (200, format!(r#"{{"active":"{said}"}}"#)),
            (200, format!(r#"{{"{said}":1,"{said}":2}}"#)),
            (200, format!(r#"{{"active":true,"{said}""#)),
            (200, format!(r#""{said}""#)),
            (200, format!("{said}: {{")),
            (
                400,
                format!(r#"{{"error":"{said}","error_description":"{said}"}}"#),
            ),
            (
                401,
                format!(r#"{{"error":"invalid_client","error_description":"{said}"}}"#),
            ),
            (500, said.to_owned()),
        ] {
            let warning = warning(reply(code, content)).await;
            assert!(!warning.contains("Z2F0ZXdheTpzM2NyZXQ"), "{warning}");
            assert!(!warning.contains('\u{1b}'), "{warning}");
        }
        if !said.contains('\\') {
            let kind = format!("text/{said}");
            warning(active().with_header("content-type", &kind)).await;
            warning(status(302).with_header("location", &format!("https://x.example/{said}")))
                .await;
        }
    }
}

#[tokio::test]
async fn an_outage_is_few_lines_however_many_requests() {
    let pause = Duration::from_millis(600);
    let server = Scripted::answering(status(500)).await;
    let asking = Asking::new(server.builder().retry(pause, pause).build().unwrap());
    let (log, _guard) = Log::keep_all();
    for _ in 0..200 {
        assert_eq!(asking.ask().await, UNAVAILABLE);
    }
    let warnings = lines(&log, "WARN");
    assert_eq!(warnings.len(), 2, "{warnings:#?}");
    assert!(warnings[0].contains("no answer that can be used"));
    assert!(warnings[1].contains("left alone for a while"));
    assert!(warnings[1].contains("failures=3"), "{}", warnings[1]);
    assert!(warnings[1].contains("it answers with status 500"));

    server.turn(usual(&server.origin, |_| active()));
    tokio::time::sleep(pause).await;
    for _ in 0..20 {
        assert_eq!(asking.ask().await, ann());
    }
    assert_eq!(lines(&log, "WARN").len(), 2);
    let well = lines(&log, "INFO");
    assert_eq!(well.len(), 1, "{well:#?}");
    assert!(well[0].contains("answers again") && well[0].contains(&server.issuer()));
}

#[tokio::test]
async fn failures_now_and_then_are_few_lines_too() {
    let server = Scripted::start(|origin| {
        let mut asked = 0;
        usual(origin, move |question| {
            if question.is_probe() {
                return status(400);
            }
            asked += 1;
            match asked % 2 {
                0 => active(),
                _ => status(400 + asked % 4),
            }
        })
    })
    .await;
    let asking = Asking::new(server.builder().build().unwrap());
    let (log, _guard) = Log::keep_all();
    for _ in 0..100 {
        asking.ask().await;
    }
    assert_eq!(server.questions(), 100);
    assert_eq!(lines(&log, "WARN").len(), 1);
    assert!(lines(&log, "INFO").len() <= 1);
}

#[tokio::test]
async fn metadata_that_cannot_be_used_is_told_with_its_places() {
    type Change = fn(&mut Value);
    let changes: [(Change, &[&str]); 4] = [
        (
            |metadata| metadata["issuer"] = json!("https://other.example/x"),
            &[
                "another issuer, `https://other.example/x`",
                OAUTH,
                "asked_for=\"metadata\"",
            ],
        ),
        (
            |metadata| metadata["issuer"] = json!("two\nlines \u{1b}[2J"),
            &["of this issuer", "it has no `issuer`"],
        ),
        (
            |metadata| metadata["introspection_endpoint"] = json!("https://10.0.0.1/s3cret"),
            &[
                "the `introspection_endpoint` in its metadata is not used",
                "`https://10.0.0.1` is an",
            ],
        ),
        (
            |metadata| metadata["introspection_endpoint"] = Value::Null,
            &["its metadata has no `introspection_endpoint`: configure it"],
        ),
    ];
    for (change, expected) in changes {
        let server = Scripted::start(|origin| {
            let mut metadata = metadata(origin);
            change(&mut metadata);
            move |asked: &Asked| match &*asked.path {
                OAUTH => document(&metadata),
                _ => status(404),
            }
        })
        .await;
        let (log, _guard) = Log::keep_all();
        let asking = Asking::new(server.builder().build().unwrap());
        assert_eq!(asking.ask().await, UNAVAILABLE);
        let warnings = lines(&log, "WARN");
        assert_eq!(warnings.len(), 1, "{warnings:#?}");
        for words in expected {
            assert!(warnings[0].contains(words), "{} in {}", words, warnings[0]);
        }
        assert!(!warnings[0].contains('\u{1b}'));
    }
}

#[tokio::test]
async fn a_server_is_called_by_its_name() {
    let server = Scripted::answering(status(401)).await;
    let (log, _guard) = Log::keep_all();
    let built = server.builder().name("login").build().unwrap();
    let asking = Asking::new(built.clone());
    assert_eq!(built.issuer(), server.issuer());
    assert_eq!(asking.ask().await, UNAVAILABLE);
    let warnings = lines(&log, "WARN");
    let [warning] = warnings.as_slice() else {
        panic!("not one warning: {warnings:?}");
    };
    for words in [
        "authorization_server=login",
        "authserver check login`",
        "`method = \"basic\"`",
    ] {
        assert!(warning.contains(words), "{words} in {warning}");
    }
}

#[tokio::test]
async fn no_debug_shows_a_secret() {
    let server = Scripted::answering(active()).await;
    let endpoint = format!("{}/introspect?key=s3cret", server.origin);
    let builder = server
        .builder()
        .introspection_endpoint(endpoint.parse().unwrap());
    let built = builder.clone().build().unwrap();
    let shown = format!("{builder:?} {built:?}");
    assert!(shown.contains("gateway") && shown.contains("127.0.0.1"));
    assert!(!shown.contains("s3cret"), "{shown}");
}
