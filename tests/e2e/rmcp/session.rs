//! The SDK's client, connected to a server.

use std::{collections::HashMap, sync::Arc};

use http::{HeaderName, HeaderValue};
use rmcp::{
    ClientLifecycleMode, ClientServiceExt as _, RoleClient,
    model::{
        CallToolRequestParams, ClientJsonRpcMessage, ClientRequest, CustomRequest, JsonRpcMessage,
        PingRequest, ProtocolVersion, RequestId, ServerPeerInfo,
    },
    service::{ClientCacheConfig, RunningService},
    transport::{
        StreamableHttpClientTransport,
        streamable_http_client::{
            StreamableHttpClient, StreamableHttpClientTransportConfig, StreamableHttpPostResponse,
        },
    },
};
use serde_json::{Value, json};

use super::{
    exchanges::Exchanges,
    observations::Observations,
    table::{Call, Era},
    transcript::Ended,
};

/// How the client chooses its era.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    /// It speaks the legacy era.
    Legacy,
    /// It speaks the modern era.
    Modern,
    /// It asks the server, with `server/discover`.
    Auto,
}

impl Mode {
    fn lifecycle(self) -> ClientLifecycleMode {
        let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
        match self {
            Self::Legacy => ClientLifecycleMode::Initialize,
            Self::Modern => ClientLifecycleMode::Discover { preferred_versions },
            Self::Auto => ClientLifecycleMode::Auto {
                preferred_versions,
                legacy_version: Some(ProtocolVersion::V_2025_11_25),
            },
        }
    }
}

/// A connected client.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) client: RunningService<RoleClient, Observations>,
    pub(super) observations: Observations,
    pub(super) era: Era,
    pub(super) capabilities: Value,
    info: Arc<ServerPeerInfo>,
}

impl Session {
    /// Connects; the handshake of the legacy era is over then, but not yet the request for its stream.
    pub(super) async fn open(
        url: &str,
        mode: Mode,
        exchanges: &Exchanges,
        observations: Observations,
    ) -> Result<Self, Ended> {
        let transport = StreamableHttpClientTransport::with_client(
            exchanges.clone(),
            StreamableHttpClientTransportConfig::with_uri(url),
        );
        let client = observations
            .clone()
            .serve_with_lifecycle(transport, mode.lifecycle())
            .await?;
        // Every question shall reach the server, also one that was answered before.
        let cache = ClientCacheConfig::disabled();
        client.peer().set_response_cache_config(cache).await;
        let info = client.peer().peer_info();
        let info = info.ok_or_else(|| Ended::wrong("the server has not told who it is"))?;
        Ok(Self {
            era: if info.protocol_version >= ProtocolVersion::V_2026_07_28 {
                Era::Modern
            } else {
                Era::Legacy
            },
            capabilities: serde_json::to_value(&info.capabilities).unwrap(),
            client,
            observations,
            info,
        })
    }

    /// What the server told of itself.
    pub(super) fn describe(&self) -> Value {
        json!({"era": format!("{:?}", self.era), "server": *self.info})
    }

    /// Whether this is the legacy era.
    pub(super) fn legacy(&self, otherwise: &'static str) -> Result<(), Ended> {
        match self.era {
            Era::Legacy => Ok(()),
            Era::Modern => Err(Ended::NotApplicable(otherwise)),
        }
    }

    /// Sends a request that the SDK may not know.
    pub(super) async fn request(&self, method: &str, params: Value) -> Result<Value, Ended> {
        let request = ClientRequest::CustomRequest(CustomRequest::new(method, Some(params)));
        let result = self.client.peer().send_request(request).await?;
        Ok(json!({ "result": result }))
    }

    /// Makes one call of the table, and tells everything that happened meanwhile.
    pub(super) async fn call(&self, call: &Call) -> Result<Value, Ended> {
        self.call_with(call, None).await
    }

    /// The same, with `_meta`.
    pub(super) async fn call_with(&self, call: &Call, meta: Option<Value>) -> Result<Value, Ended> {
        self.observations.begin(&call.answers);
        let result = self.client.call_tool(params(call, meta)).await?;
        if let Some(awaits) = call.awaits.get(&self.era) {
            self.observations.arrived(awaits).await?;
        }
        self.observations.with(result)
    }
}

/// The parameters of a call.
pub(super) fn params(call: &Call, meta: Option<Value>) -> CallToolRequestParams {
    let mut params = json!({"name": call.tool});
    if let Some(arguments) = &call.arguments {
        params["arguments"] = arguments.clone().into();
    }
    if let Some(meta) = meta {
        params["_meta"] = meta;
    }
    serde_json::from_value(params).unwrap()
}

/// Pings in a session that has ended.
pub(super) async fn ping_after_the_end(url: &str, exchanges: &Exchanges) -> Result<Value, Ended> {
    let session = exchanges.session();
    let session = session.ok_or(Ended::NotApplicable("the server has no sessions"))?;
    let ping = ClientRequest::PingRequest(PingRequest::default());
    let message = ClientJsonRpcMessage::request(ping, RequestId::Number(1));
    let version = (
        HeaderName::from_static("mcp-protocol-version"),
        HeaderValue::from_static("2025-11-25"),
    );
    let headers = HashMap::from([version]);
    let answer = exchanges
        .post_message(url.into(), message, Some(session.into()), None, headers)
        .await;
    match answer {
        Ok(StreamableHttpPostResponse::Json(JsonRpcMessage::Error(answer), _)) => {
            Err(Ended::Error(json!(answer)))
        }
        Ok(answer) => Ok(json!({"result": format!("{answer:?}")})),
        Err(error) => Err(Ended::Error(json!(error.to_string()))),
    }
}
