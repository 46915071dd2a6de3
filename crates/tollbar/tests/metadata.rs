//! A proxy that tells where to log in, arranged and mounted as a host does it.

use std::{
    future::ready,
    net::TcpListener,
    sync::{Arc, Mutex},
};

use http::{Method, Request, Response, header};
use http_body_util::BodyExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tollbar::{
    Gateway, GatewayService, Routes, Server,
    analytics::Event,
    challenge::ProtectedResource,
    core::{Body, Consumer, Exchange, Kind, Refusal, origin::Origins},
    plan::{Admission, Credential, Fit, Identify, Plan, PlanLayer, Source},
};
use tower::ServiceExt as _;

const METADATA: &str = "/.well-known/oauth-protected-resource/mcp";
const POINTER: &str =
    "resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/mcp\"";

/// Takes the one token `good`.
struct Tokens;

impl Plan for Tokens {
    fn name(&self) -> &str {
        "tokens"
    }

    fn source(&self) -> Source {
        Source::Authorization
    }

    fn fit(&self, _: &Credential<'_>) -> Fit {
        Fit::Possible
    }

    fn identify<'a>(&'a self, credential: Credential<'a>, _: &'a Exchange) -> Identify<'a> {
        let judged = match credential {
            Credential::Token("good") => Ok(Admission::new(Consumer::new("tokens"))),
            _ => Err(Refusal::new(Kind::Unauthenticated, "bad", "a bad token")),
        };
        Box::pin(ready(judged))
    }
}

/// In front of a server that does not run.
fn gateway() -> Gateway {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let origins = Origins::new().allow_host("gw.example");
    let origins = origins.allow_origin("https://app.example").unwrap();
    Gateway::to(&format!("http://127.0.0.1:{port}/mcp"))
        .unwrap()
        .origins(origins)
        .plan(PlanLayer::new().with(Tokens))
}

fn resource() -> ProtectedResource {
    let url = "https://gw.example/mcp".parse().unwrap();
    let resource = ProtectedResource::new(url, "https://login.example").unwrap();
    resource.scopes(["mcp"]).unwrap()
}

fn routes() -> Routes<GatewayService> {
    let resource = resource();
    let service = gateway().protected_resource(&resource).into_service();
    let routes = Routes::new().mount("/mcp", service.clone()).unwrap();
    let mut paths = resource.paths().into_iter();
    paths
        .try_fold(routes, |routes, path| routes.mount(&path, service.clone()))
        .unwrap()
}

