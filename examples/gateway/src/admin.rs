//! The admin listener: is it alive, is it ready, what has it done.
//!
//! | path | answer |
//! |---|---|
//! | `/healthz` | 200 as long as the process serves |
//! | `/readyz` | 200, or 503 while it drains or when every upstream is known to fail |
//! | `/metrics` | numbers for Prometheus |
//! | `/api/v1/` | the store, where there is one |
//!
//! `/readyz` costs no request to an upstream: it tells what the last exchanges taught. Only an
//! upstream that failed is asked again in the background, at most every five seconds, so that a
//! gateway that gets no traffic because it is not ready can become ready.

use std::{convert::Infallible, time::Duration};

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use tollbar::core::Body;
use tollbar_dashboard::{Api, Token};
use tower::ServiceExt as _;

use crate::{config::Settings, probe, readiness::Readiness, records::Records};

/// How long a failing upstream is left alone before it is asked again.
const PAUSE: Duration = Duration::from_secs(5);

const JSON: &str = "application/json";

/// What the admin listener knows.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    readiness: Readiness,
    records: Records,
    token: Option<Token>,
    store: Store,
}

/// Who may ask the store.
#[derive(Clone, Debug)]
enum Store {
    None,
    /// Other machines can reach the listener, and there is no token.
    Closed,
    Open(Api),
}

/// An answer in the making.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    text: String,
}

impl Admin {
    /// The listener of these settings.
    pub(crate) fn new(readiness: Readiness, records: Records, settings: &Settings) -> Self {
        let (token, is_open) = (settings.admin_token.clone(), settings.has_open_admin());
        let store = match records.api(token.clone()) {
            None => Store::None,
            Some(api) if is_open => Store::Open(api),
            Some(_) => Store::Closed,
        };
        Self {
            readiness,
            records,
            token,
            store,
        }
    }

    /// The service of the listener.
    pub(crate) async fn answer(self, request: Request<Body>) -> Result<Response<Body>, Infallible> {
        let path = request.uri().path();
        if path.starts_with("/api/") {
            return match self.store {
                Store::Open(api) => api.oneshot(request).await,
                Store::None => Ok(Answer::missing("there is no `[store]` to ask").into_response()),
                Store::Closed => Ok(Answer::forbidden(
                    "other machines can reach this listener: set `admin.token`",
                )
                .into_response()),
            };
        }
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let answer = match path {
            "/healthz" | "/readyz" | "/metrics" if !is_read => Answer {
                status: StatusCode::METHOD_NOT_ALLOWED,
                ..Answer::json(String::new())
            },
            "/healthz" => Answer::json(r#"{"alive":true}"#.to_owned()),
            "/readyz" => self.ready(request.headers()),
            "/metrics" => self.metrics(request.headers()),
            _ => Answer::missing(
                "nothing is served at this path: try /healthz, /readyz, /metrics or /api/v1/totals",
            ),
        };
        Ok(answer.into_response())
    }

    /// Whether whoever asks may know more than whether it is alive and ready.
    fn is_trusted(&self, headers: &HeaderMap) -> bool {
        self.token.as_ref().is_none_or(|token| token.opens(headers))
    }

    fn metrics(&self, headers: &HeaderMap) -> Answer {
        if !self.is_trusted(headers) {
            return Answer {
                status: StatusCode::UNAUTHORIZED,
                ..Answer::json(error("send the token: `Authorization: Bearer ...`"))
            };
        }
        match self.records.metrics() {
            Some((text, kind)) => Answer {
                status: StatusCode::OK,
                kind,
                text,
            },
            None => Answer::missing("there are no metrics"),
        }
    }

    fn ready(&self, headers: &HeaderMap) -> Answer {
        for proxy in self.readiness.due(PAUSE) {
            // What it learns stands in the next report.
            tokio::spawn(async move { probe::knock(&proxy.upstream, &proxy.health).await });
        }
        let mut report = self.readiness.report();
        if self.is_trusted(headers) {
            report.records = self.records.rows();
        } else {
            report.conceal();
        }
        let status = if report.ready {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        // Words and numbers only: this cannot fail.
        let text = serde_json::to_string(&report).unwrap_or_default();
        Answer {
            status,
            ..Answer::json(text)
        }
    }
}

fn error(message: &str) -> String {
    serde_json::json!({ "error": message }).to_string()
}

impl Answer {
    const fn json(text: String) -> Self {
        Self {
            status: StatusCode::OK,
            kind: JSON,
            text,
        }
    }

    fn missing(message: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            ..Self::json(error(message))
        }
    }

    fn forbidden(message: &str) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            ..Self::json(error(message))
        }
    }

    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.text));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // No browser takes it for anything else than it is.
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        let more = match self.status {
            StatusCode::METHOD_NOT_ALLOWED => Some((header::ALLOW, "GET, HEAD")),
            StatusCode::UNAUTHORIZED => {
                Some((header::WWW_AUTHENTICATE, "Bearer realm=\"tollbar\""))
            }
            _ => None,
        };
        if let Some((name, value)) = more {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
