//! Documents that anybody may read.

use http::{Request, StatusCode, Uri, header};
use tollbar_fetch::{FetchFailure, Fetcher};
use url::Url;

use super::{
    failure::ServerFailure,
    question::{check_plain, retry_after},
};

use std::sync::Arc;

/// Fetches metadata and keys, which need no credentials and are larger than other answers.
#[derive(Clone, Debug)]
pub(super) struct Documents {
    pub(super) fetcher: Arc<Fetcher>,
    /// In bytes.
    pub(super) limit: usize,
}

impl Documents {
    /// The content at a URL that may be asked. Its media type is not judged: many servers call keys
    /// something else than JSON, and what counts is whether it can be read.
    pub(super) async fn fetch(&self, url: &Url) -> Result<Vec<u8>, ServerFailure> {
        let request =
            Request::get(target(url)?).header(header::ACCEPT, "application/json, */*;q=0.1");
        let request = request
            .body(Vec::new())
            .map_err(|_| ServerFailure::Target)?;
        let answer = self.fetcher.fetch_up_to(self.limit, request).await;
        let (head, content) = answer.map_err(of_fetch)?.into_parts();
        if head.status != StatusCode::OK {
            return Err(ServerFailure::Status {
                status: head.status.as_u16(),
                retry_after: retry_after(&head.headers),
            });
        }
        check_plain(&head.headers)?;
        Ok(content)
    }
}

/// Endpoints have been tried as such when they were configured or named, so this does not fail.
fn target(url: &Url) -> Result<Uri, ServerFailure> {
    Uri::try_from(url.as_str()).map_err(|_| ServerFailure::Target)
}

/// A document is the same for everybody, so that its size says something of the server.
fn of_fetch(failure: FetchFailure) -> ServerFailure {
    match failure {
        FetchFailure::TooLarge(limit) => ServerFailure::Large(limit),
        other => ServerFailure::Fetch(other),
    }
}
