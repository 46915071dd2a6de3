//! What was found out of a server.

use http::{StatusCode, header::WWW_AUTHENTICATE};
use url::Url;

use super::{
    super::{
        RelayedResource,
        document::Document,
        fault::RelayFault,
        judge::{is_safe_issuer, leads_inside},
        reach::OutOfReach,
        search::Search,
        shown::Shown,
    },
    asked::Asked,
};
use crate::{Challenge, InvalidChallenge, challenge::POINTER};

/// What was found out of a server, before anybody judges it.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) upstream: Url,
    pub(super) public_url: Url,
    /// What was configured of it.
    pub(super) search: Search,
    /// Whether a person asks, who may see the whole of the URL that was given.
    pub(super) in_full: bool,
    pub(super) asked: Asked,
    /// Those of the answer that asks for a token, or else of the first one.
    pub(super) challenges: Result<Vec<Challenge>, InvalidChallenge>,
    /// Where the server says that its metadata is, as it says it.
    pub(super) named: Option<(String, Named)>,
    /// How many of the places that were looked at have had nothing.
    pub(super) missed: usize,
    /// Where the metadata is, and what it says. A fault when the server itself did not answer.
    pub(super) place: Option<Url>,
    pub(super) metadata: Result<Document, RelayFault>,
    /// The authorization servers of a server without metadata: those that are configured, or the one at
    /// its root. A fault when it has metadata, too.
    pub(super) at_root: Result<Vec<String>, RelayFault>,
}

/// What a place is that the server has named.
#[derive(Debug)]
pub(super) enum Named {
    /// One that may be asked.
    Theirs(Url),
    /// One under the public URL: the gateway would ask itself.
    Ours,
    /// One that is not asked.
    Elsewhere(OutOfReach),
}

impl Facts {
    /// Asks the server.
    pub(super) async fn gather(resource: &RelayedResource, in_full: bool) -> Self {
        let (search, configured) = (resource.search(), &*resource.0.authorization_servers);
        let asked = Asked::ask(&search.fetching.fetcher, &search.upstream).await;
        let challenges = match asked.head() {
            Some(head) => Challenge::parse_all(&head.headers),
            None => Ok(Vec::new()),
        };
        let bearer = challenges.as_deref().ok().and_then(Challenge::bearer_of);
        let named = bearer.and_then(|bearer| bearer.get(POINTER));
        let named = named.map(|text| (text.to_owned(), Named::of(text, resource)));
        let silence = asked.silence().map(RelayFault::of);
        let (missed, place, metadata) = match &silence {
            Some(fault) => (0, None, Err(fault.clone())),
            None => {
                let attempts = match &named {
                    Some((_, Named::Theirs(place))) => search.attempts(Some(place)).await,
                    _ => search.attempts(None).await,
                };
                let missed = attempts.len().saturating_sub(1);
                let (place, metadata) = Search::outcome(attempts);
                (missed, place, metadata)
            }
        };
        let at_root = match (configured, &silence, &metadata) {
            ([_, ..], ..) => Ok(configured.to_vec()),
            (_, None, Err(RelayFault::Missing(_))) => {
                search.issuer_at_root().await.map(|issuer| vec![issuer])
            }
            (_, Some(fault), _) | (_, None, Err(fault)) => Err(fault.clone()),
            (_, None, Ok(_)) => Err(RelayFault::Missing("it has newer metadata".into())),
        };
        Self {
            upstream: search.upstream.clone(),
            public_url: resource.front().url().clone(),
            search: search.clone(),
            in_full,
            asked,
            challenges,
            named,
            missed,
            place,
            metadata,
            at_root,
        }
    }

    /// A fault with what may be shown of it.
    pub(super) fn told(&self, fault: &RelayFault) -> RelayFault {
        match self.in_full {
            true => fault.in_full(),
            false => fault.clone(),
        }
    }

    /// What is told of something, such as a place.
    pub(super) fn shows(&self, shown: &Shown) -> String {
        match self.in_full {
            true => shown.in_full().to_owned(),
            false => shown.to_string(),
        }
    }

    /// Whether nobody answers there.
    pub(super) const fn is_silent(&self) -> bool {
        self.asked.silence().is_some()
    }

    /// The status that a client gets without a token.
    pub(super) fn status(&self) -> Option<StatusCode> {
        Some(self.asked.head()?.status)
    }

    /// The challenge for a bearer token.
    pub(super) fn bearer(&self) -> Option<&Challenge> {
        let challenges = self.challenges.as_deref().unwrap_or_default();
        Challenge::bearer_of(challenges)
    }

    /// All lines with challenges, as they came.
    pub(super) fn lines(&self) -> Option<String> {
        let head = self.asked.head()?;
        let lines = head.headers.get_all(WWW_AUTHENTICATE).iter();
        let lines: Vec<_> = lines
            .map(|line| String::from_utf8_lossy(line.as_bytes()))
            .collect();
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// Whether the server calls itself by the public URL: the gateway is its front door.
    pub(super) fn is_front(&self) -> bool {
        let resource = self.metadata.as_ref().ok().and_then(Document::resource);
        let bare = |url: &str| url.strip_suffix('/').unwrap_or(url).to_owned();
        let resource = resource.and_then(|it| Url::parse(&it).ok());
        resource.is_some_and(|it| bare(it.as_str()) == bare(self.public_url.as_str()))
    }

    /// Whether the metadata can be told under the public URL.
    pub(super) fn mirrored(&self) -> Option<&Document> {
        let document = self.metadata.as_ref().ok()?;
        self.search.check(document).ok()?;
        Some(document)
    }

    /// The authorization server that clients will take, if it may be asked: it is another machine that the
    /// server has named.
    pub(super) fn login(&self) -> Option<String> {
        let named = match &self.metadata {
            Ok(document) => document.authorization_servers(),
            Err(_) => self.at_root.clone().ok(),
        };
        let first = named?.into_iter().next()?;
        let may = is_safe_issuer(&first, self.search.reach.is_local) && !self.is_inside(&first);
        may.then_some(first)
    }

    /// Whether a server that is not in this network names a place in it.
    pub(super) fn is_inside(&self, issuer: &str) -> bool {
        leads_inside(issuer, &self.upstream)
    }
}

impl Named {
    fn of(text: &str, resource: &RelayedResource) -> Self {
        if resource.is_ours(text) {
            return Self::Ours;
        }
        match resource.search().reach.check(text) {
            Ok(place) => Self::Theirs(place),
            Err(reason) => Self::Elsewhere(reason),
        }
    }
}
