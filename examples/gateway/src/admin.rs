//! The admin listener: is it alive, is it ready.
//!
//! | path | answer |
//! |---|---|
//! | `/healthz` | 200 as long as the process serves |
//! | `/readyz` | 200, or 503 while it drains or when every upstream is known to fail |
//!
//! `/readyz` costs no request to an upstream: it tells what the last exchanges taught. Only an
//! upstream that failed is asked again in the background, at most every five seconds, so that a
//! gateway that gets no traffic because it is not ready can become ready.

use std::{convert::Infallible, time::Duration};

use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use tollbar::core::Body;

use crate::{probe, readiness::Readiness};

/// How long a failing upstream is left alone before it is asked again.
const PAUSE: Duration = Duration::from_secs(5);

/// What the admin listener knows.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    readiness: Readiness,
}

impl Admin {
    pub(crate) const fn new(readiness: Readiness) -> Self {
        Self { readiness }
    }

    /// The service of the listener.
    pub(crate) async fn answer(self, request: Request<Body>) -> Result<Response<Body>, Infallible> {
        let (status, text) = match (request.method(), request.uri().path()) {
            (&Method::GET | &Method::HEAD, "/healthz") => {
                (StatusCode::OK, r#"{"alive":true}"#.to_owned())
            }
            (&Method::GET | &Method::HEAD, "/readyz") => self.ready(),
            (_, "/healthz" | "/readyz") => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
            _ => (
                StatusCode::NOT_FOUND,
                r#"{"error":"nothing is served at this path: try /healthz or /readyz"}"#.to_owned(),
            ),
        };
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        }
        Ok(response)
    }

    fn ready(&self) -> (StatusCode, String) {
        for proxy in self.readiness.due(PAUSE) {
            // What it learns stands in the next report.
            tokio::spawn(async move { probe::knock(&proxy.upstream, &proxy.health).await });
        }
        let report = self.readiness.report();
        let status = if report.ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        // Words and numbers only: this cannot fail.
        (status, serde_json::to_string(&report).unwrap_or_default())
    }
}
