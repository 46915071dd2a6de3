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

/// What a client has to do with what it is answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion {
    /// Whether it uses the identifier with a trailing slash.
    pub(crate) slashed: bool,
    /// Whether it has shown something that may be a token.
    pub(crate) tried: bool,
    /// Whether it has sent a query, which a server may repeat in its answer.
    pub(crate) has_query: bool,
}

/// The proof of possession of RFC 9449.
const DPOP: &str = "DPoP";

impl RelayedResource {
    /// What becomes of the challenges in an answer of the server with 401 or 403.
    pub(crate) fn relay(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        occasion: Occasion,
    ) -> Relayed {
        let is_verbatim = self.mode() == RelayMode::Verbatim;
        let challenges = match Challenge::parse_all(headers) {
            Ok(challenges) => challenges,
            Err(_) if is_verbatim => return Relayed::AsItIs,
            Err(error) => {
                self.warn(Warning::Unreadable(&error));
                return Relayed::Refused(unreadable());
            }
        };
        let is_refused = status == StatusCode::UNAUTHORIZED;
        let bearer = Challenge::bearer_of(&challenges);
        if is_refused && occasion.tried {
            self.refuse_token(bearer);
        }
        let named = bearer.and_then(|bearer| bearer.get(POINTER));
        // What one client asks for is not where all others are led.
        if let Some(named) = named.filter(|_| !occasion.has_query) {
            self.note_place(named);
        }
        if is_verbatim {
            return Relayed::AsItIs;
        }
        let pointer = self.front().pointer(occasion.slashed);
        match (bearer, named) {
            (Some(_), Some(_)) => Relayed::Line(line(&challenges, Some(pointer))),
            (Some(_), None) => {
                self.warn(Warning::NoPointer);
                Relayed::IfTold {
                    pointing: line(&challenges, Some(pointer)),
                    otherwise: Some(line(&challenges, None)),
                }
            }
            // Some clients take any 403 with a challenge for a wish for more scopes: it stays as it is, unless it
            // leads elsewhere.
            (None, _) if !is_refused => match guarded(&challenges, false) == challenges {
                true => Relayed::AsItIs,
                false => Relayed::Line(line(&challenges, None)),
            },
            (None, _) if challenges.is_empty() => {
                self.warn(Warning::NoChallenge);
                Relayed::IfTold {
                    pointing: pointer.to_value(),
                    otherwise: None,
                }
            }
            // Better now than after a login that is worth nothing.
            (None, _) if is_for_proofs(&challenges) => {
                self.warn(Warning::BoundTokens);
                Relayed::Refused(bound())
            }
            (None, _) => Relayed::Line(line(&challenges, None)),
        }
    }

    /// The line of a refusal of ours that has these challenges; `None` when none of them is for a bearer
    /// token. Nothing is asked: whoever is refused a token knows where tokens come from.
    pub(crate) fn complete(&self, challenges: &[Challenge], slashed: bool) -> Option<HeaderValue> {
        Challenge::bearer_of(challenges)?;
        Some(line(challenges, Some(self.front().pointer(slashed))))
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

/// The line of all these challenges: what is for a bearer token first, with this pointer. Without one, no
/// other leads a client to metadata that is not the gateway's.
pub(super) fn line(challenges: &[Challenge], pointer: Option<Challenge>) -> HeaderValue {
    let challenges = guarded(challenges, pointer.is_some());
    let Some(bearer) = Challenge::bearer_of(&challenges) else {
        return Challenge::line(&challenges);
    };
    let mut first = pointer.unwrap_or_else(Challenge::bearer);
    // What some clients search the line for stands before any description, in which they would find it, too.
    for name in ["scope", "error"] {
        if let Some(value) = bearer.get(name) {
            first.put(name, value);
        }
    }
    first.lead(&challenges)
}

fn guarded(challenges: &[Challenge], points: bool) -> Vec<Challenge> {
    let challenges = challenges.iter();
    challenges.map(|it| it.guarded(points)).collect()
}

/// Whether tokens are wanted that go with a proof, which is made for one URL.
pub(super) fn is_for_proofs(challenges: &[Challenge]) -> bool {
    challenges.iter().any(|it| it.is(DPOP)) && Challenge::bearer_of(challenges).is_none()
}

fn bound() -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "upstream_tokens_bound",
        "the MCP server takes tokens with a proof of possession only, which cannot pass through a gateway",
    )
}

fn unreadable() -> Refusal {
    Refusal::new(
        Kind::BadUpstream,
        "upstream_challenge_malformed",
        "the MCP server refuses this, and what it asks for cannot be read",
    )
}
