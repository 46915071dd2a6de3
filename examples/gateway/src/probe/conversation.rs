//! Questions and answers with one upstream.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use thiserror::Error;
use tollbar::{
    core::{Body, Exchange},
    mcp::sse::Framer,
    upstream::Upstream,
};
use tower::ServiceExt as _;

/// How long one answer may take as a whole.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 16 << 20;

/// One upstream that is asked questions.
pub(super) struct Conversation {
    upstream: Upstream,
    /// What is shown in `Authorization`, to an upstream to which that goes on.
    credential: Option<HeaderValue>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    /// The `result` of the JSON-RPC response; null for a notification's.
    pub(super) result: Value,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum Trouble {
    /// The request did not get through; the words are the refusal's.
    #[error("{0}")]
    Unreachable(String),
    /// It took too long.
    #[error("the MCP server did not answer within 10 s")]
    Silent,
    /// A credential is missing or wrong.
    #[error("it answers with status {0}")]
    Unauthorized(StatusCode),
    /// A JSON-RPC error.
    #[error("it answers with the error {code}: {message}")]
    Error {
        code: i64,
        message: String,
        data: Value,
    },
    /// An HTTP status without a JSON-RPC message.
    #[error("it answers with status {0}, without a JSON-RPC message: is this the whole URL?")]
    Status(StatusCode),
    /// Something else.
    #[error("its answer is not one of an MCP server: {0}")]
    Strange(String),
}

impl Conversation {
    pub(super) const fn new(upstream: Upstream) -> Self {
        Self {
            upstream,
            credential: None,
        }
    }

    /// Shows this in `Authorization`, if anything.
    pub(super) fn showing(mut self, credential: Option<HeaderValue>) -> Self {
        self.credential = credential;
        self
    }

    /// Asks and waits for the response, be it a document or an event of a stream.
    pub(super) async fn ask(&self, request: Request<String>) -> Result<Answer, Trouble> {
        let waiting = async {
            let response = self.send(request).await?;
            let (head, body) = response.into_parts();
            if matches!(
                head.status,
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
            ) {
                return Err(Trouble::Unauthorized(head.status));
            }
            let result = match media_type(&head.headers) {
                _ if head.status == StatusCode::ACCEPTED => Ok(Value::Null),
                Some("text/event-stream") => first_response(body).await,
                Some("application/json") => document(body).await,
                _ => Err(Trouble::Status(head.status)),
            };
            result.map(|result| Answer {
                headers: head.headers,
                result,
            })
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or(Err(Trouble::Silent))
    }

    /// Sends a request; an answer that the gateway itself made is a trouble.
    pub(super) async fn send(&self, request: Request<String>) -> Result<Response<Body>, Trouble> {
        let exchange = Exchange::new();
        let mut request = request.map(Body::from);
        request.extensions_mut().insert(exchange.clone());
        if let Some(credential) = &self.credential {
            let headers = request.headers_mut();
            headers.insert(header::AUTHORIZATION, credential.clone());
        }
        let Ok(response) = self.upstream.clone().oneshot(request).await;
        match exchange.refusal() {
            // The upstream's own answer, which clients are not shown.
            Some(refusal) if refusal.reason() == "upstream_wants_credential" => {
                Err(Trouble::Unauthorized(StatusCode::UNAUTHORIZED))
            }
            Some(refusal) => Err(Trouble::Unreachable(refusal.message().to_owned())),
            None => Ok(response),
        }
    }
}

/// The media type without parameters, in the case in which servers write it.
pub(super) fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

async fn document(mut body: Body) -> Result<Value, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = chunk(&mut body).await? {
        if bytes.len() + chunk.len() > LONGEST {
            return Err(Trouble::Strange("it is longer than 16 MiB".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    response(&bytes).unwrap_or_else(|| Err(Trouble::Strange("it is not JSON-RPC".to_owned())))
}

/// The first response in a stream of events; notifications before it are passed over.
async fn first_response(mut body: Body) -> Result<Value, Trouble> {
    let mut framer = Framer::new(LONGEST);
    while let Some(chunk) = chunk(&mut body).await? {
        framer.push(chunk);
        loop {
            match framer.next() {
                Ok(Some(event)) => {
                    if let Some(result) = event.data().and_then(|data| response(&data)) {
                        return result;
                    }
                }
                Ok(None) => break,
                Err(error) => return Err(Trouble::Strange(error.to_string())),
            }
        }
    }
    Err(Trouble::Strange(
        "its stream ends without a response".to_owned(),
    ))
}

/// The next piece of a body.
pub(super) async fn chunk(body: &mut Body) -> Result<Option<Bytes>, Trouble> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(error)) => return Err(Trouble::Strange(error.to_string())),
        }
    }
}

/// A JSON-RPC response's result or error. `None` for anything else.
fn response(bytes: &[u8]) -> Option<Result<Value, Trouble>> {
    let mut message: Value = serde_json::from_slice(bytes).ok()?;
    if let Some(result) = message.get_mut("result") {
        return Some(Ok(result.take()));
    }
    let error = message.get_mut("error")?;
    let text = error
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default();
    Some(Err(Trouble::Error {
        code: error.get("code").and_then(Value::as_i64)?,
        message: super::findings::plain(text),
        data: error.get_mut("data").map(Value::take).unwrap_or_default(),
    }))
}
