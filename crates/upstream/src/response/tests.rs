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

fn pass(cookies: bool, given: &[&'static str]) -> Vec<String> {
    let kept = passed(map(given), cookies).unwrap();
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
    ];
    assert_eq!(pass(false, &dropped), [""; 0]);
    assert_eq!(pass(true, &dropped), ["set-cookie: a=b", "set-cookie: c=d"]);
    assert_eq!(
        pass(false, &["transfer-encoding: chunked", "content-length: 5"]),
        [""; 0]
    );
}

#[test]
fn connection_must_not_name_what_is_for_the_other_end() {
    for line in [
        "connection: mcp-session-id",
        "connection: close, content-type",
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
