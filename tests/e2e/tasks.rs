//! Real tasks of two consumers behind one gateway, in both eras.

use std::time::{Duration, Instant};

use http::{Request, Response, request::Builder};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tollbar::{
    Gateway, GatewayService,
    core::Body,
    plan::{
        PlanLayer,
        key::{KeyPlan, Keys, MemoryStore, NewKey, Pepper},
    },
};
use tollbar_tests::programs::{everything, fixture};
use tower::ServiceExt as _;

/// How long a task may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One consumer, with a key and perhaps a session of its own.
struct Client {
    gateway: GatewayService,
    key: String,
    session: Option<String>,
}

/// Two clients with different keys before one server.
async fn two(url: &str) -> [Client; 2] {
    let (store, pepper) = (MemoryStore::new(), Pepper::generate().unwrap());
    let keys = Keys::new(store.clone(), pepper.clone());
    let plan = PlanLayer::new().with(KeyPlan::new(store, pepper));
    let gateway = Gateway::to(url).unwrap().plan(plan).into_service();
    let mut clients = Vec::new();
    for owner in ["ann", "bob"] {
        let (key, _) = keys
            .create(NewKey::new(owner).all_proxies().owner(owner))
            .await
            .unwrap();
        clients.push(Client {
            gateway: gateway.clone(),
            key: format!("Bearer {}", key.expose()),
            session: None,
        });
    }
    clients.try_into().ok().unwrap()
}

impl Client {
    fn request(&self, version: &str) -> Builder {
        let request = Request::post("/mcp")
            .header("host", "localhost")
            .header("authorization", &self.key)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", version);
        match &self.session {
            Some(session) => request.header("mcp-session-id", session),
            None => request,
        }
    }

    async fn send(&self, request: Builder, message: &Value) -> Response<Body> {
        let request = request.body(Body::from(message.to_string())).unwrap();
        self.gateway.clone().oneshot(request).await.unwrap()
    }

    /// Begins a session of 2025-11-25.
    async fn begin(&mut self) -> Value {
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let message =
            json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
        let begun = self.send(self.request("2025-11-25"), &message).await;
        let session = begun.headers()["mcp-session-id"].to_str().unwrap();
        self.session = Some(session.to_owned());
        let told = answer(begun).await;
        let message = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let taken = self.send(self.request("2025-11-25"), &message).await;
        assert_eq!(taken.status(), 202);
        told
    }

    /// Asks as 2025-11-25 does, in the session.
    async fn legacy(&self, method: &str, params: Value) -> Value {
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let response = self.send(self.request("2025-11-25"), &message).await;
        assert_eq!(response.status(), 200, "{method}");
        answer(response).await
    }

