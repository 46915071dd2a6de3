//! Servers that answer by a script.

use std::{
    convert::Infallible,
    future::Future,
    sync::{Arc, Mutex},
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tollbar::{core::Body, upstream::Upstream};
use tower::service_fn;

use crate::{
    compose::{ComposedProxy, Composer},
    config::{
        Destination, Environment, File, Overrides, ProxyName, RoutePath, Text, UpstreamUrl, Verdict,
    },
    records::Records,
};

/// What a server was asked.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The JSON-RPC method of a POST, else the HTTP method.
    pub(super) method: String,
    pub(super) body: String,
    pub(super) session: Option<String>,
    pub(super) version: Option<String>,
}

/// A server on a port of its own.
pub(super) struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start(
        script: impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static,
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let stop = CancellationToken::new();
        let service = service(Arc::new(script), Arc::clone(&asked));
        let stopped = stop.clone().cancelled_owned();
        let serving = async move {
            let server = tollbar::Server::new().drain_timeout(std::time::Duration::ZERO);
            server
                .serve(listener, service_fn(service), stopped)
                .await
                .unwrap();
        };
        Self {
            url,
            asked,
            stop,
            serving: tokio::spawn(serving),
        }
    }

    /// A proxy in front of it.
    pub(super) async fn proxy(&self) -> ComposedProxy {
        let url = self.url.parse::<Text<UpstreamUrl>>().unwrap().0;
        let file = File::single(ProxyName::fixed("a"), RoutePath::default(), url);
        let environment = Environment::beside(None);
        let verdict = Verdict::of_flags(file, &Overrides::default(), &environment);
        let mut settings = verdict.settings.unwrap();
        settings.log.exchanges = Text(Destination::Off);
        let records = Records::open(&settings).unwrap();
        let composer = Composer::new(([127, 0, 0, 1], 1).into(), records).unwrap();
        let composed = composer.compose(&settings, &[]).await.unwrap();
        composed.proxies[0].clone()
    }

    pub(super) fn upstream(&self) -> Upstream {
        // Without idle connections, whose end would be another failure than nobody there.
        let builder = Upstream::builder(self.url.parse().unwrap()).max_idle_connections(0);
        builder.build().unwrap()
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }
}

type Answer = std::pin::Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

fn service(
    script: Arc<impl Fn(&Asked) -> Response<Body> + Send + Sync + 'static>,
    log: Arc<Mutex<Vec<Asked>>>,
) -> impl Fn(Request<Body>) -> Answer + Clone + Send {
    move |request| {
        let (script, log) = (Arc::clone(&script), Arc::clone(&log));
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            let message: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let header = |name| {
                head.headers
                    .get(name)
                    .map(|value| value.to_str().unwrap().to_owned())
            };
            let asked = Asked {
                method: message["method"]
                    .as_str()
                    .unwrap_or(head.method.as_str())
                    .to_owned(),
                body: String::from_utf8(bytes.to_vec()).unwrap(),
                session: header("mcp-session-id"),
                version: header("mcp-protocol-version"),
            };
            log.lock().unwrap().push(asked.clone());
            Ok(script(&asked))
        })
    }
}

/// A server of 2025-06-18 that answers by event streams and says something before.
pub(super) fn session(request: &Asked) -> Response<Body> {
    let result = match request.method.as_str() {
        "initialize" => {
            r#"{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"old","version":"1"}}"#
        }
        "tools/list" => r#"{"tools":[{},{}]}"#,
        "notifications/initialized" => return answer(202, None, ""),
        "DELETE" => return answer(200, None, ""),
        _ => {
            return json(
                400,
                r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no session"}}"#,
            );
        }
    };
    let before = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#;
    let mut response = events(&format!(
        ": hello\n\ndata: {before}\n\ndata: {{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{result}}}\n\n"
    ));
    response
        .headers_mut()
        .insert("mcp-session-id", "s-1".parse().unwrap());
    response
}

/// A server that answers everything with this status and no content.
pub(super) fn refusing(status: u16) -> impl Fn(&Asked) -> Response<Body> {
    move |_| answer(status, None, "")
}

pub(super) fn json(status: u16, text: &str) -> Response<Body> {
    answer(status, Some("application/json; charset=utf-8"), text)
}

pub(super) fn events(text: &str) -> Response<Body> {
    answer(200, Some("text/event-stream"), text)
}

pub(super) fn html(status: u16) -> Response<Body> {
    answer(status, Some("text/html"), "<h1>oops</h1>")
}

fn answer(status: u16, media_type: Option<&str>, text: &str) -> Response<Body> {
    let mut response = Response::builder()
        .status(status)
        .header("location", "/elsewhere");
    if let Some(media_type) = media_type {
        response = response.header("content-type", media_type);
    }
    response.body(Body::from(text.to_owned())).unwrap()
}
