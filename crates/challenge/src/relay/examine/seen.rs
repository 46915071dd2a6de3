//! What a client sees of the facts.

use http::StatusCode;
use url::Url;

use super::{
    super::{
        document::Document,
        mode::RelayMode,
        relayed::{is_for_proofs, line},
    },
    RelayExamination,
    facts::{Facts, Named},
    view::{Acceptance, ClientView},
};

/// What a client sees that goes to the server itself.
pub(super) fn directly(facts: &Facts) -> ClientView {
    let place = facts.place.as_ref().map(Url::to_string);
    let is_elsewhere = |named: &&(String, Named)| !matches!(named.1, Named::Theirs(_));
    let named = facts.named.as_ref().filter(is_elsewhere);
    let view = ClientView {
        challenge: facts.lines(),
        // What is elsewhere is found there by clients, if not by the gateway.
        metadata_url: named.map(|(text, _)| text.clone()).or(place),
        ..blank(facts.upstream.clone(), facts.status())
    };
    let document = facts.metadata.as_ref().ok().filter(|_| named.is_none());
    let is_old = facts.metadata.is_err() && facts.at_root.is_ok();
    judged(with(view, document), is_old)
}

impl RelayExamination {
    /// What a client sees that goes through the gateway, when the server is relayed in this mode.
    #[must_use]
    pub fn through(&self, mode: RelayMode) -> ClientView {
        let facts = &self.facts;
        let view = blank(facts.public_url.clone(), facts.status());
        if mode == RelayMode::Verbatim {
            return self.verbatim(view);
        }
        let challenges = facts.challenges.as_deref();
        let is_bound = facts.status() == Some(StatusCode::UNAUTHORIZED);
        if challenges.map_or(true, |challenges| is_bound && is_for_proofs(challenges)) {
            let view = ClientView {
                status: Some(StatusCode::BAD_GATEWAY),
                ..view
            };
            return judged(view, false);
        }
        let mirrored = facts.mirrored();
        let view = match (mode, mirrored, &facts.at_root) {
            (RelayMode::Synthesised, _, Ok(servers)) => ClientView {
                authorization_servers: servers.clone(),
                ..view
            },
            (RelayMode::Mirror, Some(document), _) => with(view, Some(document)),
            _ => {
                let challenge = self.rewritten(facts.named.is_some());
                let metadata_url = facts.named.as_ref().map(|_| self.ours());
                let view = ClientView {
                    challenge,
                    metadata_url,
                    ..view
                };
                return match facts.metadata.is_ok()
                    && facts.status() == Some(StatusCode::UNAUTHORIZED)
                {
                    true => ClientView {
                        acceptance: Acceptance::Rejected(
                            "the gateway does not tell the metadata, for what is wrong with it",
                        ),
                        ..view
                    },
                    false => judged(view, false),
                };
            }
        };
        let view = ClientView {
            challenge: self.rewritten(true),
            metadata_url: Some(self.ours()),
            resource: Some(facts.public_url.to_string()),
            ..view
        };
        judged(view, false)
    }

    /// All passes as it is, and the document of the server is served where clients probe.
    fn verbatim(&self, view: ClientView) -> ClientView {
        let (facts, direct) = (&self.facts, &self.direct);
        let document = facts.metadata.as_ref().ok();
        let (metadata_url, document) = match &facts.named {
            Some((text, Named::Theirs(_) | Named::Ours)) => (Some(text.clone()), document),
            Some((text, Named::Elsewhere(_))) => (Some(text.clone()), None),
            None => (document.map(|_| self.ours()), document),
        };
        let view = ClientView {
            challenge: direct.challenge.clone(),
            metadata_url,
            ..view
        };
        judged(with(view, document), false)
    }

    /// The URL of the gateway's own metadata.
    fn ours(&self) -> String {
        self.front
            .metadata_url(self.front.url().path().ends_with('/'))
    }

    /// The line that the gateway sends, with its pointer where it has one to send.
    fn rewritten(&self, is_told: bool) -> Option<String> {
        let facts = &self.facts;
        let challenges = facts.challenges.as_deref().unwrap_or_default();
        let slashed = self.front.url().path().ends_with('/');
        let line = match (facts.bearer(), challenges) {
            (Some(_), _) => line(challenges, is_told.then(|| self.front.pointer(slashed))),
            (None, []) if is_told && facts.status() == Some(StatusCode::UNAUTHORIZED) => {
                self.front.pointer(slashed).to_value()
            }
            (None, []) => return None,
            (None, _) => line(challenges, None),
        };
        Some(String::from_utf8_lossy(line.as_bytes()).into_owned())
    }
}

fn blank(url: Url, status: Option<StatusCode>) -> ClientView {
    ClientView {
        url,
        status,
        challenge: None,
        metadata_url: None,
        resource: None,
        authorization_servers: Vec::new(),
        acceptance: Acceptance::Accepted,
    }
}

fn with(view: ClientView, document: Option<&Document>) -> ClientView {
    let Some(document) = document else {
        return view;
    };
    ClientView {
        resource: document.resource(),
        authorization_servers: document.authorization_servers().unwrap_or_default(),
        ..view
    }
}

fn judged(view: ClientView, is_old: bool) -> ClientView {
    ClientView {
        acceptance: view.judge(is_old),
        ..view
    }
}
