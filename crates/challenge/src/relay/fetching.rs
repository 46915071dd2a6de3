//! Fetching one document of an MCP server.

use std::sync::Arc;

use http::{HeaderMap, Request, Response, StatusCode, header};
use tollbar_fetch::Fetcher;
use url::Url;

use super::{
    fault::RelayFault,
    shown::{Shown, shown},
};

/// How often one looks at the place that an answer leads to.
const MOST_REDIRECTS: usize = 2;

/// Fetches documents that anybody may read, from places that may be asked.
#[derive(Clone, Debug)]
pub(super) struct Fetching {
    pub(super) fetcher: Arc<Fetcher>,
    /// In bytes.
    pub(super) limit: usize,
}

impl Fetching {
    /// The content at a place. Its media type is not judged: what counts is whether it can be read. Redirects
    /// are followed on the same origin, twice at most.
    pub(super) async fn fetch(
        &self,
        place: &Url,
        version: Option<&'static str>,
    ) -> Result<Vec<u8>, RelayFault> {
        let mut place = place.clone();
        for _ in 0..=MOST_REDIRECTS {
            let answer = self.ask(&place, version).await?;
            if !answer.status().is_redirection() {
                return content(answer);
            }
            place = same_origin(&place, &answer)?;
        }
        Err(RelayFault::Redirect(Shown::place(&place)))
    }

    async fn ask(
        &self,
        place: &Url,
        version: Option<&'static str>,
    ) -> Result<Response<Vec<u8>>, RelayFault> {
        let mut request =
            Request::get(place.as_str()).header(header::ACCEPT, "application/json, */*;q=0.1");
        if let Some(version) = version {
            request = request.header("mcp-protocol-version", version);
        }
        let request = request.body(Vec::new());
        let request = request.map_err(|error| RelayFault::Unreachable(error.to_string().into()))?;
        let answer = self.fetcher.ask_up_to(self.limit, request).await;
        answer.map_err(|failure| RelayFault::of(&failure))
    }
}

fn content(answer: Response<Vec<u8>>) -> Result<Vec<u8>, RelayFault> {
    let (head, content) = answer.into_parts();
    if head.status != StatusCode::OK {
        return Err(head.status.into());
    }
    match is_encoded(&head.headers) {
        true => Err(RelayFault::Encoded),
        false => Ok(content),
    }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Where a redirect leads, if that is on the same origin.
fn same_origin(place: &Url, answer: &Response<Vec<u8>>) -> Result<Url, RelayFault> {
    let location = answer.headers().get(header::LOCATION);
    let location = location.map_or(&b""[..], |location| location.as_bytes());
    let location = String::from_utf8_lossy(location);
    let url = place.join(&location).ok();
    let is_plain = |url: &Url| url.username().is_empty() && url.password().is_none();
    match url.filter(|url| !location.is_empty() && url.has_host()) {
        Some(url) if url.origin() == place.origin() && is_plain(&url) => Ok(url),
        Some(url) => Err(RelayFault::Redirect(Shown::place(&url))),
        None => Err(RelayFault::Redirect(Shown::new(
            "what is no URL of HTTP",
            shown(&location),
        ))),
    }
}
