//! The Rust SDK, driven like the others.

use std::{error::Error, time::Duration};

use rmcp::{
    ClientLifecycleMode, ClientServiceExt as _, RoleClient,
    model::{
        CallToolRequestParams, GetPromptRequestParams, ProtocolVersion, ReadResourceRequestParams,
    },
    service::{ClientCacheConfig, RunningService},
    transport::{
        StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::matrix::Era;

/// A client that is connected.
#[derive(Debug)]
pub(super) struct RustSdk {
    client: RunningService<RoleClient, ()>,
}

type Failed = Box<dyn Error + Send + Sync>;

impl RustSdk {
    pub(super) async fn connect(url: &str, key: &str, era: Era) -> Self {
        let config = StreamableHttpClientTransportConfig::with_uri(url).auth_header(key);
        let transport = StreamableHttpClientTransport::from_config(config);
        let lifecycle = match era {
            Era::Legacy => ClientLifecycleMode::Initialize,
            Era::Auto => ClientLifecycleMode::Auto {
                preferred_versions: vec![ProtocolVersion::V_2026_07_28],
                legacy_version: Some(ProtocolVersion::V_2025_11_25),
            },
        };
        let client = ().serve_with_lifecycle(transport, lifecycle).await.unwrap();
        // A list may be kept for as long as the server says: here every one is asked for.
        let cache = ClientCacheConfig::disabled();
        client.peer().set_response_cache_config(cache).await;
        Self { client }
    }

    /// Does what a line says.
    pub(super) async fn answer(&self, what: &Value) -> Value {
        let name = what["name"].as_str().unwrap_or_default();
        let done = match what["do"].as_str() {
            Some("list") => self.list().await,
            Some("call") => self.call(name, &what["arguments"]).await,
            Some("read") => self.read(name).await,
            _ => self.get(name).await,
        };
        done.unwrap_or_else(
            |error| json!({"error": {"class": "ServiceError", "text": error.to_string()}}),
        )
    }

    pub(super) async fn leave(self) {
        let _ = timeout(Duration::from_secs(5), self.client.cancel()).await;
    }

    async fn list(&self) -> Result<Value, Failed> {
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let tools = self.client.list_all_tools().await?;
        let resources = self.client.list_all_resources().await?;
        let templates = self.client.list_all_resource_templates().await?;
        let prompts = self.client.list_all_prompts().await?;
        Ok(json!({
            "tools": sorted(tools.into_iter().map(|tool| tool.name.into_owned()).collect()),
            "resources": sorted(resources.into_iter().map(|it| it.uri).collect()),
            "templates": sorted(templates.into_iter().map(|it| it.uri_template).collect()),
            "prompts": sorted(prompts.into_iter().map(|it| it.name).collect()),
        }))
    }

    async fn call(&self, name: &str, arguments: &Value) -> Result<Value, Failed> {
        let mut call = CallToolRequestParams::new(name.to_owned());
        if let Some(arguments) = arguments.as_object() {
            call = call.with_arguments(arguments.clone());
        }
        self.client.call_tool(call).await?;
        Ok(json!({"done": true}))
    }

    async fn read(&self, uri: &str) -> Result<Value, Failed> {
        self.client
            .read_resource(ReadResourceRequestParams::new(uri))
            .await?;
        Ok(json!({"done": true}))
    }

    async fn get(&self, name: &str) -> Result<Value, Failed> {
        self.client
            .get_prompt(GetPromptRequestParams::new(name))
            .await?;
        Ok(json!({"done": true}))
    }
}