    /// Asks as 2026-07-28 does, as a client that knows tasks.
    async fn modern(&self, method: &str, name: &str, mut params: Value) -> Value {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {
                "elicitation": {},
                "extensions": { "io.modelcontextprotocol/tasks": {} },
            },
        });
        let request = self.request("2026-07-28");
        let request = request
            .header("mcp-method", method)
            .header("mcp-name", name);
        let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        answer(self.send(request, &message).await).await
    }

    /// Asks for a task until it is in this state.
    async fn until(&self, task: &str, status: &str, modern: bool) -> Value {
        let begun = Instant::now();
        loop {
            let params = json!({ "taskId": task });
            let told = match modern {
                true => self.modern("tasks/get", task, params).await,
                false => self.legacy("tasks/get", params).await,
            };
            assert_eq!(told["result"]["taskId"], task, "{told}");
            if told["result"]["status"] == status {
                return told["result"].clone();
            }
            assert!(begun.elapsed() < PATIENCE, "never {status}: {told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// The response in a body of one document, or at the end of a stream.
async fn answer(response: Response<Body>) -> Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let mut data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    let last = data.rfind(|data| !data.is_empty());
    serde_json::from_str(last.unwrap_or(&text)).unwrap_or_else(|_| panic!("no answer: {text}"))
}

fn is_unknown(told: &Value) {
    let expected = json!({ "code": -32602, "message": "Failed to retrieve task: Task not found" });
    assert_eq!(told["error"], expected);
}

#[tokio::test]
async fn of_2026_07_28() {
    let (_fixture, url) = fixture();
    let [ann, bob] = two(&url).await;
    let call = |name: &str| json!({ "name": name, "arguments": {} });
    let made = ann
        .modern("tools/call", "confirm_delete", call("confirm_delete"))
        .await;
    assert_eq!(made["result"]["resultType"], "task", "{made}");
    let task = made["result"]["taskId"].as_str().unwrap();
    assert!(task.starts_with("t1."), "{made}");
    ann.until(task, "input_required", true).await;

    let answers = json!({ "confirm": { "action": "accept", "content": { "confirm": true } } });
    let update = json!({ "taskId": task, "inputResponses": answers });
    is_unknown(
        &bob.modern("tasks/get", task, json!({ "taskId": task }))
            .await,
    );
    is_unknown(&bob.modern("tasks/update", task, update.clone()).await);
    is_unknown(
        &bob.modern("tasks/cancel", task, json!({ "taskId": task }))
            .await,
    );
    // Nothing of it was done.
    ann.until(task, "input_required", true).await;

    let told = ann.modern("tasks/update", task, update).await;
    assert_eq!(told["result"]["resultType"], "complete", "{told}");
    let done = ann.until(task, "completed", true).await;
    let text = &done["result"]["content"][0]["text"];
    assert_eq!(text, "would delete file.txt");

    let made = bob.modern(
        "tools/call",
        "slow_compute",
        json!({ "name": "slow_compute", "arguments": { "seconds": 60.0 } }),
    );
    let made = made.await;
    let task = made["result"]["taskId"].as_str().unwrap();
    is_unknown(
        &ann.modern("tasks/cancel", task, json!({ "taskId": task }))
            .await,
    );
    let told = bob
        .modern("tasks/cancel", task, json!({ "taskId": task }))
        .await;
    assert_eq!(told["result"]["resultType"], "complete", "{told}");
    bob.until(task, "cancelled", true).await;
}

#[tokio::test]
async fn of_2025_11_25() {
    let (_server, url) = everything();
    let [mut ann, mut bob] = two(&url).await;
    for client in [&mut ann, &mut bob] {
        let offered = client.begin().await["result"]["capabilities"]["tasks"].clone();
        assert!(offered["requests"].is_object(), "{offered}");
        assert!(offered["list"].is_null(), "{offered}");
    }
    let call = json!({
        "name": "simulate-research-query",
        "arguments": { "topic": "tollbars", "ambiguous": false },
        "task": { "ttl": 60000 },
    });
    let made = ann.legacy("tools/call", call.clone()).await;
    let task = made["result"]["task"]["taskId"]
        .as_str()
        .unwrap_or_else(|| panic!("{made}"));
    assert!(task.starts_with("t1."), "{made}");
    for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
        is_unknown(&bob.legacy(method, json!({ "taskId": task })).await);
    }
    let refused = ann.legacy("tasks/list", json!({})).await;
    assert_eq!(refused["error"]["code"], -32601);

    let told = ann.legacy("tasks/result", json!({ "taskId": task })).await;
    let meta = &told["result"]["_meta"]["io.modelcontextprotocol/related-task"];
    assert_eq!(meta["taskId"], task, "{told}");
    assert!(
        told["result"]["content"][0]["text"]
            .as_str()
            .unwrap()
            .contains("tollbars")
    );
    ann.until(task, "completed", false).await;

    let made = bob.legacy("tools/call", call).await;
    let task = made["result"]["task"]["taskId"].as_str().unwrap();
    is_unknown(&ann.legacy("tasks/cancel", json!({ "taskId": task })).await);
    let told = bob.legacy("tasks/cancel", json!({ "taskId": task })).await;
    assert_eq!(told["result"]["status"], "cancelled", "{told}");
}
