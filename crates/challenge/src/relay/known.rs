//! What is told as metadata.

use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;
use tollbar_core::Refusal;

use super::{
    RelayMode, RelayedResource,
    document::Document,
    fault::RelayFault,
    memory::{Metadata, Outcome},
    search::Search,
    synthesis::synthesised,
    warning::Warning,
};
use crate::front::Front;

impl RelayedResource {
    /// The document for one of the two identifiers, or what a client is told instead.
    pub(crate) async fn document(&self, slashed: bool) -> Result<Bytes, Refusal> {
        match self.metadata().await {
            Ok(metadata) if slashed => Ok(metadata.slashed.clone()),
            Ok(metadata) => Ok(metadata.plain.clone()),
            Err(fault) => Err(fault.refusal()),
        }
    }

    /// Whether there is metadata that can be told.
    pub(crate) async fn is_told(&self) -> bool {
        self.metadata().await.is_ok()
    }

    /// What is known, or what is found now: once for all who ask.
    async fn metadata(&self) -> Outcome {
        if let Some(configured) = &self.0.configured {
            return Ok(Arc::clone(configured));
        }
        if let Some(known) = self.memory().recall(Instant::now()) {
            return known;
        }
        let looking = self.0.flight.join(|| self.clone().find());
        looking
            .await
            .unwrap_or_else(|| Err(Arc::new(RelayFault::Stopping)))
    }

    async fn find(self) -> Outcome {
        let named = match self.memory().begin(Instant::now()) {
            Ok(known) => return known,
            Err(named) => named,
        };
        let found = match self.mode() {
            RelayMode::Synthesised => {
                let issuer = self.search().issuer_at_root().await;
                issuer.map(|issuer| Metadata::synthesised(self.front(), &[issuer]))
            }
            RelayMode::Mirror | RelayMode::Verbatim => {
                let attempts = self.search().attempts(named.as_ref()).await;
                let (_, found) = Search::outcome(attempts);
                found.and_then(|document| self.judge(&document))
            }
        };
        let outcome = found.map(Arc::new).map_err(Arc::new);
        let fault = outcome.as_ref().err().cloned();
        let now = Instant::now();
        let told = self.memory().note(outcome, now);
        match fault.as_deref() {
            None => self.0.warnings.note_metadata(),
            Some(fault) => self.warn(match self.memory().stale_since(now) {
                Some((age, left)) => Warning::Stale { fault, age, left },
                None => Warning::Metadata(fault),
            }),
        }
        told
    }

    /// What is told of this document.
    fn judge(&self, document: &Document) -> Result<Metadata, RelayFault> {
        let checked = self.search().check(document);
        if self.mode() == RelayMode::Verbatim {
            if let Err(fault) = checked {
                self.warn(Warning::Untouched(&fault));
            }
            return Ok(Metadata::verbatim(document));
        }
        checked.map(|()| Metadata::mirrored(self.front(), document))
    }
}

impl Metadata {
    fn verbatim(document: &Document) -> Self {
        Self {
            plain: document.bytes().clone(),
            slashed: document.bytes().clone(),
        }
    }

    fn mirrored(front: &Front, document: &Document) -> Self {
        Self {
            plain: document.about(&front.identifier(false)),
            slashed: document.about(&front.identifier(true)),
        }
    }

    pub(super) fn synthesised(front: &Front, authorization_servers: &[String]) -> Self {
        Self {
            plain: synthesised(&front.identifier(false), authorization_servers),
            slashed: synthesised(&front.identifier(true), authorization_servers),
        }
    }
}
