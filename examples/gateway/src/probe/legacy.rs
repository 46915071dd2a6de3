//! Servers of 2025-11-25 and earlier.

use http::{HeaderValue, Method, Request};
use serde_json::{Value, json};
use tollbar::mcp::{Version, header};

use super::{
    conversation::{Conversation, Trouble},
    findings::{Profile, plain, server},
    post,
};

/// Pages of a list that are read at most.
pub(super) const PAGES: usize = 100;

/// Opens a session, asks what there is, and ends it again.
pub(super) async fn ask(conversation: &Conversation) -> Result<Profile, Trouble> {
    let (session, result) = Session::begin(conversation).await?;
    let tools = match result["capabilities"].get("tools") {
        Some(_) => session.tools().await,
        None => Some(0),
    };
    session.end().await;
    Ok(Profile {
        versions: vec![plain(&session.version)],
        server: server(result.get("serverInfo")),
        tools,
    })
}

/// Who asks.
pub(super) fn client() -> Value {
    json!({ "name": "tollbar-gateway", "version": env!("CARGO_PKG_VERSION") })
}

fn initialize() -> Request<String> {
    let params = json!({
        "protocolVersion": Version::V2025_11_25.as_str(),
        "capabilities": {},
        "clientInfo": client(),
    });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    post(&[], message.to_string())
}

/// A session that is open.
pub(super) struct Session<'a> {
    conversation: &'a Conversation,
    version: String,
    id: Option<HeaderValue>,
}

impl<'a> Session<'a> {
    /// Opens one, and gives it with what the server says of itself.
    pub(super) async fn begin(conversation: &'a Conversation) -> Result<(Self, Value), Trouble> {
        let answer = conversation.ask(initialize()).await?;
        let Some(version) = answer.result["protocolVersion"].as_str() else {
            return Err(Trouble::Strange("it names no protocol version".to_owned()));
        };
        let session = Self {
            conversation,
            version: version.to_owned(),
            id: answer.headers.get(header::MCP_SESSION_ID).cloned(),
        };
        Ok((session, answer.result))
    }

    /// Says that the client is ready.
    pub(super) async fn ready(&self) {
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        // Servers that answer this with something strange may still list what they have.
        let _ = self.conversation.ask(self.request(&ready)).await;
    }

    /// Asks one question.
    pub(super) async fn ask(&self, method: &str, params: Value) -> Result<Value, Trouble> {
        let message = json!({ "jsonrpc": "2.0", "id": 2, "method": method, "params": params });
        let answer = self.conversation.ask(self.request(&message)).await?;
        Ok(answer.result)
    }

    fn request(&self, message: &Value) -> Request<String> {
        let mut request = post(
            &[("mcp-protocol-version", &self.version)],
            message.to_string(),
        );
        if let Some(id) = &self.id {
            request
                .headers_mut()
                .insert(header::MCP_SESSION_ID, id.clone());
        }
        request
    }

    /// How many tools it lists; `None` when the list cannot be read.
    async fn tools(&self) -> Option<usize> {
        self.ready().await;
        let mut count = 0;
        let mut params = json!({});
        for _ in 0..PAGES {
            let page = self.ask("tools/list", params).await.ok()?;
            count += page["tools"].as_array()?.len();
            match page["nextCursor"].as_str() {
                Some(cursor) => params = json!({ "cursor": cursor }),
                None => return Some(count),
            }
        }
        None
    }

    /// Ends the session, so that nothing of the probe is left behind.
    pub(super) async fn end(&self) {
        if self.id.is_some() {
            let mut request = self.request(&Value::Null).map(|_| String::new());
            *request.method_mut() = Method::DELETE;
            // A server may keep its sessions (405).
            let _ = self.conversation.ask(request).await;
        }
    }
}