async fn ask(
    routes: &Routes<GatewayService>,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Body::from(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#);
    let request = request.header("content-type", "application/json");
    let request = request.body(body).unwrap();
    routes.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_foreign_page_reads_metadata_and_nothing_else() {
    let routes = routes();
    let foreign = [("host", "gw.example"), ("origin", "https://evil.example")];
    let response = ask(&routes, Method::GET, METADATA, &foreign).await;
    assert_eq!(response.status(), 200);
    let allowed = response.headers().get_all("access-control-allow-origin");
    assert_eq!(allowed.iter().collect::<Vec<_>>(), ["*"]);
    assert!(text(response).await.contains("https://login.example"));
    let response = ask(&routes, Method::OPTIONS, METADATA, &foreign).await;
    assert_eq!(response.status(), 204);

    for headers in [
        &foreign[..],
        &[foreign[0], foreign[1], ("authorization", "Bearer good")],
    ] {
        let response = ask(&routes, Method::POST, "/mcp", headers).await;
        assert_eq!(response.status(), 403);
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin")
        );
        assert!(!response.headers().contains_key(header::WWW_AUTHENTICATE));
    }
}

#[tokio::test]
async fn metadata_is_there_when_the_server_is_not() {
    let routes = routes();
    let good = [("host", "gw.example"), ("authorization", "Bearer good")];
    let response = ask(&routes, Method::POST, "/mcp", &good).await;
    assert_eq!(response.status(), 502);
    for path in [METADATA, "/mcp/.well-known/oauth-protected-resource"] {
        for host in ["gw.example", "evil.example", "127.0.0.1"] {
            let response = ask(&routes, Method::GET, path, &[("host", host)]).await;
            assert_eq!(response.status(), 200, "`{path}` of `{host}`");
        }
    }
}

#[tokio::test]
async fn an_allowed_page_reads_the_challenge() {
    let page = [("host", "gw.example"), ("origin", "https://app.example")];
    for (token, said) in [
        (None, format!("Bearer {POINTER}, scope=\"mcp\"")),
        (
            Some("Bearer bad"),
            format!(
                "Bearer {POINTER}, scope=\"mcp\", error=\"invalid_token\", \
                 error_description=\"a bad token\""
            ),
        ),
    ] {
        let token = token.map(|token| ("authorization", token));
        let headers: Vec<_> = page.into_iter().chain(token).collect();
        for method in [Method::POST, Method::GET, Method::DELETE] {
            let response = ask(&routes(), method, "/mcp", &headers).await;
            assert_eq!(response.status(), 401);
            let headers = response.headers();
            assert_eq!(
                headers["access-control-allow-origin"],
                "https://app.example"
            );
            let exposed = headers["access-control-expose-headers"].to_str().unwrap();
            assert!(exposed.contains("www-authenticate"), "{exposed}");
            let lines = headers.get_all(header::WWW_AUTHENTICATE);
            assert_eq!(lines.iter().collect::<Vec<_>>(), [said.as_str()]);
        }
    }
}

#[tokio::test]
async fn a_proxy_without_a_resource_tells_nothing() {
    let service = gateway().into_service();
    let routes = Routes::new().mount("/mcp", service).unwrap();
    let host = [("host", "gw.example")];
    let response = ask(&routes, Method::POST, "/mcp", &host).await;
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    for path in [
        METADATA,
        "/mcp/.well-known/oauth-protected-resource",
        "/register",
    ] {
        let response = ask(&routes, Method::GET, path, &host).await;
        assert_eq!(response.status(), 404);
        let said = text(response).await;
        assert!(said.contains("nobody logs in or registers here"), "{said}");
    }
}

#[tokio::test]
async fn what_is_said_of_a_login_is_true_where_there_is_one() {
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/other",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/register",
    ] {
        let response = ask(&routes(), Method::GET, path, &[("host", "gw.example")]).await;
        assert_eq!(response.status(), 404, "`{path}`");
        let said = text(response).await;
        assert!(
            said.contains("of the authorization server that its metadata names"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn a_head_on_the_wire_tells_the_length_and_has_no_body() {
    let listener = Server::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    let serving = Server::new().serve(listener, routes(), std::future::pending());
    let serving = tokio::spawn(serving);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = |method| format!("{method} {METADATA} HTTP/1.1\r\nhost: gw.example\r\n");
    // The second answer would begin with a body of the first one.
    let requests = format!(
        "{}\r\n{}connection: close\r\n\r\n",
        head("HEAD"),
        head("GET")
    );
    stream.write_all(requests.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    serving.abort();

    let parts: Vec<_> = answers.split("\r\n\r\n").collect();
    let [first, second, body] = parts[..] else {
        panic!("{answers}");
    };
    assert!(body.starts_with('{') && body.ends_with('}'), "{body}");
    let length = format!("content-length: {}", body.len());
    for head in [first, second] {
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains(&length),
            "{head}"
        );
    }
}

#[tokio::test]
async fn metadata_is_recorded_like_everything() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let service = gateway()
        .protected_resource(&resource())
        .analytics(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .into_service();
    let routes = Routes::new().mount(METADATA, service).unwrap();
    for (method, status) in [(Method::GET, 200), (Method::PUT, 405)] {
        let response = ask(&routes, method, METADATA, &[]).await;
        assert_eq!(response.status(), status);
        text(response).await;
    }
    let events = events.lock().unwrap();
    let reasons = events
        .iter()
        .map(|event| event.refusal.as_ref().map(|refusal| refusal.reason));
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [None, Some("method_not_allowed")]
    );
}
