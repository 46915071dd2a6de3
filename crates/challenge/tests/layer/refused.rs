//! What a client is told that was refused.

use http::{Method, Request};
use tollbar_challenge::{ChallengeLayer, ProtectedResource};
use tollbar_core::{Body, Exchange, Kind, Refusal};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{Refuser, ask, challenges, resource, server};

const METADATA: &str = "https://gw.example/.well-known/oauth-protected-resource/mcp";

fn scoped() -> ProtectedResource {
    resource("https://gw.example/mcp")
        .scopes(["mcp", "mcp:call"])
        .and_then(|it| it.scopes_supported(["more"]))
        .unwrap()
}

/// The lines that a client gets which is refused so.
async fn told(resource: ProtectedResource, kind: Kind, lines: &[&'static str]) -> Vec<String> {
    told_at(resource, kind, lines, "/mcp").await
}

async fn told_at(
    resource: ProtectedResource,
    kind: Kind,
    lines: &[&'static str],
    path: &str,
) -> Vec<String> {
    let refuser = Refuser::new(kind, lines);
    let response = ask(
        &ChallengeLayer::new(&resource),
        &refuser,
        Method::POST,
        path,
    )
    .await;
    assert_eq!(response.status(), kind.status());
    let lines = challenges(response.headers());
    lines.into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn who_has_no_token_learns_where_to_get_one() {
    let lines = told(
        resource("https://gw.example/mcp"),
        Kind::Unauthenticated,
        &["Bearer"],
    )
    .await;
    assert_eq!(lines, [format!("Bearer resource_metadata=\"{METADATA}\"")]);
    let lines = told(scoped(), Kind::Unauthenticated, &["Bearer"]).await;
    let expected = format!("Bearer resource_metadata=\"{METADATA}\", scope=\"mcp mcp:call\"");
    assert_eq!(lines, [expected]);
}

#[tokio::test]
async fn who_has_a_bad_one_also_learns_what_was_bad() {
    let said = "bearer error=\"invalid_token\", error_description=\"scope=x is wrong\"";
    let lines = told(scoped(), Kind::Unauthenticated, &[said]).await;
    let expected = format!(
        "Bearer resource_metadata=\"{METADATA}\", scope=\"mcp mcp:call\", error=\"invalid_token\", \
         error_description=\"scope=x is wrong\""
    );
    assert_eq!(lines, [expected]);
}

#[tokio::test]
async fn a_scope_that_the_refusal_names_stays() {
    let said = "Bearer error=\"insufficient_scope\", scope=\"a b\"";
    for kind in [Kind::InsufficientScope, Kind::Unauthenticated] {
        let lines = told(scoped(), kind, &[said]).await;
        let expected = format!(
            "Bearer resource_metadata=\"{METADATA}\", error=\"insufficient_scope\", scope=\"a b\""
        );
        assert_eq!(lines, [expected], "{kind:?}");
    }
    // A 403 says by itself what it lacks.
    let lines = told(scoped(), Kind::Forbidden, &["Bearer error=\"x\""]).await;
    assert_eq!(
        lines,
        [format!(
            "Bearer resource_metadata=\"{METADATA}\", error=\"x\""
        )]
    );
}

#[tokio::test]
async fn one_line_goes_out_and_begins_with_bearer() {
    let said = [
        "Basic realm=\"a, b\", BEARER realm=\"c\", Resource_Metadata=\"https://other.example\"",
        "ApiKey header=\"x-key\"",
    ];
    let lines = told(scoped(), Kind::Unauthenticated, &said).await;
    let expected = format!(
        "Bearer resource_metadata=\"{METADATA}\", scope=\"mcp mcp:call\", realm=\"c\", \
         Basic realm=\"a, b\", ApiKey header=\"x-key\""
    );
    assert_eq!(lines, [expected]);
}

#[tokio::test]
async fn what_is_no_invitation_to_log_in_stays() {
    for said in [
        &[][..],
        &["ApiKey header=\"x-key\""],
        &["ClientCertificate", "Basic realm=\"a\""],
        &["Bearer abc"],
        &["not, a = challenge"],
    ] {
        for kind in [Kind::Unauthenticated, Kind::Forbidden] {
            assert_eq!(told(scoped(), kind, said).await, said, "{kind:?}");
        }
    }
    // Of another kind than one about rights.
    for kind in [
        Kind::Malformed,
        Kind::Unavailable,
        Kind::Limited,
        Kind::NotFound,
    ] {
        assert_eq!(
            told(scoped(), kind, &["Bearer"]).await,
            ["Bearer"],
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_of_the_server_stays() {
    const LINES: &[&str] = &["Basic realm=\"a\"", "Bearer realm=\"of the server\""];
    for status in [401, 403] {
        let stack = ChallengeLayer::new(&scoped()).layer(server(status, LINES));
        let request = Request::post("/mcp").body(Body::empty()).unwrap();
        let response = stack.oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(challenges(response.headers()), LINES);
    }
}

#[tokio::test]
async fn an_answer_beside_a_refusal_of_another_status_stays() {
    // Something inside has refused, and something outside of it has answered otherwise.
    let inner = service_fn(|mut request: Request<Body>| async move {
        let exchange = Exchange::of(request.extensions_mut());
        let _ = Refusal::new(Kind::Forbidden, "no", "no").into_response(&exchange);
        server(401, &["Bearer"]).oneshot(request).await
    });
    let stack = ChallengeLayer::new(&scoped()).layer(inner);
    let request = Request::post("/mcp").body(Body::empty()).unwrap();
    let response = stack.oneshot(request).await.unwrap();
    assert_eq!(challenges(response.headers()), ["Bearer"]);
}

#[tokio::test]
async fn without_a_resource_nothing_is_told() {
    let refuser = Refuser::new(Kind::Unauthenticated, &["Bearer"]);
    let response = ask(&ChallengeLayer::none(), &refuser, Method::POST, "/mcp").await;
    assert_eq!(challenges(response.headers()), ["Bearer"]);
}

#[tokio::test]
async fn the_slash_of_the_path_is_told_back() {
    let front = |url, mount: &str| resource(url).mount_path(mount).unwrap();
    let inserted = "https://gw.example/.well-known/oauth-protected-resource";
    let suffix = ".well-known/oauth-protected-resource";
    for (resource, path, expected) in [
        (
            resource("https://gw.example/mcp"),
            "/mcp",
            format!("{inserted}/mcp"),
        ),
        (
            resource("https://gw.example/mcp"),
            "/mcp/",
            format!("{inserted}/mcp/"),
        ),
        (
            resource("https://gw.example/mcp/"),
            "/mcp",
            format!("{inserted}/mcp"),
        ),
        (
            resource("https://gw.example/mcp/"),
            "/mcp/?a=b",
            format!("{inserted}/mcp/"),
        ),
        (
            resource("https://gw.example:8443/mcp"),
            "/mcp",
            "https://gw.example:8443/.well-known/oauth-protected-resource/mcp".to_owned(),
        ),
        (
            resource("https://gw.example:443/mcp"),
            "/mcp",
            format!("{inserted}/mcp"),
        ),
        // The root has one form.
        (resource("https://gw.example"), "/", inserted.to_owned()),
        (resource("https://gw.example"), "/mcp/", inserted.to_owned()),
        // Something in front changes the path: the path form goes the same way.
        (
            front("https://gw.example/a/mcp", "/mcp"),
            "/mcp",
            format!("https://gw.example/a/mcp/{suffix}"),
        ),
        (
            front("https://gw.example/a/mcp", "/mcp"),
            "/mcp/",
            format!("https://gw.example/a/mcp/{suffix}/"),
        ),
        (
            front("https://gw.example/", "/mcp"),
            "/mcp/",
            format!("https://gw.example/{suffix}"),
        ),
        // The front takes the whole path away, and with it the slash: as configured.
        (
            front("https://gw.example/mcp", "/"),
            "/",
            format!("https://gw.example/mcp/{suffix}"),
        ),
        (
            front("https://gw.example/mcp/", "/"),
            "/",
            format!("https://gw.example/mcp/{suffix}/"),
        ),
    ] {
        let shown = format!("{resource:?} {path}");
        let lines = told_at(resource, Kind::Unauthenticated, &["Bearer"], path).await;
        assert_eq!(
            lines,
            [format!("Bearer resource_metadata=\"{expected}\"")],
            "{shown}"
        );
    }
}

#[tokio::test]
async fn nothing_else_of_a_request_is_told() {
    let stack = ChallengeLayer::new(&scoped());
    let refuser = Refuser::new(Kind::Unauthenticated, &["Bearer"]);
    let stack = stack.layer(tollbar_core::GuardLayer::new(refuser).layer(server(200, &[])));
    let request = Request::post("https://evil.example/mcp")
        .header("host", "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "http")
        .header("forwarded", "host=evil.example;proto=http")
        .header("origin", "https://evil.example");
    let response = stack
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let expected = format!("Bearer resource_metadata=\"{METADATA}\", scope=\"mcp mcp:call\"");
    assert_eq!(challenges(response.headers()), [expected]);
}
