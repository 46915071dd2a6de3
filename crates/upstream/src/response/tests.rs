//! The table of answer headers, and where redirects lead.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Redirect, headers::passed};
use crate::failure::Failure;

fn map(lines: &[&'static str]) -> HeaderMap {
    let line = |line: &&'static str| {
        let (name, value) = line.split_once(": ").unwrap();
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    let mut headers = HeaderMap::new();
    for (name, value) in lines.iter().map(line) {
        headers.append(name, value);
    }
    headers
}

/// What goes on of these lines, without the line that is always set, and without the one for content
/// of an unknown type when there is no type among these lines.
fn pass(cookies: bool, given: &[&'static str]) -> Vec<String> {
    let mut kept = passed(map(given), cookies).unwrap();
    assert_eq!(kept.remove("x-content-type-options").unwrap(), "nosniff");
    if !kept.contains_key("content-type") {
        kept.remove("content-security-policy").unwrap();
    }
    kept.iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect()
}

#[test]
fn what_servers_say_to_clients_passes_unchanged() {
    let given = [
        "content-type: application/json",
        "content-length: 5",
        "mcp-session-id: s",
        "mcp-protocol-version: 2025-11-25",
        "www-authenticate: Bearer a",
        "www-authenticate: Basic b",
        "retry-after: 3",
        "cache-control: no-store",
        "server: s/1",
        "date: Thu, 01 Jan 1970 00:00:00 GMT",
        "x-accel-buffering: no",
        "x-custom: 1",
    ];
    assert_eq!(pass(false, &given), given);
}

#[test]
fn what_is_not_for_the_client_is_dropped() {
    let dropped = [
        "connection: close, x-hop",
        "x-hop: 1",
        "keep-alive: timeout=5",
        "trailer: x",
        "upgrade: h2c",
        "proxy-authenticate: Basic",
        "set-cookie: a=b",
        "set-cookie: c=d",
        "access-control-allow-origin: *",
        "access-control-expose-headers: x",
        "alt-svc: h3=\":443\"",
        "strict-transport-security: max-age=1",
        "clear-site-data: \"cookies\"",
        "service-worker-allowed: /",
        "refresh: 0; url=https://evil.example",
        "x-accel-redirect: /private",
        "x-accel-limit-rate: 1",
        "x-sendfile: /etc/passwd",
        "x-lighttpd-send-file: /etc/passwd",
        "x-litespeed-location: /private",
        "x-reproxy-url: http://10.0.0.1/",
        "x-envoy-immediate-health-check-fail: true",
        "surrogate-control: content=\"ESI/1.0\"",
    ];
    assert_eq!(pass(false, &dropped), [""; 0]);
    assert_eq!(pass(true, &dropped), ["set-cookie: a=b", "set-cookie: c=d"]);
    assert_eq!(
        pass(false, &["transfer-encoding: chunked", "content-length: 5"]),
        [""; 0]
    );
}

#[test]
fn what_a_browser_could_run_or_render_is_made_inert() {
    const POLICY: &str = "content-security-policy";
    let data: [&[&'static str]; 4] = [
        &["content-type: application/json"],
        &["content-type: Application/JSON ; charset=utf-8"],
        &["content-type: text/event-stream;charset=utf-8"],
        &["content-type: application/problem+json"],
    ];
    for lines in data {
        let kept = passed(map(lines), false).unwrap();
        assert!(!kept.contains_key(POLICY), "{lines:?}");
    }
    let pages: [&[&'static str]; 8] = [
        &[],
        &["content-type: text/html"],
        &["content-type: text/plain"],
        &["content-type: image/svg+xml"],
        &["content-type: application/json, text/html"],
        &["content-type: application/json", "content-type: text/html"],
        &["content-type: application/jsonp"],
        &[
            "content-type: text/html",
            "content-security-policy: script-src *",
            "x-content-type-options: sniff",
        ],
    ];
    for lines in pages {
        let kept = passed(map(lines), false).unwrap();
        let policies: Vec<_> = kept.get_all(POLICY).iter().collect();
        assert_eq!(policies, ["sandbox; default-src 'none'"], "{lines:?}");
        let options: Vec<_> = kept.get_all("x-content-type-options").iter().collect();
        assert_eq!(options, ["nosniff"], "{lines:?}");
    }
}

#[test]
fn connection_must_not_name_what_is_for_the_other_end() {
    for line in [
        "connection: mcp-session-id",
        "connection: close, content-type",
        "connection: x-client-ip",
    ] {
        assert_eq!(
            passed(map(&[line]), false),
            Err(Failure::Malformed),
            "{line}"
        );
    }
}

#[test]
fn a_redirect_is_explained() {
    let lead = |configured: &str, location: &str| {
        let configured = configured.parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_str(location).unwrap());
        Redirect::of(&headers, &configured).0
    };
    let mcp = "http://mcp.example/mcp";
    assert_eq!(lead(mcp, "/mcp/"), Redirect::WithSlash);
    assert_eq!(
        lead(mcp, "http://mcp.example/mcp/?a=1#b"),
        Redirect::WithSlash
    );
    assert_eq!(
        lead("http://mcp.example/mcp/?key=1", "../mcp"),
        Redirect::WithoutSlash
    );
    assert_eq!(lead(mcp, "https://mcp.example/mcp"), Redirect::ToHttps);
    assert_eq!(lead(mcp, "https://mcp.example/mcp/"), Redirect::Elsewhere);
    assert_eq!(lead(mcp, "https://other.example/mcp"), Redirect::Elsewhere);
    assert_eq!(lead(mcp, "//other.example/mcp/"), Redirect::Elsewhere);
    assert_eq!(
        lead("https://mcp.example/mcp", "http://mcp.example/mcp"),
        Redirect::Elsewhere
    );
    assert_eq!(lead(mcp, "/login"), Redirect::Elsewhere);
    assert_eq!(lead(mcp, "/mcp"), Redirect::Elsewhere);
    assert_eq!(lead(mcp, "http://["), Redirect::Nowhere);
    let headers = map(&["location: http://ann:s3cret@other.example/login?s3cret#s3cret"]);
    let (_, location) = Redirect::of(&headers, &mcp.parse().unwrap());
    assert_eq!(location.unwrap().as_str(), "http://other.example/login");
    let headers = HeaderMap::new();
    let configured = mcp.parse().unwrap();
    assert_eq!(
        Redirect::of(&headers, &configured),
        (Redirect::Nowhere, None)
    );
}
