//! What clients look for at the gateway, and what is there.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{
    Scene, Server,
    scene::{ok, unauthorized},
};

const NAME: &str = "mcp";

/// What old clients try, and those to which nobody has said where to log in.
const ELSEWHERE: [&str; 12] = [
    "/register",
    "/authorize",
    "/authorize?response_type=code&client_id=x",
    "/token",
    "/mcp/register",
    "/mcp/token",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/mcp",
    "/mcp/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/.well-known/openid-configuration/mcp",
    "/.well-known/jwks.json",
];

/// A server that says of itself what it should, and a gateway with this besides.
async fn scene(more: &str) -> Scene {
    let server = Server::start().await;
    let challenge = b"www-authenticate: Bearer scope=\"mcp\"\r\n";
    server.at("/mcp", unauthorized(challenge));
    let document = json!({
        "resource": format!("{}/{NAME}", server.origin()),
        "authorization_servers": ["https://login.example"],
        "scopes_supported": ["mcp"],
    });
    let json = "content-type: application/json\r\n";
    let place = Scene::metadata_path(NAME);
    server.at(&place, ok(json, &document.to_string()));
    Scene::start(server, &[(NAME, more)]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_gateway_is_no_authorization_server() {
    let scene = scene("").await;
    for path in ELSEWHERE {
        for method in [Method::GET, Method::POST] {
            let request = scene.request(method.clone(), path);
            let answer = scene.send(request).await;
            assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
            assert!(
                answer.took < Duration::from_secs(1),
                "{method} {path}: {answer:?}"
            );
        }
        let path = path.split('?').next().unwrap_or_default();
        // What the gateway itself looks for, it looks for at the server's root.
        assert!(
            !scene.server.asked().iter().any(|asked| asked == path),
            "{path} reached the server"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_three_forms_of_discovery_tell_the_same() {
    let scene = scene("").await;
    for path in [
        "/.well-known/oauth-protected-resource/mcp",
        "/mcp/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource",
    ] {
        let answer = scene.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        let expected = json!({
            "resource": format!("{}/{NAME}", scene.base),
            "authorization_servers": ["https://login.example"],
            "scopes_supported": ["mcp"],
        });
        assert_eq!(answer.json(), expected, "{path}");
        assert_eq!(answer.lines("content-type"), ["application/json"]);
        assert_eq!(answer.lines("access-control-allow-origin"), ["*"]);
        assert_eq!(answer.lines("cache-control"), ["public, max-age=60"]);
        let head = scene.send(scene.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
        let preflight = scene.request(Method::OPTIONS, path);
        let preflight = preflight
            .header("origin", "https://page.example")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "mcp-protocol-version");
        let preflight = scene.send(preflight).await;
        assert_eq!(preflight.status, 204, "{path}: {preflight:?}");
        assert_eq!(preflight.lines("access-control-allow-origin"), ["*"]);
        let post = scene.send(scene.request(Method::POST, path)).await;
        assert_eq!(post.status, 405, "{path}: {post:?}");
    }
}

/// With a key plan beside it, whose attempts are used up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_is_told_to_those_who_are_not_listened_to() {
    let keys = "[[proxy.plan]]\ntype = \"key\"\nheader = \"x-api-key\"\n\
                [[proxy.plan]]\ntype = \"relay\"\n";
    let scene = scene(keys).await;
    let guess = || {
        scene
            .request(Method::POST, "/mcp")
            .header("x-api-key", "tollbar_guessed")
    };
    let mut guesses = 0;
    while scene.send(guess()).await.status != 429 {
        guesses += 1;
        assert!(guesses < 1000, "nobody stops the guessing");
    }
    for _ in 0..3 {
        let answer = scene.metadata(NAME).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let odd = scene.request(Method::GET, &Scene::metadata_path(NAME));
        let odd = odd
            .header("mcp-protocol-version", "1999-01-01")
            .header("x-api-key", "tollbar_guessed");
        assert_eq!(scene.send(odd).await.status, 200);
    }
}
