//! No pointer but ours reaches a client.

use std::convert::Infallible;

use futures_util::FutureExt as _;
use http::{Request, Response};
use tollbar_challenge::{ChallengeLayer, RelayMode, RelayedResource};
use tollbar_core::Body;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{Answer, INSERTED, POINTER, PUBLIC, Server, metadata, refused, relay};

const EVIL: &str = "https://evil.example/metadata";

/// What leads somewhere else, in every form that a client may find.
fn lures() -> [String; 13] {
    [
        format!("realm=\"resource_metadata=\\\"{EVIL}\\\"\""),
        format!("realm=\"a, resource_metadata={EVIL}\""),
        format!("error_description=\"Resource_Metadata = {EVIL}\""),
        format!("scope=\"x resource_metadata={EVIL}\""),
        format!("error=\"resource_metadata\t={EVIL}\""),
        format!("x=resource_metadata={EVIL}"),
        format!("x-resource_metadata=\"{EVIL}\""),
        format!("X_RESOURCE_METADATA={EVIL}"),
        format!("realm=\"resource_metadata resource_metadata={EVIL}\""),
        // Letters that Unicode takes for those of ASCII, and how an encoded value is named.
        format!("realm=\"re\u{17f}ource_metadata={EVIL}\""),
        format!("realm=\"resource_metadata*=UTF-8''{EVIL}\""),
        format!("resource_metadata*=\"UTF-8''{EVIL}\""),
        format!("x-Resource_Metadata*=\"{EVIL}\""),
    ]
}

/// The one line that comes of this one.
async fn told(resource: &RelayedResource, status: u16, line: &str) -> String {
    let told = refused(resource, status, &[line.as_bytes()]).await;
    assert_eq!(told.status, status, "`{line}`");
    told.challenges().join("\n")
}

#[tokio::test]
async fn without_metadata_of_ours_there_is_none() {
    // Nobody listens, and there is no metadata.
    let server = Server::start().await;
    let pointer = format!("resource_metadata=\"{EVIL}\"");
    for mode in [RelayMode::Mirror, RelayMode::Synthesised] {
        let resource = relay(&server).mode(mode).build().unwrap();
        for (status, line, expected) in [
            (
                401,
                format!("Bearer a=\"b\", Bearer {pointer}"),
                "Bearer a=\"b\", Bearer",
            ),
            (
                403,
                format!("Bearer a=\"b\", Bearer {pointer}"),
                "Bearer a=\"b\", Bearer",
            ),
            (
                401,
                format!("Bearer, DPoP {pointer}, algs=x"),
                "Bearer, DPoP algs=x",
            ),
            (
                401,
                format!("Digest {pointer}, Basic realm=a"),
                "Digest, Basic realm=a",
            ),
            (
                403,
                format!("DPoP {pointer}, Basic realm=a"),
                "DPoP, Basic realm=a",
            ),
            (401, format!("Bearer abc, x {pointer}"), "Bearer abc, x"),
            (403, "Bearer resource_metadata==".to_owned(), "Bearer"),
            (403, "x a/Resource_Metadata=".to_owned(), "x"),
            (
                401,
                "x resource_metadata=, y resource_metadata".to_owned(),
                "x, y resource_metadata",
            ),
        ] {
            assert_eq!(told(&resource, status, &line).await, expected, "`{line}`");
        }
        for lure in lures() {
            for status in [401, 403] {
                let expected = "Digest a=\"b c\", Basic";
                let line = format!("Digest a=\"b c\", {lure}, Basic {lure}");
                assert_eq!(told(&resource, status, &line).await, expected, "`{line}`");
                let line = format!("Basic {lure}, Bearer {lure}, a=b, Bearer {lure}");
                let expected = "Bearer a=\"b\", Basic, Bearer";
                assert_eq!(told(&resource, status, &line).await, expected, "`{line}`");
            }
        }
    }
}

#[tokio::test]
async fn beside_ours_there_is_no_other() {
    let server = Server::start().await;
    server.at(INSERTED, Answer::json(metadata(&server)));
    let resource = relay(&server).build().unwrap();
    for lure in lures() {
        for pointer in ["", "resource_metadata=\"x\", "] {
            for status in [401, 403] {
                let line = format!("Basic {lure}, Bearer {pointer}{lure}, a=b, x {pointer}{lure}");
                let other = if pointer.is_empty() {
                    "x"
                } else {
                    &format!("x {POINTER}")
                };
                let expected = format!("Bearer {POINTER}, a=\"b\", Basic, {other}");
                assert_eq!(told(&resource, status, &line).await, expected, "`{line}`");
            }
        }
    }
}

#[test]
fn what_is_no_pointer_stays() {
    let server = "https://mcp.example/mcp".parse().unwrap();
    let resource = RelayedResource::builder(PUBLIC.parse().unwrap(), server);
    let resource = resource.build().unwrap();
    for other in [
        "x=\"resource_metadata\"",
        "resource_metadata_=\"a\"",
        "x=\"metadata=a\"",
    ] {
        let line = format!("Bearer resource_metadata=\"x\", {other}");
        let told = told(&resource, 401, &line).now_or_never().unwrap();
        assert_eq!(told, format!("Bearer {POINTER}, {other}"));
        // A 403 of another kind is not even written anew.
        let line = format!("Basic   {other}");
        let told = self::told(&resource, 403, &line).now_or_never().unwrap();
        assert_eq!(told, line);
    }
}

/// What comes after the gateway may take an underscore for a hyphen.
#[tokio::test]
async fn what_looks_like_a_challenge_is_none() {
    let server = Server::start().await;
    for (mode, expected) in [(RelayMode::Mirror, 0), (RelayMode::Verbatim, 1)] {
        let resource = relay(&server).mode(mode).build().unwrap();
        for status in [200, 401, 403, 404] {
            let inner = service_fn(|_: Request<Body>| async move {
                let response = Response::builder().status(status);
                let response = response.header("www_authenticate", "Bearer realm=\"a\"");
                Ok::<_, Infallible>(response.body(Body::empty()).unwrap())
            });
            let stack = ChallengeLayer::relayed(&resource).layer(inner);
            let request = Request::post("/weather").body(Body::empty()).unwrap();
            let response = stack.oneshot(request).await.unwrap();
            let left = response.headers().get_all("www_authenticate").iter();
            assert_eq!(left.count(), expected, "{mode} {status}");
        }
    }
}
