//! The gateway's own credential: fetched, shown to the MCP server and nobody else, and renewed.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use tollbar::{Server, core::Body};
use tollbar_tests::local::Local;
use tower::service_fn;

use crate::reload::{client::ask, gateway::Gateway};

/// An MCP server that knows one token at a time, and the endpoint that issues them.
#[derive(Clone, Default)]
struct Secured {
    issued: Arc<AtomicUsize>,
    /// Tokens up to this one have been taken back.
    revoked: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

impl Secured {
    async fn answer(self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let authorization = head.headers.get("authorization");
        let authorization = authorization.map_or("", |value| value.to_str().unwrap());
        if head.uri.path() == "/token" {
            // `gateway` and `s3cret`, RFC 6749 section 2.3.1.
            assert_eq!(authorization, "Basic Z2F0ZXdheTpzM2NyZXQ=");
            let form = body.collect().await.unwrap().to_bytes();
            assert!(
                form.starts_with(b"grant_type=client_credentials"),
                "{form:?}"
            );
            let number = self.issued.fetch_add(1, Ordering::SeqCst) + 1;
            let token = format!(
                r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":3600}}"#
            );
            return answer(StatusCode::OK, token);
        }
        let number = authorization.strip_prefix("Bearer token-");
        let number: usize = number.and_then(|number| number.parse().ok()).unwrap_or(0);
        if number <= self.revoked.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return answer(StatusCode::UNAUTHORIZED, "{}".to_owned());
        }
        let result = r#"{"jsonrpc":"2.0","id":7,"result":{"resultType":"complete","tools":[]}}"#;
        answer(StatusCode::OK, result.to_owned())
    }
}

fn answer(status: StatusCode, body: String) -> Response<Body> {
    let response = Response::builder().status(status);
    let response = response.header("content-type", "application/json");
    let response = response.header("www-authenticate", "Bearer realm=\"internal\"");
    response.body(Body::from(body)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_fetched_shown_to_the_server_and_renewed() {
    let secured = Secured::default();
    let asked = secured.clone();
    let service = service_fn(move |request: Request<Body>| {
        let secured = asked.clone();
        async move { Ok::<_, Infallible>(secured.answer(request).await) }
    });
    let server = Local::serve(service, Server::new());
    let base = format!("http://{}", server.address);
    let proxy = format!(
        "a\nupstream.authorization.client_credentials = {{ token_url = \"{base}/token\", \
         client_id = \"gateway\", client_secret = {{ file = \"secret\" }} }}\n\
         [[proxy.plan]]\ntype = \"key\""
    );
    let gateway = Gateway::before(&format!("{base}/mcp"), &[("secret", "s3cret\n")], &[&proxy]);
    let (url, key) = (gateway.url("a"), gateway.make_key("ci", "a"));
    let bearer = format!("Bearer {key}");
    let credential = [("authorization", bearer.as_str())];

    assert_eq!(ask(&url, &[]).await, 401);
    for _ in 0..10 {
        assert_eq!(ask(&url, &credential).await, 200);
    }
    assert_eq!(secured.issued.load(Ordering::SeqCst), 1);

    // One that is refused is renewed, and the client notices nothing.
    secured.revoked.store(1, Ordering::SeqCst);
    assert_eq!(ask(&url, &credential).await, 200);
    assert_eq!(secured.issued.load(Ordering::SeqCst), 2);
    assert_eq!(secured.refused.load(Ordering::SeqCst), 1);

    // Where none is taken, the client is not sent to log in: it could do nothing about it.
    secured.revoked.store(usize::MAX, Ordering::SeqCst);
    assert_eq!(ask(&url, &credential).await, 502);
    gateway.hear("\"reason\":\"upstream_refused_credential\"");
    let said = gateway.running.said();
    assert!(!said.contains("s3cret") && !said.contains("token-") && !said.contains(&key));
}
