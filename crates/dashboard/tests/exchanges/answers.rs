//! The API as a service, asked as a server does.

use http::{Method, Request, Response, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tollbar_core::Body;
use tollbar_dashboard::{Api, Query, Token};
use tower::ServiceExt as _;

use crate::{
    described::agrees,
    filled::{Place, filled, spread},
};

pub(crate) const TOKEN: &str = "a-token-of-24-characters";

pub(crate) fn request(path: &str) -> Request<Body> {
    let request = Request::get(format!("/api/v1/{path}")).header("host", "localhost:9090");
    request.body(Body::empty()).unwrap()
}

pub(crate) async fn send(api: &Api, request: Request<Body>) -> Response<Body> {
    let response = api.clone().oneshot(request).await.unwrap();
    let headers = response.headers();
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    response
}

/// The status and what is said, which is what the description says.
pub(crate) async fn ask(api: &Api, path: &str) -> (u16, Value) {
    let response = send(api, request(path)).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let value = serde_json::from_slice(&body).unwrap();
    agrees(path, status, &value);
    (status, value)
}

pub(crate) fn api(query: &Query) -> Api {
    Api::builder(query.clone()).build()
}

/// An hour of made-up time.
const HOUR: &str = "from=2026-09-21T15:00:00Z&until=1790006400";

async fn place() -> (Place, Api, Vec<String>) {
    let events = spread(1_500, 3_600, 20).await;
    let place = filled(&events);
    let api = api(&place.query(|_| {}));
    (
        place,
        api,
        events.iter().map(|event| event.to_json()).collect(),
    )
}

#[tokio::test]
async fn every_route_answers() {
    let (place, api, lines) = place().await;
    let query = place.query(|_| {});

    let (status, totals) = ask(&api, &format!("totals?{HOUR}")).await;
    assert_eq!((status, &totals["count"]), (200, &1_500.into()));
    let (_, errors) = ask(&api, &format!("totals?{HOUR}&errors=true")).await;
    assert_eq!(errors["count"], totals["errors"]);
    // Without a period it is the last hour, in which nothing was.
    let (status, nothing) = ask(&api, "totals").await;
    assert_eq!(
        (status, &nothing["count"], &nothing["mean_us"]),
        (200, &0.into(), &Value::Null)
    );

    let (_, series) = ask(&api, &format!("series?{HOUR}&step=15m")).await;
    assert_eq!(series["step_seconds"], 900);
    let points = series["points"].as_array().unwrap();
    let sum: u64 = points.iter().map(|it| it["count"].as_u64().unwrap()).sum();
    assert_eq!((points.len(), sum), (4, 1_500));
    assert_eq!(points[1]["time"], "2026-09-21T15:15:00Z");

    for by in tollbar_dashboard::Dimension::ALL {
        let by = by.as_str();
        for order in ["", "&order=count", "&order=errors", "&order=slowest"] {
            let (status, top) = ask(&api, &format!("top?{HOUR}&by={by}{order}&limit=3")).await;
            assert_eq!((status, &top["by"]), (200, &by.into()));
            let entries = top["entries"].as_array().unwrap().len();
            assert!((1..=3).contains(&entries), "{by}: {entries}");
        }
    }

    let (_, percentiles) = ask(&api, &format!("percentiles?{HOUR}&method=tools/call")).await;
    assert_eq!(percentiles["is_exact"], true);
    assert!(percentiles["p99_us"].as_u64() > percentiles["p50_us"].as_u64());

    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = ask(&api, &format!("exchanges?{HOUR}&limit=400{cursor}")).await;
        assert_eq!(status, 200);
        found.extend(page["exchanges"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found.len(), 1_500);
    let (_, usual) = ask(&api, &format!("exchanges?{HOUR}")).await;
    assert_eq!(usual["exchanges"].as_array().unwrap().len(), 50);

    let line: Value = serde_json::from_str(&lines[700]).unwrap();
    let id = line["id"].as_str().unwrap();
    for id in [id, &id.to_uppercase()] {
        let (status, detail) = ask(&api, &format!("exchanges/{id}")).await;
        assert_eq!((status, &detail["exchanges"][0]), (200, &line));
    }
    let (status, description) = ask(&api, "openapi.json").await;
    assert_eq!((status, &description["openapi"]), (200, &"3.1.0".into()));
    drop(query);
}

#[tokio::test]
async fn every_filter_filters() {
    let (_place, api, lines) = place().await;
    let lines: Vec<Value> = lines
        .iter()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    for (name, member) in [
        ("proxy", "proxy"),
        ("plan", "plan"),
        ("method", "method"),
        ("subject_kind", "subject_kind"),
        ("subject", "subject"),
        ("reason", "reason"),
        ("ended", "ended"),
        ("status", "status"),
        ("code", "code"),
    ] {
        let value = lines.iter().find_map(|line| line.get(member)).unwrap();
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        let fitting = lines.iter().filter(|line| line[member] == *value).count();
        let path = format!("totals?{HOUR}&{name}={text}");
        let (_, totals) = ask(&api, &path).await;
        assert_eq!(totals["count"], fitting, "{path}");
        assert!((1..1_500).contains(&fitting), "{name}");
    }
    for (filter, fits) in [
        ("class=4", "4"),
        ("class=0", ""),
        ("last=30m", "last"),
        ("outcome=refused", "refused"),
        ("consumer=user-2%40example.com", "user"),
    ] {
        let is_fitting = |line: &&Value| match fits {
            "4" => line["status"]
                .as_u64()
                .is_some_and(|status| status / 100 == 4),
            "" => line["status"].is_null(),
            "last" => line["time"].as_str().unwrap() >= "2026-09-21T15:30",
            "refused" => line["reason"].is_string(),
            _ => line["consumer"] == "user-2@example.com",
        };
        let fitting = lines.iter().filter(is_fitting).count();
        let hour = match fits {
            "last" => "until=2026-09-21T16:00:00Z",
            _ => HOUR,
        };
        let (_, totals) = ask(&api, &format!("totals?{hour}&{filter}")).await;
        assert_eq!(totals["count"], fitting, "{filter}");
        assert!((1..1_500).contains(&fitting), "{filter}");
    }
}

#[tokio::test]
async fn only_get_and_head_are_known() {
    let (_place, api, _) = place().await;
    for method in [
        "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X",
    ] {
        let mut request = request("totals");
        *request.method_mut() = Method::from_bytes(method.as_bytes()).unwrap();
        let response = send(&api, request).await;
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()[header::ALLOW], "GET, HEAD");
    }
    for path in [
        format!("totals?{HOUR}"),
        "nothing".into(),
        "openapi.json".into(),
    ] {
        let whole = send(&api, request(&path)).await;
        let (head, body) = whole.into_parts();
        let length = body.collect().await.unwrap().to_bytes().len();
        let mut request = request(&path);
        *request.method_mut() = Method::HEAD;
        let response = send(&api, request).await;
        assert_eq!(response.status(), head.status, "{path}");
        assert_eq!(
            response.headers()[header::CONTENT_LENGTH],
            length.to_string()
        );
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(length > 0 && body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_token_opens_and_nothing_else_does() {
    let (place, _, _) = place().await;
    let token = Token::new(TOKEN).unwrap();
    let api = Api::builder(place.query(|_| {})).token(token).build();
    let with = |authorization: &[&str]| {
        let mut request = request("totals");
        // Who has the token may come by any name.
        request
            .headers_mut()
            .insert("host", "stats.example".parse().unwrap());
        for value in authorization {
            let value = value.parse().unwrap();
            request.headers_mut().append(header::AUTHORIZATION, value);
        }
        request
    };
    let right = format!("Bearer {TOKEN}");
    for value in [
        right.clone(),
        format!("bearer {TOKEN}"),
        format!("BEARER {TOKEN}"),
    ] {
        assert_eq!(send(&api, with(&[&value])).await.status(), 200, "{value}");
    }
    let wrong = [
        String::new(),
        "Bearer".into(),
        "Bearer ".into(),
        TOKEN.into(),
        format!("Basic {TOKEN}"),
        // As long a word as the right one.
        format!("Digest {TOKEN}"),
        format!("Bearer  {TOKEN}"),
        format!("Bearer {TOKEN}x"),
        format!("Bearer {}", &TOKEN[1..]),
        format!("Bearer {}", TOKEN.to_uppercase()),
        "Bearer \u{e4}\u{e4}\u{e4}".into(),
    ];
    let mut refused = vec![
        with(&[]),
        with(&[&right, &right]),
        with(&["Bearer x", &right]),
    ];
    refused.extend(wrong.iter().map(|value| with(&[value])));
    // Not in the URI either, and no method tells more.
    refused.push(request(&format!("totals?access_token={TOKEN}")));
    let mut post = request("totals");
    *post.method_mut() = Method::POST;
    refused.push(post);
    refused.push(request("nothing"));
    for request in refused {
        let shown = format!("{:?} {}", request.headers(), request.uri());
        let response = send(&api, request).await;
        assert_eq!(response.status(), 401, "{shown}");
        let challenge = &response.headers()[header::WWW_AUTHENTICATE];
        assert_eq!(challenge, "Bearer realm=\"tollbar\"");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains(TOKEN));
    }
    assert!(!format!("{api:?}").contains(TOKEN));
    assert!(Token::new("fifteen-letters").is_err() && Token::new("sixteen-letters!").is_ok());
}

#[tokio::test]
async fn a_stranger_is_not_answered_without_a_token() {
    let (_place, api, _) = place().await;
    let named = |hosts: &[&str]| {
        let mut request = request("totals");
        request.headers_mut().remove("host");
        for host in hosts {
            request.headers_mut().append("host", host.parse().unwrap());
        }
        request
    };
    for host in [
        "localhost",
        "LocalHost:80",
        "127.0.0.1:9090",
        "127.9.9.9",
        "[::1]:9090",
    ] {
        assert_eq!(send(&api, named(&[host])).await.status(), 200, "{host}");
    }
    let strangers: [&[&str]; 12] = [
        &[],
        &[""],
        &["evil.example"],
        &["evil.example:9090"],
        &["localhost.evil.example"],
        &["127.0.0.1.evil.example"],
        &["10.0.0.1"],
        &["0.0.0.0"],
        &["[::]"],
        &["user@evil.example"],
        &["localhost", "evil.example"],
        &["localhost", "localhost"],
    ];
    for hosts in strangers {
        assert_eq!(send(&api, named(hosts)).await.status(), 403, "{hosts:?}");
    }
    // By HTTP/2 the name stands in the URI.
    for (uri, status) in [
        ("http://localhost/api/v1/totals", 200),
        ("http://evil.example/api/v1/totals", 403),
    ] {
        let request = Request::get(uri).body(Body::empty()).unwrap();
        assert_eq!(send(&api, request).await.status(), status, "{uri}");
    }
}
