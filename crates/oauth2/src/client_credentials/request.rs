//! Asking a token endpoint.

use std::{future::Future, pin::Pin, time::Duration};

use http::{Request, Response, StatusCode, header};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    RequestTokenError, Scope, StandardRevocableToken, TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse},
};
use serde::de::IgnoredAny;
use serde_json::Deserializer;
use tollbar_fetch::{Chain, Fetcher};
use url::Url;

use super::{
    answer::Answer,
    cache::{Issue, Issued},
    failure::{ErrorCode, TokenFailure},
};
use crate::{ClientAuthentication, OAuth2Error, endpoint::Endpoint, secret::Secret};

/// A client of a token endpoint that answers with [`Answer`].
type TokenClient = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Who asks, and for what.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) authentication: ClientAuthentication,
    pub(super) scopes: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) audience: Option<String>,
    /// Of tokens that do not say.
    pub(super) assumed_lifetime: Duration,
}

impl Client {
    /// Whether a server can take this for a request.
    pub(super) fn check(&self) -> Result<(), OAuth2Error> {
        if self.id.is_empty() {
            return Err(OAuth2Error::Empty("client_id"));
        }
        if self.secret.expose().is_empty() {
            return Err(OAuth2Error::Empty("client_secret"));
        }
        if self.assumed_lifetime.is_zero() {
            return Err(OAuth2Error::ZeroTime("assumed_lifetime"));
        }
        if let Some(scope) = self.scopes.iter().find(|scope| !is_scope(scope)) {
            return Err(OAuth2Error::Scope(scope.clone()));
        }
        if let Some(resource) = self.resources.iter().find(|it| !is_resource(it)) {
            return Err(OAuth2Error::Resource(resource.clone()));
        }
        Ok(())
    }
}

/// RFC 6749 section 3.3: visible characters without `"` and `\`.
fn is_scope(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.bytes().all(allowed)
}

/// RFC 8707 section 2: an absolute URI without a fragment.
fn is_resource(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.fragment().is_none())
}

/// The one request that is sent again and again.
#[derive(Debug)]
pub(super) struct TokenRequest {
    endpoint: Endpoint,
    client: Client,
    fetcher: Fetcher,
}

impl TokenRequest {
    pub(super) const fn new(endpoint: Endpoint, client: Client, fetcher: Fetcher) -> Self {
        Self {
            endpoint,
            client,
            fetcher,
        }
    }

    /// Made anew for each request: it keeps the secret in memory that is not overwritten.
    fn token_client(&self) -> TokenClient {
        let authentication = match self.client.authentication {
            ClientAuthentication::Basic => AuthType::BasicAuth,
            ClientAuthentication::Post => AuthType::RequestBody,
        };
        oauth2::Client::new(ClientId::new(self.client.id.clone()))
            .set_client_secret(ClientSecret::new(self.client.secret.expose().to_owned()))
            .set_auth_type(authentication)
            .set_token_uri(TokenUrl::from_url(self.endpoint.url().clone()))
    }

    fn failure(error: RequestTokenError<TokenFailure, BasicErrorResponse>) -> TokenFailure {
        match error {
            RequestTokenError::ServerResponse(error) => {
                TokenFailure::Refused(ErrorCode::of(error.error().as_ref()))
            }
            RequestTokenError::Request(failure) => failure,
            // Neither the content nor the parser's words, which repeat it: there may be a token.
            RequestTokenError::Parse(error, _) => {
                let (path, json) = (error.path(), error.inner());
                let (line, column) = (json.line(), json.column());
                TokenFailure::Answer(format!(
                    "it cannot be read at `{path}`, line {line} column {column}"
                ))
            }
            // Its words repeat the header.
            RequestTokenError::Other(_) => TokenFailure::Answer(
                "it is empty, or its `content-type` is not `application/json`".to_owned(),
            ),
        }
    }
}

impl Issue for TokenRequest {
    async fn issue(&self) -> Result<Issued, TokenFailure> {
        let client = self.token_client();
        let scopes = self.client.scopes.iter().cloned().map(Scope::new);
        let mut request = client.exchange_client_credentials().add_scopes(scopes);
        for resource in &self.client.resources {
            request = request.add_extra_param("resource", resource);
        }
        if let Some(audience) = &self.client.audience {
            request = request.add_extra_param("audience", audience);
        }
        let answer = request.request_async(&Bounded(&self.fetcher)).await;
        let answer = answer.map_err(Self::failure)?;
        answer.into_issued(self.client.assumed_lifetime)
    }

    fn failed(&self, failure: &TokenFailure, wait: Duration, token_left: Duration) {
        tracing::warn!(
            endpoint = %self.endpoint,
            client_id = self.client.id,
            error = %Chain(failure),
            retry_after = ?wait,
            old_token_left = ?token_left,
            "no access token for the MCP server"
        );
    }

    fn recovered(&self, failures: u32) {
        tracing::info!(
            endpoint = %self.endpoint,
            client_id = self.client.id,
            failures,
            "there is an access token for the MCP server again"
        );
    }
}

/// The fetcher as `oauth2` wants it.
struct Bounded<'a>(&'a Fetcher);

impl<'c> AsyncHttpClient<'c> for Bounded<'_> {
    type Error = TokenFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.fetch(request).await.map_err(TokenFailure::Fetch)?;
            // Errors come with 400 or 401 in JSON (RFC 6749 section 5.2), from some servers with
            // others; what is no JSON is a page of some proxy, and says nothing.
            if answer.status() == StatusCode::OK || is_json(&answer) {
                check_end(answer.body())?;
                Ok(answer)
            } else {
                Err(TokenFailure::Status(answer.status().as_u16()))
            }
        })
    }
}

/// `oauth2` reads the first value, and would not see what comes after it.
fn check_end(content: &[u8]) -> Result<(), TokenFailure> {
    let mut values = Deserializer::from_slice(content).into_iter::<IgnoredAny>();
    // What cannot be read is told when it is read.
    let Some(Ok(_)) = values.next() else {
        return Ok(());
    };
    let rest = content.get(values.byte_offset()..).unwrap_or_default();
    match rest.trim_ascii().is_empty() {
        true => Ok(()),
        false => Err(TokenFailure::Answer(
            "something stands after its JSON object".to_owned(),
        )),
    }
}

fn is_json(answer: &Response<Vec<u8>>) -> bool {
    let content_type = answer.headers().get(header::CONTENT_TYPE);
    content_type
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
