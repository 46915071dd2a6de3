//! What is done with a refusal on its way out.

use std::{future::Future, pin::Pin, sync::Arc};

use http::{HeaderMap, HeaderValue, Response, StatusCode, header::WWW_AUTHENTICATE};
use tollbar_core::{Body, Exchange, Refusal};

use super::advertised::{Advertised, Source};
use crate::{
    Challenge, RelayMode, RelayedResource,
    relay::{Occasion, Relayed},
};

/// What some servers that come after take for `WWW-Authenticate`: to CGI (RFC 3875 section 4.1.18) both are one.
const LOOKALIKE: &str = "www_authenticate";

/// Points a refused client to the metadata.
pub(super) struct Pointer {
    pub(super) advertised: Arc<Advertised>,
    pub(super) exchange: Exchange,
    pub(super) occasion: Occasion,
}

impl Pointer {
    /// Completes the challenge of a refusal of ours. An answer of the MCP server with the same status
    /// is no refusal: it is relayed, or passes as it is.
    pub(super) fn point(self, response: Response<Body>) -> Pointed {
        let is_challenge = matches!(
            response.status(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        );
        // A refusal on record is not enough: of an error of the server that no filter can read, status and
        // headers are its own.
        match (Refusal::is_told_by(&response), self.advertised.source()) {
            (true, _) if is_challenge => Pointed::Now(self.complete(response)),
            (false, Source::Server(resource)) if is_challenge => {
                let resource = resource.clone();
                self.relay(resource, response)
            }
            (false, Source::Server(resource)) => Pointed::Now(self.pass(resource, response)),
            (_, _) => Pointed::Now(response),
        }
    }

    /// Passes an answer of the MCP server that refuses nobody. Nobody is asked for a token in it, so that a
    /// challenge in it, which some clients read all the same, could only lead around the gateway.
    fn pass(&self, resource: &RelayedResource, mut response: Response<Body>) -> Response<Body> {
        if self.occasion.tried && response.status().is_success() {
            resource.accept_token();
        }
        if resource.mode() != RelayMode::Verbatim {
            response.headers_mut().remove(WWW_AUTHENTICATE);
            response.headers_mut().remove(LOOKALIKE);
        }
        response
    }

    fn complete(&self, mut response: Response<Body>) -> Response<Body> {
        // What cannot be read is not ours: it stays as it is.
        let Ok(challenges) = Challenge::parse_all(response.headers()) else {
            return response;
        };
        let line = match self.advertised.source() {
            Source::Host(both) => both
                .told(self.occasion.slashed)
                .line(response.status(), &challenges),
            Source::Server(resource) => resource.complete(&challenges, self.occasion.slashed),
        };
        if let Some(line) = line {
            response.headers_mut().insert(WWW_AUTHENTICATE, line);
        }
        response
    }

    /// Relays a challenge of the MCP server.
    fn relay(self, resource: RelayedResource, mut response: Response<Body>) -> Pointed {
        if resource.mode() != RelayMode::Verbatim {
            response.headers_mut().remove(LOOKALIKE);
        }
        match resource.relay(response.status(), response.headers(), self.occasion) {
            Relayed::AsItIs => Pointed::Now(response),
            Relayed::Line(line) => {
                response.headers_mut().insert(WWW_AUTHENTICATE, line);
                Pointed::Now(response)
            }
            Relayed::IfTold {
                pointing,
                otherwise,
            } => Pointed::Later(Box::pin(async move {
                let line = match resource.is_told().await {
                    true => Some(pointing),
                    false => otherwise,
                };
                set(response.headers_mut(), line);
                response
            })),
            Relayed::Refused(refusal) => Pointed::Now(refusal.into_response(&self.exchange)),
        }
    }
}

fn set(headers: &mut HeaderMap, line: Option<HeaderValue>) {
    if let Some(line) = line {
        headers.insert(WWW_AUTHENTICATE, line);
    }
}

/// An answer that points to the metadata, if it should.
pub(super) enum Pointed {
    Now(Response<Body>),
    /// When it is known whether there is metadata.
    Later(Waiting),
}

/// An answer that waits for the MCP server.
pub(super) type Waiting = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;
