//! The Rust SDK connects and lists the tools.

use std::{error::Error, time::Duration};

use rmcp::{
    ClientLifecycleMode, ClientServiceExt as _,
    model::ProtocolVersion,
    transport::{
        StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
    },
};
use tokio::time::timeout;

use super::{Entry, Era, client::LIMIT};

/// Connects with a key, if there is one.
pub(super) async fn enter(url: &str, key: Option<&str>, era: Era) -> Entry {
    match timeout(LIMIT, names(url, key, era)).await {
        Ok(Ok(tools)) => Entry {
            tools: Some(tools),
            ..Entry::default()
        },
        Ok(Err(error)) => {
            let mut text = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                let deeper = error.to_string();
                // Some errors already tell their cause.
                if !text.contains(&deeper) {
                    text = format!("{text}: {deeper}");
                }
                cause = error.source();
            }
            Entry::refused("ClientInitializeError", &text)
        }
        Err(_) => Entry {
            hung: true,
            ..Entry::default()
        },
    }
}

async fn names(
    url: &str,
    key: Option<&str>,
    era: Era,
) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let mut config = StreamableHttpClientTransportConfig::with_uri(url);
    if let Some(key) = key {
        config = config.auth_header(key);
    }
    let transport = StreamableHttpClientTransport::from_config(config);
    let lifecycle = match era {
        Era::Legacy => ClientLifecycleMode::Initialize,
        Era::Auto => ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: Some(ProtocolVersion::V_2025_11_25),
        },
    };
    let client = ().serve_with_lifecycle(transport, lifecycle).await?;
    let tools = client.list_all_tools().await?;
    let closing = client.cancel();
    let _ = timeout(Duration::from_secs(5), closing).await;
    Ok(tools
        .into_iter()
        .map(|tool| tool.name.into_owned())
        .collect())
}
