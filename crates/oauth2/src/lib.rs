//! OAuth 2.0 around an MCP server: the gateway's own access tokens for it.
//!
//! Use [`ClientCredentials`] when the MCP server wants an access token and takes one for the gateway
//! as a whole: the gateway is a client of the authorization server, and gets a token with its own id
//! and secret (RFC 6749 section 4.4). Hand it to the service that sends the requests on, which asks
//! it for the value of `Authorization` ([`Authorize`](tollbar_core::Authorize)). A server that must
//! know on whose behalf a call is made needs a token of each consumer's instead (RFC 8693), which is
//! another implementation of the same trait.
//!
//! ```
//! use tollbar_core::{Authorize, Exchange};
//! use tollbar_oauth2::ClientCredentials;
//!
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let port = listener.local_addr()?.port();
//! # tokio::spawn(async move {
//! #     let (mut stream, _) = listener.accept().await.unwrap();
//! #     let mut request = [0; 4096];
//! #     let length = stream.read(&mut request).await.unwrap();
//! #     assert!(request[..length].starts_with(b"POST /token "));
//! #     let token = r#"{"access_token":"abc","token_type":"Bearer","expires_in":3600}"#;
//! #     let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
//! #     let answer = format!("{head} {}\r\n\r\n{token}", token.len());
//! #     stream.write_all(answer.as_bytes()).await.unwrap();
//! # });
//! let endpoint = format!("http://127.0.0.1:{port}/token").parse()?;
//! let credentials = ClientCredentials::builder(endpoint, "gateway", "s3cret")
//!     .scopes(["tools:call"])
//!     .resource("https://mcp.example/mcp")
//!     .build()?;
//!
//! let value = credentials.authorize(&Exchange::new()).await.unwrap();
//! assert_eq!(value, "Bearer abc");
//! assert!(value.is_sensitive());
//! // The second request does not ask the endpoint again.
//! assert_eq!(credentials.authorize(&Exchange::new()).await.unwrap(), value);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is asked, and when
//!
//! | the token | a request | the endpoint |
//! |---|---|---|
//! | is fresh | gets it, without a lock | is left alone |
//! | expires [soon](Builder::refresh_before) | gets it at once | is asked once, in the background |
//! | is not there or has expired | waits, with all others | is asked once |
//! | is not there, and asking has just failed | is refused at once | is left alone [for a while](Builder::retry) |
//! | was refused by the MCP server | gets another one, if that is to be had | is asked once, at most as often as after failures |
//!
//! # What is refused
//!
//! | reason | status | when |
//! |---|---|---|
//! | `upstream_credential_unavailable` | 503 | there is no token and none to be had now; `Retry-After` says when to come again |
//!
//! Why, the log says (`tracing`, level `WARN`): the origin of the endpoint, the client's id, the error
//! code and its description. It has neither the secret nor a token nor the content of an answer.
//!
//! # Beware
//!
//! - All consumers look like one to the MCP server. What each of them may do there is for the
//!   gateway's own rules to decide.
//! - Name the [resource](Builder::resource) or the [audience](Builder::audience) where the
//!   authorization server can tell them apart. A token that is good everywhere is a loss everywhere.
//! - An answer without `expires_in` is trusted for [a minute](Builder::assumed_lifetime).
//! - Redirects of the endpoint are not followed: the secret goes where it was configured to go.
//! - It runs on the `tokio` runtime of the requests that it serves.

mod authentication;
mod backoff;
mod claims;
mod client_credentials;
mod endpoint;
mod error;
mod fetch;
mod introspection;
mod jwt;
mod secret;
mod server;
mod unavailable;
mod verdict;

pub use self::{
    authentication::ClientAuthentication,
    client_credentials::{Builder, ClientCredentials},
    error::OAuth2Error,
    introspection::{Introspection, IntrospectionBuilder},
    jwt::{Algorithm, Jwt, JwtBuilder},
    server::{AuthorizationServer, AuthorizationServerBuilder},
};
