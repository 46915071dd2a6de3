//! Challenges of the server on their way to clients.

use std::time::Duration;

use http::{HeaderValue, Request, header::WWW_AUTHENTICATE, request::Parts};
use tollbar_challenge::{ChallengeLayer, RelayMode, RelayedResource};
use tollbar_core::{Body, Exchange, Guard, GuardLayer, Kind, Pass, Refusal};
use tower::{Layer as _, ServiceExt as _, service_fn};

use tollbar_test_log::Log;

use super::{Answer, INSERTED, POINTER, Server, Told, metadata, refused, refused_at, relay};

/// A relay whose server has metadata.
async fn relayed() -> (Server, RelayedResource) {
    let server = Server::start().await;
    server.at(INSERTED, Answer::json(metadata(&server)));
    let resource = relay(&server).build().unwrap();
    (server, resource)
}

#[tokio::test]
async fn one_line_goes_out_and_says_everything() {
    let (server, resource) = relayed().await;
    let named = format!("resource_metadata=\"{}\"", server.url(INSERTED));
    for (lines, expected) in [
        (vec![format!("Bearer {named}")], String::new()),
        (
            vec![format!(
                "Bearer realm=\"a \\\"b\\\\\", error_description=\"no scope=x\", Error=invalid_token, \
                 SCOPE=\"a b\", {named}"
            )],
            ", scope=\"a b\", error=\"invalid_token\", realm=\"a \\\"b\\\\\", \
             error_description=\"no scope=x\""
                .to_owned(),
        ),
        (
            vec![
                "Negotiate abc==, Basic realm=\"a, b\"".to_owned(),
                format!("bEARER {named}, x=y"),
                "ApiKey".to_owned(),
            ],
            ", x=\"y\", Negotiate abc==, Basic realm=\"a, b\", ApiKey".to_owned(),
        ),
        // What names the metadata besides leads to the gateway, too.
        (
            vec![format!(
                "DPoP algs=\"ES256\", {named}, Bearer {named}, Bearer a=b, {named}"
            )],
            format!(", DPoP algs=\"ES256\", {POINTER}, Bearer a=\"b\", {POINTER}"),
        ),
    ] {
        let lines: Vec<_> = lines.iter().map(String::as_bytes).collect();
        for status in [401, 403] {
            let told = refused(&resource, status, &lines).await;
            assert_eq!(
                (told.status.as_u16(), told.body.as_str()),
                (status, "of the server")
            );
            assert_eq!(told.challenges(), [format!("Bearer {POINTER}{expected}")]);
        }
    }
}

#[tokio::test]
async fn the_slash_of_the_path_is_told_back() {
    let (_server, resource) = relayed().await;
    for (path, slash) in [("/weather", ""), ("/weather/?a=b", "/")] {
        let line = b"Bearer resource_metadata=\"x\"";
        let told = refused_at(&resource, 401, &[line], path).await;
        let pointer = POINTER.strip_suffix('"').unwrap();
        assert_eq!(told.challenges(), [format!("Bearer {pointer}{slash}\"")]);
    }
}

#[tokio::test]
async fn what_the_server_forgets_is_added_where_there_is_metadata() {
    let (server, resource) = relayed().await;
    let (log, _guard) = Log::keep();
    for _ in 0..3 {
        assert_eq!(
            refused(&resource, 401, &[]).await.challenges(),
            [format!("Bearer {POINTER}")]
        );
        let told = refused(&resource, 401, &[b"Basic, Bearer realm=\"a\", scope=\"b\""]).await;
        let expected = format!("Bearer {POINTER}, scope=\"b\", realm=\"a\", Basic");
        assert_eq!(told.challenges(), [expected]);
        let told = refused(&resource, 403, &[b"Bearer error=\"insufficient_scope\""]).await;
        let expected = format!("Bearer {POINTER}, error=\"insufficient_scope\"");
        assert_eq!(told.challenges(), [expected]);
    }
    assert_eq!(server.asked(), [INSERTED]);
    // Once for each kind, however often.
    let lines = log.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("answers 401 without a challenge"),
        "{lines:?}"
    );
    assert!(
        lines[1].contains("names no `resource_metadata`"),
        "{lines:?}"
    );
    assert!(
        lines
            .iter()
            .all(|it| it.contains("proxy=\"weather\" found=\"") && it.contains("fix=\"let the"))
    );
}

