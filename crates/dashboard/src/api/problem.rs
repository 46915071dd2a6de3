//! What is said when there is no answer.

use http::{HeaderValue, Response, StatusCode, header};
use tollbar_core::Body;

use super::answer;
use crate::QueryError;

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    message: String,
    header: Option<(header::HeaderName, HeaderValue)>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            header: None,
        }
    }

    pub(super) fn wrong(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn busy(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message).with(header::RETRY_AFTER, "1")
    }

    pub(super) fn with(mut self, name: header::HeaderName, value: &'static str) -> Self {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let message = serde_json::json!({ "error": self.message });
        let mut response = answer::json(&message);
        *response.status_mut() = self.status;
        response.headers_mut().extend(self.header);
        response
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let message = error.to_string();
        match error {
            QueryError::Cursor | QueryError::Points { .. } => Self::wrong(message),
            QueryError::TooSlow => Self::new(StatusCode::GATEWAY_TIMEOUT, message),
            QueryError::Busy => Self::busy(message),
            QueryError::Store(_) => {
                // What SQLite says has its place in the log.
                tracing::error!(%error, "a query has failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "the store cannot be read: see the log",
                )
            }
        }
    }
}
