//! MCP through a gateway that asks for certificates.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{HeaderName, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tollbar::{
    ClientAuthentication, Gateway, GatewayService, Server,
    analytics::Event,
    core::{Body, Forwarding},
    plan::{
        PlanLayer,
        certificate::{CertificatePlan, CertificateRule, ForwardedCertificate},
    },
};
use tower::service_fn;

use crate::{
    authority::Authority,
    client::{Client, send},
    served::Served,
};

pub(crate) type Events = Arc<Mutex<Vec<Arc<Event>>>>;

/// An MCP server whose one tool tells which headers it got.
pub(crate) fn upstream() -> Served {
    let service = service_fn(|request: Request<Body>| async move {
        let names: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
        let text = names.join(" ");
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let question: Value = serde_json::from_slice(&body).unwrap();
        let content = json!([{ "type": "text", "text": text }]);
        let answer =
            json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "content": content } });
        let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
        Ok::<_, Infallible>(response.body(Body::from(answer.to_string())).unwrap())
    });
    Served::new(Server::new(), service)
}

/// A gateway with this plan in front of it.
pub(crate) fn gateway(upstream: &Served, plan: CertificatePlan) -> (GatewayService, Events) {
    let events = Events::default();
    let seen = Arc::clone(&events);
    let gateway = Gateway::to(&format!("http://{}/mcp", upstream.address))
        .unwrap()
        .plan(PlanLayer::new().with(plan))
        .analytics(move |event: Arc<Event>| seen.lock().unwrap().push(event));
    (gateway.into_service(), events)
}

pub(crate) fn call() -> Request<Full<Bytes>> {
    let params = json!({ "name": "headers", "arguments": {} });
    let call = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params });
    Request::post("https://localhost/mcp")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json, text/event-stream")
        .body(Full::from(call.to_string()))
        .unwrap()
}

pub(crate) async fn text(response: Response<hyper::body::Incoming>) -> (StatusCode, String) {
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.into()).unwrap())
}

#[tokio::test]
async fn a_call_is_made_by_whom_the_certificate_names() {
    let authority = Authority::new();
    let upstream = upstream();
    let agents = CertificateRule::dns("agent.example").unwrap();
    let plan = CertificatePlan::new().admit(agents.consumer("ci"));
    let (service, events) = gateway(&upstream, plan);
    let tls = authority
        .tls()
        .client_ca_pem(authority.pem())
        .client_certificate(ClientAuthentication::Optional);
    let server = Served::new(Server::new().tls(tls.build().unwrap()), service);

    for alpn in ["h2", "http/1.1"] {
        let ask = async |client: Client| {
            let stream = client.alpn(&[alpn]).connect(server.address).await.unwrap();
            text(send(stream, call()).await.unwrap()).await
        };
        let agent = Client::known_as(&authority, &authority.client("agent"));
        let (status, answer) = ask(agent).await;
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["id"], 7);
        assert!(answer["result"]["content"][0]["text"].is_string());

        let stranger = Client::known_as(&authority, &authority.client("stranger"));
        let (status, answer) = ask(stranger).await;
        assert_eq!(status, 403, "{answer}");
        assert!(answer.contains("certificate_not_admitted"), "{answer}");

        let (status, answer) = ask(Client::new(&authority)).await;
        assert_eq!(status, 401, "{answer}");
    }
    let events = events.lock().unwrap();
    let seen: Vec<_> = events.iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(seen.len(), 6);
    assert_eq!(seen.iter().filter(|it| it.contains("\"ci\"")).count(), 2);
}

#[tokio::test]
async fn the_header_of_a_terminator_stays_at_the_gateway() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let upstream = upstream();
    let header = HeaderName::from_static("client-cert");
    let trusted = Forwarding::new(["127.0.0.1".parse().unwrap()]);
    let forwarded = ForwardedCertificate::new(header, trusted);
    let rule = CertificateRule::subject("CN=agent").unwrap();
    let plan = CertificatePlan::new().forwarded(forwarded).admit(rule);
    let (service, _) = gateway(&upstream, plan);
    let authority = Authority::new();
    let tls = authority.tls().build().unwrap();
    let server = Served::new(Server::new().tls(tls), service);

    let agent = authority.client("agent");
    let value = format!(":{}:", STANDARD.encode(agent.certificate.der()));
    let mut request = call();
    request
        .headers_mut()
        .insert("client-cert", value.parse().unwrap());
    let stream = Client::new(&authority)
        .connect(server.address)
        .await
        .unwrap();
    let (status, answer) = text(send(stream, request).await.unwrap()).await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains("content-type"), "{answer}");
    assert!(!answer.contains("client-cert"), "{answer}");
}

#[tokio::test]
async fn a_connection_that_outlives_its_certificate_is_refused() {
    let authority = Authority::new();
    let upstream = upstream();
    let plan = CertificatePlan::new().admit(CertificateRule::any());
    let (service, _) = gateway(&upstream, plan);
    let tls = authority.tls().client_ca_pem(authority.pem());
    let server = Served::new(Server::new().tls(tls.build().unwrap()), service);

    let until = SystemTime::now() + Duration::from_secs(3);
    let agent = authority.client_until("agent", until);
    let client = Client::known_as(&authority, &agent).alpn(&["h2"]);
    let stream = TokioIo::new(client.connect(server.address).await.unwrap());
    let executor = TokioExecutor::new();
    let (mut sender, connection) = http2::handshake(executor, stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let (status, answer) = text(sender.send_request(call()).await.unwrap()).await;
    assert_eq!(status, 200, "{answer}");
    let left = until.duration_since(SystemTime::now());
    tokio::time::sleep(left.unwrap_or_default()).await;
    let (status, answer) = text(sender.send_request(call()).await.unwrap()).await;
    assert_eq!(status, 401, "{answer}");
    assert!(answer.contains("certificate_expired"), "{answer}");
    assert!(!connection.is_finished());
}