#[tokio::test]
async fn nothing_leads_to_metadata_that_is_not_there() {
    let server = Server::start().await;
    let resource = relay(&server).build().unwrap();
    let told = refused(&resource, 401, &[]).await;
    assert_eq!((told.status.as_u16(), told.challenges()), (401, vec![]));
    let lines: [&[u8]; 2] = [b"Basic", b"Bearer realm=a, error=b"];
    let told = refused(&resource, 401, &lines).await;
    assert_eq!(
        told.challenges(),
        ["Bearer error=\"b\", realm=\"a\", Basic"]
    );
}

#[tokio::test]
async fn who_waits_for_metadata_waits_no_longer_than_the_limit() {
    let server = Server::start().await;
    let slow = Answer::json(metadata(&server)).after(Duration::from_secs(60));
    server.at(INSERTED, slow);
    let resource = relay(&server)
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let begun = std::time::Instant::now();
    let told = refused(&resource, 401, &[b"Bearer"]).await;
    assert_eq!(told.challenges(), ["Bearer"]);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn other_schemes_stay_as_they_were_in_one_line() {
    let (server, resource) = relayed().await;
    let (log, _guard) = Log::keep();
    let lines: [&[u8]; 2] = [b"Basic realm=a,  ApiKey", b"Negotiate YQ=="];
    let told = refused(&resource, 401, &lines).await;
    assert_eq!(told.challenges(), ["Basic realm=a, ApiKey, Negotiate YQ=="]);
    assert!(log.lines().is_empty());
    let line = b"DPoP resource_metadata=\"https://a.example\", algs=\"ES256\"";
    let told = refused(&resource, 401, &[line]).await;
    assert_eq!(told.status, 502);
    assert_eq!(told.reason(), "upstream_tokens_bound");
    assert!(told.challenges().is_empty());
    assert!(
        log.lines()[0].contains("proof of possession only"),
        "{:?}",
        log.lines()
    );
    // A token in place of parameters asks for something else.
    assert_eq!(
        refused(&resource, 401, &[b"Bearer abc"]).await.challenges(),
        ["Bearer abc"]
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_403_without_a_bearer_challenge_stays() {
    let (server, resource) = relayed().await;
    let lines: [&[u8]; 2] = [b"Basic realm=a,  ApiKey", b"Negotiate YQ=="];
    let told = refused(&resource, 403, &lines).await;
    assert_eq!(
        told.challenges(),
        ["Basic realm=a,  ApiKey", "Negotiate YQ=="]
    );
    let told = refused(&resource, 403, &[]).await;
    assert_eq!(
        (told.challenges(), told.body.as_str()),
        (vec![], "of the server")
    );
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn another_status_asks_nobody_for_a_token() {
    let (server, mirror) = relayed().await;
    let build = |mode| relay(&server).mode(mode).build().unwrap();
    let lines: [&[u8]; 2] = [
        b"Bearer resource_metadata=\"https://a.example\"",
        b"not, a = challenge",
    ];
    for status in [200, 202, 400, 402, 404, 407, 500] {
        for resource in [&mirror, &build(RelayMode::Synthesised)] {
            let told = refused(resource, status, &lines).await;
            assert_eq!((told.status.as_u16(), told.challenges()), (status, vec![]));
            assert_eq!(told.body, "of the server");
        }
        let told = refused(&build(RelayMode::Verbatim), status, &lines).await;
        assert_eq!(told.challenges().len(), 2, "{status}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_does_not_pass() {
    let (server, resource) = relayed().await;
    let (log, _guard) = Log::keep();
    let many = format!(
        "Bearer {}",
        (0..1000).map(|it| format!("a{it}=b, ")).collect::<String>()
    );
    let long = format!("Bearer realm=\"{}\"", "x".repeat(100 << 10));
    for line in [
        many.as_bytes(),
        long.as_bytes(),
        b"Bearer realm=\"open",
        b"Bearer a=b, A=c",
        b"not a challenge",
        b"Bearer resource_metadata=\"a\" resource_metadata=\"b\"",
    ] {
        for status in [401, 403] {
            let told = refused(&resource, status, &[line]).await;
            assert_eq!(told.status, 502);
            assert_eq!(told.reason(), "upstream_challenge_malformed");
            assert!(told.challenges().is_empty());
        }
    }
    assert!(server.asked().is_empty());
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("cannot be read") && lines[0].len() < 1000,
        "{lines:?}"
    );
}

#[tokio::test]
async fn no_value_reaches_the_line_but_as_text() {
    let (server, resource) = relayed().await;
    let named = format!("resource_metadata=\"{}\"", server.url(INSERTED));
    // Bytes that a header may hold: a tab, what was Latin-1, an escaped quote and a comma.
    let mut line =
        format!("Bearer {named}, error_description=\"a\tb\\\", Basic realm=\\\"").into_bytes();
    line.extend(b"\xe9\x85\", x=1");
    let told = refused(&resource, 401, &[&line]).await;
    let found = told
        .headers
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .collect::<Vec<_>>();
    let expected = format!(
        "Bearer {POINTER}, error_description=\"a\tb\\\", Basic realm=\\\"é\u{85}\", x=\"1\""
    );
    assert_eq!(
        found,
        [HeaderValue::from_bytes(expected.as_bytes()).unwrap()]
    );
    assert!(
        !found[0]
            .as_bytes()
            .iter()
            .any(|byte| matches!(byte, b'\r' | b'\n' | 0))
    );
}

/// Refuses everything.
#[derive(Clone)]
struct Refuser(Kind, &'static str);

impl Guard for Refuser {
    async fn check(&self, _: &Parts, _: &Exchange) -> Result<Pass, Refusal> {
        let line = HeaderValue::from_static(self.1);
        Err(Refusal::new(self.0, "no", "no").with_header(WWW_AUTHENTICATE, line))
    }
}

#[tokio::test]
async fn a_refusal_of_ours_is_completed_without_asking() {
    let (server, resource) = relayed().await;
    let verbatim = relay(&server).mode(RelayMode::Verbatim).build().unwrap();
    for resource in [&resource, &verbatim] {
        for (kind, said, expected) in [
            (
                Kind::Unauthenticated,
                "Bearer error=\"x\"",
                format!("Bearer {POINTER}, error=\"x\""),
            ),
            (
                Kind::InsufficientScope,
                "Bearer error=\"x\", scope=\"a b\"",
                format!("Bearer {POINTER}, scope=\"a b\", error=\"x\""),
            ),
            (
                Kind::Unauthenticated,
                "ApiKey header=\"x-key\"",
                "ApiKey header=\"x-key\"".to_owned(),
            ),
            (Kind::Limited, "Bearer", "Bearer".to_owned()),
        ] {
            let inner = service_fn(|_: Request<Body>| async {
                Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()))
            });
            let inner = GuardLayer::new(Refuser(kind, said)).layer(inner);
            let request = Request::post("/weather").body(Body::empty()).unwrap();
            let stack = ChallengeLayer::relayed(resource).layer(inner);
            let told = Told::of(stack.oneshot(request).await.unwrap()).await;
            assert_eq!(told.status, kind.status());
            assert_eq!(told.challenges(), [expected]);
        }
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn nobody_logs_in_at_the_gateway() {
    let server = Server::start().await;
    let at_root = |resource: tollbar_challenge::RelayBuilder| resource.mount_path("/");
    for resource in [relay(&server), at_root(relay(&server))] {
        let resource = resource.build().unwrap();
        for path in [
            "/register",
            "/authorize",
            "/token",
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-authorization-server/weather",
            "/.well-known/openid-configuration",
            "/weather/.well-known/openid-configuration",
            "/.well-known/oauth-protected-resource/other",
        ] {
            let told = super::get(&resource, path).await;
            assert_eq!(
                (told.status.as_u16(), told.reason()),
                (404, "no_such_path".to_owned())
            );
            assert!(told.challenges().is_empty());
        }
        for path in ["/", "/weather", "/weather/", "/registered"] {
            assert_eq!(
                super::get(&resource, path).await.body,
                "of the server",
                "`{path}`"
            );
        }
    }
    // A proxy that is called so is one.
    let called = relay(&server).mount_path("/token").build().unwrap();
    assert_eq!(super::get(&called, "/token").await.body, "of the server");
    assert_eq!(super::get(&called, "/register").await.status, 404);
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn an_answer_of_the_server_beside_a_refusal_is_relayed() {
    let (_server, resource) = relayed().await;
    // Something inside has refused, and the server's own head has gone out all the same.
    let inner = service_fn(|mut request: Request<Body>| {
        let exchange = Exchange::of(request.extensions_mut());
        let _ = Refusal::new(Kind::Unauthenticated, "no", "no").into_response(&exchange);
        let response = http::Response::builder().status(401);
        let response = response.header(WWW_AUTHENTICATE, "Bearer realm=\"open");
        let response = response.body(Body::empty()).unwrap();
        async { Ok::<_, std::convert::Infallible>(response) }
    });
    let request = Request::post("/weather").body(Body::empty()).unwrap();
    let stack = ChallengeLayer::relayed(&resource).layer(inner);
    let told = Told::of(stack.oneshot(request).await.unwrap()).await;
    // A challenge of ours that cannot be read would stay.
    assert_eq!(told.status, 502);
    assert_eq!(told.reason(), "upstream_challenge_malformed");
}
