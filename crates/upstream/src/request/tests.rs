//! The table of request headers.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{HeaderRules, Target, fix};
use crate::{UpstreamError, failure::Failure};

fn map(lines: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

fn lines(headers: &HeaderMap) -> Vec<String> {
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
    };
    headers.iter().map(line).collect()
}

/// What goes on of these lines, without the one line that is always set.
fn pass_from(rules: &HeaderRules, peer: &str, given: &[&str]) -> Vec<String> {
    let peer: IpAddr = peer.parse().unwrap();
    let mut kept = lines(&rules.apply(map(given), Some(peer)).unwrap());
    let set = kept
        .iter()
        .position(|line| line == "accept-encoding: identity");
    kept.remove(set.unwrap());
    kept
}

fn pass(rules: &HeaderRules, given: &[&str]) -> Vec<String> {
    pass_from(rules, "192.0.2.1", given)
}

#[test]
fn what_clients_say_to_servers_passes_unchanged() {
    let given = [
        "accept: application/json",
        "accept: text/event-stream",
        "content-type: application/json",
        "content-encoding: gzip",
        "mcp-protocol-version: 2026-07-28",
        "mcp-method: tools/call",
        "mcp-name: =?base64?SGVsbG8=?=",
        "mcp-param-region: us-west1",
        "mcp-session-id: 1868a90c",
        "last-event-id: 42",
        "user-agent: client/1",
        "traceparent: 00-1-1-01",
        "tracestate: a=b",
        "baggage: c=d",
        "x-custom: one",
        "x-custom: two",
        "x-custom: \u{fc}ber",
        "api_key: mine",
        "api.version: 2",
        "x-empty: ",
        "cache-control: no-cache",
        "te_x: 1",
    ];
    assert_eq!(pass(&HeaderRules::default(), &given), given);
}

#[test]
fn what_is_of_the_connection_is_dropped() {
    let dropped = [
        "connection: keep-alive, X-Hop,, \t close",
        "connection: te",
        "x-hop: 1",
        "x-hop: 2",
        "keep-alive: timeout=5",
        "proxy-connection: keep-alive",
        "te: trailers",
        "trailer: x",
        "transfer-encoding: chunked",
        "upgrade: websocket",
        "http2-settings: x",
        "proxy-authenticate: Basic",
        "proxy-authorization: Basic x",
        "host: gateway.example",
        "content-length: 5",
        "expect: 100-continue",
        "accept-encoding: gzip",
        "accept-encoding: br",
    ];
    assert_eq!(pass(&HeaderRules::default(), &dropped), [""; 0]);
    let rules = HeaderRules::default();
    let kept = rules.apply(map(&dropped), None).unwrap();
    assert_eq!(lines(&kept), ["accept-encoding: identity"]);
}

#[test]
fn what_is_not_for_the_upstream_is_dropped() {
    let dropped = [
        "origin: https://app.example",
        "authorization: Bearer x",
        "cookie: a=b",
        "forwarded: for=203.0.113.7",
        "x-forwarded-for: 203.0.113.7",
        "x-forwarded-host: evil.example",
        "x-forwarded-anything: 1",
        "x-real-ip: 203.0.113.7",
        "client-cert: :AAAA:",
        "x-ssl-client-verify: SUCCESS",
        "true-client-ip: 203.0.113.7",
        "x-http-method-override: DELETE",
        "x-original-url: /admin",
        "mcp_session_id: stolen",
        "Mcp_Method: tools/call",
        "x_forwarded_for: 203.0.113.7",
        "mcp.session.id: stolen",
        "mcp!session!id: stolen",
        "x.forwarded.for: 203.0.113.7",
        "x~http|method'override: DELETE",
        "last_event-id: 1",
        "content_length: 5",
        "transfer_encoding: chunked",
    ];
    assert_eq!(pass(&HeaderRules::default(), &dropped), [""; 0]);
}

#[test]
fn connection_must_not_name_what_is_for_the_other_end() {
    for name in [
        "mcp-session-id",
        "Mcp-Method",
        "mcp-param-tenant",
        "content-type",
        "Content-Length",
        "accept",
        "authorization",
        "cookie",
        "host",
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "client-cert",
        "x-ssl-client-verify",
        "cf-connecting-ip",
        "true-client-ip",
        "X-Client-IP",
        "last-event-id",
        "cache-control",
        "traceparent",
    ] {
        for line in [
            format!("connection: {name}"),
            format!("connection: close , {name}\t"),
        ] {
            let given = map(&["connection: keep-alive", &line]);
            let refused = HeaderRules::default().apply(given, None);
            assert_eq!(refused.unwrap_err(), Failure::ConnectionHeader, "{line}");
        }
    }
    assert_eq!(
        pass(&HeaderRules::default(), &["connection: (, \"mcp-name\""]),
        [""; 0]
    );
}

