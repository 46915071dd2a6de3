//! Where the metadata of an MCP server may be.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, timeout};
use url::Url;

use super::{
    document::Document, fault::RelayFault, fetching::Fetching, reach::Reach, shown::Shown,
};
use crate::front::{WELL_KNOWN, trimmed};

/// Looks for the metadata of one server.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    pub(super) fetching: Fetching,
    pub(super) upstream: Url,
    pub(crate) identifier: Url,
    pub(crate) reach: Reach,
    /// For all places together.
    pub(super) timeout: Duration,
}

/// Where one place has led to.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) place: Url,
    pub(crate) found: Result<Document, RelayFault>,
}

impl Search {
    /// Looks in one place after the other, until there is an answer that is not "nothing here". The last
    /// attempt is the one that has found it, if any has.
    pub(crate) async fn attempts(&self, named: Option<&Url>) -> Vec<Attempt> {
        let begun = Instant::now();
        let mut attempts = Vec::new();
        for place in self.places(named) {
            let found = self.in_time(begun, self.fetching.fetch(&place, None)).await;
            let found = found.and_then(Document::parse);
            let leads_on = found.as_ref().err().is_some_and(RelayFault::leads_on);
            attempts.push(Attempt { place, found });
            if !leads_on {
                break;
            }
        }
        attempts
    }

    /// What is found in the end, and the place that it is about.
    pub(crate) fn outcome(
        mut attempts: Vec<Attempt>,
    ) -> (Option<Url>, Result<Document, RelayFault>) {
        match attempts.pop() {
            Some(last) if !last.found.as_ref().err().is_some_and(RelayFault::leads_on) => {
                (Some(last.place), last.found)
            }
            last => {
                attempts.extend(last);
                let missed = attempts.iter().filter_map(|attempt| {
                    let fault = attempt.found.as_ref().err()?;
                    let place = Shown::place(&attempt.place);
                    Some((
                        format!("{place}: {fault}"),
                        format!("{}: {}", place.in_full(), fault.in_full()),
                    ))
                });
                let (log, full): (Vec<_>, Vec<_>) = missed.unzip();
                let missed = Shown::new(log.join("; "), full.join("; "));
                (None, Err(RelayFault::Missing(missed)))
            }
        }
    }

    /// Has something done in what is left of the time.
    pub(super) async fn in_time<T>(
        &self,
        begun: Instant,
        doing: impl Future<Output = Result<T, RelayFault>>,
    ) -> Result<T, RelayFault> {
        let left = self.timeout.saturating_sub(begun.elapsed());
        match timeout(left, doing).await {
            Ok(done) => done,
            Err(_) => Err(RelayFault::Late(self.timeout)),
        }
    }

    /// The place that the server has named, and those of the standard: the inserted form (RFC 9728 section
    /// 3.1), and the bare one, where MCP clients look last.
    fn places(&self, named: Option<&Url>) -> Vec<Url> {
        let path = trimmed(self.upstream.path());
        let inserted = self.at_upstream(&format!("{WELL_KNOWN}{path}"), self.upstream.query());
        let bare = self.at_upstream(WELL_KNOWN, None);
        let mut places: Vec<Url> = Vec::new();
        for place in named.cloned().into_iter().chain([inserted, bare]) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }

    /// Whether a URL may tell more than the origin of the one by which the gateway reaches the server: one on the
    /// same origin with a query, or with its path, or one beneath.
    pub(super) fn is_at(&self, url: &Url) -> bool {
        let path = trimmed(self.upstream.path());
        let is_beneath = !path.is_empty() && url.path().starts_with(path);
        url.origin() == self.upstream.origin() && (is_beneath || url.query().is_some())
    }

    /// Another place on the origin of the server.
    pub(super) fn at_upstream(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = self.upstream.clone();
        url.set_path(path);
        url.set_query(query);
        url.set_fragment(None);
        url
    }
}
