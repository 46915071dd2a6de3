//! The future that sees how a request was refused.

use std::{
    fmt,
    future::{Future, Ready, ready},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready as completed},
};

use http::{Response, StatusCode, header::WWW_AUTHENTICATE};
use pin_project_lite::pin_project;
use tollbar_core::{AnyBody, Body, Exchange};

use super::advertised::Advertised;
use crate::Challenge;

pin_project! {
    /// The response of [`Challenged`](super::Challenged).
    pub struct ResponseFuture<F> {
        #[pin]
        way: Way<F>,
    }
}

pin_project! {
    #[project = Projected]
    enum Way<F> {
        Inside { #[pin] future: F, pointer: Option<Pointer> },
        Answered { #[pin] response: Ready<Response<Body>> },
    }
}

impl<F> ResponseFuture<F> {
    /// Of the service inside.
    pub(super) const fn inside(future: F, pointer: Option<Pointer>) -> Self {
        Self {
            way: Way::Inside { future, pointer },
        }
    }

    /// Of the layer itself.
    pub(super) fn answered(response: Response<Body>) -> Self {
        Self {
            way: Way::Answered {
                response: ready(response),
            },
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: AnyBody,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().way.project() {
            Projected::Answered { response } => response.poll(cx).map(Ok),
            Projected::Inside { future, pointer } => {
                let mut response = completed!(future.poll(cx))?.map(Body::new);
                if let Some(pointer) = pointer {
                    pointer.point(&mut response);
                }
                Poll::Ready(Ok(response))
            }
        }
    }
}

/// Points a refused client to the metadata.
pub(super) struct Pointer {
    pub(super) advertised: Arc<Advertised>,
    pub(super) exchange: Exchange,
    /// Whether the client uses the identifier with a trailing slash.
    pub(super) slashed: bool,
}

impl Pointer {
    /// Completes the challenge of a refusal of ours. An answer of the MCP server with the same status
    /// is no refusal: what it asks for, nobody here can give.
    fn point(&self, response: &mut Response<Body>) {
        let status = response.status();
        let is_about_rights = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        let refusal = self.exchange.refusal().filter(|_| is_about_rights);
        if refusal.is_none_or(|refusal| refusal.status() != status) {
            return;
        }
        // What cannot be read is not ours: it stays as it is.
        let Ok(challenges) = Challenge::parse_all(response.headers()) else {
            return;
        };
        let told = self.advertised.told(self.slashed);
        if let Some(line) = told.line(status, &challenges) {
            response.headers_mut().insert(WWW_AUTHENTICATE, line);
        }
    }
}
