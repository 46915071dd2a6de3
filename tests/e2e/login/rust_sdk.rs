//! The Rust SDK connects, and logs its user in where that is asked for.

use std::{error::Error, sync::Arc, time::Duration};

use reqwest::Client;
use rmcp::{
    ClientLifecycleMode, ClientServiceExt as _, Peer, RoleClient, ServiceError,
    model::{CallToolRequestParams, ProtocolVersion},
    service::{ClientInitializeError, RunningService},
    transport::{
        AuthClient, AuthorizationManager, AuthorizationRequest, StreamableHttpClientTransport,
        auth::{AuthorizationCallback, OAuthState},
        streamable_http_client::{
            StreamableHttpClient, StreamableHttpClientTransportConfig, StreamableHttpError,
        },
    },
};
use serde_json::{Value, json};
use tokio::{process::Command, sync::Mutex, time::timeout};
use tollbar_tests::programs::{installed, node};

use super::{Told, User, client::LIMIT};
use crate::matrix::{Era, Shown};

/// Where users come back to. Nobody listens there: the user says where it was sent.
const REDIRECT: &str = "http://127.0.0.1:33418/callback";

type Failed = Box<dyn Error + Send + Sync>;
type Connected = RunningService<RoleClient, ()>;
type Manager = Arc<Mutex<AuthorizationManager>>;

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
    let refused = match connect(Client::new(), config, era).await {
        Ok(client) => return work(client, None, user, told).await,
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
    let manager = Arc::clone(&client.auth_manager);
    let config = StreamableHttpClientTransportConfig::with_uri(url);
    let client = connect(client, config, era).await?;
    work(client, Some(&manager), user, told).await
}

async fn connect<C>(
    client: C,
    config: StreamableHttpClientTransportConfig,
    era: Era,
) -> Result<Connected, Failed>
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
    Ok(().serve_with_lifecycle(transport, lifecycle).await?)
}

/// Lists the tools and calls one, and the further one.
async fn work(
    client: Connected,
    manager: Option<&Manager>,
    user: User<'_>,
    told: &mut Told,
) -> Result<(), Failed> {
    let tools = client.list_all_tools().await?;
    let called = call(&client, "add", &json!({"a": 2, "b": 40})).await?;
    if let Some(tool) = user.further {
        let pause = user.pause.map_or(0, |seconds| seconds.parse().unwrap());
        tokio::time::sleep(Duration::from_secs(pause)).await;
        told.further = further(&client, tool, manager, user, told).await?;
    }
    let _ = timeout(Duration::from_secs(5), client.cancel()).await;
    told.called = called;
    told.tools = Some(tools.into_iter().map(|it| it.name.into_owned()).collect());
    Ok(())
}

async fn call(
    client: &Peer<RoleClient>,
    tool: &str,
    arguments: &Value,
) -> Result<Option<String>, ServiceError> {
    let call = CallToolRequestParams::new(tool.to_owned());
    let call = call.with_arguments(arguments.as_object().unwrap().clone());
    let called = client.call_tool(call).await?;
    let text = called.content.first().and_then(|content| content.as_text());
    Ok(text.map(|text| text.text.clone()))
}

/// Calls the further tool; the user logs in for more on the way, and the session goes on.
async fn further(
    client: &Peer<RoleClient>,
    tool: &str,
    manager: Option<&Manager>,
    user: User<'_>,
    told: &mut Told,
) -> Result<Option<String>, Failed> {
    let refused = match call(client, tool, &json!({})).await {
        Ok(text) => return Ok(text),
        Err(refused) => refused,
    };
    let (Some(scope), Some(manager)) = (needed(&refused), manager) else {
        return Err(refused.into());
    };
    let page = manager.lock().await.request_scope_upgrade(&scope).await?;
    told.opened.push(page.clone());
    let back = AuthorizationCallback::from_redirect_url(&visit(&page, user).await)?;
    let manager = manager.lock().await;
    let exchange = manager.exchange_code_for_token_with_issuer(
        &back.code,
        &back.csrf_token,
        back.issuer.as_deref(),
    );
    exchange.await?;
    drop(manager);
    Ok(call(client, tool, &json!({})).await?)
}

/// The scopes that a 403 has asked for.
fn needed(error: &ServiceError) -> Option<String> {
    let ServiceError::TransportSend(error) = error else {
        return None;
    };
    let error: &StreamableHttpError<reqwest::Error> = sent(error.error.as_ref())?;
    let StreamableHttpError::InsufficientScope(error) = error else {
        return None;
    };
    error.get_required_scope().map(str::to_owned)
}

/// What a 401 or 403 has told the client to do.
fn challenge(error: &(dyn Error + Send + Sync + 'static)) -> Option<String> {
    let Some(ClientInitializeError::TransportError { error, .. }) = error.downcast_ref() else {
        return None;
    };
    let error: &StreamableHttpError<reqwest::Error> = sent(error.error.as_ref())?;
    error.auth_challenge().map(str::to_owned)
}

/// The error of this type beneath another one.
fn sent<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
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
