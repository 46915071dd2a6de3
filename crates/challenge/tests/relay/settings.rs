//! Settings that cannot work.

use std::time::Duration;

use tollbar_challenge::{InvalidRelay, InvalidResource, RelayBuilder, RelayMode, RelayedResource};

const PUBLIC: &str = "https://gw.example/weather";

fn of(public: &str, upstream: &str) -> RelayBuilder {
    RelayedResource::builder(public.parse().unwrap(), upstream.parse().unwrap())
}

fn to(upstream: &str) -> RelayBuilder {
    of(PUBLIC, upstream)
}

fn good() -> RelayBuilder {
    to("https://mcp.example/mcp")
}

fn error(builder: RelayBuilder) -> InvalidRelay {
    builder.build().unwrap_err()
}

#[test]
fn the_public_url_is_one_of_a_resource() {
    for (url, expected) in [
        ("ftp://gw.example", InvalidResource::Scheme),
        ("https://gw.example?a", InvalidResource::Query),
        ("https://me@gw.example", InvalidResource::Credentials),
    ] {
        assert_eq!(
            error(of(url, "https://mcp.example")),
            InvalidRelay::Resource(expected)
        );
    }
    let expected = InvalidResource::Path("mcp".to_owned());
    assert_eq!(
        error(good().mount_path("mcp")),
        InvalidRelay::Resource(expected)
    );
    let paths = good().mount_path("/a").bare(true).build().unwrap().paths();
    let expected = [
        "/.well-known/oauth-protected-resource/weather",
        "/.well-known/oauth-protected-resource/a",
        "/a/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn plain_http_has_to_be_allowed() {
    for url in [
        "http://127.0.0.1:8000/mcp",
        "http://localhost/mcp",
        "http://[::1]/mcp",
    ] {
        assert!(to(url).build().is_ok(), "`{url}`");
    }
    for url in ["http://mcp.example:8000/mcp", "http://10.0.0.1:8000/mcp"] {
        let origin = url.strip_suffix("/mcp").unwrap().to_owned();
        assert_eq!(error(to(url)), InvalidRelay::PlainHttp(origin));
        assert!(to(url).allow_plain_http(true).build().is_ok());
    }
    let plain = "http://meta.example";
    assert_eq!(
        error(good().allow_origin(plain)),
        InvalidRelay::PlainHttp(plain.to_owned())
    );
    // This machine may be asked for a server on this machine only.
    let local = "http://127.0.0.1:8000";
    assert_eq!(
        error(good().allow_origin(local)),
        InvalidRelay::PlainHttp(local.to_owned())
    );
    assert!(to(local).allow_origin("http://localhost:1").build().is_ok());
    assert_eq!(
        error(to("ftp://mcp.example")),
        InvalidRelay::Scheme("ftp".to_owned())
    );
    let identifier = "urn:mcp".parse().unwrap();
    assert_eq!(
        error(good().identifier(identifier)),
        InvalidRelay::Scheme("urn".to_owned())
    );
}

#[test]
fn origins_are_origins() {
    for origin in [
        "https://a.example",
        "https://a.example/",
        "https://a.example:8443",
    ] {
        assert!(good().allow_origin(origin).build().is_ok(), "`{origin}`");
    }
    for origin in [
        "",
        "a.example",
        "*",
        "https://*",
        "null",
        "https://a.example/b",
        "https://a.example?b",
        "https://a.example#b",
        "https://me@a.example",
        "file:///",
        "data:x",
    ] {
        let expected = InvalidRelay::Origin(origin.to_owned());
        if origin != "https://*" {
            assert_eq!(error(good().allow_origin(origin)), expected);
        }
    }
}

#[test]
fn authorization_servers_are_named_where_they_are_told() {
    let login = "https://login.example";
    for mode in [RelayMode::Mirror, RelayMode::Verbatim] {
        assert_eq!(
            error(good().mode(mode).authorization_server(login)),
            InvalidRelay::Unasked
        );
    }
    let old = |url| to(url).mode(RelayMode::Synthesised);
    assert!(
        old("https://mcp.example")
            .authorization_server(login)
            .build()
            .is_ok()
    );
    // Nothing is fetched.
    assert!(
        old("http://mcp.example")
            .authorization_server(login)
            .build()
            .is_ok()
    );
    for server in [
        "http://login.example",
        "http://127.0.0.1",
        "login.example",
        "https://a.example?b",
    ] {
        let expected = InvalidRelay::AuthorizationServer(server.to_owned());
        assert_eq!(
            error(old("https://mcp.example").authorization_server(server)),
            expected
        );
    }
    let local = old("http://127.0.0.1:8000").authorization_server("http://localhost:8080");
    assert!(local.build().is_ok());
}

#[test]
fn times_and_sizes_are_not_zero() {
    let zero = Duration::ZERO;
    assert_eq!(
        error(good().lifetime(zero)),
        InvalidRelay::ZeroTime("lifetime")
    );
    assert_eq!(error(good().pause(zero)), InvalidRelay::ZeroTime("pause"));
    assert_eq!(
        error(good().timeout(zero)).to_string().split(' ').next(),
        Some("`timeout`")
    );
    assert!(matches!(
        error(good().document_limit(0)),
        InvalidRelay::Fetch(_)
    ));
    assert!(matches!(error(good().ca_pem("x")), InvalidRelay::Fetch(_)));
    assert!(good().stale(zero).build().is_ok());
    assert!(
        good()
            .lifetime(Duration::MAX)
            .stale(Duration::MAX)
            .pause(Duration::MAX)
            .build()
            .is_ok()
    );
}
