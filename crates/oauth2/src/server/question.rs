//! Asking an introspection endpoint.

use std::{future::Future, pin::Pin, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Request, Response, StatusCode, header};
use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    IntrospectionUrl, RequestTokenError, StandardRevocableToken, TokenIntrospectionResponse as _,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenResponse},
};
use serde::{Deserialize, de::IgnoredAny};
use tollbar_fetch::Fetcher;

use super::{Introspected, answer::Answer, failure::ServerFailure, json::JsonFault};
use crate::{ClientAuthentication, OAuth2Error, endpoint::Endpoint, secret::Secret};

/// A client of an introspection endpoint that answers with [`Answer`].
type IntrospectionClient = oauth2::Client<
    BasicErrorResponse,
    BasicTokenResponse,
    Answer,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
>;

/// As whom the gateway asks.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) authentication: ClientAuthentication,
}

impl Client {
    /// Whether a server can take this.
    pub(super) fn check(&self) -> Result<(), OAuth2Error> {
        if self.id.is_empty() {
            return Err(OAuth2Error::Empty("client_id"));
        }
        if self.secret.expose().is_empty() {
            return Err(OAuth2Error::Empty("client_secret"));
        }
        Ok(())
    }

    /// Asks this endpoint what a token is (RFC 7662 section 2.1).
    pub(super) async fn introspect(
        &self,
        endpoint: &Endpoint,
        fetcher: &Fetcher,
        token: &str,
    ) -> Result<Introspected, ServerFailure> {
        let client = self.at(endpoint);
        let token = AccessToken::new(token.to_owned());
        let request = client
            .introspect(&token)
            .set_token_type_hint("access_token");
        let wire = Wire { fetcher };
        let answer: Answer = request.request_async(&wire).await.map_err(failure)?;
        if !answer.active() {
            return Ok(Introspected::Inactive);
        }
        Ok(Introspected::Active(answer.members))
    }

    /// Asks this endpoint about a token that nobody has issued. What fails then is the server, and not a
    /// token that somebody has chosen.
    pub(super) async fn probe(
        &self,
        endpoint: &Endpoint,
        fetcher: &Fetcher,
    ) -> Result<Introspected, ServerFailure> {
        let asked = self.introspect(endpoint, fetcher, &nobodys_token()).await;
        asked.map_err(|failure| match failure {
            // Whoever may not ask about this one may ask about none.
            ServerFailure::Token(403) => ServerFailure::Client(403),
            failure => failure,
        })
    }

    /// Made anew for each request: it keeps the secret in memory that is not overwritten.
    fn at(&self, endpoint: &Endpoint) -> IntrospectionClient {
        let authentication = match self.authentication {
            ClientAuthentication::Basic => AuthType::BasicAuth,
            ClientAuthentication::Post => AuthType::RequestBody,
        };
        oauth2::Client::new(ClientId::new(self.id.clone()))
            .set_client_secret(ClientSecret::new(self.secret.expose().to_owned()))
            .set_auth_type(authentication)
            .set_introspection_url(IntrospectionUrl::from_url(endpoint.url().clone()))
    }
}

/// A token that is nobody's, and different each time.
fn nobodys_token() -> String {
    let mut bytes = [0; 32];
    // Without chance it is a token of zeros, which is nobody's either.
    let _ = getrandom::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn failure(error: RequestTokenError<ServerFailure, BasicErrorResponse>) -> ServerFailure {
    match error {
        RequestTokenError::Request(failure) => failure,
        RequestTokenError::Parse(error, _) => JsonFault::of(error.inner()).into(),
        // Its words repeat a header. Neither an empty answer nor one with another status comes here.
        RequestTokenError::Other(_) | RequestTokenError::ServerResponse(_) => {
            ServerFailure::ContentType
        }
    }
}

/// The fetcher as `oauth2` wants it: hands on what is status 200 and one JSON value. What is no answer
/// never gets as far as to be read as one.
struct Wire<'a> {
    fetcher: &'a Fetcher,
}

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = ServerFailure;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(async move {
            let answer = self.fetcher.fetch(request).await;
            let answer = answer.map_err(ServerFailure::Fetch)?;
            if answer.status() != StatusCode::OK {
                return Err(refused(&answer));
            }
            check_plain(answer.headers())?;
            if essence(answer.headers()) == Some("application/token-introspection+jwt") {
                return Err(ServerFailure::Signed);
            }
            // `oauth2` reads the first value, and would not see what comes after it.
            let whole = serde_json::from_slice::<IgnoredAny>(answer.body());
            match whole {
                Ok(_) => Ok(answer),
                Err(error) if is_json(answer.headers()) => Err(JsonFault::of(&error).into()),
                Err(_) => Err(ServerFailure::ContentType),
            }
        })
    }
}

/// An error of the endpoint, as far as its code matters (RFC 6749 section 5.2).
#[derive(Deserialize)]
struct Refused {
    error: String,
}

/// What another status than 200 means.
fn refused(answer: &Response<Vec<u8>>) -> ServerFailure {
    let status = answer.status().as_u16();
    let refused = || serde_json::from_slice::<Refused>(answer.body()).ok();
    let is_client =
        |refused: Refused| matches!(&*refused.error, "invalid_client" | "unauthorized_client");
    match status {
        401 => ServerFailure::Client(status),
        403 if refused().is_some() => ServerFailure::Client(status),
        400 if refused().is_some_and(is_client) => ServerFailure::Client(status),
        // Of a filter that stands in between, mostly, and does not like the token.
        400 | 403 | 413 | 414 | 422 | 431 => ServerFailure::Token(status),
        _ => ServerFailure::Status {
            status,
            retry_after: retry_after(answer.headers()),
        },
    }
}

/// The seconds of `Retry-After`; a date is not read (RFC 9110 section 10.2.3).
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(value.trim().parse().ok()?))
}

/// Nothing was encoded on the way.
pub(super) fn check_plain(headers: &HeaderMap) -> Result<(), ServerFailure> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    match codings.all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        true => Ok(()),
        false => Err(ServerFailure::Encoded),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    essence(headers).is_none_or(|it| it.eq_ignore_ascii_case("application/json"))
}

/// The media type without its parameters.
fn essence(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}
