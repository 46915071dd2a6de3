//! A client of one session, whose token can change on the way.

use reqwest::{
    Client, Response, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};

/// One session, begun and ready.
pub(super) struct Session {
    http: Client,
    url: String,
    headers: HeaderMap,
}

impl Session {
    /// Begins one with these headers.
    pub(super) async fn begin(url: &str, headers: &[(&'static str, &str)]) -> Self {
        let mut session = Self {
            http: Client::builder().no_proxy().build().unwrap(),
            url: url.to_owned(),
            headers: HeaderMap::new(),
        };
        session.shows("accept", "application/json, text/event-stream");
        session.shows("content-type", "application/json");
        for (name, value) in headers {
            session.shows(name, value);
        }
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let begun = session.ask("initialize", &params).await;
        assert_eq!(begun.status(), 200);
        let id = begun.headers()["mcp-session-id"].clone();
        begun.text().await.unwrap();
        session.headers.insert("mcp-session-id", id);
        session.shows("mcp-protocol-version", "2025-11-25");
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(session.post(&initialized).await.status(), 202);
        session
    }

    /// Begins one with a token alone.
    pub(super) async fn of(url: &str, token: &str) -> Self {
        Self::begin(url, &[("authorization", &format!("Bearer {token}"))]).await
    }

    /// Shows this header from now on, instead of what it showed before.
    pub(super) fn shows(&mut self, name: &'static str, value: &str) {
        let value = HeaderValue::from_str(value).unwrap();
        self.headers.insert(HeaderName::from_static(name), value);
    }

    /// Goes on with another token.
    pub(super) fn renew(&mut self, token: &str) {
        self.shows("authorization", &format!("Bearer {token}"));
    }

    /// The names of all tools.
    pub(super) async fn tools(&self) -> Vec<String> {
        let listed = message(self.ask("tools/list", &json!({})).await).await;
        let tools = listed["result"]["tools"].as_array();
        let tools = tools.unwrap_or_else(|| panic!("{listed}"));
        let names = tools.iter().map(|tool| tool["name"].as_str().unwrap());
        let mut names: Vec<_> = names.map(str::to_owned).collect();
        names.sort();
        names
    }

    /// The text that a tool gives; what it is told otherwise is the error.
    pub(super) async fn call(&self, tool: &str) -> Result<String, Value> {
        let arguments = match tool {
            "add" => json!({"a": 2, "b": 40}),
            _ => json!({}),
        };
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = message(self.ask("tools/call", &params).await).await;
        match answer["result"]["content"][0]["text"].as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(answer["error"].clone()),
        }
    }

    /// The status of a harmless question.
    pub(super) async fn status(&self) -> StatusCode {
        let answer = self.ask("tools/list", &json!({})).await;
        let status = answer.status();
        answer.text().await.unwrap();
        status
    }

    async fn ask(&self, method: &str, params: &Value) -> Response {
        let request = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        self.post(&request).await
    }

    async fn post(&self, body: &Value) -> Response {
        let request = self.http.post(&self.url).headers(self.headers.clone());
        request.body(body.to_string()).send().await.unwrap()
    }
}

/// The last message of an answer, which may come as events.
async fn message(answer: Response) -> Value {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    let data = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("data: "));
    serde_json::from_str(data.unwrap_or(&text)).unwrap_or_else(|_| panic!("{status}: {text}"))
}
