//! Where the metadata is served, with what in it, and for whom.

use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};
use tollbar_challenge::{ChallengeLayer, InvalidResource, ProtectedResource};
use tollbar_core::{Body, Kind};
use tower::{Layer as _, ServiceExt as _};

use super::{PATH, Refuser, ask, resource, server, text};

/// The document at a path; `None` when the request went inside, where everything is refused.
async fn document(layer: &ChallengeLayer, path: &str) -> Option<Value> {
    let refuser = Refuser::new(Kind::Unauthenticated, &["Bearer"]);
    let response = ask(layer, &refuser, Method::GET, path).await;
    match response.status() {
        StatusCode::OK => Some(serde_json::from_str(&text(response).await).unwrap()),
        status => {
            assert_eq!(status, 401, "`{path}`");
            None
        }
    }
}

/// Asks for each path, and compares what the document there says of the resource.
async fn compare(resource: ProtectedResource, rows: &[(&str, &str)]) {
    let paths = resource.paths();
    let layer = ChallengeLayer::new(&resource);
    for (path, expected) in rows {
        let found = document(&layer, path).await;
        let found = found.map(|it| it["resource"].as_str().unwrap().to_owned());
        assert_eq!(found.as_deref().unwrap_or_default(), *expected, "`{path}`");
        let stem = path.strip_suffix('/').unwrap_or(path).to_owned();
        assert_eq!(paths.contains(&stem), !expected.is_empty(), "`{path}`");
    }
}

#[tokio::test]
async fn each_form_is_served_with_both_slashes() {
    let (plain, slashed) = ("https://gw.example/a/mcp", "https://gw.example/a/mcp/");
    for url in [plain, slashed] {
        let rows = [
            ("/.well-known/oauth-protected-resource/a/mcp", plain),
            ("/.well-known/oauth-protected-resource/a/mcp/", slashed),
            ("/a/mcp/.well-known/oauth-protected-resource", plain),
            ("/a/mcp/.well-known/oauth-protected-resource/", slashed),
            ("/.well-known/oauth-protected-resource", ""),
            ("/.well-known/oauth-protected-resource/", ""),
            ("/.well-known/oauth-protected-resource/a", ""),
            ("/.well-known/oauth-protected-resource/a/mcp//", ""),
            ("/.well-known/oauth-protected-resource/a/mcp/x", ""),
            ("/.well-known/oauth-protected-resource/A/mcp", ""),
            ("/.well-known/oauth-authorization-server/a/mcp", ""),
            ("/a/mcp", ""),
            ("/", ""),
        ];
        compare(resource(url), &rows).await;
    }
}

#[tokio::test]
async fn the_bare_form_is_as_configured_and_only_where_allowed() {
    for url in ["https://gw.example/mcp", "https://gw.example/mcp/"] {
        let rows = [
            ("/.well-known/oauth-protected-resource", url),
            ("/.well-known/oauth-protected-resource/", url),
            (
                "/.well-known/oauth-protected-resource/mcp",
                "https://gw.example/mcp",
            ),
            (
                "/.well-known/oauth-protected-resource/mcp/",
                "https://gw.example/mcp/",
            ),
        ];
        compare(resource(url).bare(true), &rows).await;
    }
}

#[tokio::test]
async fn the_root_has_one_form() {
    let root = "https://gw.example/";
    for bare in [false, true] {
        let rows = [
            ("/.well-known/oauth-protected-resource", root),
            ("/.well-known/oauth-protected-resource/", root),
            ("//.well-known/oauth-protected-resource", ""),
        ];
        compare(resource("https://gw.example").bare(bare), &rows).await;
    }
    let resource = resource("https://gw.example");
    assert_eq!(resource.paths(), [PATH]);
    assert_eq!(
        resource.identifiers(),
        ["https://gw.example/", "https://gw.example"]
    );
}

#[tokio::test]
async fn a_path_that_is_changed_in_front_is_served_under_both() {
    let (plain, slashed) = ("https://gw.example/a/mcp", "https://gw.example/a/mcp/");
    let mounted = resource(plain).mount_path("/mcp/").unwrap();
    let rows = [
        ("/.well-known/oauth-protected-resource/a/mcp", plain),
        ("/.well-known/oauth-protected-resource/a/mcp/", slashed),
        ("/.well-known/oauth-protected-resource/mcp", plain),
        ("/mcp/.well-known/oauth-protected-resource", plain),
        ("/mcp/.well-known/oauth-protected-resource/", slashed),
        ("/a/mcp/.well-known/oauth-protected-resource", ""),
        ("/.well-known/oauth-protected-resource", ""),
    ];
    compare(mounted, &rows).await;

    // The front takes the whole path away, so that the path form begins at the root.
    let rows = [
        ("/.well-known/oauth-protected-resource", plain),
        ("/.well-known/oauth-protected-resource/", slashed),
        ("/.well-known/oauth-protected-resource/a/mcp", plain),
    ];
    compare(resource(plain).mount_path("/").unwrap(), &rows).await;
}

