//! A challenge of the MCP server on its way to the client.

use http::{HeaderMap, HeaderValue, StatusCode};
use tollbar_core::{Kind, Refusal};
use url::Url;

use super::{RelayMode, RelayedResource, warning::Warning};
use crate::{Challenge, challenge::POINTER};

/// What becomes of a challenge.
#[derive(Debug)]
pub(crate) enum Relayed {
    /// The answer passes as it is.
    AsItIs,
    /// One line takes the place of all.
    Line(HeaderValue),
    /// One line takes the place of all: which one depends on whether there is metadata.
    IfTold {
        pointing: HeaderValue,
        otherwise: Option<HeaderValue>,
    },
    /// The answer cannot pass.
    Refused(Refusal),
}

/// The proof of possession of RFC 9449.
const DPOP: &str = "DPoP";

impl RelayedResource {
    /// What becomes of the challenges in an answer of the server with 401 or 403.
    pub(crate) fn relay(&self, status: StatusCode, headers: &HeaderMap, slashed: bool) -> Relayed {
        let is_verbatim = self.mode() == RelayMode::Verbatim;
        let challenges = match Challenge::parse_all(headers) {
            Ok(challenges) => challenges,
            Err(_) if is_verbatim => return Relayed::AsItIs,
            Err(error) => {
                self.warn(Warning::Unreadable(&error));
                return Relayed::Refused(unreadable());
            }
        };
        let bearer = Challenge::bearer_of(&challenges);
        let named = bearer.and_then(|bearer| bearer.get(POINTER));
        if let Some(named) = named {
            self.note_place(named);
        }
        if is_verbatim {
            return Relayed::AsItIs;
        }
        let is_refused = status == StatusCode::UNAUTHORIZED;
        match (bearer, named) {
            (Some(bearer), Some(_)) => {
                Relayed::Line(self.leading(bearer, slashed).lead(&challenges))
            }
            (Some(bearer), None) => {
                self.warn(Warning::NoPointer);
                Relayed::IfTold {
                    pointing: self.leading(bearer, slashed).lead(&challenges),
                    otherwise: Some(ordered(bearer, Challenge::bearer()).lead(&challenges)),
                }
            }
            // Some clients take any 403 with a challenge for a wish for more scopes.
            (None, _) if !is_refused => Relayed::AsItIs,
            (None, _) if challenges.is_empty() => {
                self.warn(Warning::NoChallenge);
                Relayed::IfTold {
                    pointing: self.front().pointer(slashed).to_value(),
                    otherwise: None,
                }
            }
            (None, _) => {
                if challenges.iter().any(|it| it.is(DPOP)) {
                    self.warn(Warning::BoundTokens);
                }
                Relayed::Line(Challenge::line(&challenges))
            }
        }
    }

    /// Notes that the server has refused a token. The client logs in again: where that is may have changed since the
    /// metadata was fetched, which is why it is refused.
    pub(crate) fn doubt(&self) {
        self.memory().doubt();
    }

    /// The line of a refusal of ours that has these challenges; `None` when none of them is for a bearer
    /// token. Nothing is asked: whoever is refused a token knows where tokens come from.
    pub(crate) fn complete(&self, challenges: &[Challenge], slashed: bool) -> Option<HeaderValue> {
        let bearer = Challenge::bearer_of(challenges)?;
        Some(self.leading(bearer, slashed).lead(challenges))
    }

    /// The beginning of a line: where the metadata is, and what clients look for.
    fn leading(&self, bearer: &Challenge, slashed: bool) -> Challenge {
        ordered(bearer, self.front().pointer(slashed))
    }

    /// Notes where the server says that its metadata is.
    fn note_place(&self, named: &str) {
        if self.is_ours(named) {
            return;
        }
        match self.search().reach.check(named) {
            Ok(place) => self.memory().name(&place),
            Err(reason) => self.warn(Warning::Elsewhere(&reason)),
        }
    }
}

impl RelayedResource {
    /// Whether a server that knows itself by the public URL names a place under it: the gateway would ask
    /// itself, and wait for its own answer.
    pub(super) fn is_ours(&self, named: &str) -> bool {
        let (own, theirs) = (self.front().url().origin(), self.search().upstream.origin());
        Url::parse(named).is_ok_and(|url| url.origin() == own && own != theirs)
    }
}

/// What some clients search the line for stands before any description, in which they would find it, too.
pub(super) fn ordered(bearer: &Challenge, mut first: Challenge) -> Challenge {
    for name in ["scope", "error"] {
        if let Some(value) = bearer.get(name) {
            first.put(name, value);
        }
    }
    first
}

fn unreadable() -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "upstream_challenge_malformed",
        "the MCP server refuses this, and what it asks for cannot be read",
    )
}
