//! A proxy whose MCP server judges tokens itself, arranged and mounted as a host does it.

use std::sync::{Arc, Mutex};

use http::{Method, Request, Response, header};
use http_body_util::BodyExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tollbar::{
    Gateway, GatewayService, Routes,
    analytics::Event,
    challenge::RelayedResource,
    core::{Body, origin::Origins},
    plan::{PlanLayer, Relay, SessionLayer, SessionSecret},
    upstream::Upstream,
};
use tower::ServiceExt as _;
use url::Url;

const METADATA: &str = "/.well-known/oauth-protected-resource/mcp";
const POINTER: &str =
    "resource_metadata=\"https://gw.example/.well-known/oauth-protected-resource/mcp\"";
const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

/// An MCP server with a login: answers `Bearer good`, refuses everybody else, and has metadata. Notes what
/// it was asked.
async fn server() -> (Url, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let url = format!("{origin}/mcp").parse().unwrap();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, origin.clone(), Arc::clone(&noted)));
        }
    });
    (url, asked)
}

async fn serve(mut stream: TcpStream, origin: String, asked: Arc<Mutex<Vec<String>>>) {
    let mut request = String::new();
    let complete = |request: &str| match request.split_once("\r\n\r\n") {
        Some((head, body)) => !head.starts_with("POST") || body == PING,
        None => false,
    };
    while !complete(&request) {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap_or(0);
        if read == 0 {
            return;
        }
        request.push_str(str::from_utf8(&bytes[..read]).unwrap());
    }
    let (status, body) = if request.starts_with("GET /.well-known/") {
        let servers = r#""authorization_servers":["https://login.example"]"#;
        (
            "200 OK",
            format!("{{\"resource\":\"{origin}/mcp\",{servers}}}"),
        )
    } else if request.contains("authorization: Bearer good\r\n") {
        (
            "200 OK",
            r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_owned(),
        )
    } else {
        let pointer = format!("{origin}/.well-known/oauth-protected-resource");
        let challenge = format!("Bearer realm=\"example\", resource_metadata=\"{pointer}\"");
        let status = format!("401 Unauthorized\r\nwww-authenticate: {challenge}");
        asked.lock().unwrap().push(request);
        return answer(&mut stream, &status, "{}").await;
    };
    asked.lock().unwrap().push(request);
    answer(&mut stream, status, &body).await;
}

