//! Which endpoints are asked.

use super::{Endpoint, NamedEndpointError};

fn named(server: &str, text: &str, plain_http: bool) -> Result<Endpoint, NamedEndpointError> {
    let server = Endpoint::new(server.parse().unwrap(), plain_http).unwrap();
    Endpoint::named_by(&server, text, plain_http)
}

const PUBLIC: &str = "https://login.example/tenant";

#[test]
fn a_server_may_name_endpoints_elsewhere() {
    for text in [
        "https://login.example/introspect",
        "https://login.example:8443/introspect",
        "https://tokens.login.example/introspect?tenant=1",
        "https://elsewhere.example/introspect",
        "https://203.0.113.7/introspect",
        "https://[2001:db8::1]/introspect",
        "https://[2002:cb00:7107::1]/introspect",
    ] {
        assert!(named(PUBLIC, text, false).is_ok(), "{text}");
    }
}

#[test]
fn a_public_server_may_not_name_what_is_inside() {
    for host in [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "x.localhost",
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::10.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b:1::1]",
        "[2002:a9fe:a9fe::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ] {
        // Whether plain HTTP is allowed is another matter.
        for plain_http in [false, true] {
            let text = format!("https://{host}/introspect");
            let found = named(PUBLIC, &text, plain_http);
            let is_refused = matches!(found, Err(NamedEndpointError::Internal(_)));
            assert!(is_refused, "{text}: {found:?}");
        }
    }
}

#[test]
fn a_server_inside_may_name_itself() {
    for (server, text) in [
        ("https://10.0.0.5/a", "https://10.0.0.5:8443/introspect"),
        ("https://[fd00::5]/a", "https://[fd00::5]/introspect"),
        ("https://localhost/a", "https://127.0.0.1/introspect"),
        ("http://127.0.0.1:1/a", "http://localhost:2/introspect"),
        ("http://127.0.0.1:1/a", "https://login.example/introspect"),
    ] {
        assert!(named(server, text, false).is_ok(), "{text}");
    }
    for (server, text) in [
        ("https://10.0.0.5/a", "https://10.0.0.6/introspect"),
        ("https://10.0.0.5/a", "https://127.0.0.1/introspect"),
        ("http://127.0.0.1:1/a", "https://169.254.169.254/introspect"),
        ("http://localhost:1/a", "https://192.168.0.1/introspect"),
    ] {
        let found = named(server, text, false);
        let is_refused = matches!(found, Err(NamedEndpointError::Internal(_)));
        assert!(is_refused, "{text}: {found:?}");
    }
}

#[test]
fn plain_http_is_for_this_machine_or_where_it_is_allowed() {
    let plain = "http://login.example/introspect";
    assert!(named(PUBLIC, plain, false).is_err());
    assert!(named(PUBLIC, plain, true).is_ok());
    assert!(named("http://127.0.0.1:1/a", plain, false).is_err());
    // A server with TLS does not send anybody on without.
    assert!(named("https://localhost/a", "http://localhost/introspect", false).is_err());
    assert!(named("http://localhost/a", "http://localhost/introspect", false).is_ok());
}

#[test]
fn what_is_no_endpoint_is_not_asked() {
    for text in [
        "",
        "/introspect",
        "introspect",
        "ftp://login.example/introspect",
        "file:///etc/passwd",
        "data:,{}",
        "https://user:word@login.example/introspect",
        "https://login.example/introspect#here",
        "https:///",
    ] {
        assert!(named(PUBLIC, text, true).is_err(), "{text}");
    }
}
