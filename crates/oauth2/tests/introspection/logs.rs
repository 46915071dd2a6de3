//! What the log says, and what nothing shows.

use tollbar_test_log::Log;

use crate::login::{
    INACTIVE, Login, TOKEN, UNAVAILABLE, UNSAID, good, pass, reason, show, show_this, with,
};

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_once_in_a_while_and_without_content() {
    let said = with("aud", serde_json::json!({ "word": "of the server" }));
    let login = Login::of(&said).await;
    let plan = login.plan();
    let (log, _guard) = Log::keep_all();
    for number in 0..10 {
        let token = format!("{TOKEN}-{number}");
        login.say(&token, &said);
        for _ in 0..3 {
            assert_eq!(reason(show_this(&plan, &token).await), UNAVAILABLE);
        }
    }
    // It is not asked again each time.
    assert_eq!(login.calls(), 10);
    pass(61).await;
    assert_eq!(reason(show(&plan).await), UNAVAILABLE);
    let lines = log.text();
    let warnings: Vec<_> = lines
        .lines()
        .filter(|line| line.contains(" WARN "))
        .collect();
    assert_eq!(warnings.len(), 2, "{lines}");
    assert!(warnings[0].contains("member=\"aud\""), "{lines}");
    assert!(warnings[0].contains(&login.issuer), "{lines}");
    assert!(warnings[1].contains("like_lines_withheld=9"), "{lines}");
    for secret in [TOKEN, "s3cret", "of the server", "ann"] {
        assert!(!lines.contains(secret), "{lines}");
    }
}

#[tokio::test]
async fn no_log_and_no_debug_shows_a_token() {
    let login = Login::of(&good()).await;
    let builder = login.builder();
    let plan = builder.clone().build().unwrap();
    let (log, _guard) = Log::keep_all();
    let admission = show(&plan).await.unwrap();
    login.revoke(TOKEN);
    pass(61).await;
    let refusal = show(&plan).await.unwrap_err();
    let shown = format!(
        "{builder:?} {plan:?} {admission:?} {refusal:?} {}",
        log.text()
    );
    assert!(shown.contains("https://gw.example/mcp"));
    for secret in [TOKEN, "s3cret", "t7"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert_eq!(reason(Err(refusal)), INACTIVE);
}

#[tokio::test]
async fn streams_that_end_for_want_of_an_answer_are_told() {
    let login = Login::of(&good()).await;
    let plan = login.plan();
    let (log, _guard) = Log::keep_all();
    let admission = show(&plan).await.unwrap();
    login.close();
    pass(121).await;
    assert!(admission.grant.has_ended());
    let lines = log.text();
    let told = lines
        .lines()
        .filter(|line| line.contains("could not be asked about tokens in time"));
    assert_eq!(told.count(), 1, "{lines}");
    assert!(lines.contains("tokens=1"), "{lines}");
}

#[tokio::test]
async fn what_a_genuine_token_says_and_should_is_told_once_in_a_while() {
    for (name, found, told) in [
        (
            "aud",
            "https://other.example/\u{1b}[2J\"x",
            "claim=\"aud\" found=https://other.example/\\u{1b}[2J\\\"x expected=https://gw.example/mcp",
        ),
        (
            "iss",
            "https://other.example",
            "claim=\"iss\" found=https://other.example expected=http://127.0.0.1:",
        ),
        (
            "typ",
            "Refresh",
            "claim=\"typ\" found=Refresh expected=an access token for bearers",
        ),
        (
            "scope",
            "other more",
            "claim=\"scope\" found=other more expected=all of mcp",
        ),
    ] {
        let said = with(name, found);
        let login = Login::of(&said).await;
        login.say("second", &said);
        let plan = login.builder().scopes(["mcp"]).build().unwrap();
        let (log, _guard) = Log::keep_all();
        for token in [TOKEN, TOKEN, "second"] {
            assert!(show_this(&plan, token).await.is_err());
        }
        let lines = log.text();
        let warnings: Vec<_> = lines.lines().filter(|it| it.contains(" WARN ")).collect();
        assert_eq!(warnings.len(), 1, "{warnings:#?}");
        assert!(warnings[0].contains(told), "{}", warnings[0]);
        assert!(warnings[0].contains("reason=\"token_"), "{}", warnings[0]);
    }
    // What is long is cut.
    let login = Login::of(&with("aud", "x".repeat(10_000))).await;
    let plan = login.plan();
    let (log, _guard) = Log::keep_all();
    assert!(show(&plan).await.is_err());
    assert!(log.text().contains(&"x".repeat(200)) && !log.text().contains(&"x".repeat(201)));
}

#[tokio::test]
async fn a_token_on_which_the_server_fails_is_told_with_its_fix() {
    let header = "eyJhbGciOiJFUzI1NiJ9";
    for (token, is_jwt) in [
        (format!("{header}.e30.c2ln"), true),
        ("opaque".to_owned(), false),
    ] {
        let login = Login::open().await;
        login.answer(&token, 400, "");
        let plan = login.plan();
        let (log, _guard) = Log::keep_all();
        for _ in 0..5 {
            assert_eq!(reason(show_this(&plan, &token).await), UNSAID);
        }
        let lines = log.text();
        let warnings: Vec<_> = lines.lines().filter(|it| it.contains(" WARN ")).collect();
        assert_eq!(warnings.len(), 1, "{warnings:#?}");
        assert!(
            warnings[0].contains("error=\"status 400\""),
            "{}",
            warnings[0]
        );
        assert_eq!(
            warnings[0].contains("use `type = \\\"jwt\\\"`"),
            is_jwt,
            "{}",
            warnings[0]
        );
        assert!(!warnings[0].contains(&token));
    }
}