async fn answer(stream: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
    let answer = format!("{head}\r\ncontent-type: application/json\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn relay(url: &Url, public: &str) -> RelayedResource {
    let relay = RelayedResource::builder(public.parse().unwrap(), url.clone());
    relay.build().unwrap()
}

fn gateway(url: &Url, resource: &RelayedResource) -> Gateway {
    let origins = Origins::new().allow_host("gw.example");
    let origins = origins.allow_origin("https://app.example").unwrap();
    let upstream = Upstream::builder(url.clone()).forward_authorization(true);
    let secret = SessionSecret::generate().unwrap();
    Gateway::new(upstream.build().unwrap())
        .origins(origins)
        .plan(PlanLayer::new().with(Relay::new(secret.clone())))
        .session(SessionLayer::new(secret))
        .relay(resource)
}

fn routes(
    path: &str,
    service: &GatewayService,
    resource: &RelayedResource,
) -> Routes<GatewayService> {
    let routes = Routes::new().mount(path, service.clone()).unwrap();
    let mut paths = resource.paths().into_iter();
    paths
        .try_fold(routes, |routes, path| routes.mount(&path, service.clone()))
        .unwrap()
}

/// A message to a path, with these headers besides.
fn message(method: &Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("accept", "application/json, text/event-stream");
    let mut request = request.header("host", "gw.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match *method {
        Method::POST => {
            let request = request.header("content-type", "application/json");
            request.body(Body::from(PING)).unwrap()
        }
        _ => request.body(Body::empty()).unwrap(),
    }
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_client_finds_the_way_in() {
    let (url, asked) = server().await;
    let resource = relay(&url, "https://gw.example/mcp");
    let routes = routes("/mcp", &gateway(&url, &resource).into_service(), &resource);
    let page = ("origin", "https://app.example");
    for method in [Method::POST, Method::GET, Method::DELETE] {
        for token in [&[page][..], &[page, ("authorization", "Bearer bad")]] {
            let request = message(&method, "/mcp", token);
            let refused = routes.clone().oneshot(request).await.unwrap();
            assert_eq!(refused.status(), 401);
            let headers = refused.headers();
            let lines = headers.get_all(header::WWW_AUTHENTICATE).iter();
            let expected = format!("Bearer {POINTER}, realm=\"example\"");
            assert_eq!(lines.collect::<Vec<_>>(), [expected.as_str()]);
            let exposed = headers["access-control-expose-headers"].to_str().unwrap();
            assert!(exposed.contains("www-authenticate"), "{exposed}");
        }
    }
    for headers in [&[page][..], &[("origin", "https://evil.example")]] {
        let request = message(&Method::GET, METADATA, headers);
        let metadata = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(metadata.status(), 200);
        assert_eq!(metadata.headers()["access-control-allow-origin"], "*");
        let found = text(metadata).await;
        assert!(
            found.contains(r#""resource":"https://gw.example/mcp""#),
            "{found}"
        );
        assert!(found.contains(r#"["https://login.example"]"#), "{found}");
    }
    let request = message(&Method::POST, "/mcp", &[("authorization", "Bearer good")]);
    let answer = routes.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(text(answer).await.contains("result"));
    // Six that were refused, the metadata once, and the call.
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 8);
    assert!(
        asked[6].starts_with("GET /.well-known/oauth-protected-resource HTTP"),
        "{}",
        asked[6]
    );
    assert!(!asked[6].contains("authorization"), "{}", asked[6]);
}

#[tokio::test]
async fn nobody_logs_in_at_the_gateway_itself() {
    let (url, asked) = server().await;
    for (public, path) in [
        ("https://gw.example", "/"),
        ("https://gw.example/mcp", "/mcp"),
    ] {
        let resource = relay(&url, public);
        let service = gateway(&url, &resource).into_service();
        let routes = routes(path, &service, &resource);
        for lost in [
            "/register",
            "/authorize",
            "/token",
            "/.well-known/oauth-authorization-server",
            "/.well-known/oauth-authorization-server/mcp",
            "/.well-known/openid-configuration",
            "/.well-known/oauth-protected-resource/other",
        ] {
            for method in [Method::GET, Method::POST] {
                let request = || message(&method, lost, &[]);
                let response = routes.clone().oneshot(request()).await.unwrap();
                assert_eq!(response.status(), 404, "{method} {lost}");
                // Where the stack serves every path, too.
                let response = service.clone().oneshot(request()).await.unwrap();
                assert_eq!(response.status(), 404, "{method} {lost}");
                assert!(!response.headers().contains_key(header::WWW_AUTHENTICATE));
            }
        }
        assert!(asked.lock().unwrap().is_empty());
        let response = routes
            .oneshot(message(&Method::POST, path, &[]))
            .await
            .unwrap();
        assert_eq!(response.status(), 401);
        asked.lock().unwrap().clear();
    }
}

#[tokio::test]
async fn what_cannot_be_told_is_recorded() {
    let (url, _) = server().await;
    let resource = RelayedResource::builder("https://gw.example/mcp".parse().unwrap(), url.clone())
        .identifier("https://mcp.example/mcp".parse().unwrap())
        .build()
        .unwrap();
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&events);
    let service = gateway(&url, &resource)
        .analytics(move |event: Arc<Event>| seen.lock().unwrap().push(event))
        .into_service();
    for (path, status) in [(METADATA, 502), ("/mcp", 401), ("/token", 404)] {
        let method = if path == "/mcp" {
            Method::POST
        } else {
            Method::GET
        };
        let response = service
            .clone()
            .oneshot(message(&method, path, &[]))
            .await
            .unwrap();
        assert_eq!(response.status(), status);
        text(response).await;
    }
    let events = events.lock().unwrap();
    let reasons = events
        .iter()
        .map(|event| event.refusal.as_ref().map(|refusal| refusal.reason));
    let expected = [
        Some("upstream_metadata_mismatch"),
        None,
        Some("no_such_path"),
    ];
    assert_eq!(reasons.collect::<Vec<_>>(), expected);
}
