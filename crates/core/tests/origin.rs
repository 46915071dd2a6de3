//! Which hosts and origins pass.

use http::{Request, request::Parts};
use tollbar_core::{Exchange, Guard as _, origin::Origins};

fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

async fn reason(origins: &Origins, uri: &str, headers: &[(&str, &str)]) -> Option<&'static str> {
    let checked = origins.check(&head(uri, headers), &Exchange::new()).await;
    checked.err().map(|refusal| {
        assert_eq!(refusal.status(), 403);
        refusal.reason()
    })
}

const HOST: Option<&str> = Some("host_not_allowed");
const ORIGIN: Option<&str> = Some("origin_not_allowed");

#[tokio::test]
async fn hosts() {
    let origins = Origins::new().allow_host("Gateway.Example");
    let cases = [
        ("localhost", None),
        ("LOCALHOST:8080", None),
        ("127.0.0.1:1", None),
        ("127.9.9.9", None),
        ("[::1]:8080", None),
        ("gateway.example", None),
        ("GATEWAY.example:443", None),
        ("evil.example", HOST),
        ("localhost.evil.example", HOST),
        ("evil.example:8080", HOST),
        ("localhost@evil.example", HOST),
        ("evil.example@localhost", HOST),
        ("127.0.0.1.evil.example", HOST),
        ("128.0.0.1", HOST),
        ("0.0.0.0", HOST),
        ("[::ffff:10.0.0.1]", HOST),
        ("", HOST),
        ("localhost, evil.example", HOST),
    ];
    for (host, expected) in cases {
        assert_eq!(
            reason(&origins, "/mcp", &[("host", host)]).await,
            expected,
            "`{host}`"
        );
    }
    assert_eq!(reason(&origins, "/mcp", &[]).await, HOST, "no host at all");
    let twice = [("host", "localhost"), ("host", "localhost")];
    assert_eq!(reason(&origins, "/mcp", &twice).await, HOST, "two hosts");
    // The target's own authority counts, as in HTTP/2.
    assert_eq!(
        reason(
            &origins,
            "http://evil.example/mcp",
            &[("host", "localhost")]
        )
        .await,
        HOST
    );
    assert_eq!(reason(&origins, "http://localhost/mcp", &[]).await, None);
    assert_eq!(
        reason(
            &Origins::new().allow_any_host(),
            "/",
            &[("host", "any.example")]
        )
        .await,
        None
    );
}

#[tokio::test]
async fn origins() {
    let origins = Origins::new()
        .allow_origin("https://app.example")
        .and_then(|origins| origins.allow_origin("http://other.example:8081"))
        .unwrap();
    let cases = [
        ("http://localhost", None),
        ("http://localhost:6274", None),
        ("https://127.0.0.1:1", None),
        ("http://[::1]:3000", None),
        ("https://app.example", None),
        ("https://APP.example:443", None),
        ("http://other.example:8081", None),
        ("http://app.example", ORIGIN),
        ("capacitor://localhost", ORIGIN),
        ("https://app.example:8443", ORIGIN),
        ("http://other.example", ORIGIN),
        ("https://evil.example", ORIGIN),
        ("https://app.example.evil.example", ORIGIN),
        ("http://localhost.evil.example", ORIGIN),
        ("https://app.example@evil.example", ORIGIN),
        ("https://app.example/", ORIGIN),
        ("https://app.example/path", ORIGIN),
        ("null", ORIGIN),
        ("", ORIGIN),
        ("localhost", ORIGIN),
        ("https://app.example https://evil.example", ORIGIN),
    ];
    for (origin, expected) in cases {
        let headers = [("host", "localhost"), ("origin", origin)];
        assert_eq!(
            reason(&origins, "/mcp", &headers).await,
            expected,
            "`{origin}`"
        );
    }
    let twice = [
        ("host", "localhost"),
        ("origin", "http://localhost"),
        ("origin", "http://localhost"),
    ];
    assert_eq!(
        reason(&origins, "/mcp", &twice).await,
        ORIGIN,
        "two origins"
    );
    let any = Origins::new().allow_any_origin();
    let foreign = [("host", "localhost"), ("origin", "https://evil.example")];
    assert_eq!(reason(&any, "/mcp", &foreign).await, None);
    for wrong in [
        "app.example",
        "https://app.example/x",
        "null",
        "https://a@b",
        "",
    ] {
        assert!(Origins::new().allow_origin(wrong).is_err(), "`{wrong}`");
    }
}

#[tokio::test]
async fn a_browser_that_tells_of_a_foreign_page_is_believed() {
    let origins = Origins::new();
    for (site, expected) in [
        ("same-origin", None),
        ("none", None),
        ("cross-site", ORIGIN),
        ("same-site", ORIGIN),
        ("", ORIGIN),
    ] {
        let image = [("host", "localhost"), ("sec-fetch-site", site)];
        assert_eq!(reason(&origins, "/mcp", &image).await, expected, "`{site}`");
        // A page whose origin is allowed may come from anywhere.
        let page = [
            ("host", "localhost"),
            ("sec-fetch-site", site),
            ("origin", "http://localhost:6274"),
        ];
        assert_eq!(reason(&origins, "/mcp", &page).await, None, "`{site}`");
    }
}