#[test]
fn credentials_pass_when_asked_for() {
    let given = ["authorization: Bearer x", "cookie: a=b", "cookie: c=d"];
    let rules = HeaderRules {
        forward_authorization: true,
        ..HeaderRules::default()
    };
    assert_eq!(pass(&rules, &given), ["authorization: Bearer x"]);
    let rules = HeaderRules {
        forward_cookies: true,
        ..HeaderRules::default()
    };
    assert_eq!(pass(&rules, &given), ["cookie: a=b", "cookie: c=d"]);
}

#[test]
fn only_trusted_peers_tell_where_a_request_comes_from() {
    let rules = HeaderRules {
        trusted_peers: vec![
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ],
        ..HeaderRules::default()
    };
    let given = [
        "x-forwarded-for: 203.0.113.7",
        "x-forwarded-for: 203.0.113.8, 203.0.113.9",
        "x-forwarded-proto: https",
        "forwarded: for=203.0.113.7",
    ];
    assert_eq!(pass_from(&rules, "11.0.0.1", &given), [""; 0]);
    let chain = "x-forwarded-for: 203.0.113.7, 203.0.113.8, 203.0.113.9, 10.1.2.3";
    let expected = [
        chain,
        "x-forwarded-proto: https",
        "forwarded: for=203.0.113.7, for=10.1.2.3",
    ];
    assert_eq!(pass_from(&rules, "10.1.2.3", &given), expected);
    assert_eq!(pass_from(&rules, "::ffff:10.1.2.3", &given), expected);

    assert_eq!(
        pass_from(&rules, "10.1.2.3", &[]),
        ["x-forwarded-for: 10.1.2.3"]
    );
    assert_eq!(
        pass_from(&rules, "2001:db8::1", &["forwarded: for=a"])[0],
        "forwarded: for=a, for=\"[2001:db8::1]\""
    );
    let unknown = rules.apply(map(&given), None).unwrap();
    assert_eq!(lines(&unknown), ["accept-encoding: identity"]);
}

#[test]
fn fixed_headers_replace_what_the_client_sent() {
    let mut rules = HeaderRules::default();
    for (name, value) in [
        ("authorization", "Bearer ours"),
        ("x-team", "a"),
        ("x-team", "b"),
    ] {
        fix(&mut rules, name.parse().unwrap(), value.parse().unwrap());
    }
    assert!(rules.check(false).is_ok());
    let given = [
        "x-team: theirs",
        "x_team: theirs",
        "X.Team: theirs",
        "authorization: Bearer theirs",
        "x-other: 1",
    ];
    let expected = [
        "x-other: 1",
        "authorization: Bearer ours",
        "x-team: a",
        "x-team: b",
    ];
    let mut kept = pass(&rules, &given);
    kept.sort();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(kept, sorted);
    let kept = rules.apply(map(&given), None).unwrap();
    assert!(!format!("{kept:?}").contains("ours"));
}

#[test]
fn headers_that_belong_to_one_message_cannot_be_fixed() {
    for name in [
        "host",
        "mcp-session-id",
        "content-type",
        "connection",
        "te",
        "last-event-id",
    ] {
        let mut rules = HeaderRules::default();
        fix(
            &mut rules,
            name.parse().unwrap(),
            HeaderValue::from_static("x"),
        );
        assert!(matches!(rules.check(false), Err(UpstreamError::Header(named)) if named == name));
    }
    let mut rules = HeaderRules {
        forward_authorization: true,
        ..HeaderRules::default()
    };
    fix(
        &mut rules,
        "authorization".parse().unwrap(),
        HeaderValue::from_static("x"),
    );
    assert!(matches!(
        rules.check(false),
        Err(UpstreamError::TwoAuthorizations)
    ));
}

#[test]
fn a_client_cannot_name_a_parameter_that_is_configured() {
    let target = Target::new("http://mcp.example/mcp?tenant=a&Key=1".parse().unwrap()).unwrap();
    for query in [
        "tenant=b",
        "x=1&tenant",
        "x;tenant=b",
        "%74enant=b",
        "TENANT=b",
        "key=2",
    ] {
        let client = format!("/?{query}").parse().unwrap();
        assert_eq!(target.uri(&client), Err(Failure::FixedParameter), "{query}");
    }
    let client = "/?tenants=b&x=tenant".parse().unwrap();
    let uri = target.uri(&client).unwrap();
    assert_eq!(
        uri,
        "http://mcp.example/mcp?tenant=a&Key=1&tenants=b&x=tenant"
    );
}

#[test]
fn a_query_that_no_longer_fits_is_refused() {
    let target = Target::new("http://mcp.example/mcp?key=1".parse().unwrap()).unwrap();
    let client = format!("/?{}", "q".repeat(65_000)).parse().unwrap();
    assert!(target.uri(&client).is_ok());
    let client = format!("/?{}", "q".repeat(65_530)).parse().unwrap();
    assert_eq!(target.uri(&client), Err(Failure::QueryTooLong));
}
