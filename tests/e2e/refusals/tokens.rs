//! Access tokens that open nothing, and authorization servers that do not say what they are.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use http::{Response, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar::{Server, core::Body};
use tollbar_tests::{authorization_server::AuthorizationServer, local::Local};
use tower::service_fn;

use super::{
    book::{Book, Case},
    request::{CALL, Request},
    scene::{PATIENT, Scene},
};

/// Whom tokens have to be for, and whom else they may be for.
const AUDIENCE: &str = "https://gateway.example/mcp";
const OTHER: &str = "https://other.example/mcp";

/// A header of a JWT: `{"alg":"HS256","typ":"at+jwt"}`.
const SHARED_SECRET: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9";

/// Another one: `{"alg":"RS256","typ":"at+jwt","kid":"nobody"}`.
const NO_SUCH_KEY: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6Im5vYm9keSJ9";

/// Another one, which asks for something that nobody understands: `{"alg":"RS256","crit":["x"]}`.
const CRITICAL: &str = "eyJhbGciOiJSUzI1NiIsImNyaXQiOlsieCJdfQ";

/// A token on which an authorization server fails.
const POISON: &str = "poison";

const PROXIES: [&str; 4] = [
    "mcp\n\
     [[proxy.plan]]\ntype = \"jwt\"\nauthorization_server = \"login\"\nscopes = [\"mcp\"]\n\
     audience = [\"https://gateway.example/mcp\"]\n\
     [[proxy.plan]]\ntype = \"oauth2\"\nauthorization_server = \"login\"\nscopes = [\"mcp\"]\n\
     audience = [\"https://gateway.example/mcp\"]",
    "signed\n[[proxy.plan]]\ntype = \"jwt\"\nauthorization_server = \"login\"",
    "faulty\n[[proxy.plan]]\ntype = \"oauth2\"\nauthorization_server = \"faulty\"",
    "down\n[[proxy.plan]]\ntype = \"oauth2\"\nauthorization_server = \"down\"",
];

pub(super) async fn provoke(book: Arc<Book>) {
    let server = tokio::task::block_in_place(|| AuthorizationServer::start(&[]));
    let registered = server.register(&json!({"identifier": AUDIENCE})).await;
    server.register(&json!({"identifier": OTHER})).await;
    let faulty = faulty();
    let (issuer, id) = (server.issuer(), &registered.id);
    let listener = format!(
        r#"{PATIENT}
        [[authorization_server]]
        name = "login"
        issuer = "{issuer}"
        client_id = "{id}"
        client_secret = {{ file = "secret" }}
        [[authorization_server]]
        name = "faulty"
        issuer = "http://{faulty}"
        introspection_endpoint = "http://{faulty}/introspect"
        client_id = "{id}"
        client_secret = {{ file = "secret" }}
        failures = 1
        [[authorization_server]]
        name = "down"
        issuer = "http://127.0.0.1:9"
        introspection_endpoint = "http://127.0.0.1:9/introspect"
        client_id = "{id}"
        client_secret = {{ file = "secret" }}
        "#,
        faulty = faulty.address,
    );
    let files = [("secret", registered.secret)];
    let scene = Scene::start(&book, listener, &files, &PROXIES).await;
    for (reason, kind, token) in tokens(&server).await {
        let request = Request::post("/mcp", CALL).bearer(&token);
        scene.refuses(Case::new(reason, kind), request).await;
    }
    let opaque = server.token(&json!({"resource": AUDIENCE})).await;
    for (reason, kind, proxy, token) in [
        ("credential_unknown", "unauthenticated", "signed", &*opaque),
        ("token_not_introspected", "unavailable", "faulty", POISON),
        (
            "authorization_server_unavailable",
            "unavailable",
            "down",
            POISON,
        ),
    ] {
        let request = Request::post(&format!("/{proxy}"), CALL).bearer(token);
        scene.refuses(Case::new(reason, kind), request).await;
    }
}

/// A token for each thing that may be wrong with one, and the kind of its refusal.
async fn tokens(server: &AuthorizationServer) -> Vec<(&'static str, &'static str, String)> {
    let opaque = async |more: Value| token(server, AUDIENCE, "opaque", more).await;
    let jwt = async |more: Value| token(server, AUDIENCE, "jwt", more).await;
    let revoked = opaque(json!({})).await;
    server.revoke(&revoked).await;
    let good = jwt(json!({})).await;
    let (_, rest) = good.split_once('.').unwrap();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (before, after) = signature.split_at(20);
    let other = match after.starts_with('A') {
        true => 'B',
        false => 'A',
    };
    let forged = format!("{signed}.{before}{other}{}", &after[1..]);
    let later = now() + 600;
    let cases = [
        ("token_malformed", format!("{CRITICAL}.{rest}")),
        ("token_inactive", revoked),
        ("token_expired", jwt(json!({"lifetime": -60})).await),
        (
            "token_not_yet_valid",
            opaque(json!({"claims": {"nbf": later}})).await,
        ),
        (
            "token_wrong_audience",
            token(server, OTHER, "jwt", json!({})).await,
        ),
        (
            "token_wrong_issuer",
            opaque(json!({"claims": {"iss": "https://elsewhere.example"}})).await,
        ),
        (
            "token_wrong_type",
            jwt(json!({"header": {"typ": "JWT"}})).await,
        ),
        ("token_wrong_algorithm", format!("{SHARED_SECRET}.{rest}")),
        ("token_unknown_key", format!("{NO_SUCH_KEY}.{rest}")),
        ("token_bad_signature", forged),
        (
            "token_unreadable",
            jwt(json!({"claims": {"exp": null}})).await,
        ),
        (
            "token_anonymous",
            opaque(json!({"claims": {"sub": null, "client_id": null}})).await,
        ),
        (
            "token_bound",
            jwt(json!({"claims": {"cnf": {"jkt": "a"}}})).await,
        ),
    ];
    let cases = cases.map(|(reason, token)| (reason, "unauthenticated", token));
    let bare = jwt(json!({"scope": "other"})).await;
    let mut all = Vec::from(cases);
    all.push(("token_scope", "insufficient_scope", bare));
    all
}

async fn token(
    server: &AuthorizationServer,
    resource: &str,
    format: &str,
    mut more: Value,
) -> String {
    more["resource"] = json!(resource);
    more["format"] = json!(format);
    if more.get("scope").is_none() {
        more["scope"] = json!("mcp");
    }
    server.token(&more).await
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// An authorization server that fails on one token, and answers about others.
fn faulty() -> Local {
    let service = service_fn(|request: http::Request<Body>| async move {
        let form = request.into_body().collect().await.unwrap().to_bytes();
        let form = String::from_utf8_lossy(&form).into_owned();
        let mut response = Response::new(Body::from(r#"{"active":false}"#));
        let json = "application/json".parse().unwrap();
        response.headers_mut().insert("content-type", json);
        if form.contains(POISON) {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        Ok::<_, Infallible>(response)
    });
    Local::serve(service, Server::new())
}