#[tokio::test]
async fn the_document_says_what_the_host_said() {
    let least = document(
        &ChallengeLayer::new(&resource("https://gw.example/mcp")),
        PATH,
    )
    .await;
    assert_eq!(least, None, "no bare form");
    let path = &format!("{PATH}/mcp");
    let least = document(
        &ChallengeLayer::new(&resource("https://gw.example/mcp")),
        path,
    )
    .await;
    let expected = json!({
        "resource": "https://gw.example/mcp",
        // No slash was added.
        "authorization_servers": ["https://idp.example"],
        "bearer_methods_supported": ["header"],
    });
    assert_eq!(least.unwrap(), expected);

    let most = resource("https://gw.example/mcp")
        .authorization_server("https://other.example/")
        .authorization_server("https://idp.example")
        .scopes(["mcp", "offline_access"])
        .and_then(|it| it.scopes_supported(["mcp:admin", "mcp", "offline_access"]))
        .unwrap()
        .name("Weather \"here\"")
        .documentation("https://docs.example/mcp".parse().unwrap());
    let most = document(&ChallengeLayer::new(&most), path).await;
    let expected = json!({
        "resource": "https://gw.example/mcp",
        "authorization_servers": ["https://idp.example", "https://other.example/"],
        "scopes_supported": ["mcp", "mcp:admin"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Weather \"here\"",
        "resource_documentation": "https://docs.example/mcp",
    });
    assert_eq!(most.unwrap(), expected);
}

async fn answer(
    method: &str,
    headers: &[(&'static str, &'static str)],
) -> (StatusCode, HeaderMap, String) {
    let layer = ChallengeLayer::new(&resource("https://gw.example/mcp"));
    let mut request = Request::builder().method(method).uri(format!("{PATH}/mcp"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from("unread")).unwrap();
    let response: Response<Body> = layer
        .layer(server(500, &[]))
        .oneshot(request)
        .await
        .unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, text(response).await)
}

#[tokio::test]
async fn anybody_may_read_it() {
    let foreign = [
        ("host", "evil.example"),
        ("origin", "https://evil.example"),
        ("mcp-protocol-version", "2099-01-01"),
        ("authorization", "Bearer a b c"),
    ];
    for asked in [&foreign[..], &[]] {
        let (status, headers, body) = answer("GET", asked).await;
        assert_eq!(status, 200);
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(
            headers[header::CONTENT_LENGTH],
            body.len().to_string().as_str()
        );
        assert!(!headers.contains_key(header::WWW_AUTHENTICATE));
        assert!(body.contains("https://gw.example/mcp\""), "{body}");

        let (status, of_head, nothing) = answer("HEAD", asked).await;
        assert_eq!(
            (status, of_head, nothing.as_str()),
            (StatusCode::OK, headers, "")
        );
    }
}

#[tokio::test]
async fn a_page_may_ask_first() {
    let preflight = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "GET"),
        (
            "access-control-request-headers",
            "mcp-protocol-version, x-y",
        ),
    ];
    let (status, headers, body) = answer("OPTIONS", &preflight).await;
    assert_eq!((status, body.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(
        headers[header::ACCESS_CONTROL_ALLOW_METHODS],
        "GET, HEAD, OPTIONS"
    );
    assert_eq!(
        headers[header::ACCESS_CONTROL_ALLOW_HEADERS],
        "mcp-protocol-version, x-y"
    );
    assert_eq!(headers[header::ACCESS_CONTROL_MAX_AGE], "3600");
    let (_, headers, _) = answer("OPTIONS", &[]).await;
    assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_HEADERS], "*");
}

#[tokio::test]
async fn nobody_may_write_it() {
    for method in ["POST", "PUT", "DELETE", "PATCH", "BREW"] {
        let (status, headers, body) = answer(method, &[]).await;
        assert_eq!(status, 405, "{method}");
        assert_eq!(headers[header::ALLOW], "GET, HEAD, OPTIONS");
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert!(body.contains("\"method_not_allowed\""), "{body}");
    }
}

#[tokio::test]
async fn the_query_is_nothing() {
    let layer = ChallengeLayer::new(&resource("https://gw.example/mcp"));
    let found = document(&layer, &format!("{PATH}/mcp/?a=/b")).await;
    assert_eq!(found.unwrap()["resource"], "https://gw.example/mcp/");
    assert_eq!(document(&layer, &format!("/?{PATH}/mcp")).await, None);
}

#[tokio::test]
async fn without_a_resource_there_is_none() {
    let path = format!("{PATH}/mcp?a=b");
    let layer = ChallengeLayer::none();
    assert_eq!(document(&layer, &path).await, None);
    assert_eq!(document(&layer, PATH).await, None);
}

#[test]
fn what_is_no_resource_is_refused() {
    for (url, expected) in [
        ("ftp://gw.example/", InvalidResource::Scheme),
        ("data:text/plain,x", InvalidResource::Scheme),
        ("https://gw.example/mcp?", InvalidResource::Query),
        ("https://gw.example/mcp?a", InvalidResource::Query),
        ("https://gw.example/mcp#a", InvalidResource::Query),
        ("https://me@gw.example/mcp", InvalidResource::Credentials),
        ("https://:pw@gw.example/mcp", InvalidResource::Credentials),
    ] {
        let made = ProtectedResource::new(url.parse().unwrap(), "https://idp.example");
        assert_eq!(made, Err(expected), "`{url}`");
    }
    let resource = resource("https://gw.example/mcp");
    for scope in ["", "a b", "a\"b", "a\\b", "a\r\nb", "é"] {
        let expected = InvalidResource::Scope(scope.to_owned());
        assert_eq!(resource.clone().scopes([scope]), Err(expected.clone()));
        assert_eq!(
            resource.clone().scopes_supported(["a", scope]),
            Err(expected)
        );
    }
    for path in ["", "mcp", "/a b", "/a?b", "/a#b", "/é"] {
        let expected = InvalidResource::Path(path.to_owned());
        assert_eq!(resource.clone().mount_path(path), Err(expected));
    }
}
