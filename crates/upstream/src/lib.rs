//! The end of a Tollbar stack: a reverse proxy service for one MCP server.
//!
//! Use [`Upstream`] as the innermost service when the MCP server is another process. A server in the
//! same process (an axum router, rmcp's own service) needs no proxy: stack the layers over it
//! directly.
//!
//! ```
//! use http::{Method, Request};
//! use tollbar_core::{Body, Exchange};
//! use tollbar_upstream::Upstream;
//! use tower::ServiceExt;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
//! # runtime.block_on(async {
//! // Nobody listens there.
//! let upstream = Upstream::new("http://127.0.0.1:1/mcp".parse()?)?;
//!
//! let mut request = Request::builder().method(Method::POST).body(Body::from("{}"))?;
//! let exchange = Exchange::of(request.extensions_mut());
//! let response = upstream.oneshot(request).await?;
//!
//! assert_eq!(response.status(), 502);
//! assert_eq!(exchange.refusal().unwrap().reason(), "upstream_unreachable");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What goes on to the server
//!
//! The request goes to the configured URL: the client's path is the gateway's business, its query is
//! appended. Method, content and headers pass unchanged, repeated lines and their order included,
//! except for
//!
//! - what is of the client's connection: `Connection` and what it names, `Keep-Alive`, `TE`,
//!   `Trailer`, `Transfer-Encoding`, `Upgrade`, `Proxy-*` (RFC 9110 section 7.6.1), `Expect`,
//!   `Content-Length` and `Host`, which are set anew, and trailers;
//! - `Authorization` and `Cookie`, unless [asked for](Builder::forward_authorization). A credential of
//!   the gateway's own takes the place of the client's: a [token](Builder::bearer), a
//!   [user and password](Builder::basic), or what is [found](Builder::authorize) for each request;
//! - `Origin`, which the gateway has judged, and the server would judge by its own address;
//! - `Forwarded`, `X-Forwarded-*`, `X-Real-IP` and their kin, unless the peer is
//!   [trusted](Builder::trusted_peers);
//! - `Accept-Encoding`, which becomes `identity`, so that answers can be inspected;
//! - headers by which some frameworks take a request for another one (`X-HTTP-Method-Override`,
//!   `X-Original-URL`), and those that some servers cannot tell from one of the above, from one of
//!   MCP or from a [configured](Builder::header) one (`mcp_session_id`, `mcp.session.id`).
//!
//! # What comes back
//!
//! Status, content and headers pass unchanged, except for
//!
//! - what is of the server's connection;
//! - `Set-Cookie`, unless [asked for](Builder::forward_cookies);
//! - what speaks for a whole origin, which is the gateway's, or leads away from it:
//!   `Access-Control-*`, `Alt-Svc`, `Strict-Transport-Security`, `Refresh` and the like;
//! - what a proxy in front of the gateway would obey: `X-Accel-*` (but not `X-Accel-Buffering`),
//!   `X-Sendfile`, `X-Envoy-*`, `Surrogate-Control` and the like.
//!
//! All servers behind one gateway are one origin to a browser, so every answer gets
//! `X-Content-Type-Options: nosniff`, and one that is neither JSON nor an event stream gets a
//! `Content-Security-Policy` under which a page runs no script and loads nothing, instead of its own.
//!
//! Redirects are neither followed nor passed. A 401 passes with its challenge when `Authorization` is
//! [the client's](Builder::forward_authorization). Otherwise no login of the client can help, and it
//! becomes a 502.
//!
//! # What is refused
//!
//! | reason | status | when |
//! |---|---|---|
//! | `connection_header` | 400 | `Connection` names a header that is for the other end, or tells who the client is |
//! | `fixed_parameter` | 400 | the client's query names a parameter of the configured URL |
//! | `body_broken` | 400 | the client's body broke off |
//! | `method_not_allowed` | 405 | CONNECT or TRACE |
//! | `query_too_long` | 414 | the joined query does not fit into a URL |
//! | `upstream_unresolved` | 502 | the host name has no address |
//! | `upstream_unreachable` | 502 | connections are refused |
//! | `upstream_tls` | 502 | no TLS, a failed handshake, or a certificate that is not valid |
//! | `upstream_broken` | 502 | the connection ended before the answer's head |
//! | `upstream_malformed` | 502 | the answer is not HTTP |
//! | `upstream_head_too_large` | 502 | the answer's head is over [a bound](Builder::head_limit) |
//! | `upstream_redirect` | 502 | the answer is a redirect; the log says where to |
//! | `upstream_refused_credential` | 502 | the server answers 401 to the gateway's own credential |
//! | `upstream_wants_credential` | 502 | the server answers 401, and is shown no credential |
//! | `upstream_upgrade` | 502 | the answer switches protocols |
//! | `upstream_busy` | 503 | no [place](Builder::max_exchanges) was free in time |
//! | `upstream_connect_timeout` | 504 | no connection [in time](Builder::connect_timeout) |
//! | `upstream_timeout` | 504 | no head of an answer [in time](Builder::head_timeout) |
//!
//! Messages to clients name no address. The log (`tracing`, level `WARN`) has the origin of the
//! configured URL and the whole chain of causes, but neither the URL's path nor its query.
//!
//! # Beware
//!
//! - A client that leaves ends the exchange with the server at once: drop the future or the body.
//! - No call is sent twice. What was never written is sent again on another connection; what may
//!   have been read is not, and the client gets a 502. Put no retry layer around this service. The one
//!   exception is no call to the server: what it has refused with 401 is sent once more with another
//!   credential, where there is [one to find](Builder::authorize).
//! - An answer that breaks off ends as an error of its body, and a server must then break off too
//!   (hyper does). Only an answer of HTTP/1.0 kind, which ends with its connection, cannot be told
//!   from a broken one.
//! - There is no limit on the length or the duration of an answer's content. It is read only as fast
//!   as it is taken, so what waits is bounded: over HTTP/1.1 by the sockets' buffers, over HTTP/2 by
//!   a window of 256 KiB for each stream.
//! - Cookies that are forwarded keep their `Domain` and `Path`, which are the server's.

mod builder;
mod client;
mod connect;
mod credential;
mod error;
mod failure;
mod forwarded;
mod hop;
mod redirect;
mod request;
mod response;
mod service;
mod version;

pub use self::{builder::Builder, error::UpstreamError, service::Upstream, version::HttpVersion};
