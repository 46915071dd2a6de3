//! OAuth 2.0 around an MCP server: plans that take access tokens, and the gateway's own tokens.
//!
//! | to | use |
//! |---|---|
//! | let in whoever has a token that an authorization server calls good | [`Introspection`] (RFC 7662) |
//! | let in whoever has a token that an authorization server has signed | [`Jwt`] (RFC 9068) |
//! | get in at an MCP server that wants a token of the gateway | [`ClientCredentials`] (RFC 6749) |
//!
//! The two plans ask an [`AuthorizationServer`], which is named once and shared. Choose introspection
//! where tokens are opaque, where a token that is revoked must not live for long, or when in doubt. Choose
//! JWT where the server cannot be asked about each token, and a token may live until it expires. Both
//! may stand in one [`PlanLayer`](tollbar_plan::PlanLayer), the JWT plan first: the form of a token
//! decides which of them judges it.
//!
//! ```
//! use std::convert::Infallible;
//! use http::{Request, Response};
//! use tollbar_core::{Body, Exchange};
//! use tollbar_oauth2::{AuthorizationServer, Introspection};
//! use tollbar_plan::PlanLayer;
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! # let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! # let issuer = format!("http://{}", listener.local_addr()?);
//! # tokio::spawn(async move {
//! #     while let Ok((mut stream, _)) = listener.accept().await {
//! #         let mut request = [0; 4096];
//! #         let length = stream.read(&mut request).await.unwrap();
//! #         let request = String::from_utf8_lossy(&request[..length]).into_owned();
//! #         assert!(request.starts_with("POST /introspect "));
//! #         let said = match request.contains("token=good") {
//! #             true => r#"{"active":true,"sub":"ann","aud":"https://gw.example/mcp","scope":"mcp"}"#,
//! #             false => r#"{"active":false}"#,
//! #         };
//! #         let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json";
//! #         let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{said}", said.len());
//! #         stream.write_all(answer.as_bytes()).await.unwrap();
//! #     }
//! # });
//! let login = AuthorizationServer::builder(&issuer)
//!     .client("gateway", "s3cret")
//!     // Without this it is discovered.
//!     .introspection_endpoint(format!("{issuer}/introspect").parse()?)
//!     .build()?;
//! let plan = Introspection::builder(login)
//!     .audience("https://gw.example/mcp")
//!     .scopes(["mcp"])
//!     .build()?;
//!
//! let server = service_fn(async |mut request: Request<Body>| {
//!     let exchange = Exchange::of(request.extensions_mut());
//!     assert_eq!(exchange.consumer().unwrap().subject(), Some("ann"));
//!     Ok::<_, Infallible>(Response::new(Body::empty()))
//! });
//! let guarded = PlanLayer::new().with(plan).layer(server);
//! let with = |token: &str| {
//!     let request = Request::post("/mcp").header("authorization", format!("Bearer {token}"));
//!     guarded.clone().oneshot(request.body(Body::empty()).unwrap())
//! };
//! assert_eq!(with("good").await?.status(), 200);
//! assert_eq!(with("made-up").await?.status(), 401);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How long what was true is believed
//!
//! | what happens | new requests | what is open, such as a stream |
//! |---|---|---|
//! | a token is revoked ([`Introspection`]) | are refused after [`cache_ttl`](IntrospectionBuilder::cache_ttl) at most (60 s) | ends after that and the [time](AuthorizationServerBuilder::timeout) that the server takes to answer |
//! | ... and the server cannot be asked | are refused with 503 after `cache_ttl` at most | ends after twice `cache_ttl` at most (120 s), however much there is to ask |
//! | a token is revoked ([`Jwt`]) | pass until it expires | goes on until it expires |
//! | a key is withdrawn ([`Jwt`]) | are refused after [`keys_refresh`](AuthorizationServerBuilder::keys_refresh) at most (10 min) | ends then |
//! | a token expires | are refused, by the gateway's clock and `skew` (30 s) | ends then |
//! | what is said of a token changes, but for times ([`Introspection`]) | go by the new after `cache_ttl` at most | ends, as when it is revoked |
//!
//! Times since an answer are counted by a clock that nobody can set; `exp`, `nbf` and `iat` are compared
//! with the calendar for each request.
//!
//! # What is refused
//!
//! | reason | status | when |
//! |---|---|---|
//! | `token_inactive` | 401 | the server says so: it has expired, was revoked, or was never issued |
//! | `token_expired`, `token_not_yet_valid` | 401 | by `exp`; by `nbf`, or `iat` in the future |
//! | `token_wrong_audience` | 401 | `aud` names none of the plan's audiences, byte for byte, or nobody |
//! | `token_wrong_issuer` | 401 | `iss` is another server's, byte for byte; a JWT has to have one. Introspection asks nobody about a token in the form of a JWT that says so itself |
//! | `token_wrong_type` | 401 | `typ`, `token_type` or `token_use` says that it is no access token for bearers |
//! | `token_bound` | 401 | `cnf` binds it to a key of its holder (DPoP, mTLS), which is not checked here |
//! | `token_anonymous` | 401 | nothing says whose it is: neither `sub` nor, where there is no `username`, `client_id`; a JWT has to have `sub` |
//! | `token_scope` | 403 | it lacks a scope; `WWW-Authenticate` names all that are needed |
//! | `token_malformed`, `token_unreadable`, `token_wrong_algorithm`, `token_unknown_key`, `token_bad_signature` | 401 | it is no JWT that can be read and verified |
//! | `token_not_introspected` | 503 | the server fails on this token, and answers about one of the gateway's own; `Retry-After` says when to come again |
//! | `authorization_server_unavailable` | 503 | the server cannot be asked, or its answer means nothing; `Retry-After` says when to come again |
//! | `upstream_credential_unavailable` | 503 | [`ClientCredentials`] has no token, and none is to be had now |
//!
//! That the server fails is never said as "bad token": a client would throw its tokens away. Why it
//! fails, the log says (`tracing`, level `WARN`). It has neither a secret nor a token, and of the content of
//! an answer only what a genuine token is refused for: its `aud`, `iss`, type or scopes, cut and escaped.
//! Whose genuine token was refused is set on the exchange.
//!
//! # The gateway's own token
//!
//! With [`ClientCredentials`] the gateway is a client of the authorization server, and gets a token with
//! its own id and secret (RFC 6749 section 4.4). Hand it to the service that sends the requests on, which
//! asks it for the value of `Authorization` ([`Authorize`](tollbar_core::Authorize)). A server that must
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
//! | the token | a request | the endpoint |
//! |---|---|---|
//! | is fresh | gets it, without a lock | is left alone |
//! | expires [soon](ClientCredentialsBuilder::refresh_before) | gets it at once | is asked once, in the background |
//! | is not there or has expired | waits, with all others | is asked once |
//! | is not there, and asking has just failed | is refused at once | is left alone [for a while](ClientCredentialsBuilder::retry) |
//! | was refused by the MCP server | gets another one, if that is to be had | is asked once, at most as often as after failures |
//!
//! # Beware
//!
//! - Name the [audience](IntrospectionBuilder::audience) that tokens are for. With
//!   [`any_audience`](IntrospectionBuilder::any_audience) every token of the server opens this door, also
//!   one that another service was given and passes on.
//! - The server learns of each token that is shown here, except for those that have the form of another
//!   plan's credential. Random tokens cost a call each, [64 at a time](AuthorizationServerBuilder::in_flight),
//!   of which a quarter for one address;
//!   [`FailedAttempts`](tollbar_plan::FailedAttempts) stops an address that sends many.
//! - Tokens that are in use stay in the [cache](IntrospectionBuilder::cache_size) however many others
//!   come once. One that is driven out all the same costs another call, and nothing else.
//! - A token is kept in memory as long as something is open under it, and up to `cache_ttl` longer.
//! - To the MCP server all consumers of [`ClientCredentials`] look like one. Name the
//!   [resource](ClientCredentialsBuilder::resource) or the [audience](ClientCredentialsBuilder::audience) of its token where the
//!   authorization server can tell them apart, and note that an answer without `expires_in` is trusted for
//!   [a minute](ClientCredentialsBuilder::assumed_lifetime).
//! - Redirects are not followed: secrets and tokens go where they were configured to go.
//! - All of it runs on the `tokio` runtime of the requests that it serves.

mod authentication;
mod backoff;
mod breaker;
mod claims;
mod client_credentials;
mod compact;
mod endpoint;
mod error;
mod introspection;
mod jwt;
mod secret;
mod server;
mod unavailable;
mod verdict;

pub use self::{
    authentication::ClientAuthentication,
    client_credentials::{ClientCredentials, ClientCredentialsBuilder},
    error::OAuth2Error,
    introspection::{Introspection, IntrospectionBuilder},
    jwt::{Algorithm, Jwt, JwtBuilder},
    server::{AuthorizationServer, AuthorizationServerBuilder, Examination, Needs, Outcome, Step},
};
