//! Servers of 2026-07-28 and later.

use http::Request;
use serde_json::{Value, json};
use tollbar::mcp::{Code, Version};

use super::{
    conversation::{Conversation, Trouble},
    findings::{Profile, plain, server},
    legacy::PAGES,
    post,
};

/// The key of a server's own name in the metadata of its results.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// Asks for what a modern server is.
pub(super) async fn ask(conversation: &Conversation) -> Result<Profile, Trouble> {
    let result = match conversation.ask(discover()).await {
        Ok(answer) => answer.result,
        // It is modern, but speaks none of ours.
        Err(Trouble::Error { code, data, .. })
            if Code(code) == Code::UNSUPPORTED_PROTOCOL_VERSION && data["supported"].is_array() =>
        {
            return Ok(Profile {
                versions: texts(&data["supported"]),
                ..Profile::default()
            });
        }
        Err(trouble) => return Err(trouble),
    };
    let versions = texts(&result["supportedVersions"]);
    if versions.is_empty() {
        return Err(Trouble::Strange("it names no protocol version".to_owned()));
    }
    let name = server(result["_meta"].get(SERVER_INFO));
    let tools = match result["capabilities"].get("tools") {
        Some(_) => tools(conversation).await,
        None => Some(0),
    };
    Ok(Profile {
        versions,
        server: name,
        tools,
    })
}

/// The request for `server/discover`.
pub(super) fn discover() -> Request<String> {
    request("server/discover", json!({}))
}

/// A request with the metadata that such servers ask for.
pub(super) fn request(method: &str, mut params: Value) -> Request<String> {
    let version = Version::LATEST.as_str();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": super::legacy::client(),
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    post(
        &[("mcp-protocol-version", version), ("mcp-method", method)],
        message.to_string(),
    )
}

/// How many tools it lists; `None` when the list cannot be read.
async fn tools(conversation: &Conversation) -> Option<usize> {
    let mut count = 0;
    let mut params = json!({});
    for _ in 0..PAGES {
        let page = conversation
            .ask(request("tools/list", params))
            .await
            .ok()?
            .result;
        count += page["tools"].as_array()?.len();
        match page["nextCursor"].as_str() {
            Some(cursor) => params = json!({ "cursor": cursor }),
            None => return Some(count),
        }
    }
    None
}

fn texts(values: &Value) -> Vec<String> {
    let values = values.as_array().into_iter().flatten();
    values.filter_map(Value::as_str).map(plain).collect()
}
