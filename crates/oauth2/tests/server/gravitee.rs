//! Gravitee Access Management, by what its documentation says that it answers.

use serde_json::{Value, json};
use tollbar_core::Exchange;
use tollbar_oauth2::{AuthorizationServer, Introspection, Needs, Outcome};
use tollbar_plan::{Credential, Plan as _};
use url::Url;

use crate::scripted::{Asked, Reply, Scripted, document, reply, status};

/// What the guide calls its MCP server: its resource identifier.
const RESOURCE: &str = "https://gw.example/mcp";
/// `gateway:s3cret`.
const CREDENTIALS: &str = "Basic Z2F0ZXdheTpzM2NyZXQ=";

/// What OpenID discovery answers in the domain `field`, as far as it matters here.
fn metadata(origin: &str) -> Value {
    let base = format!("{origin}/field");
    json!({
        "issuer": format!("{base}/oidc"),
        "authorization_endpoint": format!("{base}/oauth/authorize"),
        "token_endpoint": format!("{base}/oauth/token"),
        "userinfo_endpoint": format!("{base}/oidc/userinfo"),
        "jwks_uri": format!("{base}/oidc/.well-known/jwks.json"),
        "end_session_endpoint": format!("{base}/logout"),
        "revocation_endpoint": format!("{base}/oauth/revoke"),
        "introspection_endpoint": format!("{base}/oauth/introspect"),
        "registration_endpoint": format!("{base}/oidc/register"),
        "scopes_supported": ["openid", "profile", "mcp"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "request_parameter_supported": true,
        "tls_client_certificate_bound_access_tokens": false,
    })
}

/// What introspection answers about a token that was asked for with `resource`: its JWT's claims, with
/// numbers for times, the resources as an array in `aud`, and `bearer` in small letters.
fn token(origin: &str) -> Value {
    json!({
        "active": true,
        "sub": "8d5b0a2e-5f0c-4d3a-9b0a-2e5f0c4d3a9b",
        "username": "ann",
        "client_id": "assistant",
        "token_type": "bearer",
        "scope": "mcp",
        "exp": 4_102_444_800_u64,
        "iat": 1_767_225_600,
        "iss": format!("{origin}/field/oidc"),
        "aud": [RESOURCE],
        "domain": "b1c8a2f4-7d3e-4c59-8c8a-2f47d3ec59d1",
        "jti": "Zm9yIHRlc3Rz",
    })
}

async fn gravitee(answer: impl Fn(&str) -> Value) -> Scripted {
    Scripted::start(|origin| {
        let (metadata, token) = (metadata(origin), answer(origin));
        move |asked: &Asked| match &*asked.path {
            "/field/oidc/.well-known/openid-configuration" => document(&metadata),
            "/field/oidc/.well-known/jwks.json" => document(&json!({"keys": [
                {"kty": "RSA", "use": "sig", "kid": "default", "alg": "RS256", "n": "_".repeat(341) + "w", "e": "AQAB"},
            ]})),
            "/field/oauth/introspect" => introspect(asked, &token),
            _ => status(404),
        }
    })
    .await
}

fn introspect(asked: &Asked, token: &Value) -> Reply {
    if asked
        .headers
        .get("authorization")
        .is_none_or(|it| it != CREDENTIALS)
    {
        let content = r#"{"error":"invalid_client","error_description":"Invalid client"}"#;
        return reply(401, content).with_header("www-authenticate", "Basic realm=\"gravitee-io\"");
    }
    let known = asked.body.split('&').any(|pair| pair == "token=g00d");
    // Written over several lines.
    let content = match known {
        true => serde_json::to_string_pretty(token).unwrap(),
        false => "{\n  \"active\" : false\n}".to_owned(),
    };
    reply(200, content).with_header("content-type", "application/json")
}

fn server(origin: &str, secret: &str) -> AuthorizationServer {
    let url: Url = origin.parse().unwrap();
    let builder = AuthorizationServer::gravitee(&url, "field").client("gateway", secret);
    builder.build().unwrap()
}

async fn identify(server: AuthorizationServer, token: &str) -> Result<String, (u16, &'static str)> {
    let plan = Introspection::builder(server)
        .audience(RESOURCE)
        .scopes(["mcp"]);
    let plan = plan.build().unwrap();
    let exchange = Exchange::new();
    match plan.identify(Credential::Token(token), &exchange).await {
        Ok(admission) => {
            let consumer = admission.consumer;
            assert_eq!(consumer.client_id(), Some("assistant"));
            Ok(consumer.subject().unwrap_or_default().to_owned())
        }
        Err(refusal) => {
            let reason = refusal.reason();
            Err((refusal.into_response(&exchange).status().as_u16(), reason))
        }
    }
}

#[tokio::test]
async fn its_answers_are_understood() {
    let gravitee = gravitee(token).await;
    let good = identify(server(&gravitee.origin, "s3cret"), "g00d").await;
    assert_eq!(good.unwrap(), "8d5b0a2e-5f0c-4d3a-9b0a-2e5f0c4d3a9b");
    // By its documentation, without looking for it.
    assert_eq!(gravitee.paths(), ["/field/oauth/introspect"]);
    let bad = identify(server(&gravitee.origin, "s3cret"), "bad").await;
    assert_eq!(bad, Err((401, "token_inactive")));
    let stranger = identify(server(&gravitee.origin, "wrong"), "g00d").await;
    assert_eq!(stranger, Err((503, "authorization_server_unavailable")));
}

/// A token that was asked for without `resource` names its client as audience, and with
/// `allowAudience` off nothing is named.
#[tokio::test]
async fn a_token_that_is_for_no_resource_is_refused() {
    type Change = fn(&mut Value);
    let changes: [Change; 3] = [
        |token| token["aud"] = json!("assistant"),
        |token| token["aud"] = json!(["https://gw.example/other"]),
        |token| token["aud"] = Value::Null,
    ];
    for change in changes {
        let gravitee = gravitee(|origin| {
            let mut token = token(origin);
            change(&mut token);
            token
        })
        .await;
        let other = identify(server(&gravitee.origin, "s3cret"), "g00d").await;
        assert_eq!(other, Err((401, "token_wrong_audience")));
    }
}

#[tokio::test]
async fn it_is_found_to_be_in_order() {
    let gravitee = gravitee(token).await;
    let examination = server(&gravitee.origin, "s3cret")
        .examine(&Needs::new().introspection())
        .await;
    let worse: Vec<_> = examination
        .steps()
        .iter()
        .filter(|step| step.outcome() != Outcome::Passed)
        .map(tollbar_oauth2::Step::name)
        .collect();
    // It does not name itself in answers to a login.
    assert_eq!(worse, ["issuer_in_response"], "{examination:#?}");
}

#[test]
fn urls_are_put_together_in_one_way() {
    for (url, domain, issuer) in [
        (
            "https://am.example",
            "field",
            "https://am.example/field/oidc",
        ),
        (
            "https://am.example/",
            "field",
            "https://am.example/field/oidc",
        ),
        (
            "https://am.example/auth/",
            "/field/",
            "https://am.example/auth/field/oidc",
        ),
        (
            "https://am.example:8443/auth",
            "a/b",
            "https://am.example:8443/auth/a/b/oidc",
        ),
        ("https://login.example", "", "https://login.example/oidc"),
    ] {
        let url: Url = url.parse().unwrap();
        let built = AuthorizationServer::gravitee(&url, domain).build();
        assert_eq!(built.unwrap().issuer(), issuer);
    }
    for url in [
        "mailto:am@example",
        "http://am.example",
        "https://am.example/?a=b",
    ] {
        let url: Url = url.parse().unwrap();
        assert!(
            AuthorizationServer::gravitee(&url, "field")
                .build()
                .is_err()
        );
    }
}
