//! What the API does not answer, and what it says instead.

use http::header;
use tollbar_dashboard::{Api, ApiSettings};

use crate::{
    answers::{api, ask, request, send},
    filled::{filled, spread},
};

/// The status, and what the message has in it.
async fn says(api: &Api, path: &str, status: u16, part: &str) {
    let (answered, problem) = ask(api, path).await;
    let message = problem["error"].as_str().unwrap();
    assert_eq!(answered, status, "{path}: {message}");
    assert!(message.contains(part), "{path}: {message}");
    assert!(
        !message.ends_with('.') && message.starts_with(char::is_lowercase)
            || message.starts_with('`')
    );
}

#[tokio::test]
async fn what_is_misspelt_or_wrong_is_not_passed_over() {
    let events = spread(50, 60, 1).await;
    let place = filled(&events);
    let api = &api(&place.query(|_| {}));
    for route in [
        "totals",
        "series",
        "percentiles",
        "exchanges",
        "top",
        "openapi.json",
        "exchanges/x",
    ] {
        says(
            api,
            &format!("{route}?plam=gold"),
            400,
            "unknown parameter `plam`",
        )
        .await;
    }
    says(
        api,
        "totals?plam=gold",
        400,
        "known are `from`, `until`, `last`, `proxy`",
    )
    .await;
    says(api, "totals?step=1m", 400, "unknown parameter `step`").await;
    says(api, "openapi.json?x=1", 400, "there are none here").await;
    says(
        api,
        "totals?plan=a&plan=b",
        400,
        "`plan` stands there twice",
    )
    .await;
    says(
        api,
        &format!("totals?plan={}", "x".repeat(20_000)),
        400,
        "16384 bytes",
    )
    .await;
    for (path, name) in [
        ("totals?from=yesterday", "from"),
        ("totals?from=-1", "from"),
        ("totals?until=2026-13-01T00:00:00Z", "until"),
        ("totals?last=1", "last"),
        ("totals?last=5w", "last"),
        ("totals?last=-5m", "last"),
        ("totals?last=%C3%A4", "last"),
        ("totals?last=", "last"),
        ("totals?status=ok", "status"),
        ("totals?status=70000", "status"),
        ("totals?class=6", "class"),
        ("totals?class=-1", "class"),
        ("totals?code=1.5", "code"),
        ("totals?code=9223372036854775808", "code"),
        ("totals?errors=1", "errors"),
        ("totals?errors=", "errors"),
        ("series?step=0m", "step"),
        ("series?step=90s", "step"),
        ("series?step=x", "step"),
        ("top?by=name", "by"),
        ("top?by=proxy&order=most", "order"),
        ("top?by=proxy&limit=0", "limit"),
        ("top?by=proxy&limit=101", "limit"),
        ("exchanges?limit=501", "limit"),
        ("exchanges?limit=all", "limit"),
    ] {
        says(api, path, 400, &format!("`{name}` is not ")).await;
    }
    says(api, "top", 400, "`by` is missing").await;
    says(
        api,
        "totals?from=1&last=1h",
        400,
        "`from` and `last` exclude each other",
    )
    .await;
    says(
        api,
        "totals?from=200&until=100",
        400,
        "ends before it begins",
    )
    .await;
    says(
        api,
        "totals?from=200&until=200",
        400,
        "ends before it begins",
    )
    .await;
    says(api, "exchanges?cursor=nonsense", 400, "begin without one").await;
    says(api, "series?last=7d&step=1m", 400, "at most 1500 points").await;
    says(api, "exchanges/17", 400, "not a UUID").await;
    says(api, "exchanges/", 400, "not a UUID").await;
    let nobody = "exchanges/0192f1c2-0000-7abc-8def-0123456789ab";
    says(api, nobody, 404, "no such exchange").await;
    says(api, "tail", 404, "no tail").await;
    // The largest numbers are none that break anything.
    for path in [
        "totals?last=4294967295d",
        "totals?from=0&until=4294967295",
        "series?last=4294967295d",
    ] {
        assert_eq!(ask(api, path).await.0, 200, "{path}");
    }
}

#[tokio::test]
async fn other_paths_lead_nowhere() {
    let place = filled(&[]);
    drop(place.store(|_| {}));
    let api = &api(&place.query(|_| {}));
    for path in [
        "",
        "total",
        "totals/",
        "Totals",
        "../totals",
        "%74otals",
        "exchange/x",
    ] {
        says(api, path, 404, "openapi.json, which describes them").await;
    }
    for path in [
        "/",
        "/api/v1",
        "/api/v2/totals",
        "/totals",
        "/x/api/v1/totals",
    ] {
        let mut request = request("");
        *request.uri_mut() = path.parse().unwrap();
        assert_eq!(send(api, request).await.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn too_much_at_a_time_is_told_to_wait() {
    let events = spread(20_000, 3_600, 1).await;
    let place = filled(&events);
    let query = place.query(|settings| settings.time = std::time::Duration::from_millis(1));
    let mut settings = ApiSettings::default();
    settings.queries = 0;
    let full = Api::builder(query.clone()).settings(settings).build();
    says(&full, "totals", 503, "too many queries").await;
    let response = send(&full, request("totals")).await;
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
    // What needs no query is there.
    assert_eq!(ask(&full, "openapi.json").await.0, 200);
    let slow = "top?from=0&by=client";
    says(&api(&query), slow, 504, "ask for a shorter period").await;
}

#[tokio::test]
async fn what_sqlite_says_is_not_told() {
    let events = spread(100, 60, 1).await;
    let place = filled(&events);
    let query = place.query(|_| {});
    let other = rusqlite::Connection::open(place.path()).unwrap();
    other
        .execute_batch("DROP TABLE counts; DROP TABLE lines")
        .unwrap();
    drop(other);
    let api = &api(&query);
    says(
        api,
        "totals?from=0",
        500,
        "the store cannot be read: see the log",
    )
    .await;
    says(api, "exchanges?from=0", 500, "see the log").await;
}
