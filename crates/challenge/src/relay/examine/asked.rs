//! What the server answers to a client that has no token yet.

use http::{HeaderMap, Method, Request, StatusCode, header, response::Parts};
use tollbar_fetch::{FetchFailure, Fetcher};
use url::Url;

use super::super::shown::Shown;

/// The first message of a client of MCP 2025-11-25 or older.
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"tollbar","version":"1"}}}"#;

/// The first message of a newer one.
const DISCOVER: &str = r#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"tollbar","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#;

/// What the newer one says in headers, too (MCP 2026-07-28, `basic/transports`).
const MODERN: [(&str, &str); 2] = [
    ("mcp-protocol-version", "2026-07-28"),
    ("mcp-method", "server/discover"),
];

/// How a session is named (MCP 2025-11-25, `basic/transports`).
const SESSION: &str = "mcp-session-id";

/// The head of an answer, or why there is none.
type Answer = Result<Parts, FetchFailure>;

/// How both eras of clients are received.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) initialize: Answer,
    pub(super) discover: Answer,
}

impl Asked {
    /// Sends the first message of either era, without a token. A session that is opened is closed again.
    pub(super) async fn ask(fetcher: &Fetcher, upstream: &Url) -> Self {
        let initialize = send(fetcher, request(upstream, INITIALIZE, &[])).await;
        // Who does not answer need not be waited for twice.
        let discover = match &initialize {
            Err(FetchFailure::Timeout(limit)) => Err(FetchFailure::Timeout(*limit)),
            _ => send(fetcher, request(upstream, DISCOVER, &MODERN)).await,
        };
        if let Ok(head) = &initialize
            && let Some(session) = head.headers.get(SESSION)
            && head.status.is_success()
        {
            let mut end = request(upstream, "", &[]);
            if let Some(end) = &mut end {
                *end.method_mut() = Method::DELETE;
                end.headers_mut().insert(SESSION, session.clone());
            }
            // Whether it can be closed is the server's affair.
            let _ = send(fetcher, end).await;
        }
        Self {
            initialize,
            discover,
        }
    }

    /// The answers with a status, each with what was asked.
    pub(super) fn answers(&self) -> impl Iterator<Item = (&'static str, &Parts)> {
        let both = [
            ("initialize", &self.initialize),
            ("server/discover", &self.discover),
        ];
        both.into_iter()
            .filter_map(|(asked, answer)| Some((asked, answer.as_ref().ok()?)))
    }

    /// The first answer that asks for a token.
    pub(super) fn unauthorized(&self) -> Option<&Parts> {
        let mut answers = self.answers().map(|(_, head)| head);
        answers.find(|head| head.status == StatusCode::UNAUTHORIZED)
    }

    /// Why there is no answer at all, where there is none.
    pub(super) const fn silence(&self) -> Option<&FetchFailure> {
        match (&self.initialize, &self.discover) {
            (Err(failure), Err(_)) => Some(failure),
            _ => None,
        }
    }

    /// The first answer with a status of this kind.
    pub(super) fn has(&self, test: impl Fn(StatusCode) -> bool) -> Option<&Parts> {
        let mut answers = self.answers().map(|(_, head)| head);
        answers.find(|head| test(head.status))
    }

    /// What a client goes by: the answer that asks for a token, or else the first one.
    pub(super) fn head(&self) -> Option<&Parts> {
        let first = || self.answers().map(|(_, head)| head).next();
        self.unauthorized().or_else(first)
    }
}

async fn send(fetcher: &Fetcher, request: Option<Request<Vec<u8>>>) -> Answer {
    match request {
        Some(request) => fetcher.ask_head(request).await,
        None => Err(FetchFailure::Exchange("this URL cannot be asked".into())),
    }
}

/// `None` where the URL is none of HTTP.
fn request(url: &Url, message: &'static str, more: &[(&str, &str)]) -> Option<Request<Vec<u8>>> {
    let mut request = Request::post(url.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json, text/event-stream");
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    request.body(message.into()).ok()
}

/// Where a redirect leads, without what may be secret in it.
pub(super) fn leads_to(headers: &HeaderMap, from: &Url) -> Option<Shown> {
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let url = from.join(location).ok()?;
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_http.then(|| Shown::place(&url))
}
