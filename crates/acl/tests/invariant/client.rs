//! A client that speaks one revision, in front of the whole stack.

use std::convert::Infallible;

use http::{Request, Response, request::Parts};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar_acl::AclLayer;
use tollbar_core::{Body, Exchange, Guard, GuardLayer, Pass, Refusal, frame::FrameLayer};
use tollbar_mcp::{Era, Version};
use tower::{Layer as _, ServiceExt as _, service_fn, util::BoxCloneSyncService};

use crate::{
    catalogue::{Entry, List},
    rules::TENANT,
    server::{self, Server},
    world::{self, World},
};

/// Says who asks, as a plan would.
#[derive(Clone)]
struct Who;

impl Guard for Who {
    async fn check(&self, head: &Parts, exchange: &Exchange) -> Result<Pass, Refusal> {
        let index = head.headers["x-consumer"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        exchange.set_consumer(world::consumer(index)).unwrap();
        Ok(Pass::new())
    }
}

/// A client, the stack, and a server with the catalogue of a world.
pub(crate) struct Client<'w> {
    pub(crate) world: &'w World,
    pub(crate) version: Version,
    pub(crate) server: Server,
    stack: BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>,
}

/// A status and the JSON of a body.
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Told {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

impl<'w> Client<'w> {
    pub(crate) fn new(world: &'w World, version: Version) -> Self {
        let server = Server::default();
        for list in List::ALL {
            let pages = world.pages(list);
            for (index, page) in pages.iter().enumerate() {
                let cursor = if index == 0 {
                    String::new()
                } else {
                    index.to_string()
                };
                let is_last = index + 1 == pages.len();
                let all: Vec<_> = page.iter().collect();
                let result = result(list, &all, (!is_last).then_some(index + 1), "public");
                server.set_result(list.method(), &cursor, result);
            }
        }
        let capabilities = server::capabilities();
        let hello = json!({"protocolVersion": version.as_str(), "capabilities": capabilities});
        server.set_result("initialize", "", hello.to_string());
        let hello = json!({"supportedVersions": [version.as_str()], "capabilities": capabilities});
        server.set_result("server/discover", "", hello.to_string());
        let run = server.clone();
        let inner = service_fn(move |request| std::future::ready(Ok(run.run(request))));
        let acl = AclLayer::new(world.rules.clone()).layer(inner);
        let stack = FrameLayer::new().layer(GuardLayer::new(Who).layer(acl));
        Self {
            world,
            version,
            server,
            stack: BoxCloneSyncService::new(stack),
        }
    }

    pub(crate) fn era(&self) -> Era {
        self.version.era()
    }

    /// A message of this revision, with an id.
    pub(crate) fn message(&self, id: u64, method: &str, mut params: Value) -> Value {
        if self.era() == Era::Modern {
            let key = "io.modelcontextprotocol/clientCapabilities";
            let capabilities = params["_meta"][key].take();
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": self.version.as_str(),
                key: if capabilities.is_null() { json!({}) } else { capabilities },
            });
        }
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    /// Sends a request, and reads the answer to its end.
    pub(crate) async fn ask(&self, method: &str, params: Value) -> Told {
        self.post(&self.message(1, method, params)).await
    }

    pub(crate) async fn post(&self, body: &Value) -> Told {
        let response = self.send(self.request(body)).await;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Told { status, body }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.stack.clone().oneshot(request).await.unwrap()
    }

    pub(crate) fn request(&self, body: &Value) -> Request<Body> {
        let mut request = Request::post("/mcp").header("content-type", "application/json");
        if self.era() == Era::Modern {
            if let Some(method) = body["method"].as_str() {
                request = request.header("mcp-method", method);
            }
            let params = &body["params"];
            let named = [&params["name"], &params["uri"], &params["taskId"]];
            if let Some(name) = named.into_iter().find_map(Value::as_str) {
                request = request.header("mcp-name", tollbar_mcp::header::encode(name));
            }
        }
        self.finish(request, Body::from(body.to_string()))
    }

    /// Opens a stream of the legacy era, or takes one up again.
    pub(crate) fn listen(&self, resumes: bool) -> Request<Body> {
        let mut request = Request::get("/mcp").header("accept", "text/event-stream");
        if resumes {
            request = request.header("last-event-id", "7");
        }
        self.finish(request, Body::empty())
    }

    fn finish(&self, mut request: http::request::Builder, body: Body) -> Request<Body> {
        // Without the header a request is one of 2025-03-26.
        if self.version != Version::V2025_03_26 {
            request = request.header("mcp-protocol-version", self.version.as_str());
        }
        for tenant in &self.world.tenants {
            request = request.header(TENANT, *tenant);
        }
        let request = request.header("x-consumer", self.world.consumer);
        request.body(body).unwrap()
    }
}

/// The result of one page.
pub(crate) fn result(list: List, entries: &[&Entry], next: Option<usize>, scope: &str) -> String {
    let entries: Vec<_> = entries.iter().map(|entry| &*entry.raw).collect();
    let next = next.map_or(String::new(), |next| format!(r#","nextCursor":"{next}""#));
    let (key, entries) = (list.key(), entries.join(","));
    format!(
        r#"{{"ttlMs": 5,"{key}" :[{entries}]{next},"cacheScope":"{scope}", "_meta":{{"x":1.50}}}}"#
    )
}
