//! The Rust SDK connects, and logs its user in where that is asked for.

use std::{error::Error, time::Duration};

use reqwest::Client;
use rmcp::{
    ClientLifecycleMode, ClientServiceExt as _,
    model::{CallToolRequestParams, ProtocolVersion},
    service::ClientInitializeError,
    transport::{
        AuthClient, AuthorizationRequest, StreamableHttpClientTransport,
        auth::OAuthState,
        streamable_http_client::{
            StreamableHttpClient, StreamableHttpClientTransportConfig, StreamableHttpError,
        },
    },
};
use serde_json::json;
use tokio::{process::Command, time::timeout};
use tollbar_tests::programs::{installed, node};

use super::{Told, User, client::LIMIT};
use crate::matrix::{Era, Shown};

/// Where users come back to. Nobody listens there: the user says where it was sent.
const REDIRECT: &str = "http://127.0.0.1:33418/callback";

type Failed = Box<dyn Error + Send + Sync>;

/// Connects, lists the tools and calls one.
pub(super) async fn enter(url: &str, token: Option<&str>, era: Era, user: User<'_>) -> Told {
    let mut told = Told::default();
    match timeout(LIMIT, attempt(url, token, era, user, &mut told)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => told.error = Some(shown(error.as_ref())),
        Err(_) => told.hung = true,
    }
    told
}

async fn attempt(
    url: &str,
    token: Option<&str>,
    era: Era,
    user: User<'_>,
    told: &mut Told,
) -> Result<(), Failed> {
    let mut config = StreamableHttpClientTransportConfig::with_uri(url);
    if let Some(token) = token {
        config = config.auth_header(token);
    }
    let refused = match connect(Client::new(), config, era, told).await {
        Ok(()) => return Ok(()),
        Err(refused) => refused,
    };
    let Some(challenge) = challenge(refused.as_ref()) else {
        return Err(refused);
    };
    let mut state = OAuthState::new(url, None).await?;
    let mut request = AuthorizationRequest::new(REDIRECT)
        .with_client_name("tollbar-tests")
        .with_challenge(challenge);
    if let Some(id) = user.client_id {
        request = request.with_preregistered_client(id);
    }
    state.start_authorization(request).await?;
    let page = state.get_authorization_url().await?;
    told.opened.push(page.clone());
    if user.account.is_none() {
        return Err(refused);
    }
    state.handle_callback_url(&visit(&page, user).await).await?;
    let manager = state.into_authorization_manager().unwrap();
    let client = AuthClient::new(Client::new(), manager);
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    connect(client, config, era, told).await
}

async fn connect<C>(
    client: C,
    config: StreamableHttpClientTransportConfig,
    era: Era,
    told: &mut Told,
) -> Result<(), Failed>
where
    C: StreamableHttpClient + Sync,
{
    let transport = StreamableHttpClientTransport::with_client(client, config);
    let lifecycle = match era {
        Era::Legacy => ClientLifecycleMode::Initialize,
        Era::Auto => ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: Some(ProtocolVersion::V_2025_11_25),
        },
    };
    let client = ().serve_with_lifecycle(transport, lifecycle).await?;
    let tools = client.list_all_tools().await?;
    let arguments = json!({"a": 2, "b": 40});
    let call = CallToolRequestParams::new("add");
    let call = call.with_arguments(arguments.as_object().unwrap().clone());
    let called = client.call_tool(call).await?;
    let _ = timeout(Duration::from_secs(5), client.cancel()).await;
    let text = called.content.first().and_then(|content| content.as_text());
    told.called = text.map(|text| text.text.clone());
    told.tools = Some(tools.into_iter().map(|it| it.name.into_owned()).collect());
    Ok(())
}

/// What a 401 or 403 has told the client to do.
fn challenge(error: &(dyn Error + Send + Sync + 'static)) -> Option<String> {
    let Some(ClientInitializeError::TransportError { error, .. }) = error.downcast_ref() else {
        return None;
    };
    let mut cause: Option<&(dyn Error + 'static)> = Some(error.error.as_ref());
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<StreamableHttpError<reqwest::Error>>() {
            return error.auth_challenge().map(str::to_owned);
        }
        cause = error.source();
    }
    None
}

fn shown(error: &(dyn Error + 'static)) -> Shown {
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
    let class = match error.is::<ClientInitializeError>() {
        true => "ClientInitializeError",
        false => "AuthError",
    };
    Shown {
        class: class.to_owned(),
        text,
        ..Shown::default()
    }
}

/// The user goes through the page, and tells where it was sent.
async fn visit(page: &str, user: User<'_>) -> String {
    let mut command = Command::new(node());
    command.arg(installed("clients/javascript/login/page.js"));
    command.args(["--url", page]).args(user.options());
    let output = command.kill_on_drop(true).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
